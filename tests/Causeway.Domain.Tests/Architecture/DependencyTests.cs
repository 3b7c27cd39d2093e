using System.Text.RegularExpressions;

namespace Causeway.Domain.Tests.Architecture;

/// <summary>Packages as they are pinned, used, and accounted for in docs/dependencies.md.</summary>
public sealed partial class DependencyTests
{
    private static readonly string[] Pinned = Names(Repository.Text("Directory.Packages.props"), Pin());

    [Fact]
    public void Every_pinned_package_has_its_row_and_every_row_its_pin()
    {
        Assert.True(Pinned.Length > 10, $"Only {Pinned.Length} packages were found.");
        Assert.Equal(Pinned, Names(Repository.Text("docs/dependencies.md"), Row()));
    }

    [Fact]
    public void Every_pinned_package_is_used()
    {
        IEnumerable<string> projects = Directory
            .EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "Directory.Build.props"));
        HashSet<string> used = [.. projects.SelectMany(p => Names(File.ReadAllText(p), Use()))];
        // Comes with FsCheck; pinned because the version that it asks for is not served everywhere.
        string[] unused = [.. Pinned.Except(used)];
        Assert.Equal(["FSharp.Core"], unused);
        // A pin that no project needs says why it is there.
        string documents = Repository.Text("docs/dependencies.md");
        Assert.All(unused, u => Assert.Matches($@"\n\| {Regex.Escape(u)} \| [^|]*pinned, since ", documents));
    }

    private static string[] Names(string text, Regex pattern) =>
        [.. pattern.Matches(text).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)];

    [GeneratedRegex("<PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex Pin();

    [GeneratedRegex("<PackageReference Include=\"([^\"]+)\"")]
    private static partial Regex Use();

    [GeneratedRegex(@"^\| ([A-Za-z][\w.]*) \| (?!what for)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
