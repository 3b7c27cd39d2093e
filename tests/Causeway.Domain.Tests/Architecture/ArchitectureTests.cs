using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Causeway.Domain.Tests.Architecture;

/// <summary>The table in ARCHITECTURE.md and the project files say the same; links in the documents lead somewhere.</summary>
public sealed partial class ArchitectureTests
{
    [Fact]
    public void Projects_reference_what_the_table_allows_and_nothing_else()
    {
        Dictionary<string, HashSet<string>> allowed = Repository
            .Lines("ARCHITECTURE.md")
            .Select(line => Row().Match(line))
            .Where(m => m.Success)
            .ToDictionary(
                m => m.Groups[1].Value,
                m => m.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet()
            );
        var wrong = new List<string>();
        Assert.NotEmpty(Repository.Projects);
        foreach (string path in Repository.Projects)
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (!allowed.TryGetValue(name, out HashSet<string>? may))
            {
                wrong.Add($"{name} is not in the table of ARCHITECTURE.md: say there what it holds and what it may reference.");
                continue;
            }
            HashSet<string> has =
            [
                .. XDocument
                    .Load(path)
                    .Descendants("ProjectReference")
                    .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)["Causeway.".Length..]),
            ];
            wrong.AddRange(has.Except(may).Select(to => $"{name} references {to}, which ARCHITECTURE.md does not allow."));
            wrong.AddRange(may.Except(has).Select(to => $"{name} does not reference {to}, as ARCHITECTURE.md has it."));
            allowed.Remove(name);
        }
        wrong.AddRange(allowed.Keys.Select(name => $"{name} is in the table of ARCHITECTURE.md, and no project."));
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    /// <summary>Each is named with what it is for, or stands in the edge of a box as that box's name.</summary>
    [Fact]
    public void The_picture_of_the_house_has_every_project_of_the_table()
    {
        string text = Repository.Text("ARCHITECTURE.md");
        string picture = text.Split("```")[1];
        Assert.Contains("┌", picture, StringComparison.Ordinal);
        string[] projects =
        [
            .. text.Split('\n').Select(line => Row().Match(line)).Where(m => m.Success).Select(m => m.Groups[1].Value.Split('.')[^1]),
        ];
        Assert.True(projects.Length > 20, $"Only {projects.Length} projects were found.");
        string[] missing = [.. projects.Where(p => !Regex.IsMatch(picture, $@"(?:[│┤] +{p} )|(?:\b{p}: )"))];
        Assert.Empty(missing);
        // Nothing in it that is no project.
        string[] unknown = [.. Regex.Matches(picture, @"\b([A-Z][a-z]+): ").Select(m => m.Groups[1].Value).Except(projects)];
        Assert.Empty(unknown);
        // Lines of the picture are as long as their boxes are.
        Assert.True(picture.Split('\n').Max(l => l.Length) <= 120, "The picture is wider than a page.");
    }

    [Fact]
    public void Domain_sees_no_wire_type_no_database_and_no_web()
    {
        string[] never =
        [
            "Microsoft.AspNetCore",
            "Npgsql",
            "Microsoft.Data.Sqlite",
            "Causeway.Contracts",
            "System.Net.Http",
            "System.Net.Sockets",
        ];
        IEnumerable<string> seen =
            from file in Directory.GetFiles(Path.Combine(Repository.Root, "src", "Causeway.Domain"), "*.cs", SearchOption.AllDirectories)
            from line in File.ReadLines(file)
            where line.StartsWith("using ", StringComparison.Ordinal)
            from n in never
            where line.Contains(n, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repository.Root, file)}: {line}";
        Assert.Empty(seen);
    }

    [Fact]
    public void Relative_links_in_the_documents_lead_somewhere()
    {
        IEnumerable<string> documents = Directory
            .GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(Repository.Root, "*.md"));
        IEnumerable<string> dead =
            from document in documents
            from Match link in Link().Matches(File.ReadAllText(document))
            let target = link.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
            select $"{Path.GetRelativePath(Repository.Root, document)} -> {target}";
        Assert.Empty(dead);
    }

    [GeneratedRegex(@"^\| (Causeway[\w.]*) \| (?!(?:`\w+` ?)+\|).* \| ([\w, ]*) ?\|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
