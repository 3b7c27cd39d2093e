using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Causeway.Language;
using Causeway.Portal.Pages;
using Causeway.Primitives;

namespace Causeway.Portal.Tests;

/// <summary>What the portal says stands in every language, and is said somewhere.</summary>
public sealed partial class PortalWordsTests
{
    private static readonly Entry[] All = [.. WordFolder.Read(typeof(PortalHost).Assembly, "Portal.words")];

    [Fact]
    public void Every_text_has_the_same_placeholders_in_all_languages_and_stands_once()
    {
        Assert.True(All.Length > 50, $"Only {All.Length} texts were found.");
        Assert.Empty(from e in All where Places(e.English) != Places(e.Swedish) || Places(e.English) != Places(e.Dutch) select e.Key);
        Assert.Empty(
            from e in All.Concat(WordFolder.Read(typeof(Words).Assembly, ""))
            group e by e.Key into same
            where same.Count() > 1
            select same.Key
        );
    }

    /// <summary>One thing has one name in a language, whichever page or command says it.</summary>
    [Theory]
    [InlineData("sv", "vägfilter")]
    [InlineData("sv", "standardväg")]
    [InlineData("nl", "voorvoegsel")]
    public void What_has_a_name_is_called_by_no_other(string language, string other) =>
        Assert.Empty(
            from e in All.Concat(WordFolder.Read(typeof(Words).Assembly, ""))
            where (language == "sv" ? e.Swedish : e.Dutch).Contains(other, StringComparison.OrdinalIgnoreCase)
            select e.Key
        );

    /// <summary>What the buttons of an operator's decisions say, and of what a peer says.</summary>
    private static readonly string[] Decisions =
    [
        "portal approve",
        "portal reject",
        "portal ask",
        "portal ready",
        "portal retry",
        "portal answer",
        "portal leave",
        "portal close",
        "portal reopen",
        "portal deprovision",
        "portal suspend",
        "portal resume",
    ];

    [Fact]
    public void No_text_is_missing()
    {
        Words words = Look.WordsIn("en");
        string[] sides = ["customer", "provider", "peer", "operator"];
        string[] composed =
        [
            .. sides.Select(s => $"portal side {s}"),
            .. sides.SelectMany(PortalPages.ListsOf).Select(l => $"portal list {l}"),
            .. Decisions,
            .. LookingGlass.OfPeering.Concat(LookingGlass.OfCircuit).Select(k => $"portal routes {k}"),
            .. Enum.GetNames<RefuseReason>().Where(r => r != nameof(RefuseReason.None)).Select(r => $"portal reason {r}"),
            .. Look.Themes.Select(t => $"portal theme {t}"),
            .. Sources.SelectMany(s => Column().Matches(s)).Select(m => $"column {m.Groups[1].Value}"),
            .. Sources.SelectMany(s => Said().Matches(s)).Select(m => m.Groups[1].Value),
        ];
        Assert.Empty(composed.Where(key => !words.Has(key)).Distinct());
    }

    [Fact]
    public void No_text_is_unused() =>
        Assert.Empty(
            from e in All
            where
                !Decisions.Contains(e.Key)
                && !Sources.Any(s => s.Contains($"\"{e.Key}\"", StringComparison.Ordinal))
                && !Sources.Any(s => Column().Matches(s).Any(m => e.Key == $"column {m.Groups[1].Value}"))
                && !new[]
                {
                    "portal side ",
                    "portal list ",
                    "portal theme ",
                    "portal act ",
                    "portal routes ",
                    "portal reason ",
                    "portal way ",
                }.Any(b => e.Key.StartsWith(b, StringComparison.Ordinal))
            select e.Key
        );

    private static string Places(string text) => string.Join(' ', Place().Matches(text).Select(m => m.Value).Order(StringComparer.Ordinal));

    private static readonly string[] Sources = Read();

    private static string[] Read([CallerFilePath] string here = "") =>
        [
            .. Directory
                .EnumerateFiles(
                    Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src", "Causeway.Portal"),
                    "*",
                    SearchOption.AllDirectories
                )
                .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
                .Select(File.ReadAllText),
        ];

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Place();

    /// <summary>Of tables, and of facts.</summary>
    [GeneratedRegex("""\(\s*"(\w+)",\s*(?:(?:\w+|\([^()]*\)) =>|Cell\.|\w+Of\()""")]
    private static partial Regex Column();

    [GeneratedRegex("""Words\["([^"{$]+)"[,\]]""")]
    private static partial Regex Said();
}
