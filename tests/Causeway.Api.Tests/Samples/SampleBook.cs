using System.Reflection;

namespace Causeway.Samples;

/// <summary>All samples: each class in these tests that derives from <see cref="Sample"/>, found by itself.</summary>
internal static class SampleBook
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    private static readonly Lazy<Dictionary<string, string>> s_files = new(() =>
        new[] { "src", "tests" }
            .SelectMany(f => Directory.GetFiles(Path.Combine(Root, f), "*.sample.cs", SearchOption.AllDirectories))
            .ToDictionary(f => Path.GetFileName(f)[..^".sample.cs".Length], f => Path.GetDirectoryName(f)!)
    );

    public static IReadOnlyList<Sample> All { get; } =
    [
        .. Assembly
            .GetExecutingAssembly()
            .GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Sample)) && !t.IsAbstract)
            .Select(t => (Sample)Activator.CreateInstance(t)!)
            .OrderBy(s => s.Type, StringComparer.Ordinal),
    ];

    /// <summary>Their types, for theories.</summary>
    public static TheoryData<string> Types => [.. All.Select(s => s.Type)];

    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    public static Sample Of(string type) =>
        Find(type)
        ?? throw new InvalidOperationException(
            $"{type} has no sample: write X.sample.cs beside the type, with a class XSample (docs/how-to/add-a-resource-type.md)."
        );

    public static Sample? Find(string type) => All.SingleOrDefault(s => s.Type.Equals(type, StringComparison.OrdinalIgnoreCase));

    /// <summary>The folder of <c>X.sample.cs</c>, for the class <c>XSample</c>.</summary>
    /// <exception cref="InvalidOperationException">The class is in a file of another name.</exception>
    public static string FolderOf(Type sample)
    {
        string name = sample.Name.EndsWith("Sample", StringComparison.Ordinal) ? sample.Name[..^"Sample".Length] : sample.Name;
        return s_files.Value.TryGetValue(name, out string? folder)
            ? folder
            : throw new InvalidOperationException($"{sample.Name} is not in a file {name}.sample.cs.");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Causeway.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }
}
