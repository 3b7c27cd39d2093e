using System.CommandLine;
using Causeway.Language;

namespace Causeway.Cli.Kit;

public enum OutputForm
{
    Table,
    Json,
    Yaml,
    Tsv,
    Csv,
}

/// <summary>Options that every verb understands, by name.</summary>
public static class CommonOptions
{
    public const string As = "--as";
    public const string Access = "--access";
    public const string Subscription = "--subscription";
    public const string Group = "--group";
    public const string Output = "--output";
    public const string Query = "--query";
    public const string Wait = "--wait";
    public const string NoWait = "--no-wait";
    public const string Timeout = "--timeout";
    public const string PrintRequest = "--print-request";
    public const string Lang = "--lang";

    /// <summary>A set of them for one tree of commands.</summary>
    public static IReadOnlyList<Option> All(Words words)
    {
        Option[] others =
        [
            new Option<string?>(As) { HelpName = "ROLE", Recursive = true },
            new Option<string?>(Access) { HelpName = "FILE", Recursive = true },
            new Option<string?>(Subscription) { HelpName = "ID", Recursive = true },
            new Option<string?>(Group, "-g") { HelpName = "NAME", Recursive = true },
            new Option<OutputForm>(Output, "-o") { HelpName = Forms(Enum.GetValues<OutputForm>()), Recursive = true },
            new Option<string?>(Query) { HelpName = "JMESPATH", Recursive = true },
            new Option<bool>(Wait) { Recursive = true },
            new Option<bool>(NoWait) { Recursive = true },
            new Option<int>(Timeout)
            {
                HelpName = "SECONDS",
                Recursive = true,
                DefaultValueFactory = _ => 300,
            },
            new Option<bool>(PrintRequest) { Recursive = true },
        ];
        foreach (Option option in others)
            option.Description = words[$"option {option.Name}"];
        return [.. others, Language(words)];
    }

    /// <summary>Values of <c>--output</c> as they are typed: <c>table|json|yaml</c>. Without one it is table.</summary>
    public static string Forms(params IEnumerable<OutputForm> forms) =>
        string.Join('|', forms.Select(f => f.ToString().ToLowerInvariant()));

    /// <summary>The language has been chosen when this is parsed: the words of the tree follow from it.</summary>
    public static Option<string?> Language(Words words)
    {
        var language = new Option<string?>(Lang)
        {
            HelpName = "en|sv|nl",
            Recursive = true,
            Description = words[$"option {Lang}"],
        };
        language.AcceptOnlyFromAmong([.. Words.Languages]);
        return language;
    }
}
