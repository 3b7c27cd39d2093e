using System.CommandLine;
using System.CommandLine.Invocation;
using Causeway.Cli.Kit;
using Causeway.Language;

namespace Causeway.Cli;

/// <summary>The verbs of the command line. They use the typed client and nothing else, so they can do nothing that another client cannot.</summary>
public static class CliRoot
{
    /// <summary>Adds every verb to the program's, in one language.</summary>
    /// <param name="builtInTopology">The topology that a server has when it is given none; the command line knows no server.</param>
    public static void AddTo(CommandTree tree, Words words, Func<string> builtInTopology)
    {
        foreach (IGrouping<string, Twig> branch in AllVerbs.List.GroupBy(t => t.Path.Split(' ')[0]))
            tree.Add(branch.Key, () => new Branch(branch.Key, [.. branch], words, builtInTopology).Grow());
    }

    /// <summary>The language of a command line: --lang, else CAUSEWAY_LANG, else the system's.</summary>
    public static Words WordsOf(IReadOnlyList<string> arguments)
    {
        if (After(arguments, CommonOptions.Lang) is { } chosen)
            return Words.For(chosen);
        foreach (string variable in (string[])["CAUSEWAY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"])
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
                return Words.For(value);
        return Words.English;
    }

    /// <summary>Parses and runs; a wrong command line ends in 2, not in the 1 of a refusal, and is told on standard error.</summary>
    public static async Task<int> InvokeAsync(
        RootCommand root,
        IReadOnlyList<string> arguments,
        InvocationConfiguration? configuration,
        CancellationToken cancellation
    )
    {
        ParseResult parse = root.Parse(arguments);
        configuration ??= new InvocationConfiguration();
        // What a signal ends has its time to end in order; what is told to stop twice does not take it (Signals).
        configuration.ProcessTerminationTimeout = TimeSpan.FromMinutes(2);
        configuration.EnableDefaultExceptionHandler = false;
        if (parse.Action is ParseErrorAction)
            return Wrong(parse, arguments, configuration);
        try
        {
            return await parse.InvokeAsync(configuration, cancellation);
        }
        catch (OperationCanceledException)
        {
            await configuration.Error.WriteLineAsync("causeway: interrupted");
            return (int)ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The process's edge.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await configuration.Error.WriteLineAsync($"causeway: a fault of the program: {e}");
            return (int)ExitCode.Refused;
        }
    }

    private static int Wrong(ParseResult parse, IReadOnlyList<string> arguments, InvocationConfiguration configuration)
    {
        if (arguments.Count == 0)
        {
            configuration.Output = configuration.Error;
            parse.RootCommandResult.Command.Parse("--help").Invoke(configuration);
        }
        else
            WrongCommandLine
                .Of(parse, WordsOf(arguments))
                .Write(new PlainWriter(configuration.Error), FormOf(arguments), WordsOf(arguments));
        return (int)ExitCode.Usage;
    }

    /// <summary>The form that was asked for, wherever it stands: a command line that cannot be parsed has no options.</summary>
    private static OutputForm FormOf(IReadOnlyList<string> arguments)
    {
        string? form = After(arguments, CommonOptions.Output) ?? After(arguments, "-o");
        return Enum.TryParse(form, ignoreCase: true, out OutputForm known) ? known : OutputForm.Table;
    }

    private static string? After(IReadOnlyList<string> arguments, string option)
    {
        for (int i = 0; i < arguments.Count; i++)
            if (arguments[i] == option && i + 1 < arguments.Count)
                return arguments[i + 1];
            else if (arguments[i].StartsWith(option + "=", StringComparison.Ordinal))
                return arguments[i][(option.Length + 1)..];
        return null;
    }
}
