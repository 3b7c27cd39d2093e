using System.Text.Json;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Segments;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Irr;

/// <summary>How the store treats its sources.</summary>
public sealed record IrrStoreOptions
{
    /// <summary>
    /// Names of sources in order of preference; the others follow in alphabetical order. Kept with the data; when empty, what was kept counts.
    /// </summary>
    public IReadOnlyList<string> Preference { get; init; } = [];

    public ShrinkGuard Guard { get; init; } = ShrinkGuard.Default;

    /// <summary>Dumps read at the same time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;
}

/// <summary>What a refresh did to one source.</summary>
public abstract record IrrOutcome(string Source)
{
    /// <summary>The new state is in use.</summary>
    public sealed record Replaced(string Source, IrrSource State) : IrrOutcome(Source);

    /// <summary>The former state stays in use; <see cref="Stale"/> says why.</summary>
    public sealed record Kept(string Source, IrrStale Stale) : IrrOutcome(Source);

    /// <summary>There is no state at all, neither old nor new.</summary>
    public sealed record Absent(string Source, string Reason) : IrrOutcome(Source);
}

/// <summary>What a load did.</summary>
/// <param name="Outcomes">Per source.</param>
/// <param name="Failures">Inputs that could not be read to the end, for people.</param>
/// <param name="Bytes">RPSL bytes read, after decompression.</param>
/// <param name="Objects">Objects seen, those that were not kept included.</param>
public sealed record IrrLoadReport(
    IReadOnlyList<IrrOutcome> Outcomes,
    IReadOnlyList<string> Failures,
    long Bytes,
    long Objects,
    TimeSpan Elapsed
);

/// <summary>
/// The registry data of one data folder: opens what is there (at once), loads dumps and updates beside it, and swaps the result in whole. One process
/// writes a folder; others may open it to read.
/// </summary>
public sealed class IrrStore : IDisposable
{
    /// <summary>From so many routes on, putting them in use leaves enough behind for it to be worth a collection in the background.</summary>
    private const int ManyRoutes = 250_000;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly IrrStoreOptions _options;
    private readonly SemaphoreSlim _writing = new(1);
    private volatile State _state;
    private int _fileNumber;

    private sealed record State(IrrManifest Manifest, IReadOnlyDictionary<string, IrrSegment> Segments, IrrDatabase Database);

    private IrrStore(string folder, TimeProvider time, IrrStoreOptions options, State state)
    {
        _folder = folder;
        _time = time;
        _options = options;
        _state = state;
    }

    /// <summary>The data in use now. Take it once per question, so that one answer comes from one state.</summary>
    public IrrDatabase Current => _state.Database;

    /// <summary>Raised after <see cref="Current"/> changed, from the thread that changed it.</summary>
    public event Action<IrrDatabase>? Changed;

    /// <summary>Segments that could not be opened at start, for people; their sources are absent until the next load.</summary>
    public IReadOnlyList<string> OpenFailures { get; private init; } = [];

    /// <summary>Opens a data folder, creating it if needed, and maps what it holds.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static IrrStore Open(string folder, TimeProvider time, IrrStoreOptions? options = null)
    {
        options ??= new IrrStoreOptions();
        Directory.CreateDirectory(folder);
        var failures = new List<string>();
        IrrManifest manifest = ReadManifest(folder, failures);
        var segments = new Dictionary<string, IrrSegment>(StringComparer.Ordinal);
        for (int attempt = 0; ; attempt++)
        {
            int before = failures.Count;
            foreach (IrrManifest.Entry entry in manifest.Sources)
                try
                {
                    segments[entry.Name] = IrrSegment.Open(Path.Combine(folder, entry.File));
                }
                catch (Exception e) when (e is IOException or SnapshotFormatException or UnauthorizedAccessException)
                {
                    failures.Add($"{entry.Name}: {e.Message}");
                }
            // A writer may have swapped files between our reading of the manifest and of the segments.
            if (failures.Count == before || attempt == 2)
                break;
            failures.Clear();
            manifest = ReadManifest(folder, failures);
        }
        manifest = manifest with { Sources = [.. manifest.Sources.Where(e => segments.ContainsKey(e.Name))] };
        if (options.Preference.Count > 0 && !options.Preference.SequenceEqual(manifest.Preference))
        {
            manifest = manifest with { Preference = [.. options.Preference.Select(p => p.ToUpperInvariant())] };
            manifest.Write(folder);
        }
        return new IrrStore(folder, time, options, new State(manifest, segments, View(manifest, segments))) { OpenFailures = failures };
    }

    private static IrrManifest ReadManifest(string folder, List<string> failures)
    {
        try
        {
            return IrrManifest.Read(folder);
        }
        catch (JsonException e)
        {
            failures.Add($"{IrrManifest.FileName} is damaged: {e.Message}");
            return new IrrManifest();
        }
    }

    /// <summary>
    /// Reads dumps and replaces every source found in them, each judged by the shrink guard. Sources that are in no dump stay as they are. Runs on the
    /// thread pool; a cancelled load changes nothing.
    /// </summary>
    public Task<IrrLoadReport> LoadAsync(IReadOnlyList<IrrDump> dumps, IProgress<LoadProgress>? progress, CancellationToken cancellation) =>
        LoadAsync(dumps, progress, nrtm4: null, cancellation);

    /// <param name="nrtm4">What to remember of each source whose new state is taken.</param>
    internal async Task<IrrLoadReport> LoadAsync(
        IReadOnlyList<IrrDump> dumps,
        IProgress<LoadProgress>? progress,
        IReadOnlyDictionary<string, Nrtm4State>? nrtm4,
        CancellationToken cancellation
    )
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Load(dumps, progress, nrtm4, cancellation), cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    private IrrLoadReport Load(
        IReadOnlyList<IrrDump> dumps,
        IProgress<LoadProgress>? progress,
        IReadOnlyDictionary<string, Nrtm4State>? nrtm4,
        CancellationToken cancellation
    )
    {
        long started = _time.GetTimestamp();
        var loader = new IrrLoader(_time, NewPath, progress);
        try
        {
            List<IrrLoader.DumpResult> read = loader.Read(dumps, _options.Parallelism, cancellation);
            var change = new Change(this);
            var fresh = new Dictionary<string, IrrSegment>();
            Parallel.ForEach(
                loader.Sources.Values.OrderByDescending(s => s.Builder.RouteCount),
                new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, _options.Parallelism), CancellationToken = cancellation },
                loading =>
                {
                    IrrSegment segment = Commit(loading);
                    lock (fresh)
                        fresh[loading.Builder.Source] = segment;
                }
            );
            foreach ((string source, IrrLoader.Loading loading) in loader.Sources.OrderBy(s => s.Key, StringComparer.Ordinal))
                change.Offer(fresh[source], loading.Incomplete, nrtm4?.GetValueOrDefault(source));
            foreach (IrrLoader.DumpResult result in read.Where(r => r.Failure is not null))
                change.Fail(result);
            change.Apply();
            return new IrrLoadReport(
                change.Outcomes,
                [.. read.Where(r => r.Failure is not null).Select(r => r.Failure!)],
                read.Sum(r => r.Bytes),
                read.Sum(r => r.Objects),
                _time.GetElapsedTime(started)
            );
        }
        finally
        {
            foreach (IrrLoader.Loading loading in loader.Sources.Values)
                loading.Builder.Dispose();
        }
    }

    private IrrSegment Commit(IrrLoader.Loading loading)
    {
        DateTimeOffset now = _time.GetUtcNow();
        loading.Builder.Commit(
            new SegmentMeta
            {
                Source = loading.Builder.Source,
                Serial = loading.Serial,
                LoadedAt = now,
                DataTime = loading.DataTime ?? now,
                Origin = string.Join(", ", loading.Origins.Order(StringComparer.Ordinal)),
            }
        );
        return IrrSegment.Open(loading.Builder.Path);
    }

    /// <summary>
    /// Applies changes in order to one source that is loaded, and sets its serial. Held to the shrink guard as a load is: a flood of deletions keeps the
    /// former state.
    /// </summary>
    internal async Task<IrrOutcome> ApplyAsync(
        string source,
        IReadOnlyList<IrrChange> changes,
        long serial,
        string origin,
        Nrtm4State? nrtm4,
        CancellationToken cancellation
    )
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            return await Task.Run(
                () =>
                {
                    if (!_state.Segments.TryGetValue(source, out IrrSegment? earlier))
                        return new IrrOutcome.Absent(source, $"{source} is not loaded, so changes to it have no meaning.");
                    using SegmentBuilder builder = IrrChange.Build(NewPath(source), earlier, changes);
                    DateTimeOffset now = _time.GetUtcNow();
                    builder.Commit(earlier.Meta with { Serial = serial, LoadedAt = now, DataTime = now, Origin = origin });
                    var change = new Change(this);
                    change.Offer(IrrSegment.Open(builder.Path), incomplete: null, nrtm4);
                    change.Apply();
                    return change.Outcomes[0];
                },
                cancellation
            );
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Records what an NRTMv4 client must remember, without a change of data.</summary>
    internal Task RememberAsync(string source, Nrtm4State nrtm4, CancellationToken cancellation) =>
        ChangeAsync(source, entry => entry with { Nrtm4 = nrtm4, Stale = null }, cancellation);

    internal Nrtm4State? Nrtm4(string source) => _state.Manifest.Sources.FirstOrDefault(e => e.Name == source)?.Nrtm4;

    /// <summary>Says that a source could not be refreshed: its state stays in use, marked with the reason and the time of the first failure.</summary>
    public Task FailAsync(string source, string reason, CancellationToken cancellation) =>
        ChangeAsync(
            source.ToUpperInvariant(),
            entry => entry with { Stale = new IrrStale(entry.Stale?.Since ?? _time.GetUtcNow(), reason, IrrStaleKind.Failed) },
            cancellation
        );

    /// <summary>Says that a refresh found the source up to date.</summary>
    public Task ConfirmAsync(string source, CancellationToken cancellation) =>
        ChangeAsync(source.ToUpperInvariant(), entry => entry with { Stale = null }, cancellation);

    /// <summary>Takes the state that the shrink guard held back after all. False when there is none.</summary>
    public async Task<bool> AcceptAsync(string source, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            IrrManifest.Entry? entry = _state.Manifest.Sources.FirstOrDefault(e =>
                e.Name.Equals(source, StringComparison.OrdinalIgnoreCase)
            );
            if (entry?.HeldBack is null)
                return false;
            var change = new Change(this);
            change.Take(IrrSegment.Open(Path.Combine(_folder, entry.HeldBack)), stale: null, entry.HeldBackNrtm4);
            change.Apply();
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ChangeAsync(string source, Func<IrrManifest.Entry, IrrManifest.Entry> edit, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            var change = new Change(this);
            if (change.Edit(source, edit))
                change.Apply();
        }
        finally
        {
            _writing.Release();
        }
    }

    private string NewPath(string source) =>
        Path.Combine(
            _folder,
            $"{source.Replace(':', '_')}.{_time.GetUtcNow().ToUnixTimeMilliseconds()}-{Interlocked.Increment(ref _fileNumber)}-{Environment.ProcessId}.irr"
        );

    private static IrrDatabase View(IrrManifest manifest, Dictionary<string, IrrSegment> segments)
    {
        string[] preference = [.. manifest.Preference];
        IrrManifest.Entry[] ordered =
        [
            .. manifest
                .Sources.OrderBy(e => Array.IndexOf(preference, e.Name) is >= 0 and int i ? i : int.MaxValue)
                .ThenBy(e => e.Name, StringComparer.Ordinal),
        ];
        return new IrrDatabase(
            [.. ordered.Select(e => segments[e.Name])],
            [.. ordered.Select(e => IrrSource.Of(segments[e.Name], e.Stale) with { HoldsBack = e.HeldBack is not null })]
        );
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>One step from a state to the next: collects what happens to each source, then writes the manifest and swaps the view.</summary>
    private sealed class Change(IrrStore store)
    {
        private readonly Dictionary<string, IrrManifest.Entry> _entries = store._state.Manifest.Sources.ToDictionary(e => e.Name);
        private readonly Dictionary<string, IrrSegment> _segments = new(store._state.Segments);

        public List<IrrOutcome> Outcomes { get; } = [];

        /// <summary>A new state of a source: taken, or held back with the reason.</summary>
        public void Offer(IrrSegment fresh, string? incomplete, Nrtm4State? nrtm4 = null)
        {
            string source = fresh.Meta.Source;
            DateTimeOffset now = store._time.GetUtcNow();
            if (!_entries.TryGetValue(source, out IrrManifest.Entry? entry))
            {
                Take(fresh, incomplete is null ? null : new IrrStale(now, incomplete, IrrStaleKind.Incomplete), nrtm4);
                return;
            }
            DateTimeOffset since = entry.Stale?.Since ?? now;
            if (incomplete is not null && entry.Stale?.Kind != IrrStaleKind.Incomplete)
            {
                File.Delete(fresh.Path);
                Keep(entry with { Stale = new IrrStale(since, incomplete, IrrStaleKind.Failed) });
            }
            else if (Shrinks(_segments[source].Meta, fresh.Meta) is { } reason)
                Keep(
                    entry with
                    {
                        Stale = new IrrStale(since, reason, IrrStaleKind.Shrunk),
                        HeldBack = Path.GetFileName(fresh.Path),
                        HeldBackNrtm4 = nrtm4,
                    }
                );
            else
                Take(fresh, incomplete is null ? null : new IrrStale(since, incomplete, IrrStaleKind.Incomplete), nrtm4);
        }

        private string? Shrinks(SegmentMeta before, SegmentMeta after)
        {
            if (after.Objects == 0 && before.Objects > 0)
                return $"the refresh holds nothing; the last good state has {before.Objects:N0} objects and stays in use";
            return Judge("IPv4 routes", before.Routes4, after.Routes4)
                ?? Judge("IPv6 routes", before.Routes6, after.Routes6)
                ?? Judge("sets", before.AsSets + before.RouteSets, after.AsSets + after.RouteSets);
        }

        /// <summary>The last few of one kind may well go in the ordinary course of a small source; only all kinds together may not.</summary>
        private string? Judge(string records, int before, int after)
        {
            ShrinkGuard guard = store._options.Guard;
            return before < guard.MinRecords ? null : guard.Judge(records, before, after);
        }

        public void Take(IrrSegment fresh, IrrStale? stale, Nrtm4State? nrtm4)
        {
            string source = fresh.Meta.Source;
            _segments[source] = fresh;
            _entries[source] = new IrrManifest.Entry
            {
                Name = source,
                File = Path.GetFileName(fresh.Path),
                Stale = stale,
                Nrtm4 = nrtm4,
            };
            Outcomes.Add(new IrrOutcome.Replaced(source, IrrSource.Of(fresh, stale)));
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

        /// <summary>A dump that failed: sources that came from it, and are not otherwise refreshed in this load, are stale.</summary>
        public void Fail(IrrLoader.DumpResult result)
        {
            HashSet<string> handled = [.. Outcomes.Select(o => o.Source)];
            string[] known =
            [
                .. _entries.Keys.Where(name =>
                    name == result.Dump.Source || _segments[name].Meta.Origin.Split(", ").Contains(result.Dump.Name)
                ),
            ];
            foreach (string name in known.Where(n => !handled.Contains(n)))
                Keep(
                    _entries[name] with
                    {
                        Stale = new IrrStale(_entries[name].Stale?.Since ?? store._time.GetUtcNow(), result.Failure!, IrrStaleKind.Failed),
                    }
                );
            if (known.Length == 0 && result.Dump.Source is { } wanted && !handled.Contains(wanted))
                Outcomes.Add(new IrrOutcome.Absent(wanted, result.Failure!));
        }

        /// <summary>The manifest first: after a crash at any point it names files that exist.</summary>
        public void Apply()
        {
            IrrManifest manifest = store._state.Manifest with
            {
                Sources = [.. _entries.Values.OrderBy(e => e.Name, StringComparer.Ordinal)],
            };
            manifest.Write(store._folder);
            var next = new State(manifest, _segments, View(manifest, _segments));
            store._state = next;
            RemoveUnused(manifest);
            store.Changed?.Invoke(next.Database);
            if (Outcomes.OfType<IrrOutcome.Replaced>().Sum(o => o.State.Routes4 + o.State.Routes6) >= ManyRoutes)
                // What was built from, and the mapping of the state before, are garbage of hundreds of megabytes that a quiet process would keep for hours.
                GC.Collect(2, GCCollectionMode.Forced, blocking: false);
        }

        /// <summary>Also what a crash left half-written: nobody else writes here, and this process is not writing at the moment.</summary>
        private void RemoveUnused(IrrManifest manifest)
        {
            foreach (string path in Directory.EnumerateFiles(store._folder, "*.partial"))
                File.Delete(path);
            HashSet<string?> used = [.. manifest.Sources.SelectMany(e => new[] { e.File, e.HeldBack })];
            foreach (string path in Directory.EnumerateFiles(store._folder, "*.irr"))
                if (!used.Contains(Path.GetFileName(path)))
                    File.Delete(path);
        }
    }
}
