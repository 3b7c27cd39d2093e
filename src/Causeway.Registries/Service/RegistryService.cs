using System.Runtime.CompilerServices;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Service;

/// <summary>What the registries are made of.</summary>
public sealed record RegistryOptions
{
    /// <summary>Where snapshots are kept; the folder is created.</summary>
    public required string DataFolder { get; init; }

    /// <summary>IRR dump files, read on <see cref="RegistryService.LoadAsync"/>, and again when their time or length changes.</summary>
    public IReadOnlyList<string> DumpFiles { get; init; } = [];

    /// <summary>RPSL at hand, read on <see cref="RegistryService.LoadAsync"/>.</summary>
    public IReadOnlyList<IrrDump> Dumps { get; init; } = [];

    /// <summary>How often dump files are looked at.</summary>
    public TimeSpan DumpPoll { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the folder is looked at for what a person accepts from beside (<see cref="AcceptRequest"/>).</summary>
    public TimeSpan RequestPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A source that has given nothing for so long after the start is not waited for any more (<see cref="IProofs.HasLoaded"/>).</summary>
    public TimeSpan LoadWithin { get; init; } = TimeSpan.FromMinutes(10);

    public IrrStoreOptions Irr { get; init; } = new();

    /// <summary>IRR sources kept fresh by NRTM between dumps.</summary>
    public IReadOnlyList<IrrMirror> Mirrors { get; init; } = [];

    public RpkiOptions Rpki { get; init; } = new();

    public PeeringDbOptions PeeringDb { get; init; } = new();
}

/// <summary>
/// The registries of one data folder, kept fresh: IRR, RPKI and PeeringDB behind one immutable view that is swapped whole whenever any of them changes.
/// </summary>
public sealed class RegistryService : IProofs, IPeerFilters, INetworkDirectory, IDisposable
{
    private const int ManyVrps = 100_000;

    /// <summary>All dumps of the world take minutes on a slow disk.</summary>
    private static readonly TimeSpan ReadingPatience = TimeSpan.FromHours(1);

    private readonly RegistryOptions _options;
    private readonly TimeProvider _clock;
    private readonly SocketsHttpHandler _transport = new();
    private readonly DumpFiles _dumps;
    private readonly IrrMirrors _mirrors;
    private readonly HttpClient _http;
    private readonly SourceWatch _watch = new();
    private readonly Lock _gate = new();
    private readonly Lock _refreshing = new();
    private readonly ProofChangeLog _changes = new();
    private readonly KnownFilters _filters = new();
    private (bool HasLoaded, bool IsSureOfDumps) _known;
    private bool _couldNotRead;
    private RegistryView _current = RegistryView.Empty;
    private readonly long _started;
    private bool _isRead;
    private bool _hasLoaded;
    private TaskCompletionSource<RegistryView> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the data folder; what its snapshots hold is in <see cref="Current"/> at once.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public RegistryService(RegistryOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _started = clock.GetTimestamp();
        Directory.CreateDirectory(options.DataFolder);
        Irr = IrrStore.Open(Path.Combine(options.DataFolder, "irr"), clock, options.Irr);
        _dumps = new DumpFiles(Irr, options.DumpFiles);
        Rpki = new RpkiService(options.Rpki with { SnapshotPath = SnapshotPath(options.DataFolder) }, clock);
        PeeringDb = new PeeringDbService(
            options.PeeringDb with
            {
                Folder = options.PeeringDb.Folder ?? Path.Combine(options.DataFolder, "peeringdb"),
            },
            _transport,
            clock
        );
        _http = new HttpClient(_transport, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _mirrors = new IrrMirrors(Irr, clock, options.Mirrors, _http);
        Loops =
        [
            new RegistryLoop("dumps", ReadingPatience, LoadChangedDumpsAsync),
            new RegistryLoop("accept requests", ReadingPatience, AcceptRequestedAsync),
            new RegistryLoop("registry sources", TimeSpan.FromMinutes(1), LookAtSourcesAsync),
            .. Rpki.Loops,
            .. _mirrors.Loops,
            .. PeeringDb.Loop is { } peeringDb ? (Loop[])[peeringDb] : [],
        ];
        Irr.Changed += _ => Refresh();
        Rpki.Changed += _ => Refresh();
        PeeringDb.Changed += _ => Refresh();
        Refresh();
    }

    public IrrStore Irr { get; }

    public RpkiService Rpki { get; }

    public PeeringDbService PeeringDb { get; }

    public RegistryView Current => Volatile.Read(ref _current);

    /// <summary>Where a data folder keeps its VRPs.</summary>
    public static string SnapshotPath(string dataFolder) => Path.Combine(dataFolder, "rpki.vrps");

    /// <summary>Raised by <see cref="LoadAsync"/> for an IRR source that is no longer served, since no dump and no mirror provides it any more.</summary>
    public event Action<string>? Removed;

    /// <summary>Raised when something went wrong that no source's status shows: a full disk, a damaged snapshot. The text is for people.</summary>
    public event Action<string>? Trouble;

    /// <summary>Raised when a source begins to have a problem, or has another one: a refresh that is held back changes no data, and would pass unseen.</summary>
    public event Action<SourceStatus>? Alarm;

    /// <summary>Raised when a source has no problem any more.</summary>
    public event Action<SourceStatus>? Recovered;

    /// <summary>
    /// Keep everything fresh while a <see cref="Supervisor"/> turns them; they are stopped before this is disposed. What went wrong with a source is in
    /// <see cref="Status"/>, what went wrong with a loop in the supervisor's.
    /// </summary>
    public IReadOnlyList<Loop> Loops { get; }

    /// <summary>
    /// Reads what has changed since the snapshots were made: dumps, VRP files, the PeeringDB copy. Snapshots that are damaged are dropped first, and read anew.
    /// What cannot be read is in <see cref="Status"/>; what was there before stays.
    /// </summary>
    /// <returns>Null when there was no dump to read.</returns>
    public async Task<IrrLoadReport?> LoadAsync(IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        IEnumerable<string> unreadable = Irr.OpenFailures.Append(Rpki.SnapshotProblem).OfType<string>();
        foreach (string damage in unreadable.Concat(await Irr.DropDamagedAsync(cancellation)))
            Trouble?.Invoke($"{damage} It is left out until it has been loaded again.");
        await Rpki.LoadFilesAsync(cancellation);
        await PeeringDb.LoadAsync(cancellation);
        if (Rpki.View.Table.Count > ManyVrps)
            // What they were read from is garbage of a hundred megabytes that would stand there while the dumps need theirs.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            IrrLoadReport? report = await LoadDumpsAsync(_options.Dumps, progress, cancellation);
            // Only now is it known which source is in which dump.
            IReadOnlyList<string> gone = await Irr.KeepOnlyAsync(
                [.. _options.DumpFiles, .. _options.Dumps.Select(d => d.Name)],
                [.. _options.Mirrors.Select(m => m.Source)],
                cancellation
            );
            foreach (string source in gone)
                Removed?.Invoke(source);
            return report;
        }
        catch (IOException e)
        {
            Trouble?.Invoke(e.Message);
            return null;
        }
        finally
        {
            Volatile.Write(ref _isRead, !cancellation.IsCancellationRequested);
            TellOnceLoaded();
        }
    }

    private async Task<IrrLoadReport?> LoadDumpsAsync(
        IEnumerable<IrrDump> besides,
        IProgress<LoadProgress>? progress,
        CancellationToken cancellation
    )
    {
        IrrDump[] dumps = [.. besides, .. _dumps.Changed()];
        try
        {
            IrrLoadReport? report = dumps.Length == 0 ? null : await Irr.LoadAsync(dumps, progress, cancellation);
            if (Interlocked.Exchange(ref _couldNotRead, false))
                Refresh();
            return report;
        }
        catch
        {
            // Nothing was changed for want of room, of time or the like: that is not the files' fault.
            _dumps.AskAgain();
            Volatile.Write(ref _couldNotRead, true);
            throw;
        }
    }

    private async Task<TurnResult> LoadChangedDumpsAsync(CancellationToken cancellation)
    {
        IrrLoadReport? report = await LoadDumpsAsync([], null, cancellation);
        string says =
            report is null ? "no dump has changed"
            : report.Failures.Count == 0 ? $"{report.Objects:N0} objects read"
            : $"{report.Failures.Count} dumps cannot be used; their status says why";
        return new TurnResult(says, _options.DumpPoll);
    }

    /// <summary>That the first load has ended is news for whoever waits for it, also when it brought nothing.</summary>
    private void TellOnceLoaded()
    {
        if (!HasLoaded && FirstLoadHasEnded)
            Refresh();
    }

    /// <summary>Tells what has changed about sources, and that the first load has ended.</summary>
    private Task<TurnResult> LookAtSourcesAsync(CancellationToken cancellation)
    {
        TellOnceLoaded();
        (IReadOnlyList<SourceStatus> alarms, IReadOnlyList<SourceStatus> recovered) = _watch.Look(Look(), _clock.GetUtcNow());
        foreach (SourceStatus source in recovered)
            Recovered?.Invoke(source);
        foreach (SourceStatus source in alarms)
            Alarm?.Invoke(source);
        return Task.FromResult(new TurnResult($"{_watch.Count} sources have a problem", _options.RequestPoll));
    }

    /// <summary>Mirrored sources of which there is nothing to have a status, and why.</summary>
    private IEnumerable<SourceStatus> NeverLoaded() =>
        from mirror in _options.Mirrors
        where Irr.Current.Source(mirror.Source) is null
        let problem = _mirrors.LastOutcome(mirror.Source) switch
        {
            NrtmOutcome.Failed failed => failed.Reason,
            NrtmOutcome.NeedsReload reload => reload.Reason,
            _ => null,
        }
        select new SourceStatus(mirror.Source.ToUpperInvariant(), "irr", 0, null, null, null, problem);

    /// <summary>Takes over what the shrink guard holds of a source, because a person has looked at it. False when nothing is held.</summary>
    public async Task<bool> AcceptAsync(string source, CancellationToken cancellation) =>
        await Irr.AcceptAsync(source, cancellation) || Rpki.Accept(source);

    private async Task<TurnResult> AcceptRequestedAsync(CancellationToken cancellation)
    {
        foreach (AcceptRequest request in AcceptRequest.Pending(_options.DataFolder))
        {
            try
            {
                await AcceptAsync(request.Source, cancellation);
            }
            finally
            {
                request.Done();
            }
        }
        return new TurnResult("nothing asked for", _options.RequestPoll);
    }

    public long Revision => Current.Revision;

    /// <summary>
    /// What there is to read has been read, and what has to be heard of others has been heard, or not within <see cref="RegistryOptions.LoadWithin"/>. It becomes true together
    /// with the view that says so: who has seen it, has seen that everything is to be looked at.
    /// </summary>
    public bool HasLoaded => Volatile.Read(ref _hasLoaded);

    private bool FirstLoadHasEnded =>
        Volatile.Read(ref _isRead)
        && (
            _clock.GetElapsedTime(_started) >= _options.LoadWithin
            || (Rpki.HasHeardAll && _options.Mirrors.All(m => m.Nrtm4 is null || Irr.Current.Source(m.Source) is not null))
        );

    public IReadOnlyList<PrefixProof> Prove(
        IReadOnlyCollection<IpPrefix> prefixes,
        Asn asn,
        RoutingRegistry registry,
        IEnumerable<IpPrefix>? provenBlocks = null
    ) => Current.ProveAll(prefixes, asn, registry, provenBlocks);

    public PeerFilter? FilterOf(Asn asn, string? asSet, int mostPrefixes) =>
        HasLoaded ? _filters.Of(Current, ChangesSince, asn, asSet, mostPrefixes) : null;

    public OriginValidity ValidityOf(IpPrefix prefix, Asn origin) => Current.Rpki.Table.Validate(prefix, origin);

    public PathVerdict JudgePath(IReadOnlyList<Asn> path) => Current.Rpki.JudgePath(path);

    /// <summary>Of PeeringDB.</summary>
    SourceState INetworkDirectory.State =>
        Current.PeeringDb.Records > 0 ? SourceState.Loaded
        : _options.PeeringDb is { Api: null, DumpFile: null } ? SourceState.Unknown
        : SourceState.Silent;

    NetworkRecord? INetworkDirectory.Find(Asn asn) => PeerFilters.Record(Current.PeeringDb, asn);

    public SignatureVerdict Check(SignedClaim claim) => Current.Check(claim, _clock.GetUtcNow());

    /// <summary>By the view in use, so that it fits what was just proven by it.</summary>
    public SourceState StateOf(string source)
    {
        RegistryView view = Current;
        if (view.Irr.Source(source) is { } irr)
            return irr.Stale?.Kind == IrrStaleKind.Incomplete ? SourceState.Silent : SourceState.Loaded;
        if (Rpki.StateOf(source, view.Rpki) is var state && state != SourceState.Unknown)
            return state;
        bool isMirrored = _options.Mirrors.Any(m => m.Source.Equals(source, StringComparison.OrdinalIgnoreCase));
        // What a dump holds is known when it has been read: until then, it may be any source.
        return isMirrored || (IsSourceName(source) && !(HasLoaded && IsSureOfDumps)) ? SourceState.Silent : SourceState.Unknown;
    }

    /// <summary>Whether it is known of every dump what it holds.</summary>
    private bool IsSureOfDumps => !Irr.HasUnreadDumps && !Volatile.Read(ref _couldNotRead);

    private static bool IsSourceName(string source) =>
        source.Length > 0 && source.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    public ProofChanges ChangesSince(long revision)
    {
        lock (_gate)
            return _changes.Since(revision, _current.Revision);
    }

    async Task<long> IProofs.WaitForChangeAsync(long seenRevision, CancellationToken cancellation) =>
        (await WaitForChangeAsync(seenRevision, cancellation)).Revision;

    /// <summary>Waits until there is a view newer than one that was seen, and gives it; at once if there is.</summary>
    public async Task<RegistryView> WaitForChangeAsync(long seenRevision, CancellationToken cancellation)
    {
        Task<RegistryView> next;
        lock (_gate)
        {
            if (_current.Revision > seenRevision)
                return _current;
            next = _next.Task;
        }
        return await next.WaitAsync(cancellation);
    }

    /// <summary>The answer now, and again each time it has changed.</summary>
    public async IAsyncEnumerable<PrefixProof> WatchAsync(
        IpPrefix prefix,
        Asn asn,
        RoutingRegistry registry,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        PrefixProof? last = null;
        RegistryView view = Current;
        while (true)
        {
            PrefixProof now = view.Prove(prefix, asn, registry);
            if (last is null || !now.SaysTheSameAs(last))
                yield return last = now;
            view = await WaitForChangeAsync(view.Revision, cancellation);
        }
    }

    /// <summary>Every source, how old its data is and what is wrong with it, as of now.</summary>
    public IReadOnlyList<SourceStatus> Status() => [.. Look().Select(_watch.Since)];

    private List<SourceStatus> Look()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        List<SourceStatus> all = [.. Irr.Status(now), .. NeverLoaded(), .. Rpki.Status()];
        if (PeeringDb.Status() is { } peeringDb && (peeringDb.Records > 0 || peeringDb.Problem is not null))
            all.Add(peeringDb);
        if (Rpki.SnapshotProblem is { } problem)
            all.Add(new SourceStatus("snapshot", SourceStatus.Snapshot, 0, null, null, null, problem));
        return all;
    }

    private void Refresh()
    {
        lock (_refreshing)
        {
            RegistryView before = _current;
            var view = new RegistryView(before.Revision + 1, _clock.GetUtcNow(), Irr.Current, Rpki.View, PeeringDb.Current);
            (bool HasLoaded, bool) known = (HasLoaded || FirstLoadHasEnded, IsSureOfDumps);
            // Beside the questions: comparing millions of objects takes a while.
            IReadOnlyCollection<IpPrefix>? touched = known == _known ? ProofDifference.Between(before, view) : null;
            _known = known;
            lock (_gate)
            {
                _changes.Add(view.Revision, touched);
                Volatile.Write(ref _current, view);
                Volatile.Write(ref _hasLoaded, known.HasLoaded);
                TaskCompletionSource<RegistryView> replaced = _next;
                _next = new TaskCompletionSource<RegistryView>(TaskCreationOptions.RunContinuationsAsynchronously);
                replaced.SetResult(view);
            }
        }
    }

    public void Dispose()
    {
        Irr.Dispose();
        _http.Dispose();
        PeeringDb.Dispose();
        _transport.Dispose();
    }
}
