using System.Runtime.CompilerServices;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
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
public sealed class RegistryService : IProofs, IDisposable
{
    private const int ManyVrps = 100_000;

    private readonly RegistryOptions _options;
    private readonly TimeProvider _clock;
    private readonly SocketsHttpHandler _transport = new();
    private readonly DumpFiles _dumps;
    private readonly GuardedLoop _dumping;
    private readonly GuardedLoop _accepting;
    private readonly HttpClient _http;
    private readonly IrrMirrors _mirrors;
    private readonly Lock _gate = new();
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
        _dumping = Loop("dumps");
        _accepting = Loop("accept requests");
        _http = new HttpClient(_transport, disposeHandler: false);
        _mirrors = new IrrMirrors(Irr, clock, options.Mirrors, _http);
        Rpki.Threw += e => Trouble?.Invoke(e.Message);
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

    /// <summary>What each background loop did last.</summary>
    public IReadOnlyList<LoopStatus> Loops =>
        [
            _dumping.Status,
            _accepting.Status,
            .. Rpki.Loops,
            .. _mirrors.Loops,
            .. _options.PeeringDb.Api is null ? (LoopStatus[])[] : [PeeringDb.Loop],
        ];

    private GuardedLoop Loop(string name)
    {
        var loop = new GuardedLoop(name, _clock);
        loop.Threw += e => Trouble?.Invoke(e.Message);
        return loop;
    }

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
            return dumps.Length == 0 ? null : await Irr.LoadAsync(dumps, progress, cancellation);
        }
        catch (IOException)
        {
            // Nothing was changed for want of room or the like: that is not the files' fault.
            _dumps.AskAgain();
            throw;
        }
    }

    /// <summary>Keeps everything fresh until cancelled. Nothing that happens meanwhile ends it: <see cref="Loops"/> and <see cref="Status"/> say what did.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(
            Rpki.RunAsync(cancellation),
            PeeringDb.RunAsync(cancellation),
            _dumping.RunAsync(LoadChangedDumpsAsync, () => _options.DumpPoll, cancellation),
            _accepting.RunAsync(AcceptRequestedAsync, () => _options.RequestPoll, cancellation),
            _mirrors.RunAsync(cancellation)
        );

    private async Task<string?> LoadChangedDumpsAsync(CancellationToken cancellation)
    {
        IrrLoadReport? report = await LoadDumpsAsync([], null, cancellation);
        return report is { Failures: [var failure, ..] } ? failure : null;
    }

    /// <summary>Takes over what the shrink guard holds of a source, because a person has looked at it. False when nothing is held.</summary>
    public async Task<bool> AcceptAsync(string source, CancellationToken cancellation) =>
        await Irr.AcceptAsync(source, cancellation) || Rpki.Accept(source);

    private async Task<string?> AcceptRequestedAsync(CancellationToken cancellation)
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
        return null;
    }

    public long Revision => Current.Revision;

    /// <summary>What there is to read has been read, and what has to be heard of others has been heard, or not within <see cref="RegistryOptions.LoadWithin"/>.</summary>
    public bool HasLoaded
    {
        get
        {
            if (!Volatile.Read(ref _hasLoaded) && Volatile.Read(ref _isRead))
            {
                bool heard = Rpki.HasHeardAll && _options.Mirrors.All(m => m.Nrtm4 is null || Irr.Current.Source(m.Source) is not null);
                if (heard || _clock.GetElapsedTime(_started) >= _options.LoadWithin)
                    Volatile.Write(ref _hasLoaded, true);
            }
            return Volatile.Read(ref _hasLoaded);
        }
    }

    public IReadOnlyList<PrefixProof> Prove(
        IReadOnlyCollection<IpPrefix> prefixes,
        Asn asn,
        RoutingRegistry registry,
        IEnumerable<IpPrefix>? provenBlocks = null
    ) => Current.ProveAll(prefixes, asn, registry, provenBlocks);

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
    public IReadOnlyList<SourceStatus> Status()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        List<SourceStatus> all = [.. Irr.Status(now), .. Rpki.Status()];
        if (PeeringDb.Status() is { } peeringDb && (peeringDb.Records > 0 || peeringDb.Problem is not null))
            all.Add(peeringDb);
        if (Rpki.SnapshotProblem is { } problem)
            all.Add(new SourceStatus("snapshot", SourceStatus.Snapshot, 0, null, null, null, problem));
        return all;
    }

    private void Refresh()
    {
        lock (_gate)
        {
            var view = new RegistryView(_current.Revision + 1, _clock.GetUtcNow(), Irr.Current, Rpki.View, PeeringDb.Current);
            Volatile.Write(ref _current, view);
            TaskCompletionSource<RegistryView> replaced = _next;
            _next = new TaskCompletionSource<RegistryView>(TaskCreationOptions.RunContinuationsAsynchronously);
            replaced.SetResult(view);
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
