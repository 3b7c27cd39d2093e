using System.Text.RegularExpressions;

namespace Causeway.Domain.Tests.Architecture;

/// <summary><c>docs/seeds.md</c>: every sentence that was asked for has a row, and what shows it exists.</summary>
public sealed partial class SeedsTests
{
    private static readonly string[][] Rows =
    [
        .. Repository
            .Lines("docs/seeds.md")
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| 2016", StringComparison.Ordinal))
            .Where(l => !l.StartsWith("| page", StringComparison.Ordinal))
            .Select(l => l.Trim('|').Split('|').Select(c => c.Trim()).ToArray()),
    ];

    /// <summary>The lines of each edition that hold a sentence; titles, pictures and what only frames a note hold none.</summary>
    [Theory]
    [InlineData(
        0,
        "25 29 31-34 36-38 41 46 49 51 52 54 56 59 61 63 65 66 69 71 73 74 77 79 81 82 84 86 88 90 91 94 97 102 104 106 109 114 116-118"
    )]
    [InlineData(
        1,
        "24 28 30-33 35-37 40 45 48 50 51 53 55 58 60 62 64 65 68 70 72 73 76 78 80 81 83 85 87 89 90 93 96 101 103 105 108 113 115-117"
    )]
    [InlineData(
        2,
        "19 23 25-28 30 32 35 40 43 45 46 48 50 53 55 57 59 60 63 65 67 68 71 73 75 76 78 80 82 84 85 88 91 96 98 100 103 108 110-112"
    )]
    public void Every_line_with_a_sentence_has_a_row(int edition, string lines)
    {
        int[] wanted = [.. lines.Split(' ').SelectMany(Numbers)];
        int[] told =
        [
            .. Rows.Where(r => r.Length == 6).SelectMany(r => Digits().Matches(r[edition]).Select(m => int.Parse(m.Value, null))),
        ];
        Assert.Equal(wanted, told.Order());
    }

    /// <summary>The same of the exchange document, whose rows name their lines in the first column.</summary>
    [Fact]
    public void Every_line_of_the_exchange_document_has_a_row()
    {
        int[] wanted = [.. "20 26-35 37 40-43 46 48 51 55".Split(' ').SelectMany(Numbers)];
        int[] told =
        [
            .. Rows.Where(r => r.Length == 4 && r[0].StartsWith("Exchange, ", StringComparison.Ordinal))
                .SelectMany(r => Digits().Matches(r[0]).Select(m => int.Parse(m.Value, null))),
        ];
        Assert.Equal(wanted, told.Order());
    }

    [Fact]
    public void Every_row_says_what_shows_it_and_its_state()
    {
        Assert.All(Rows, r => Assert.True(r.Length is 6 or 4, string.Join(" | ", r)));
        Assert.All(Rows, r => Assert.Matches("^(shown|routes shown|request shown|in part: .+)", r[^1]));
        Assert.All(Rows, r => Assert.NotEmpty(Named().Matches(r[^2])));
    }

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        Dictionary<string, string> sources = Directory
            .GetFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(f =>
            {
                string text = File.ReadAllText(f);
                return TestClass().Matches(text).Select(m => (Class: m.Groups[1].Value, Text: text));
            })
            .GroupBy(c => c.Class)
            .ToDictionary(c => c.Key, c => string.Concat(c.Select(t => t.Text)));
        string[] missing =
        [
            .. Rows.SelectMany(r => Named().Matches(r[^2]))
                .Where(m => !sources.TryGetValue(m.Groups[1].Value, out string? text) || !IsTest(text, m.Groups[2].Value))
                .Select(m => m.Value)
                .Distinct(),
        ];
        Assert.Empty(missing);
    }

    private static bool IsTest(string source, string method) =>
        Regex.IsMatch(
            source,
            $@"\[(Fact|Theory)[^;{{}}]*\bpublic (async Task|void|Task) {Regex.Escape(method)}\(",
            RegexOptions.Singleline
        );

    private static IEnumerable<int> Numbers(string text)
    {
        string[] ends = text.Split('-');
        int from = int.Parse(ends[0], null);
        return Enumerable.Range(from, int.Parse(ends[^1], null) - from + 1);
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"class (\w+Tests)\b")]
    private static partial Regex TestClass();
}
