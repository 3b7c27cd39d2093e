using Causeway;
using Causeway.Cli;
using Causeway.Cli.Language;

Words words = CliRoot.WordsOf(args);
return await CliRoot.InvokeAsync(Everything.In(words).For(args), args, configuration: null, CancellationToken.None);
