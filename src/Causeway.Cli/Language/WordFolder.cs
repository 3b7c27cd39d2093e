using System.Collections.Concurrent;
using System.Reflection;

namespace Causeway.Cli.Language;

/// <summary>The words of a part: every <c>.words</c> file of its folder, embedded. Read once a process, when the first of them is wanted.</summary>
internal sealed class WordFolder
{
    private static readonly ConcurrentDictionary<(Assembly, string), WordFolder> Known = new();

    private readonly Assembly _assembly;
    private readonly string _folder;
    private readonly Lazy<Dictionary<string, Entry>> _entries;

    private WordFolder(Assembly assembly, string folder)
    {
        (_assembly, _folder) = (assembly, folder);
        _entries = new(() => Files(assembly, folder).SelectMany(f => WordFile.Read(f.Name, f.Text)).ToDictionary(e => e.Key));
    }

    /// <param name="folder">How the names of its resources begin.</param>
    public static WordFolder Of(Assembly assembly, string folder) =>
        Known.GetOrAdd((assembly, folder), key => new WordFolder(key.Item1, key.Item2));

    public Entry? Find(string key) => _entries.Value.GetValueOrDefault(key);

    public override string ToString() => $"{_assembly.GetName().Name}: {_folder}";

    /// <summary>The files by the names of their resources, which are their paths below the features.</summary>
    internal static IEnumerable<(string Name, string Text)> Files(Assembly assembly, string folder)
    {
        foreach (string name in assembly.GetManifestResourceNames())
            if (name.StartsWith(folder, StringComparison.Ordinal) && name.EndsWith(".words", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                yield return (name, reader.ReadToEnd());
            }
    }
}
