using System.CommandLine;
using System.CommandLine.Completions;
using Causeway.Client;

namespace Causeway.Cli.Kit;

/// <summary>Names that a shell offers: asked of the server that the line would be sent to, within the patience of somebody who pressed a key.</summary>
internal static class Suggested
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Offers what there is.</summary>
    /// <param name="names">Asks for it.</param>
    public static TSymbol From<TSymbol>(TSymbol symbol, Func<CliCall, Task<IEnumerable<string>>> names)
        where TSymbol : Symbol
    {
        List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources = symbol is Option option
            ? option.CompletionSources
            : ((Argument)(Symbol)symbol).CompletionSources;
        sources.Add(context => Ask(context, names));
        return symbol;
    }

    private static IEnumerable<CompletionItem> Ask(CompletionContext context, Func<CliCall, Task<IEnumerable<string>>> names)
    {
        if (context.ParseResult?.CommandResult.Command is not Verb verb)
            return [];
        try
        {
            using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
            using var call = new CliCall(context.ParseResult, verb, patience.Token);
            return
            [
                .. names(call).GetAwaiter().GetResult().Distinct().Order(StringComparer.Ordinal).Select(n => new CompletionItem(Word(n))),
            ];
        }
        // Whoever completes a line is told nothing; the line itself will say what is wrong.
        catch (Exception e)
            when (e is ClientException or CliException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>As one word of a shell.</summary>
    private static string Word(string name) => name.Contains(' ', StringComparison.Ordinal) ? $"\"{name}\"" : name;
}
