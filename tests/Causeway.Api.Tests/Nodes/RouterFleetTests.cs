using System.Collections.Concurrent;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Routers;
using Causeway.Storage;
using Causeway.Testing;
using Causeway.Topology;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Api.Tests.Nodes;

/// <summary>Who drives a router, and what becomes of it when that changes. The routers are written down, not real.</summary>
public sealed class RouterFleetTests : IAsyncLifetime
{
    private static readonly NetworkTopology Topology = TopologyFile.Default(
        new TopologyDefaults("33333333-3333-3333-3333-333333333333", 1790)
    );

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-fleet-");
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Routers _routers = new();
    private IStore _store = null!;
    private RouterFleet _fleet = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _store = StoreFactory.Open(Path.Combine(_folder.FullName, "store.db"), _time);
        await _store.MigrateAsync(CancellationToken.None);
        _fleet = new RouterFleet(
            Topology,
            [_routers],
            _store,
            new CircuitWorkflow(() => Topology, new CircuitPolicy()),
            new IntentCompiler(Topology, new CircuitLimits(), secret => secret),
            _time,
            NullLogger<RouterFleet>.Instance,
            "here"
        );
        _running = _fleet.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _fleet.DisposeAsync();
        await _store.DisposeAsync();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_router_that_another_node_takes_is_let_go_and_taken_back_with_its_whole_intent()
    {
        RouterPair pair = Topology.PeeringLocations[0].Pairs[0];
        string lease = $"routers/{pair.Name.ToLowerInvariant()}";
        string router = pair.Primary.Name;
        await SaysAsync(router, "apply");
        Assert.NotNull(_fleet.Find(router));

        await Eventually.Get(
            async () =>
            {
                await _store.ReleaseLeaseAsync(lease, "here", CancellationToken.None);
                return await _store.TryLeaseAsync(lease, "there", _time.GetUtcNow(), TimeSpan.FromDays(365), CancellationToken.None);
            },
            taken => taken,
            "the other node takes the lease"
        );
        await SaysAsync(router, "apply", "release");
        Assert.Null(_fleet.Find(router));
        Assert.Null(_fleet.Latest(router));
        Assert.Null(await _fleet.ReconcileAsync(router, CancellationToken.None));

        await _store.ReleaseLeaseAsync(lease, "there", CancellationToken.None);
        await SaysAsync(router, "apply", "release", "apply");
        Assert.NotNull(_fleet.Find(router));
    }

    /// <summary>Lets the fleet look at its leases, again and again, until the router was told just this; an intent may be given again by a sweep.</summary>
    private Task<string> SaysAsync(string router, params string[] told) =>
        Eventually.Get(
            () =>
            {
                string[] all = [.. _routers.Told(router)];
                string[] seen = [.. all.Where((what, i) => i == 0 || all[i - 1] != what)];
                if (!seen.SequenceEqual(told))
                    _time.Advance(TimeSpan.FromSeconds(5));
                return string.Join(' ', seen);
            },
            seen => seen == string.Join(' ', told),
            $"{router} is told: {string.Join(' ', told)}"
        );

    private sealed class Routers : IRouterDriverFactory
    {
        private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _told = new();

        public string Name => "embedded";

        public IRouterDriver Create(RouterDefinition router, Asn asn) => new Router(router.Name, _told.GetOrAdd(router.Name, _ => new()));

        public ConcurrentQueue<string> Told(string router) => _told[router];
    }

    private sealed class Router(string name, ConcurrentQueue<string> told) : IRouterDriver
    {
        string IRouterDriver.Router => name;

        public event Action<string>? SessionsChanged
        {
            add { }
            remove { }
        }

        public Task<ApplyResult> ApplyAsync(RouterIntent intent, CancellationToken cancellation)
        {
            told.Enqueue("apply");
            return Task.FromResult(ApplyResult.Clean);
        }

        public Task ReleaseAsync(CancellationToken cancellation)
        {
            told.Enqueue("release");
            return Task.CompletedTask;
        }

        public Task<RouterObservation> ObserveAsync(CancellationToken cancellation) =>
            Task.FromResult(new RouterObservation(name, DateTimeOffset.UnixEpoch, []));

        public Task<IReadOnlyList<RouteObservation>> ReceivedRoutesAsync(string instance, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<RouteObservation>>([]);

        public Task<IReadOnlyList<RouteObservation>> AnnouncedRoutesAsync(string instance, CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<RouteObservation>>([]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
