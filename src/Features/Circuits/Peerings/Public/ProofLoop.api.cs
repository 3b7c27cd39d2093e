using System.Collections.Concurrent;
using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Domain.Circuits;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Api.Circuits;

/// <summary>
/// Theory of operation. What a peering declares was proven, or not, when it was written. This loop keeps that true: on one node (a lease), it knows which circuits declare
/// which prefixes; when a registry changes, those that it touches are proven anew; when a commit says that a circuit declares something else, or that something else is known
/// of it, so is that one, and with it the circuits of its subscription that it may lend its blocks to. A circuit is asked with what was found for it as it stands then, so that
/// nothing old wins, and is written only when it decides that something changed. Nothing is remembered that the store does not have: a node that takes over proves everything
/// once. The lease is renewed beside the work, however long a turn takes; who loses it stops.
/// </summary>
internal sealed partial class ProofLoop : Loop
{
    public const string LeaseName = "proofs";

    private static readonly TimeSpan s_leaseFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_renewEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long a turn proves; what is due beyond waits for the next, so that a large installation is seen to go on.</summary>
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(20);

    /// <summary>How many circuits are proven at once.</summary>
    private static readonly int s_abreast = Math.Max(2, Environment.ProcessorCount);

    private readonly Tracked<Circuit> _circuits;
    private readonly Engine _engine;
    private readonly ProofDesk _desk;
    private readonly IProofs _proofs;
    private readonly TimeProvider _clock;
    private readonly string _node;
    private readonly ILogger<ProofLoop> _log;
    private readonly ConcurrentDictionary<ResourceId, bool> _announced = [];
    private readonly WatchedPrefixes _watched = new();
    private readonly Dictionary<ResourceId, int> _lends = [];
    private ProofRules? _rules;
    private HashSet<ResourceId> _due = [];
    private HashSet<ResourceId> _again = [];
    private volatile bool _mayHaveMissed = true;
    private bool _hasBegun;
    private Lease? _lease;
    private long _revision;
    private Task? _change;

    public ProofLoop(
        Tracked<Circuit> circuits,
        Engine engine,
        ProofDesk desk,
        IProofs proofs,
        TimeProvider clock,
        NodeIdentity node,
        ILogger<ProofLoop> log
    )
        : base("proofs")
    {
        (_circuits, _engine, _desk, _proofs, _clock, _node, _log) = (circuits, engine, desk, proofs, clock, node.Id, log);
        engine.Store.Announced += Heard;
    }

    public override bool IsNeeded => false;

    /// <summary>Everything that is declared in a large installation is read in one turn.</summary>
    public override TimeSpan Patience => TimeSpan.FromMinutes(10);

    public override LoopStage Stage => LoopStage.Work;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        bool had = _lease is not null;
        long asked = _clock.GetTimestamp();
        _lease = await _engine.Store.TryLeaseAsync(LeaseName, _node, s_leaseFor, cancellation);
        if (_lease is null)
            return NotOurs();
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task keeping = KeepAsync(_lease, asked, held);
        try
        {
            TurnResult result = await WorkAsync(had, held.Token);
            Follow(cancellation);
            return result;
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            _lease = null;
            return NotOurs();
        }
        catch
        {
            // What this turn took on has to be looked at again.
            _mayHaveMissed = true;
            throw;
        }
        finally
        {
            await held.CancelAsync();
            await keeping;
        }
    }

    private TurnResult NotOurs()
    {
        _mayHaveMissed = true;
        return new TurnResult("another node follows the registries", s_lookEvery);
    }

    /// <summary>
    /// A turn may take longer than the lease lasts: it is renewed beside the work. When another node has it, or the store could not be asked in its time, the work is
    /// cancelled, so that no two nodes prove at once.
    /// </summary>
    /// <param name="asked">When the store was asked last; what it answered counts from then.</param>
    private async Task KeepAsync(Lease lease, long asked, CancellationTokenSource held)
    {
        try
        {
            for (TimeSpan left = Left(); left > s_renewEvery; left = Left())
            {
                await Task.Delay(s_renewEvery, _clock, held.Token);
                long now = _clock.GetTimestamp();
                try
                {
                    Task<Lease?> renewing = _engine.Store.TryLeaseAsync(LeaseName, _node, s_leaseFor, held.Token);
                    if (await renewing.WaitAsync(s_renewEvery, _clock, held.Token) != lease)
                        break;
                    asked = now;
                }
#pragma warning disable CA1031 // Whatever is wrong with the store, the lease is ours until its time is over.
                catch (Exception e) when (!held.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogNotRenewed(e);
                }
            }
            await held.CancelAsync();
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            // The turn is over.
        }

        TimeSpan Left() => s_leaseFor - _clock.GetElapsedTime(asked);
    }

    private async Task<TurnResult> WorkAsync(bool had, CancellationToken cancellation)
    {
        _hasBegun |= _proofs.HasLoaded;
        if (_desk.Rules is var rules && rules != _rules)
            (_rules, _mayHaveMissed) = (rules, true);
        // What changes from here on comes again with the next turn.
        ProofChanges changes = _proofs.ChangesSince(_revision);
        // After a start the registries are read beside this: before they are, everything would be weighed for nothing.
        if (!_hasBegun)
        {
            _revision = changes.Revision;
            return new TurnResult("the registries are being read", s_lookEvery);
        }
        if (_mayHaveMissed || !had || changes.IsEverything)
        {
            _mayHaveMissed = false;
            _announced.Clear();
            (_due, _again) = (await FillAsync(cancellation), []);
        }
        else
        {
            foreach (ResourceId circuit in _announced.Keys)
                if (_announced.TryRemove(circuit, out _))
                    _due.UnionWith(await RereadAsync(circuit, cancellation));
            _due.UnionWith(_watched.Touched(changes));
        }
        (int proven, int moved) = await ProveAsync(cancellation);
        _revision = changes.Revision;
        int left = _due.Count + _again.Count;
        return new TurnResult(
            $"{_watched.Prefixes} prefixes of {_watched.Circuits} circuits; {proven} circuits proven anew, {moved} changed{(left > 0 ? $", {left} to go" : "")}",
            _announced.IsEmpty && _due.Count == 0 ? s_renewEvery : TimeSpan.Zero
        );
    }

    public override async Task EndAsync(CancellationToken hurry)
    {
        _engine.Store.Announced -= Heard;
        if (_lease is { } lease)
            await _engine.Store.ReleaseLeaseAsync(lease, hurry);
    }

    private void Heard(string? announced)
    {
        if (announced is null)
            _mayHaveMissed = true;
        else if (
            announced.StartsWith(Circuit.ProofAnnouncements, StringComparison.Ordinal)
            && ResourceId.TryParse(announced[Circuit.ProofAnnouncements.Length..], out ResourceId? circuit)
        )
            _announced[circuit] = true;
        else
            return;
        Wake();
    }

    /// <summary>Wakes when the registries have something newer than what was looked at.</summary>
    private void Follow(CancellationToken cancellation)
    {
        if (_change is { IsCompleted: false })
            return;
        _change = WaitAsync(_revision);

        async Task WaitAsync(long seen)
        {
            try
            {
                await _proofs.WaitForChangeAsync(seen, cancellation);
                Wake();
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The turn that waited is over with its process.
            }
        }
    }

    /// <summary>
    /// Reads everything that is declared, once, and weighs it as it passes: what the registries say of it just now is laid beside what stands in the row. Circuits that
    /// would stay as they are need no more; the others are answered, to be asked one by one. What another circuit could lend is known only when all have been read, so that a
    /// prefix that nothing proves waits until then, and its circuit is asked where a block lies around it.
    /// </summary>
    private async Task<HashSet<ResourceId>> FillAsync(CancellationToken cancellation)
    {
        HashSet<ResourceId> gone = [.. _watched.All],
            due = [];
        var doubts = new List<(ResourceId Circuit, IpPrefix Prefix)>();
        DateTimeOffset now = _clock.GetUtcNow();
        Task<Page<StoredResource>> reading = ReadAsync(null);
        while (true)
        {
            Page<StoredResource> page = await reading;
            // The next one is read while these are weighed.
            reading = page.After is { } after ? ReadAsync(after) : reading;
            var weighed = new Weighed?[page.Items.Count];
            await Parallel.ForAsync(
                0,
                weighed.Length,
                new ParallelOptions { MaxDegreeOfParallelism = s_abreast, CancellationToken = cancellation },
                async (i, stop) => weighed[i] = await WeighAsync(page.Items[i], now, stop)
            );
            // Of a row that cannot be read, what it last was, stays.
            gone.ExceptWith(page.Items.Select(row => row.Id));
            foreach (Weighed one in weighed.OfType<Weighed>())
            {
                _watched.Set(one.Circuit, one.Declared);
                _lends[one.Circuit] = one.Lends;
                if (one.IsDue)
                    due.Add(one.Circuit);
                else
                    doubts.AddRange(one.Doubts.Select(p => (one.Circuit, p)));
            }
            if (page.After is null)
                break;
        }
        foreach (ResourceId circuit in gone)
        {
            _watched.Set(circuit, []);
            _lends.Remove(circuit);
        }
        _watched.Sort();
        due.UnionWith(doubts.Where(d => _watched.HasAround(d.Prefix, d.Circuit)).Select(d => d.Circuit));
        return due;

        Task<Page<StoredResource>> ReadAsync(string? after) =>
            _engine
                .Store.ListAsync(
                    new ResourceQuery
                    {
                        Type = Circuit.ResourceType,
                        Label = Circuit.DeclaresLabel,
                        After = after,
                        Most = 1000,
                    },
                    cancellation
                )
                .AsTask();
    }

    /// <summary>Null for a row that cannot be read: what it last was, stays.</summary>
    private async ValueTask<Weighed?> WeighAsync(StoredResource row, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!_circuits.TryRead(row, out Versioned<Circuit>? read))
            return null;
        Circuit circuit = read.Resource;
        IpPrefix[] declared = Declared(circuit);
        try
        {
            // Its own blocks are at hand.
            ProofsFound found = await _desk.FindAsync(circuit, now, owner => new([.. ProofDesk.BlocksOf(circuit, owner)]));
            cancellation.ThrowIfCancellationRequested();
            return new Weighed(
                circuit.Id,
                declared,
                Lends(circuit),
                !Proving.SaysNothingNew(circuit, found),
                [.. found.Families.SelectMany(f => f.Facts).Where(f => ProofDesk.IsLentOrNotFound(f.Fact)).Select(f => f.Prefix)]
            );
        }
#pragma warning disable CA1031 // It is asked by itself, where this is said.
        catch (Exception) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new Weighed(circuit.Id, declared, Lends(circuit), IsDue: true, []);
        }
    }

    /// <summary>What a look at one circuit showed.</summary>
    /// <param name="Lends">See <see cref="Lends(Circuit)"/>.</param>
    /// <param name="IsDue">Something would change by what was found.</param>
    /// <param name="Doubts">The prefixes for which a block of another circuit could count.</param>
    private sealed record Weighed(ResourceId Circuit, IpPrefix[] Declared, int Lends, bool IsDue, IpPrefix[] Doubts);

    /// <summary>What has to be proven anew because a circuit is something else than before: itself, and when it lends other blocks, whom it may lend to.</summary>
    private async Task<HashSet<ResourceId>> RereadAsync(ResourceId id, CancellationToken cancellation)
    {
        Circuit? circuit = (await _circuits.ReadAsync(id, cancellation))?.Resource;
        int lends = circuit is null ? 0 : Lends(circuit);
        bool lendsTheSame = _lends.GetValueOrDefault(id) == lends;
        _watched.Set(id, circuit is null ? [] : Declared(circuit));
        if (lends == 0)
            _lends.Remove(id);
        else
            _lends[id] = lends;
        HashSet<ResourceId> due = lendsTheSame ? [] : [.. _watched.Neighbours(id)];
        if (_watched.Has(id))
            due.Add(id);
        return due;
    }

    /// <summary>A digest of the blocks that a circuit lends; 0 for none.</summary>
    private static int Lends(Circuit circuit)
    {
        var digest = new HashCode();
        bool any = false;
        foreach (Asn owner in circuit.Declared.Select(d => d.Config.OwnerFor(d.Peering.PeerAsn)).Distinct())
        foreach (ProvenBlock block in ProofDesk.BlocksOf(circuit, owner))
        {
            digest.Add((owner, block.Prefix, block.Until));
            any = true;
        }
        return any ? digest.ToHashCode() | 1 : 0;
    }

    /// <summary>Proves what is due, as much as a turn has time for; what failed comes again when nothing else is due.</summary>
    private async Task<(int Proven, int Moved)> ProveAsync(CancellationToken cancellation)
    {
        long began = _clock.GetTimestamp();
        int moved = 0;
        ConcurrentBag<ResourceId> done = [],
            failed = [];
        if (_due.Count == 0)
            (_due, _again) = (_again, _due);
        await Parallel.ForEachAsync(
            _due.TakeWhile(_ => _clock.GetElapsedTime(began) < s_slice),
            new ParallelOptions { MaxDegreeOfParallelism = s_abreast, CancellationToken = cancellation },
            async (id, stop) =>
            {
                try
                {
                    if (await ProveAsync(id, stop))
                        Interlocked.Increment(ref moved);
                }
#pragma warning disable CA1031 // One circuit that cannot be read or written holds up no other; it is tried again.
                catch (Exception e) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogNotProven(id, e);
                    failed.Add(id);
                    return;
                }
                done.Add(id);
            }
        );
        _due.ExceptWith(done);
        _due.ExceptWith(failed);
        _again.ExceptWith(done);
        _again.UnionWith(failed);
        return (done.Count, moved);
    }

    /// <summary>True when something of it changed.</summary>
    private async Task<bool> ProveAsync(ResourceId id, CancellationToken cancellation)
    {
        if (await _circuits.ReadAsync(id, cancellation) is not { Resource: var seen })
            return false;
        DateTimeOffset now = _clock.GetUtcNow();
        if (Proving.SaysNothingNew(seen, await _desk.FindAsync(seen, now, cancellation)))
            return false;
        SendOutcome outcome = await _engine.SendAsync(
            [
                new Addressed(
                    id,
                    Circuit.ResourceType,
                    async (read, stop) =>
                        read is Versioned<Circuit> { Resource: var circuit }
                            ? await _desk.FindAsync(circuit, now, stop)
                            : new ProofsFound(now, [])
                ),
            ],
            SendContext.Causeway,
            cancellation
        );
        return outcome is SendOutcome.Delivered;
    }

    private static IpPrefix[] Declared(Circuit circuit) => [.. circuit.Declared.SelectMany(d => d.Config.Prefixes).Select(p => p.Prefix)];

    [LoggerMessage(Level = LogLevel.Warning, Message = "Circuit {Circuit} could not be proven anew; it is tried again")]
    private partial void LogNotProven(ResourceId circuit, Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of the proofs could not be renewed; it is tried again until it runs out")]
    private partial void LogNotRenewed(Exception problem);
}
