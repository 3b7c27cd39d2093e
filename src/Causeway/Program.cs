using Causeway;
using Causeway.Cli;
using Causeway.Language;

Words words = CliRoot.WordsOf(args);
int code = await CliRoot.InvokeAsync(Everything.In(words).For(args), args, configuration: null, CancellationToken.None);

// The library that writes to terminals switches their keypad when it begins (terminfo's smkx), and not back when it ends.
if (!Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb")
    Console.Out.Write("\e[?1l\e>");
return code;
