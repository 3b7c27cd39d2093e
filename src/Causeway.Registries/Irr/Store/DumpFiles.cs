using Causeway.Registries.Irr.Loading;

namespace Causeway.Registries.Irr.Store;

/// <summary>Watches dump files: which of them must be read, because they are not as they were when what is in use was read from them.</summary>
/// <remarks>
/// A source may come in several files, and a load replaces every source that it finds. So with a file that has changed go all others that share a source with
/// it; with one that was never read, whose sources are not known, go all.
/// </remarks>
internal sealed class DumpFiles(IrrStore store, IReadOnlyList<string> paths)
{
    private readonly Dictionary<string, (DateTimeOffset? Written, long? Length)> _asked = [];

    /// <summary>What to read now. A file that failed, or is missing, is named again only when it has changed since.</summary>
    public IReadOnlyList<IrrDump> Changed()
    {
        IrrDump[] all = [.. paths.Distinct().Select(p => IrrDump.File(p))];
        Dictionary<string, DumpRecord> read = store.DumpsRead.ToDictionary(d => d.Path);
        HashSet<string> wanted = [.. all.Where(d => IsNews(d, read)).Select(d => d.Name)];
        if (wanted.Count == 0)
            return [];
        foreach (IrrDump dump in all)
            _asked[dump.Name] = (dump.Time, dump.Length);
        if (wanted.Any(name => !read.ContainsKey(name)))
            return all;
        for (int before = 0; before != wanted.Count; )
        {
            before = wanted.Count;
            HashSet<string> sources = [.. wanted.SelectMany(name => read[name].Sources)];
            wanted.UnionWith(read.Values.Where(d => d.Sources.Any(sources.Contains)).Select(d => d.Path));
        }
        return [.. all.Where(d => wanted.Contains(d.Name))];
    }

    /// <summary>What was named last could not be taken in, through no fault of the files: it is named again.</summary>
    public void AskAgain() => _asked.Clear();

    private bool IsNews(IrrDump dump, Dictionary<string, DumpRecord> read)
    {
        if (_asked.TryGetValue(dump.Name, out (DateTimeOffset?, long?) asked))
            return asked != (dump.Time, dump.Length);
        return !read.TryGetValue(dump.Name, out DumpRecord? known) || (known.Written, known.Length) != (dump.Time, dump.Length);
    }
}
