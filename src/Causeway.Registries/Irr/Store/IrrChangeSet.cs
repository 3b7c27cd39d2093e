using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr.Store;

/// <summary>One step from a state to the next: collects what happens to each source, and is then applied whole or not at all.</summary>
internal sealed class IrrChangeSet(IrrState before, ShrinkGuard guard, DateTimeOffset now)
{
    private readonly Dictionary<string, IrrManifest.Entry> _entries = before.Manifest.Sources.ToDictionary(e => e.Name);
    private readonly Dictionary<string, LayeredSegment> _segments = new(before.Segments);
    private IReadOnlyList<DumpRecord> _dumps = before.Manifest.Dumps;
    private IReadOnlyList<DumpFailure> _failures = before.Manifest.Failures;

    public List<IrrOutcome> Outcomes { get; } = [];

    /// <summary>Routes of the sources that were written anew and taken, a source over whose segment a small one was laid not among them.</summary>
    public long RoutesWritten { get; private set; }

    /// <summary>Whether the shrink guard would let a state pass for the one in use.</summary>
    public bool MayFollow(LayeredSegment fresh) => Shrinks(_segments[fresh.Meta.Source], fresh) is null;

    /// <summary>A new state of a source: taken, or held back with the reason.</summary>
    public void Offer(LayeredSegment fresh, string? incomplete, Nrtm4State? nrtm4 = null)
    {
        string source = fresh.Meta.Source;
        if (!_entries.TryGetValue(source, out IrrManifest.Entry? entry))
        {
            Take(fresh, incomplete is null ? null : new IrrStale(now, incomplete, IrrStaleKind.Incomplete), nrtm4);
            return;
        }
        SegmentMeta current = _segments[source].Meta;
        if (incomplete is null && fresh.Meta.Serial < (entry.Serial ?? current.Serial) && fresh.Meta.DataTime < current.DataTime)
        {
            // The dump that NRTM went on from, read once more.
            File.Delete(fresh.NewestPath);
            return;
        }
        DateTimeOffset since = entry.Stale?.Since ?? now;
        if (incomplete is not null && entry.Stale?.Kind != IrrStaleKind.Incomplete)
        {
            File.Delete(fresh.NewestPath);
            Keep(entry with { Stale = new IrrStale(since, incomplete, IrrStaleKind.Failed) });
        }
        else if (Shrinks(_segments[source], fresh) is { } reason)
            Keep(
                entry with
                {
                    Stale = new IrrStale(since, reason, IrrStaleKind.Shrunk),
                    HeldBack = Path.GetFileName(fresh.Base.Path),
                    HeldBackNrtm4 = nrtm4,
                }
            );
        else
            Take(fresh, incomplete is null ? null : new IrrStale(since, incomplete, IrrStaleKind.Incomplete), nrtm4);
    }

    private string? Shrinks(LayeredSegment inUse, LayeredSegment offered)
    {
        SegmentMeta old = inUse.Meta,
            fresh = offered.Meta;
        if (fresh.Objects == 0 && old.Objects > 0)
            return $"the refresh holds nothing; the last good state has {old.Objects:N0} objects and stays in use";
        bool isLaidOver = inUse.Base == offered.Base;
        int sets = old.AsSets + old.RouteSets;
        string? reason =
            Judge("IPv4 routes", old.Routes4, fresh.Routes4, inUse.Routes4.Gone(offered.Routes4, isLaidOver))
            ?? Judge("IPv6 routes", old.Routes6, fresh.Routes6, inUse.Routes6.Gone(offered.Routes6, isLaidOver))
            ?? Judge("sets", sets, fresh.AsSets + fresh.RouteSets, sets - fresh.AsSets - fresh.RouteSets);
        GC.KeepAlive(inUse);
        GC.KeepAlive(offered);
        return reason;
    }

    /// <summary>The last few of one kind may well go in the ordinary course of a small source; only all kinds together may not.</summary>
    private string? Judge(string records, int old, int fresh, int gone) =>
        old < guard.MinRecords ? null : guard.Judge(records, old, gone, fresh);

    public void Take(LayeredSegment fresh, IrrStale? stale, Nrtm4State? nrtm4)
    {
        string source = fresh.Meta.Source;
        if (_segments.GetValueOrDefault(source)?.Base != fresh.Base)
            RoutesWritten += fresh.Meta.Routes4 + fresh.Meta.Routes6;
        _segments[source] = fresh;
        var entry = new IrrManifest.Entry
        {
            Name = source,
            File = Path.GetFileName(fresh.Base.Path),
            Delta = Path.GetFileName(fresh.Delta?.Path),
            Stale = stale,
            Nrtm4 = nrtm4,
        };
        _entries[source] = entry;
        Outcomes.Add(new IrrOutcome.Replaced(source, IrrState.SourceOf(fresh, entry)));
    }

    private void Keep(IrrManifest.Entry entry)
    {
        _entries[entry.Name] = entry;
        Outcomes.Add(new IrrOutcome.Kept(entry.Name, entry.Stale!));
    }

    public bool Edit(string source, Func<IrrManifest.Entry, IrrManifest.Entry> edit)
    {
        if (!_entries.TryGetValue(source, out IrrManifest.Entry? entry) || edit(entry) == entry)
            return false;
        _entries[source] = edit(entry);
        return true;
    }

    /// <summary>Takes a source out whose segment is damaged; every dump is then read again, for any of them may have been in it.</summary>
    public void Drop(string source)
    {
        Remove(source);
        _dumps = [];
    }

    /// <summary>Takes a source out of which nothing is left.</summary>
    public void Remove(string source)
    {
        _entries.Remove(source);
        _segments.Remove(source);
    }

    /// <summary>Takes out the sources that nothing provides any more.</summary>
    /// <returns>Their names.</returns>
    public IReadOnlyList<string> Keep(IReadOnlyCollection<string> dumps, IReadOnlyCollection<string> mirrored)
    {
        _dumps = [.. _dumps.Where(d => dumps.Contains(d.Path))];
        _failures = [.. _failures.Where(f => dumps.Contains(f.Path))];
        HashSet<string> held = [.. _dumps.SelectMany(d => d.Sources)];
        string[] orphans =
        [
            .. _entries
                .Keys.Where(name =>
                    !mirrored.Contains(name, StringComparer.OrdinalIgnoreCase)
                    && !held.Contains(name)
                    && !_segments[name].Meta.Origin.Split(", ").Any(dumps.Contains)
                    // A dump that cannot be read just now may be where a source that a mirror went on with came from.
                    && (_failures.Count == 0 || !_segments[name].Meta.Origin.StartsWith("nrtm", StringComparison.Ordinal))
                )
                .Order(StringComparer.Ordinal),
        ];
        foreach (string name in orphans)
        {
            _entries.Remove(name);
            _segments.Remove(name);
        }
        return orphans;
    }

    /// <summary>What became of each dump: one read whole is remembered; one that failed makes stale what came from it and is not otherwise refreshed in this load.</summary>
    public void Note(IReadOnlyList<IrrLoader.DumpResult> results)
    {
        HashSet<string> handled = [.. Outcomes.Select(o => o.Source)];
        foreach (IrrLoader.DumpResult failed in results.Where(r => r.Failure is not null))
            Fail(failed, handled);
        HashSet<string> names = [.. results.Select(r => r.Dump.Name)];
        _failures =
        [
            .. _failures.Where(f => !names.Contains(f.Path)),
            .. results.Where(r => r.Failure is not null && r.Dump.IsFile).Select(r => new DumpFailure(r.Dump.Name, r.Failure!)),
        ];
        _dumps =
        [
            .. _dumps.Where(d => !names.Contains(d.Path)),
            .. results
                .Where(r => r is { Failure: null, Dump.Time: not null })
                .Select(r => new DumpRecord(
                    r.Dump.Name,
                    r.Dump.Time!.Value,
                    r.Dump.Length!.Value,
                    [.. r.Sources.Order(StringComparer.Ordinal)]
                )),
        ];
        HashSet<string> held = [.. _dumps.SelectMany(d => d.Sources)];
        foreach (DumpRecord was in before.Manifest.Dumps.Where(d => results.Any(r => r.Failure is null && r.Dump.Name == d.Path)))
        foreach (string gone in was.Sources.Where(s => !held.Contains(s) && _entries.ContainsKey(s)))
            Keep(
                _entries[gone] with
                {
                    Stale = new IrrStale(
                        _entries[gone].Stale?.Since ?? now,
                        $"{was.Path} has nothing of it any more; what it said last stays in use until that is accepted",
                        IrrStaleKind.Gone
                    ),
                }
            );
    }

    private void Fail(IrrLoader.DumpResult result, HashSet<string> handled)
    {
        string[] known =
        [
            .. _entries.Keys.Where(name =>
                name == result.Dump.Source || _segments[name].Meta.Origin.Split(", ").Contains(result.Dump.Name)
            ),
        ];
        foreach (string name in known.Where(n => !handled.Contains(n)))
            Keep(_entries[name] with { Stale = new IrrStale(_entries[name].Stale?.Since ?? now, result.Failure!, IrrStaleKind.Failed) });
        if (known.Length == 0 && result.Dump.Source is { } wanted && !handled.Contains(wanted))
            Outcomes.Add(new IrrOutcome.Absent(wanted, result.Failure!));
    }

    /// <summary>The manifest first: after a crash at any point it names files that exist.</summary>
    /// <exception cref="IOException">It cannot be written; then nothing has changed.</exception>
    public IrrState Apply(string folder)
    {
        IrrManifest manifest = before.Manifest with
        {
            Sources = [.. _entries.Values.OrderBy(e => e.Name, StringComparer.Ordinal)],
            Dumps = _dumps,
            Failures = _failures,
        };
        manifest.Write(folder);
        RemoveUnused(folder, manifest);
        return IrrState.Of(manifest, _segments);
    }

    /// <summary>Also what a crash left half-written: nobody else writes here, and this process is not writing at the moment.</summary>
    private static void RemoveUnused(string folder, IrrManifest manifest)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*.partial"))
            File.Delete(path);
        HashSet<string?> used = [.. manifest.Sources.SelectMany(e => new[] { e.File, e.Delta, e.HeldBack })];
        foreach (string path in Directory.EnumerateFiles(folder, "*.irr"))
            if (!used.Contains(Path.GetFileName(path)))
                File.Delete(path);
    }
}
