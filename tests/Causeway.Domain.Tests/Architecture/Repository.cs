using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Causeway.Domain.Tests.Architecture;

/// <summary>The repository as files: its documents, its projects, and its sources with what they say of themselves.</summary>
internal static partial class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The folders that hold the product and what measures it.</summary>
    private static readonly string[] Ours = ["src", "bench"];

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    public static IReadOnlyList<string> Projects { get; } =
    [.. Ours.SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))];

    public static IReadOnlyList<Source> Sources { get; } =
    [
        .. from folder in Ours
        from path in Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        where !path.EndsWith(".sample.cs", StringComparison.Ordinal) // these belong to the tests
        select Source.Of(Path.GetRelativePath(Root, path), File.ReadAllText(path)),
    ];

    private static string Find([CallerFilePath] string here = "")
    {
        DirectoryInfo? folder = new FileInfo(here).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Causeway.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The repository was not found above the test sources.");
    }

    /// <summary>A source file: its room, the rooms that it sees, the types that it declares.</summary>
    /// <param name="Path">From the root of the repository.</param>
    /// <param name="Room">Its namespace; null for top-level statements.</param>
    internal sealed partial record Source(string Path, string? Room, IReadOnlyList<string> Sees, IReadOnlyList<string> Types)
    {
        public static Source Of(string path, string text) =>
            new(
                path,
                Namespace().Match(text) is { Success: true } room ? room.Groups[1].Value : null,
                [.. Using().Matches(text).Select(m => m.Groups[1].Value)],
                [.. Declaration().Matches(text).Select(m => m.Groups[1].Value)]
            );

        [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
        private static partial Regex Namespace();

        [GeneratedRegex(@"^using\s+(?:static\s+)?([\w.]+)\s*;", RegexOptions.Multiline)]
        private static partial Regex Using();

        [GeneratedRegex(@"^(?:\w+ )*(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
        private static partial Regex Declaration();
    }
}
