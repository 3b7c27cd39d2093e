using System.Reflection;

namespace Causeway.Language;

/// <summary>
/// The words of a part: every <c>.words</c> file of its folder, embedded. Read once a process, when the first of them is wanted, which is at the start of a
/// verb: libraries that nothing else needs by then, and generic types over structs, take longer than the reading.
/// </summary>
internal sealed class WordFolder
{
    private static readonly Dictionary<string, WordFolder> Known = [];

    private readonly Lazy<Dictionary<string, Entry>> _entries;

    private WordFolder(Assembly assembly, string folder) => _entries = new(() => Read(assembly, folder).ToDictionary(e => e.Key));

    /// <param name="folder">How the names of its resources begin.</param>
    public static WordFolder Of(Assembly assembly, string folder)
    {
        string name = $"{assembly.FullName}/{folder}";
        lock (Known)
            return Known.TryGetValue(name, out WordFolder? known) ? known : Known[name] = new WordFolder(assembly, folder);
    }

    public Entry? Find(string key) => _entries.Value.GetValueOrDefault(key);

    /// <summary>All of the folder; resources are named by their paths below the features.</summary>
    internal static IEnumerable<Entry> Read(Assembly assembly, string folder)
    {
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(folder, StringComparison.Ordinal) || !name.EndsWith(".words", StringComparison.Ordinal))
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            foreach (Entry entry in WordFile.Read(name, reader.ReadToEnd()))
                yield return entry;
        }
    }
}
