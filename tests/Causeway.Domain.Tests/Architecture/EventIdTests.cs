using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Causeway.Domain.Tests.Architecture;

/// <summary>Log entries have numbers that people search for: each is of one kind of entry, and in the range of its project.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void Numbers_of_log_entries_are_unique_and_in_the_range_of_their_project()
    {
        string root = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));
        string table = Path.Combine(root, "docs", "how-to", "observe.md");
        Dictionary<string, (int From, int To)> ranges = File.ReadLines(table)
            .Select(line => Range().Match(line))
            .Where(m => m.Success)
            .ToDictionary(m => m.Groups[1].Value, m => (Number(m.Groups[2]), Number(m.Groups[3])));
        (string Project, string File, int Id)[] entries =
        [
            .. from file in Directory.GetFiles(Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
            from Match entry in Entry().Matches(File.ReadAllText(file))
            let relative = Path.GetRelativePath(Path.Combine(root, "src"), file)
            select (relative.Split(Path.DirectorySeparatorChar)[0], relative, Number(entry.Groups[1])),
        ];
        Assert.True(entries.Length > 30, $"Only {entries.Length} log entries were found.");
        string[] wrong =
        [
            .. entries
                .GroupBy(e => e.Id)
                .Where(g => g.Count() > 1)
                .Select(g => $"{g.Key} is in {string.Join(" and in ", g.Select(e => e.File))}: give one of them another number."),
            .. entries
                .Where(e => !ranges.TryGetValue(e.Project, out (int From, int To) range) || e.Id < range.From || e.Id > range.To)
                .Select(e => $"{e.Id} in {e.File} is not in the range of {e.Project} in docs/how-to/observe.md."),
        ];
        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"^\| (Causeway[\w.]*) \| (\d+) to (\d+) \|")]
    private static partial Regex Range();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex Entry();
}
