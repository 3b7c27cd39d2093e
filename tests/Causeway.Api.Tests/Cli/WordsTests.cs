using System.CommandLine;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Causeway.Cli.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Demo;
using Causeway.Domain.Findings;
using Causeway.Language;

namespace Causeway.Api.Tests.Cli;

/// <summary>What holds for every text of the catalogue, and for the command line in another language.</summary>
public sealed partial class WordsTests
{
    private static readonly Entry[] All =
    [
        .. WordFolder.Read(typeof(Words).Assembly, ""),
        .. WordFolder.Read(typeof(DemoCommand).Assembly, ""),
    ];

    [Fact]
    public void Every_text_has_the_same_placeholders_in_all_languages_and_stands_once()
    {
        Assert.True(All.Length > 400, $"Only {All.Length} texts were found.");
        Assert.Empty(
            from e in All
            where Placeholders(e.English) != Placeholders(e.Swedish) || Placeholders(e.English) != Placeholders(e.Dutch)
            select $"{e.Key}: {Placeholders(e.English)} | {Placeholders(e.Swedish)} | {Placeholders(e.Dutch)}"
        );
        Assert.Empty(from e in All group e by e.Key into same where same.Count() > 1 select same.Key);
    }

    [Fact]
    public void No_text_is_missing()
    {
        HashSet<string> keys = [.. All.Select(e => e.Key)];
        HashSet<string> commands = [.. Commands(CliRun.Root(), "").Select(c => c.Command.Name)];
        string[] missing =
        [
            .. from source in Sources
            let verbs = source.Path.EndsWith("erbs.cs", StringComparison.Ordinal)
            from key in Sentence()
                .Matches(source.Text)
                .Concat(verbs ? Nothing().Matches(source.Text) : [])
                .Concat(verbs ? Argument().Matches(source.Text).Where(m => !commands.Contains(m.Groups[1].Value)) : [])
                .Select(m => m.Groups[1].Value)
                .Concat(verbs ? Column().Matches(source.Text).Select(m => $"column {m.Groups[1].Value}") : [])
            where !keys.Contains(key)
            select $"{source.Path}: {key}",
        ];
        Assert.True(missing.Length == 0, string.Join("\n", missing));
    }

    [Fact]
    public void No_text_is_unused()
    {
        HashSet<string> used = [];
        foreach ((Command command, string path) in Commands(CliRun.Root(), ""))
        {
            used.Add($"verb {path}");
            foreach (Symbol symbol in command.Arguments.Cast<Symbol>().Concat(command.Options))
            {
                string kind = symbol is Option ? "option" : "argument";
                string own = $"{kind} {path} {symbol.Name}";
                used.Add(All.Any(e => e.Key == own) ? own : $"{kind} {symbol.Name}");
            }
        }
        used.UnionWith(Enum.GetNames<FindingLevel>().Select(level => $"level {level.ToLowerInvariant()}"));
        used.UnionWith(Kinds.Select(KeyOf));
        // Who acts next, as findings of internet peering name it.
        used.Add("the peer");
        // What comes before a name that stands elsewhere: of a column, a finding, a step of the demo.
        string[] before = ["column", "the", "help", "demo", "demo why", "demo thing", "option demo", "verb"];
        Assert.Empty(
            from e in All
            where
                !used.Contains(e.Key)
                && !Stands(e.Key)
                && !(e.Key.StartsWith("error ", StringComparison.Ordinal) && Refused(e.Key["error ".Length..]))
                && !before.Any(b => e.Key.StartsWith(b + " ", StringComparison.Ordinal) && Stands(e.Key[(b.Length + 1)..].Split(' ')[0]))
            select e.Key
        );

        static bool Stands(string text) => Sources.Any(s => s.Text.Contains($"\"{text}\"", StringComparison.Ordinal));
        static bool Refused(string code) => Product.Any(s => s.Text.Contains($"\"{code}\"", StringComparison.Ordinal));
    }

    /// <summary>Whatever can be found, of whatever feature.</summary>
    private static readonly FindingKind[] Kinds =
    [
        .. from type in typeof(FindingKind).Assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public)
        where field.FieldType == typeof(FindingKind)
        select (FindingKind)field.GetValue(null)!,
    ];

    private static string KeyOf(FindingKind kind) => string.Join(' ', ["finding", kind.Code, .. kind.Names]);

    [Fact]
    public void Every_finding_is_said_with_exactly_its_values_and_in_English_as_the_server_says_it()
    {
        Assert.True(Kinds.Length > 30, $"Only {Kinds.Length} kinds of findings were found.");
        Assert.Equal(
            Kinds.Select(k => $"{KeyOf(k)}: {k.Says}").Order(StringComparer.Ordinal),
            All.Where(e => e.Key.StartsWith("finding ", StringComparison.Ordinal))
                .Select(e => $"{e.Key}: {e.English}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_finding_is_told_by_the_names_of_its_values()
    {
        FindingBody finding = new(
            "RouterAway",
            "warning",
            "as the server says it",
            "operator",
            null,
            ["ams-1", "away"],
            new Dictionary<string, string> { ["router"] = "ams-1 {problem}", ["problem"] = "a\u001b[31m" }
        );
        Words swedish = Words.For("sv").With(typeof(Words).Assembly, "Circuits/");
        Assert.Equal("ams-1 {problem} följer inte: a\\u001b[31m.", ExplainVerbs.InWords(swedish, finding));
        Assert.Equal("as the server says it", ExplainVerbs.InWords(swedish, finding with { Code = "FromTheFuture" }));
        Assert.Equal("as the server says it", ExplainVerbs.InWords(swedish, finding with { ValuesByName = null }));
    }

    [Theory]
    [InlineData("verb x\n  en a\n  sv b\n", "'verb x' needs a text in each of en, sv and nl.")]
    [InlineData("verb x\n  en a\n  de b\n", "line 3: write a key, or two spaces, one of en, sv, nl and try, a space and the text.")]
    [InlineData("  en a\n", "line 1: write a key, or two spaces, one of en, sv, nl and try, a space and the text.")]
    [InlineData("verb x\n  en a\n  en b\n", "line 3: 'verb x' is said twice in one language.")]
    public void A_file_that_is_not_written_so_says_where(string text, string problem) =>
        Assert.EndsWith(problem, Assert.Throws<FormatException>(() => WordFile.Read("X.words", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_is_read_as_people_write_it() =>
        Assert.Equal(
            [new("verb x", "a: # b", "c", "d"), new("error Y", "1", "2", "3", "this"), new("error Z", "1", "2", "3", "this")],
            WordFile.Read(
                "X.words",
                """
                # For the reader.
                verb x
                  en a: # b
                  sv c
                  nl d

                error Y
                error Z
                  nl 3
                  sv 2
                  en 1
                  try this
                """
            )
        );

    private static string Placeholders(string text) =>
        string.Join(",", Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    private static IEnumerable<(Command Command, string Path)> Commands(Command parent, string path)
    {
        foreach (Command child in parent.Subcommands)
        {
            string at = $"{path} {child.Name}".Trim();
            yield return (child, at);
            foreach ((Command, string) below in Commands(child, at))
                yield return below;
        }
    }

    private static readonly (string Path, string Text)[] Product = [.. Read()];

    /// <summary>What speaks these words, and what the findings are found by.</summary>
    private static readonly (string Path, string Text)[] Sources =
    [
        .. Product.Where(s =>
            s.Path.StartsWith("Causeway.Cli/", StringComparison.Ordinal)
            || s.Path.StartsWith("Causeway.Demo/", StringComparison.Ordinal)
            || s.Path.EndsWith(".verbs.cs", StringComparison.Ordinal)
            || s.Path.Contains("/Explain/", StringComparison.Ordinal)
        ),
    ];

    private static IEnumerable<(string Path, string Text)> Read([CallerFilePath] string here = "")
    {
        string src = Path.Combine(here[..here.LastIndexOf($"{Path.DirectorySeparatorChar}tests{Path.DirectorySeparatorChar}")], "src");
        foreach (string path in Directory.GetFiles(src, "*.cs", SearchOption.AllDirectories))
            yield return (Path.GetRelativePath(src, path), File.ReadAllText(path));
    }

    [GeneratedRegex(@"(?:[Ww]ords\[|\bNext\(|Working\()\s*""([^""{]*[^""{ ])""")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"""((?:no|thing) [a-z ]+)""")]
    private static partial Regex Nothing();

    /// <summary>Alone on its line: the name of a command, or what it says while it works or when there is nothing.</summary>
    [GeneratedRegex(@"^ +""((?!causeway )[a-z][a-z ]+)"",$", RegexOptions.Multiline)]
    private static partial Regex Argument();

    [GeneratedRegex(@"\bnew\(""(\w+)"", (?:\(\w+ \w+\)|\w+) =>")]
    private static partial Regex Column();

    [Theory]
    [InlineData("sv", "sv")]
    [InlineData("sv_SE.UTF-8", "sv")]
    [InlineData("NL", "nl")]
    [InlineData("nl-BE", "nl")]
    [InlineData("en_GB", "en")]
    [InlineData("C.UTF-8", "en")]
    [InlineData("xx", "en")]
    [InlineData(null, "en")]
    public void A_locale_chooses_the_language(string? locale, string language) => Assert.Equal(language, Words.For(locale).Language);

    [Theory]
    [InlineData("sv", "Beskrivning:", "Exempel:", "Slutkoder:", "Visa en krets.")]
    [InlineData("nl", "Beschrijving:", "Voorbeelden:", "Afsluitcodes:", "Toon een circuit.")]
    public async Task Help_speaks_the_language(string language, params string[] words)
    {
        string help = await CliRun.Ok("circuit", "show", "--help", "--lang", language);
        foreach (string word in words)
            Assert.Contains(word, help, StringComparison.Ordinal);
        Assert.DoesNotContain("Description:", help, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_chooses_before_the_environment()
    {
        Assert.Equal("nl", Causeway.Cli.CliRoot.WordsOf(["circuit", "list", "--lang", "nl"]).Language);
        Assert.Equal("sv", Causeway.Cli.CliRoot.WordsOf(["--lang=sv"]).Language);
    }
}
