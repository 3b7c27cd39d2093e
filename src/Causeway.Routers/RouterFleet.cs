using System.Collections.Frozen;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Routers;

/// <summary>
/// Theory of operation. The fleet holds one driver per router of the topology. Reconciling a router is always the same act: read the circuits that must
/// be on it, compile its whole intent, apply. Requests that arrive while one runs are answered together by the next. The same act runs once at start (an
/// embedded router comes up empty) and periodically, so that whatever was missed is mended without anybody knowing what it was.
/// A pair of routers is driven by one node at a time, by lease, because what configures a circuit configures both: another node's requests are left to
/// that node.
/// </summary>
public sealed partial class RouterFleet : IRouters, IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    private readonly FrozenDictionary<string, Managed> _routers;
    private readonly IStore _store;
    private readonly CircuitWorkflow _circuits;
    private readonly IntentCompiler _compiler;
    private readonly TimeProvider _time;
    private readonly ILogger<RouterFleet> _log;
    private readonly string _node;

    /// <param name="node">This node's stable name, the holder of leases: a restarted node takes its routers back at once.</param>
    /// <exception cref="InvalidOperationException">The topology names a driver that is not registered.</exception>
    public RouterFleet(
        NetworkTopology topology,
        IEnumerable<IRouterDriverFactory> factories,
        IStore store,
        CircuitWorkflow circuits,
        IntentCompiler compiler,
        TimeProvider time,
        ILogger<RouterFleet> log,
        string node
    )
    {
        (_store, _circuits, _compiler, _time, _log, _node) = (store, circuits, compiler, time, log, node);
        FrozenDictionary<string, IRouterDriverFactory> known = factories.ToFrozenDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
        _routers = topology.Routers.ToFrozenDictionary(
            r => r.Name,
            r =>
                known.TryGetValue(r.Driver, out IRouterDriverFactory? factory)
                    ? new Managed(factory.Create(r, topology.Asn), LeaseName(topology, r.Name))
                    : throw new InvalidOperationException(
                        $"Router {r.Name} names driver '{r.Driver}'; known drivers: {string.Join(", ", known.Keys)}."
                    ),
            StringComparer.OrdinalIgnoreCase
        );
        foreach (Managed managed in _routers.Values)
            managed.Driver.SessionsChanged += _ => managed.MarkChanged();
    }

    public IRouterDriver? Find(string router) => _routers.TryGetValue(router, out Managed? m) && m.Owned ? m.Driver : null;

    public RouterObservation? Latest(string router) => _routers.TryGetValue(router, out Managed? m) ? m.Last : null;

    /// <summary>Makes a router be what is stored now, or later than now. Null when it is not this node that drives it, or the topology has it no longer.</summary>
    public async Task<ApplyResult?> ReconcileAsync(string router, CancellationToken cancellation)
    {
        if (!_routers.TryGetValue(router, out Managed? managed) || !managed.Owned)
            return null;
        long ticket = managed.Ask();
        await managed.Gate.WaitAsync(cancellation);
        try
        {
            if (!managed.Owned)
                return null;
            if (managed.Covered >= ticket)
                return managed.LastResult;
            long upTo = managed.Asked;
            RouterIntent intent = _compiler.Compile(router, await CircuitsOnAsync(router, cancellation));
            ApplyResult result = await managed.Driver.ApplyAsync(intent, cancellation);
            managed.Applied(upTo, result);
            Applied(router, intent.Instances.Length, result.Problems.Count);
            managed.Last = await managed.Driver.ObserveAsync(cancellation);
            return result;
        }
        finally
        {
            managed.Gate.Release();
        }
    }

    /// <summary>Drives the routers until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await Task.WhenAll(_routers.Select(r => DriveAsync(r.Key, r.Value, stopping)));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopping; leases of a node that ends in order are free at once.
            foreach (string lease in _routers.Values.Select(m => m.Lease).Distinct())
                await _store.ReleaseLeaseAsync(lease, _node, CancellationToken.None);
        }
    }

    private async Task DriveAsync(string router, Managed managed, CancellationToken stopping)
    {
        DateTimeOffset sweep = DateTimeOffset.MinValue,
            owned = DateTimeOffset.MinValue;
        while (true)
        {
            try
            {
                DateTimeOffset asked = _time.GetUtcNow();
                managed.Owned = await _store.TryLeaseAsync(managed.Lease, _node, asked, LeaseFor, stopping);
                owned = asked + LeaseFor;
                if (!managed.Owned && sweep != DateTimeOffset.MinValue)
                {
                    sweep = DateTimeOffset.MinValue; // Whoever takes it back begins by giving it the whole intent.
                    await ReleaseAsync(router, managed, stopping);
                }
                if (managed.Owned && _time.GetUtcNow() >= sweep)
                {
                    await ReconcileAsync(router, stopping);
                    sweep = _time.GetUtcNow() + SweepEvery;
                }
                if (managed.Owned && managed.TakeChanged())
                    managed.Last = await managed.Driver.ObserveAsync(stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Without the store nobody can renew; when the time is over, another node may have it.
                CannotDrive(router, e);
                if (managed.Owned && _time.GetUtcNow() >= owned)
                {
                    managed.Owned = false;
                    sweep = DateTimeOffset.MinValue;
                    await ReleaseAsync(router, managed, stopping);
                }
            }
            await managed.WaitForChangeAsync(RenewEvery, _time, stopping);
        }
    }

    private async Task ReleaseAsync(string router, Managed managed, CancellationToken stopping)
    {
        Released(router);
        await managed.Gate.WaitAsync(stopping);
        try
        {
            managed.Last = null;
            await managed.Driver.ReleaseAsync(stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            CannotDrive(router, e);
        }
        finally
        {
            managed.Gate.Release();
        }
    }

    private async Task<List<Circuit>> CircuitsOnAsync(string router, CancellationToken cancellation)
    {
        var circuits = new List<Circuit>();
        string? after = null;
        do
        {
            Page<StoredResource> page = await _store.ListAsync(
                new ResourceQuery
                {
                    Label = Circuit.RouterLabel(router),
                    After = after,
                    Most = 1000,
                },
                cancellation
            );
            circuits.AddRange(page.Items.Select(row => _circuits.Read(row).Resource));
            after = page.After;
        } while (after is not null);
        return circuits;
    }

    private static string LeaseName(NetworkTopology topology, string router)
    {
        RouterPair? pair = topology
            .PeeringLocations.SelectMany(l => l.Pairs)
            .FirstOrDefault(p => p.Primary.Name == router || p.Secondary.Name == router);
        return $"routers/{(pair?.Name ?? router).ToLowerInvariant()}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Managed managed in _routers.Values)
        {
            await managed.Driver.DisposeAsync();
            managed.Dispose();
        }
    }

    [LoggerMessage(2001, LogLevel.Debug, "Router {Router} was given {Instances} instances, {Problems} with problems")]
    private partial void Applied(string router, int instances, int problems);

    [LoggerMessage(2002, LogLevel.Error, "Router {Router} cannot be driven just now; trying again")]
    private partial void CannotDrive(string router, Exception exception);

    [LoggerMessage(2003, LogLevel.Warning, "Router {Router} is not this node's any more")]
    private partial void Released(string router);

    /// <summary>One router: its driver, who asked for it, and what it last said.</summary>
    private sealed class Managed(IRouterDriver driver, string lease) : IDisposable
    {
        private readonly SemaphoreSlim _changed = new(0, 1);
        private long _asked;
        private int _dirty;

        public IRouterDriver Driver => driver;
        public string Lease => lease;
        public SemaphoreSlim Gate { get; } = new(1);
        public volatile bool Owned;
        public volatile RouterObservation? Last;

        public long Asked => Interlocked.Read(ref _asked);

        /// <summary>The last request that the last application covers; read under the gate.</summary>
        public long Covered { get; private set; }
        public ApplyResult LastResult { get; private set; } = ApplyResult.Clean;

        public long Ask() => Interlocked.Increment(ref _asked);

        public void Applied(long upTo, ApplyResult result) => (Covered, LastResult) = (upTo, result);

        public void MarkChanged()
        {
            Interlocked.Exchange(ref _dirty, 1);
            try
            {
                _changed.Release();
            }
            catch (SemaphoreFullException)
            {
                // Already marked.
            }
        }

        public bool TakeChanged() => Interlocked.Exchange(ref _dirty, 0) == 1;

        public async Task WaitForChangeAsync(TimeSpan most, TimeProvider time, CancellationToken cancellation)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task changed = _changed.WaitAsync(end.Token);
            await Task.WhenAny(changed, Task.Delay(most, time, end.Token));
            await end.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }

        public void Dispose()
        {
            Gate.Dispose();
            _changed.Dispose();
        }
    }
}
