using System.Text.Json;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Segments;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Irr.Store;

/// <summary>How the store treats its sources.</summary>
public sealed record IrrStoreOptions
{
    /// <summary>
    /// Names of sources in order of preference; the others follow in alphabetical order. Kept with the data; when empty, what was kept counts.
    ///</summary>
    public IReadOnlyList<string> Preference { get; init; } = [];

    public ShrinkGuard Guard { get; init; } = ShrinkGuard.Default;

    /// <summary>
    /// How many routes and sets may have come and gone by a mirror before a source is written anew whole. At each step so many are written, and at most
    /// so much is lost of the speed of a source that is in one piece.
    ///</summary>
    public int MostInDelta { get; init; } = 10_000;

    /// <summary>Dumps read at the same time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;
}

/// <summary>
/// The registry data of one data folder: opens what is there (at once), loads dumps and updates beside it, and swaps the result in whole. One process
/// writes a folder; others may open it to read.
///</summary>
public sealed class IrrStore : IDisposable
{
    /// <summary>From so many routes on, putting them in use leaves enough behind for it to be worth a collection in the background.</summary>
    private const int ManyRoutes = 250_000;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly IrrStoreOptions _options;
    private readonly SemaphoreSlim _writing = new(1);
    private volatile IrrState _state;
    private int _fileNumber;

    private IrrStore(string folder, TimeProvider time, IrrStoreOptions options, IrrState state)
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
    /// <param name="verify">Compare every checksum as well, for who asks once and will not call <see cref="DropDamagedAsync"/>: a tenth of a second for real data.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static IrrStore Open(string folder, TimeProvider time, IrrStoreOptions? options = null, bool verify = false)
    {
        options ??= new IrrStoreOptions();
        Directory.CreateDirectory(folder);
        var failures = new List<string>();
        IrrManifest manifest = ReadManifest(folder, failures);
        var segments = new Dictionary<string, LayeredSegment>(StringComparer.Ordinal);
        for (int attempt = 0; ; attempt++)
        {
            int before = failures.Count;
            foreach (IrrManifest.Entry entry in manifest.Sources)
                try
                {
                    var segment = new LayeredSegment(
                        IrrSegment.Open(Path.Combine(folder, entry.File)),
                        entry.Delta is { } delta ? IrrSegment.Open(Path.Combine(folder, delta)) : null
                    );
                    if (verify && segment.Verify() is { } damage)
                        throw new SnapshotFormatException(damage);
                    segments[entry.Name] = segment;
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    failures.Add($"{entry.Name}: {e.Message}");
                }
            // A writer may have swapped files between our reading of the manifest and of the segments.
            if (failures.Count == before || attempt == 2)
                break;
            failures.Clear();
            manifest = ReadManifest(folder, failures);
        }
        if (failures.Count > 0)
            // What is missing may have come from any of the dumps: all of them are read again.
            manifest = manifest with
            {
                Sources = [.. manifest.Sources.Where(e => segments.ContainsKey(e.Name))],
                Dumps = [],
            };
        if (options.Preference.Count > 0 && !options.Preference.SequenceEqual(manifest.Preference))
        {
            manifest = manifest with { Preference = [.. options.Preference.Select(p => p.ToUpperInvariant())] };
            manifest.Write(folder);
        }
        return new IrrStore(folder, time, options, IrrState.Of(manifest, segments)) { OpenFailures = failures };
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
    /// Reads dumps and replaces every source found in them, each judged by the shrink guard. Sources that are in no dump stay as they are; one that was in a dump and is not any more says so. Runs on the
    /// thread pool; a cancelled load changes nothing.
    ///</summary>
    /// <exception cref="IOException">The folder cannot be written; nothing has changed.</exception>
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
            IrrChangeSet change = Change();
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
                change.Offer(new LayeredSegment(fresh[source]), loading.Incomplete, nrtm4?.GetValueOrDefault(source));
            change.Note(read);
            Apply(change);
            return new IrrLoadReport(
                change.Outcomes,
                [.. read.Where(r => r.Failure is not null).Select(r => r.Failure!)],
                read.Sum(r => r.Bytes),
                read.Sum(r => r.Objects),
                _time.GetElapsedTime(started)
            );
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<IOException>().FirstOrDefault() is { } full)
        {
            throw new IOException($"The load changed nothing: {full.Message}", full);
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
    ///</summary>
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
                    if (!_state.Segments.TryGetValue(source, out LayeredSegment? earlier))
                        return new IrrOutcome.Absent(source, $"{source} is not loaded, so changes to it have no meaning.");
                    IrrChangeSet change = Change();
                    var step = IrrStep.Of(earlier, changes);
                    DateTimeOffset now = _time.GetUtcNow();
                    SegmentMeta meta = earlier.Meta with { Serial = serial, LoadedAt = now, DataTime = now, Origin = origin };
                    LayeredSegment fresh =
                        Written(step.Over(NewPath(source), earlier, _options.MostInDelta), earlier.Base) is { } laid
                        && change.MayFollow(laid)
                            ? laid
                            : Written(step.Into(NewPath(source), earlier), null)!;
                    change.Offer(fresh, incomplete: null, nrtm4);
                    Apply(change);
                    return change.Outcomes[0];

                    LayeredSegment? Written(SegmentBuilder? written, IrrSegment? below)
                    {
                        using SegmentBuilder? builder = written;
                        if (builder is null)
                            return null;
                        builder.Commit(meta);
                        var segment = IrrSegment.Open(builder.Path);
                        return below is null ? new LayeredSegment(segment) : new LayeredSegment(below, segment);
                    }
                },
                cancellation
            );
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Records what an NRTMv4 client must remember, without a change of data: the source is up to date.</summary>
    internal Task RememberAsync(string source, Nrtm4State nrtm4, CancellationToken cancellation) =>
        ChangeAsync(
            source,
            entry => Confirmed(entry.Nrtm4 is { } known && known.SaysTheSameAs(nrtm4) ? entry : entry with { Nrtm4 = nrtm4 }),
            cancellation
        );

    private IrrManifest.Entry Confirmed(IrrManifest.Entry entry)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return entry with
        {
            Stale = entry.HeldBack is null ? null : entry.Stale,
            Confirmed = now - entry.Confirmed < TimeSpan.FromDays(1) ? entry.Confirmed : now,
        };
    }

    /// <summary>Takes out every source that none of these dump files and mirrors provides.</summary>
    /// <param name="dumps">Names of dumps.</param>
    /// <param name="mirrored">Names of sources.</param>
    /// <param name="cancellation">Nothing has changed then.</param>
    /// <returns>The names of those taken out.</returns>
    public async Task<IReadOnlyList<string>> KeepOnlyAsync(
        IReadOnlyCollection<string> dumps,
        IReadOnlyCollection<string> mirrored,
        CancellationToken cancellation
    )
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            IrrChangeSet change = Change();
            IReadOnlyList<string> gone = change.Keep(dumps, mirrored);
            if (gone.Count > 0 || _state.Manifest.Failures.Any(f => !dumps.Contains(f.Path)))
                Apply(change);
            return gone;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The dump files that what is in use was read from.</summary>
    internal IReadOnlyList<DumpRecord> DumpsRead => _state.Manifest.Dumps;

    /// <summary>
    /// Whether there are dumps that could not be used when they were read last: nobody knows what sources they hold.
    ///</summary>
    internal bool HasUnreadDumps => _state.Manifest.Failures.Count > 0;

    /// <summary>The sources, and the dumps that are not in use and of which no source tells.</summary>
    internal IEnumerable<SourceStatus> Status(DateTimeOffset now) =>
        Current
            .Sources.Select(s => s.Status().At(now))
            .Concat(
                from dump in _state.Manifest.Failures
                where Current.Sources.All(s => s.Stale?.Reason != dump.Reason)
                select new SourceStatus(dump.Path, "dump", 0, null, null, null, dump.Reason)
            );

    internal Nrtm4State? Nrtm4(string source) => _state.Entry(source)?.Nrtm4;

    /// <summary>Says that a source could not be refreshed: its state stays in use, marked with the reason and the time of the first failure.</summary>
    public Task FailAsync(string source, string reason, CancellationToken cancellation) =>
        ChangeAsync(
            source.ToUpperInvariant(),
            entry => entry with { Stale = new IrrStale(entry.Stale?.Since ?? _time.GetUtcNow(), reason, IrrStaleKind.Failed) },
            cancellation
        );

    /// <summary>Says that a refresh found the source up to date at a serial.</summary>
    public Task ConfirmAsync(string source, long serial, CancellationToken cancellation) =>
        ChangeAsync(
            source.ToUpperInvariant(),
            entry => Confirmed(_state.Segments[entry.Name].Meta.Serial == serial ? entry : entry with { Serial = serial }),
            cancellation
        );

    /// <summary>Takes the state that the shrink guard held back after all. False when there is none.</summary>
    public async Task<bool> AcceptAsync(string source, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            if (_state.Entry(source) is not { } entry || (entry.HeldBack is null && entry.Stale?.Kind != IrrStaleKind.Gone))
                return false;
            IrrChangeSet change = Change();
            if (entry.HeldBack is { } held)
                change.Take(new LayeredSegment(IrrSegment.Open(Path.Combine(_folder, held))), stale: null, entry.HeldBackNrtm4);
            else
                change.Remove(entry.Name);
            Apply(change);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>
    /// Reads every byte of every segment and takes those out of use that do not match their checksums, and with them the memory of which dumps were read.
    /// Opening checks only what is needed to open.
    ///</summary>
    /// <returns>What was damaged, for people.</returns>
    public async Task<IReadOnlyList<string>> DropDamagedAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            (string Source, string? Damage)[] damaged = await Task.Run(
                () => _state.Segments.Select(s => (s.Key, s.Value.Verify())).Where(s => s.Item2 is not null).ToArray(),
                cancellation
            );
            if (damaged.Length > 0)
            {
                IrrChangeSet change = Change();
                foreach ((string source, _) in damaged)
                    change.Drop(source);
                Apply(change);
            }
            return [.. damaged.Select(d => $"{d.Source}: {d.Damage}")];
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
            IrrChangeSet change = Change();
            if (change.Edit(source, edit))
                Apply(change);
        }
        finally
        {
            _writing.Release();
        }
    }

    private IrrChangeSet Change() => new(_state, _options.Guard, _time.GetUtcNow());

    private void Apply(IrrChangeSet change)
    {
        IrrState next = change.Apply(_folder);
        _state = next;
        Changed?.Invoke(next.Database);
        if (change.RoutesWritten >= ManyRoutes)
            // What was built from, and the mapping of the state before, are garbage of hundreds of megabytes that a quiet process would keep for hours.
            GC.Collect(2, GCCollectionMode.Forced, blocking: false);
    }

    private string NewPath(string source) =>
        Path.Combine(
            _folder,
            $"{source.Replace(':', '_')}.{_time.GetUtcNow().ToUnixTimeMilliseconds()}-{Interlocked.Increment(ref _fileNumber)}-{Environment.ProcessId}.irr"
        );

    public void Dispose() => _writing.Dispose();
}
