using Causeway.Api.Kit;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries;
using Causeway.Registries.Service;
using Causeway.Server.Topology;
using Microsoft.Extensions.Logging;

namespace Causeway.Server.Registries;

/// <summary>
/// The registries that this node proves prefixes with, as the topology in force names them.
///</summary>
/// <remarks>
/// Theory of operation. Every node keeps its own, in <c>registries</c> below its data folder: they are copies of what
/// is public. Each turn of this loop compares what the topology names with what is running. When they differ, the loops
/// of the former registries are ended and new ones opened over the same folder: what its snapshots hold is in use at
/// once, what has changed is read beside it, and a source that is named no longer goes when that has been done. Whoever
/// asks meanwhile is answered by one or the other, never by neither; revisions go on growing from one to the next.
/// Registries that cannot be opened (no room, another process in the folder) are tried again, and until then every
/// source counts as silent: a fault of ours proves nothing, and ends no proof.
/// </remarks>
internal sealed partial class LiveRegistries : Loop, IBringUp, IProofs, IPeerFilters, INetworkDirectory, IDisposable
{
    /// <summary>
    /// How long the loops of former registries have; a load notices within some thousand objects that it is to end.
    ///</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);

    private readonly LiveTopology _topology;
    private readonly Supervisor _supervisor;
    private readonly TimeProvider _clock;
    private readonly ILogger<LiveRegistries> _log;
    private readonly string? _startedWith;
    private readonly string _dataFolder;
    private readonly string _folder;
    private volatile Standing _now;
    private Running? _running;
    private bool _isDisposed;

    /// <param name="startedWith">The topology file that this node was started with, if any.</param>
    /// <param name="dataFolder">The node's.</param>
    public LiveRegistries(
        LiveTopology topology,
        Supervisor supervisor,
        string? startedWith,
        string dataFolder,
        TimeProvider clock,
        ILogger<LiveRegistries> log
    )
        : base("registries")
    {
        (_topology, _supervisor, _startedWith, _dataFolder) = (topology, supervisor, startedWith, dataFolder);
        (_folder, _clock, _log) = (FolderIn(dataFolder), clock, log);
        _now = new Standing(new NoProofs(_clock), 0);
        topology.Changed += Wake;
    }

    /// <summary>What is named and not open yet is silent from the first request on.</summary>
    public Task BringUpAsync(CancellationToken cancellation)
    {
        if (_topology.Now.Registries is { } wanted)
            _now = new Standing(new Unopened(wanted.LoadWithin, _clock), 0);
        return Task.CompletedTask;
    }

    /// <summary>Where a node keeps its registries.</summary>
    public static string FolderIn(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "registries");

    /// <summary>What was proven is shown and judged by while a registry is away.</summary>
    public override bool IsNeeded => false;

    public bool HasLoaded => _now.Proofs.HasLoaded;

    public long Revision => _now.Revision;

    /// <summary>What is known of origins and paths now: of registries that are being opened anew, what those before them knew.</summary>
    public (VrpTable Vrps, AspaTable Aspas) Rpki =>
        _now.Proofs is RegistryService { Rpki.View: var view } ? (view.Table, view.Aspas) : (VrpTable.Empty, AspaTable.Empty);

    /// <summary>Raised after <see cref="Rpki"/> changed. Handlers are quick and do not throw.</summary>
    public event Action? RpkiChanged;

    /// <summary>What is open now; null when none are named, or they cannot be opened.</summary>
    internal RegistryService? Service => Volatile.Read(ref _running)?.Service;

    /// <summary>Every source, how old its data is and what is wrong with it.</summary>
    public IReadOnlyList<SourceStatus> Status => Service?.Status() ?? [];

    public IReadOnlyList<PrefixProof> Prove(
        IReadOnlyCollection<IpPrefix> prefixes,
        Asn asn,
        RoutingRegistry registry,
        IEnumerable<IpPrefix>? provenBlocks = null
    ) => _now.Proofs.Prove(prefixes, asn, registry, provenBlocks);

    public SignatureVerdict Check(SignedClaim claim) => _now.Proofs.Check(claim);

    public SourceState StateOf(string source) => _now.Proofs.StateOf(source);

    public PeerFilter? FilterOf(Asn asn, string? asSet, int mostPrefixes) =>
        (_now.Proofs as IPeerFilters)?.FilterOf(asn, asSet, mostPrefixes);

    public OriginValidity ValidityOf(IpPrefix prefix, Asn origin) =>
        (_now.Proofs as IPeerFilters)?.ValidityOf(prefix, origin) ?? OriginValidity.NotFound;

    public PathVerdict JudgePath(IReadOnlyList<Asn> path) => (_now.Proofs as IPeerFilters)?.JudgePath(path) ?? default;

    /// <summary>Of PeeringDB; silent as long as it is named and not open yet.</summary>
    public SourceState State =>
        (_now.Proofs as INetworkDirectory)?.State
        ?? (_topology.Now.Registries?.PeeringDb is null ? SourceState.Unknown : SourceState.Silent);

    public NetworkRecord? Find(Asn asn) => (_now.Proofs as INetworkDirectory)?.Find(asn);

    public ProofChanges ChangesSince(long revision)
    {
        Standing now = _now;
        return revision <= now.Before
            ? ProofChanges.Everything(now.Revision)
            : now.Proofs.ChangesSince(revision - now.Before).After(now.Before);
    }

    public async Task<long> WaitForChangeAsync(long seenRevision, CancellationToken cancellation)
    {
        while (true)
        {
            Standing now = _now;
            if (now.Revision > seenRevision)
                return now.Revision;
            using var other = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task changed = now.Proofs.WaitForChangeAsync(seenRevision - now.Before, other.Token);
            await Task.WhenAny(changed, now.Replaced.Task);
            await other.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        RegistrySources? wanted = _topology.Now.Registries;
        string beside = RegistryFiles.FolderOf(_topology.Installed.Resource.Source, _startedWith, _dataFolder);
        if (_running is { } running && running.Sources == wanted && running.Beside == beside)
            return new TurnResult($"{running.Service.Status().Count} sources", null);
        await EndAsync();
        if (wanted is null)
        {
            // Copies of what is public, and of no use to anybody any more.
            if (Directory.Exists(_folder))
                Directory.Delete(_folder, recursive: true);
            if (_now.Proofs is not NoProofs)
                Switch(new NoProofs(_clock));
            return new TurnResult("none are named", null);
        }
        var opened = Running.Open(wanted, beside, _folder, _clock);
        Tell(opened.Service);
        Switch(opened.Service);
        Volatile.Write(ref _running, opened);
        opened.Loading = new RegistryLoading(opened.Service, _supervisor);
        _supervisor.Start(opened.Loading);
        return new TurnResult($"opened, {opened.Service.Status().Count} sources", null);
    }

    /// <summary>Ends what keeps the registries fresh; what they said stays in use.</summary>
    private async Task EndAsync()
    {
        if (_running is not { } running)
            return;
        // What loads starts the others: it ends first.
        Loop[] loops = [running.Loading!, .. running.Service.Loops];
        IReadOnlyList<Loop> ended =
        [
            .. await _supervisor.StopAsync(loops[..1], EndWithin),
            .. await _supervisor.StopAsync(loops[1..], EndWithin),
        ];
        HashSet<string> left = [.. _supervisor.Status.Select(l => l.Name).Intersect(loops.Except(ended).Select(l => l.Name))];
        if (left.Count > 0)
            throw new TimeoutException($"Not ended within {EndWithin.TotalSeconds:0} s: {string.Join(", ", left)}.");
        Volatile.Write(ref _running, null);
        running.Dispose();
    }

    private void Switch(IProofs next)
    {
        Standing before = _now;
        _now = new Standing(next, before.Revision);
        before.Replaced.SetResult();
        RpkiChanged?.Invoke();
    }

    private void Tell(RegistryService service)
    {
        service.Alarm += s => Alarm(s.Name, s.Problem, s.Records);
        service.Recovered += s => IsWell(s.Name, s.Records);
        service.Removed += Removed;
        service.Trouble += Trouble;
        service.Rpki.Changed += _ => RpkiChanged?.Invoke();
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _topology.Changed -= Wake;
        _running?.Dispose();
    }

    [LoggerMessage(6020, LogLevel.Warning, "Registry source {Source}: {Problem} ({Records} records stay in use)")]
    private partial void Alarm(string source, string? problem, long records);

    [LoggerMessage(6021, LogLevel.Information, "Registry source {Source} is well again: {Records} records")]
    private partial void IsWell(string source, long records);

    [LoggerMessage(6022, LogLevel.Information, "Registry source {Source} was taken out: the topology names nothing that provides it")]
    private partial void Removed(string source);

    [LoggerMessage(6023, LogLevel.Warning, "Registries: {Problem}")]
    private partial void Trouble(string problem);

    /// <summary>Who answers now, and how far the revisions of those before it went.</summary>
    private sealed record Standing(IProofs Proofs, long Before)
    {
        public long Revision => Before + Proofs.Revision;

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Registries that are open: the only process that writes their folder is this one.</summary>
    private sealed record Running(RegistrySources Sources, string Beside, RegistryService Service, FileLock Lock) : IDisposable
    {
        /// <summary>Set before it is started.</summary>
        public RegistryLoading? Loading { get; set; }

        /// <exception cref="IOException">The folder cannot be used, or another process does.</exception>
        public static Running Open(RegistrySources sources, string beside, string folder, TimeProvider clock)
        {
            var alone = FileLock.Take(RegistrySnapshot.LockFile(folder), $"The registries' folder {folder}");
            try
            {
                string peeringDb = Path.Combine(folder, "peeringdb");
                if (sources.PeeringDb is null && Directory.Exists(peeringDb))
                    Directory.Delete(peeringDb, recursive: true);
                return new Running(sources, beside, new RegistryService(RegistryFiles.Options(sources, beside, folder), clock), alone);
            }
            catch
            {
                alone.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            Service.Dispose();
            Lock.Dispose();
        }
    }

    /// <summary>Registries that are named and not open yet.</summary>
    private sealed class Unopened(TimeSpan loadWithin, TimeProvider clock) : IProofs
    {
        private readonly NoProofs _none = new(clock);
        private readonly long _since = clock.GetTimestamp();

        public bool HasLoaded => clock.GetElapsedTime(_since) >= loadWithin;

        public long Revision => _none.Revision;

        public IReadOnlyList<PrefixProof> Prove(
            IReadOnlyCollection<IpPrefix> prefixes,
            Asn asn,
            RoutingRegistry registry,
            IEnumerable<IpPrefix>? provenBlocks = null
        ) => _none.Prove(prefixes, asn, registry, provenBlocks);

        public SignatureVerdict Check(SignedClaim claim) => _none.Check(claim);

        public SourceState StateOf(string source) => SourceState.Silent;

        public ProofChanges ChangesSince(long revision) => _none.ChangesSince(revision);

        public Task<long> WaitForChangeAsync(long seenRevision, CancellationToken cancellation) =>
            _none.WaitForChangeAsync(seenRevision, cancellation);
    }
}

/// <summary>
/// Reads what has changed since the snapshots were made, and then has what keeps everything fresh turned. Readiness
/// does not wait for it.
///</summary>
internal sealed class RegistryLoading(RegistryService service, Supervisor supervisor) : Loop("registries load")
{
    private int _started;

    public override bool IsNeeded => false;

    /// <summary>All dumps of the world take minutes on a slow disk.</summary>
    public override TimeSpan Patience => TimeSpan.FromHours(1);

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        var report = await service.LoadAsync(progress: null, cancellation);
        cancellation.ThrowIfCancellationRequested();
        for (; _started < service.Loops.Count; _started++)
            supervisor.Start(service.Loops[_started]);
        return new TurnResult(
            report is null ? "nothing to read" : $"{report.Objects:N0} objects in {report.Elapsed.TotalSeconds:0.0} s",
            null
        );
    }
}
