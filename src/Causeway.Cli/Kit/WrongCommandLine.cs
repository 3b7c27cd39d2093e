using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Causeway.Client;
using Causeway.Language;

namespace Causeway.Cli.Kit;

/// <summary>
/// What is wrong with a command line, in a sentence: the library tells by printing the whole help to standard output, in English, and names types of this
/// program.
/// </summary>
internal static class WrongCommandLine
{
    public static Failure Of(ParseResult parse, Words words)
    {
        CommandResult at = parse.CommandResult;
        string path = PathOf(at);
        Failure failure = parse.UnmatchedTokens is [var odd, ..] ? Unmatched(at, path, odd, words) : new(ExitCode.Usage, "");
        if (failure.Message.Length == 0)
        {
            string[] problems = [.. Problems(parse, at, path, words).Distinct()];
            failure = failure with
            {
                Message = problems[0],
                Details = [.. problems.Skip(1).Select(p => new ArmErrorDetail(ExitCode.Usage.ToString(), p, null))],
            };
        }
        return failure with { Try = $"{path} --help" };
    }

    private static Failure Unmatched(CommandResult at, string path, string odd, Words words)
    {
        IEnumerable<string> known;
        string message;
        if (odd.StartsWith('-'))
        {
            known = Above(at)
                .SelectMany(c => c.Command.Options.Where(o => c == at || o.Recursive))
                .Where(o => !o.Hidden)
                .Select(o => o.Name);
            message = at.Parent is null || known.Contains(odd) ? words["option before verb", odd] : words["no such option", path, odd];
        }
        else
        {
            known = at.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name);
            message = words[at.Command.Subcommands.Count > 0 ? "no such verb" : "too much", path, odd];
        }
        return new Failure(ExitCode.Usage, message) { Target = odd, DidYouMean = DidYouMean.Of(words, odd, known) };
    }

    private static IEnumerable<string> Problems(ParseResult parse, CommandResult at, string path, Words words)
    {
        if (at.Command is { Action: null, Subcommands.Count: > 0 })
            yield return words["which verb", path, string.Join(", ", at.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))];
        foreach (ParseError error in parse.Errors)
            switch (error.SymbolResult)
            {
                case OptionResult { Implicit: true, Option: var needed }:
                    yield return words["missing option", path, $"{needed.Name} {needed.HelpName ?? "VALUE"}"];
                    break;
                case OptionResult { Tokens.Count: 0 } option:
                    yield return words["option needs a value", option.Option.Name];
                    break;
                case OptionResult twice when error.Message.Contains(" expects a single argument", StringComparison.Ordinal):
                    yield return words["given twice", twice.Option.Name];
                    break;
                case OptionResult option when IsOfTheLibrary(error.Message):
                    yield return NoValue(option.Option, option.Option.Name, option.Option.ValueType, option.Tokens[^1].Value, words);
                    break;
                case ArgumentResult { Tokens.Count: 0 } argument:
                    yield return words["missing argument", path, argument.Argument.HelpName ?? argument.Argument.Name];
                    break;
                case ArgumentResult argument when IsOfTheLibrary(error.Message):
                    yield return argument.Parent is OptionResult of
                        ? NoValue(of.Option, of.Option.Name, of.Option.ValueType, argument.Tokens[^1].Value, words)
                        : NoValue(
                            argument.Argument,
                            argument.Argument.HelpName ?? argument.Argument.Name,
                            argument.Argument.ValueType,
                            argument.Tokens[^1].Value,
                            words
                        );
                    break;
                case CommandResult when IsOfTheLibrary(error.Message):
                    break; // A verb that is missing, which has been said.
                default:
                    yield return error.Message;
                    break;
            }
    }

    /// <summary>Sentences about values; others come from the program's own validators, and say what would be right.</summary>
    private static bool IsOfTheLibrary(string message) =>
        message.StartsWith("Cannot parse argument", StringComparison.Ordinal)
        || message.Contains("not recognized. Must be one of", StringComparison.Ordinal)
        || message.StartsWith("Required ", StringComparison.Ordinal)
        || message.EndsWith(" is required.", StringComparison.Ordinal);

    private static string NoValue(Symbol symbol, string name, Type type, string typed, Words words)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        string[] choices = type.IsEnum
            ? [.. Enum.GetNames(type).Select(n => n.ToLowerInvariant())]
            : [.. symbol.GetCompletions(CompletionContext.Empty).Select(c => c.Label)];
        return choices.Length > 0 ? words["one of", typed, name, string.Join(", ", choices)]
            : type == typeof(int) || type == typeof(long) ? words["not a number", typed, name]
            : words["no value", typed, name];
    }

    private static IEnumerable<CommandResult> Above(CommandResult at)
    {
        for (SymbolResult? r = at; r is not null; r = r.Parent)
            if (r is CommandResult command)
                yield return command;
    }

    private static string PathOf(CommandResult at) =>
        string.Join(' ', ["causeway", .. Above(at).Where(c => c.Command is not RootCommand).Select(c => c.Command.Name).Reverse()]);
}
