using System.CommandLine;
using System.CommandLine.Help;

namespace Causeway.Cli;

/// <summary>The verbs of the command line. They use the typed client and nothing else, so they can do nothing that another client cannot.</summary>
public static class CliRoot
{
    /// <summary>Adds every verb to the program's root command.</summary>
    public static void AddTo(RootCommand root)
    {
        Command[] groups =
        [
            CircuitVerbs.Command(),
            ProviderVerbs.Command(),
            NetworkVerbs.Command(),
            GroupVerbs.Command(),
            UsageVerbs.Command(),
            ContextVerbs.Login(),
            ContextVerbs.Command(),
        ];
        foreach (Command group in groups)
        {
            foreach (Option option in CommonOptions.All)
                group.Add(option);
            root.Add(group);
        }
        root.Add(CompletionVerb.Command());
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            // Spellings of another system; they would only stand in every completion.
            help.Aliases.Remove("/?");
            help.Aliases.Remove("/h");
            if (help.Action is HelpAction usual)
                help.Action = new HelpWithExamples(usual);
        }
    }

    /// <summary>Parses and runs; a wrong command line ends in 2, not in the 1 of a refusal.</summary>
    public static async Task<int> InvokeAsync(
        RootCommand root,
        IReadOnlyList<string> arguments,
        InvocationConfiguration? configuration,
        CancellationToken cancellation
    )
    {
        ParseResult parse = root.Parse(arguments);
        int result = await parse.InvokeAsync(configuration ?? new InvocationConfiguration(), cancellation);
        return parse.Errors.Count > 0 && result != 0 ? (int)ExitCode.Usage : result;
    }
}
