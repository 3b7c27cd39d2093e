using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Routers.Embedded;
using Causeway.Testing;
using Causeway.Testing.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Routers.Tests;

/// <summary>
/// A process that stops and comes back costs its customers no route (RFC 4724); whoever is really let go is told so at once. With real sessions, and the
/// customers' own tables watched all the time.
/// </summary>
public sealed class RestartTests
{
    private static readonly Asn Us = new(64496);
    private static readonly Asn Them = new(65010);
    private static readonly IpPrefix Lan = IpPrefix.Parse("127.212.0.0/24");

    private static readonly EmbeddedSettings Timers = new(
        HoldTime: TimeSpan.FromSeconds(30),
        ConnectRetry: TimeSpan.FromMilliseconds(300),
        MaxPrefixRestart: TimeSpan.FromMilliseconds(500)
    );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_takes_no_route_from_a_customer_whether_or_not_the_store_could_be_told(bool storeRefuses)
    {
        int port = FreePort();
        var store = default(NoRestarts);
        await using var lab = new FleetLab(
            drivers: new EmbeddedRouterFactory(Timers, TimeProvider.System),
            around: inner => store = new NoRestarts(inner) { Refuses = storeRefuses },
            port: port
        );
        await using Customer customer = await UpAsync(lab, 1, port);
        await using var watch = new Watch(customer, "10.1.0.0/16");
        await lab.StopAsync();
        await Eventually.Get(() => customer.State, s => s != "Established", "the session is over");
        store!.Refuses = false;
        Observation? left = await lab.Store.GetObservationAsync(ObservationKeys.Restart("ams-1-primary"), CancellationToken.None);
        Assert.Equal(storeRefuses, left is null);
        if (left is not null)
        {
            RouterRestart restart = JsonSerializer.Deserialize(left.Body.Span, ObservationJson.Default.RouterRestart)!;
            Assert.Equal(("ipv4", Timers.RestartTime), (Assert.Single(restart.Kept).Session, restart.Within));
        }
        store.Refuses = storeRefuses;
        lab.StartAnew();
        await Eventually.True(() => customer is { State: "Established", HasHeardAll: true }, "the session is back and all is said");
        Assert.Equal((true, true), customer.EdgeSaid);
        await watch.NeverLostAsync();
    }

    [Fact]
    public async Task A_pair_that_the_topology_has_no_more_ends_for_good()
    {
        int port = FreePort();
        await using var lab = new FleetLab(drivers: new EmbeddedRouterFactory(Timers, TimeProvider.System), port: port);
        await using Customer customer = await UpAsync(lab, 1, port);
        lab.Topology = lab.Topology with { PeeringLocations = [.. lab.Topology.PeeringLocations.Where(l => l.Name != "Amsterdam")] };
        await lab.FollowAsync();
        await Eventually.Get(() => customer.Learned.Count, n => n == 0, "the customer has let go of the route");
        Assert.Null(await lab.Store.GetObservationAsync(ObservationKeys.Restart("ams-1-primary"), CancellationToken.None));
    }

    [Fact]
    public async Task A_pair_that_another_node_has_ends_for_good()
    {
        int port = FreePort();
        var store = default(NoRestarts);
        await using var lab = new FleetLab(
            drivers: new EmbeddedRouterFactory(Timers, TimeProvider.System),
            around: inner => store = new NoRestarts(inner),
            port: port
        );
        await using Customer customer = await UpAsync(lab, 1, port);
        store!.Elsewhere = true;
        await Eventually.Get(() => customer.Learned.Count, n => n == 0, "the customer has let go of the route");
        store.Elsewhere = false;
        await Eventually.Get(() => customer.Learned.Count, n => n == 1, "it is driven here again");
        Assert.Equal((true, true), customer.EdgeSaid);
    }

    [Theory]
    [InlineData(SessionMode.Down)]
    [InlineData(null)]
    public async Task A_session_that_is_disabled_or_removed_ends_for_good(SessionMode? becomes)
    {
        int port = FreePort();
        await using IRouterDriver router = Router(port);
        await ApplyAsync(router, Exchange(10));
        await using Customer customer = await MemberAsync(10, port);
        await Eventually.Get(() => customer.Learned.Count, n => n == 1, "the route is learned");
        InstanceIntent exchange = Exchange(10);
        await ApplyAsync(router, exchange with { Sessions = becomes is { } mode ? [exchange.Sessions[0] with { Mode = mode }] : [] });
        await Eventually.Get(() => customer.Learned.Count, n => n == 0, "the customer has let go of the route");
    }

    /// <summary>Of three members of an exchange one never was there: those that were are not kept waiting for it.</summary>
    [Fact]
    public async Task Who_kept_nothing_is_not_waited_for()
    {
        int port = FreePort();
        RouterRestart left;
        await using var here = await MemberAsync(11, port);
        await using var alsoHere = await MemberAsync(12, port);
        await using (IRouterDriver before = Router(port))
        {
            await ApplyAsync(before, Exchange(11, 12, 13));
            await Eventually.True(() => here.HasHeardAll && alsoHere.HasHeardAll, "two of three are up");
            left = (await before.SuspendAsync(CancellationToken.None))!;
        }
        Assert.Equal(["as11", "as12"], left.Kept.Select(k => k.Session).Order());
        await using IRouterDriver after = Router(port);
        await after.ResumeAsync(left, CancellationToken.None);
        await ApplyAsync(after, Exchange(11, 12, 13));
        await Eventually.True(
            () => here is { State: "Established", HasHeardAll: true } && alsoHere is { State: "Established", HasHeardAll: true },
            "both have heard all, long before anybody's patience ends"
        );
    }

    /// <summary>Those that kept our routes speak first (RFC 4724 §4.1): while one of them is away nobody is told anything, unless it is too late for it.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(-121, false)]
    [InlineData(3600, true)]
    public async Task Who_kept_routes_is_waited_for_until_its_restart_time_is_over(int age, bool waits)
    {
        int port = FreePort();
        await using IRouterDriver router = Router(port);
        await router.ResumeAsync(
            new RouterRestart(
                TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(age),
                TimeSpan.FromSeconds(120),
                [new KeptSession("exchange", "as11"), new KeptSession("exchange", "as12")]
            ),
            CancellationToken.None
        );
        await ApplyAsync(router, Exchange(11, 12));
        await using Customer first = await MemberAsync(11, port);
        await Eventually.Get(() => first.State, s => s == "Established", "the first is back");
        await Eventually.Get(
            async () => (await router.ReadAsync(CancellationToken.None)).Instances[0].Sessions[0],
            s => s is { EndOfRib: true },
            "the first has said all"
        );
        if (!waits)
        {
            await Eventually.True(() => first.HasHeardAll, "nobody is waited for");
            return;
        }
        Assert.Empty(first.Learned);
        await using Customer second = await MemberAsync(12, port);
        await Eventually.True(() => first.HasHeardAll && second.HasHeardAll, "when both are back both are told");
    }

    [Fact]
    public async Task Zero_offers_no_graceful_restart_and_nothing_is_kept()
    {
        int port = FreePort();
        InstanceIntent plain = Exchange(10);
        plain = plain with { Sessions = [plain.Sessions[0] with { Options = new SessionOptions { GracefulRestart = TimeSpan.Zero } }] };
        await using IRouterDriver router = Router(port);
        Assert.Empty(router.Check(RouterIntent.Of("lab-primary", Us, [plain])));
        await ApplyAsync(router, plain);
        await using Customer customer = await MemberAsync(10, port);
        await Eventually.Get(() => customer.Learned.Count, n => n == 1, "the route is learned");
        Assert.Equal((false, false), customer.EdgeSaid);
        Assert.Empty((await router.SuspendAsync(CancellationToken.None))!.Kept);
        await Eventually.Get(() => customer.Learned.Count, n => n == 0, "the customer has let go of the route");
    }

    private static async Task<Customer> UpAsync(FleetLab lab, int number, int port)
    {
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(number);
        await lab.LinkAsync(circuit, number);
        var customer = new Customer(Them, Us, FleetLab.Subnet(number, Side.Primary), port);
        await customer.AnnounceAsync("172.16.1.0/24");
        await Eventually.True(() => customer.HasHeardAll && customer.Learned.Count == 1, "the linked network is learned");
        return customer;
    }

    private static IRouterDriver Router(int port) =>
        new EmbeddedRouterFactory(Timers, TimeProvider.System).Create(
            new RouterDefinition("lab-primary", "embedded", "LAB-PRI", IPAddress.Parse("192.0.2.1"), port),
            Us
        );

    private static async Task ApplyAsync(IRouterDriver router, InstanceIntent instance) =>
        await router.ApplyAsync(
            router.Plan(RouterIntent.Of("lab-primary", Us, [instance]), await router.ReadAsync(CancellationToken.None)),
            epoch: 1,
            CancellationToken.None
        );

    private static InstanceIntent Exchange(params int[] members) =>
        new(
            "exchange",
            null,
            new AccessIntent("LAB-PRI", Encapsulation.QinQ, new VlanId(1), new VlanId(1)),
            [
                .. members.Select(m => new SessionIntent(
                    $"as{m}",
                    ResourceId.Of("1", "rg", "Microsoft.Network", "expressRouteCircuits", $"c{m}"),
                    Lan.AddressAt(1),
                    Lan.AddressAt((uint)m),
                    Lan,
                    Them,
                    SessionMode.Open,
                    new ImportRules
                    {
                        Space = AddressSpace.Private,
                        Accept = [PrefixMatch.Everything(IpFamily.V4)],
                        MaxPrefixes = 10,
                    },
                    ExportRules.Everything,
                    null,
                    SessionOptions.Default
                )),
            ],
            [new AnnouncedPrefix(IpPrefix.Parse("10.1.0.0/16"))]
        );

    private static async Task<Customer> MemberAsync(int member, int port)
    {
        var customer = new Customer(Them, Us, Lan.AddressAt(1), Lan.AddressAt((uint)member), port);
        await customer.AnnounceAsync($"172.16.{member}.0/24");
        return customer;
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>Looks at a customer's table without a pause, and remembers every time that a route was not there.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private readonly CancellationTokenSource _enough = new();
        private readonly Task<(int Looks, int Missed)> _looking;

        public Watch(Customer customer, string prefix) =>
            _looking = Task.Run(async () =>
            {
                int looks = 0,
                    missed = 0;
                for (; !_enough.IsCancellationRequested; looks++)
                {
                    if (!customer.Follows.Contains(prefix))
                        missed++;
                    await Task.Yield();
                }
                return (looks, missed);
            });

        public async Task NeverLostAsync()
        {
            await _enough.CancelAsync();
            (int looks, int missed) = await _looking;
            Assert.True(missed == 0 && looks > 0, $"the route was missing {missed} of {looks} times");
        }

        public async ValueTask DisposeAsync()
        {
            await _enough.CancelAsync();
            await _looking;
            _enough.Dispose();
        }
    }

    /// <summary>A store that takes no word about restarts, or whose leases another node has.</summary>
    private sealed class NoRestarts(IStore inner) : StoreDecorator(inner)
    {
        public bool Refuses { get; set; }
        public bool Elsewhere { get; set; }

        public override Task PutObservationsAsync(IReadOnlyList<Observation> observations, CancellationToken cancellation) =>
            Refuses && observations.Any(o => o.Key.StartsWith("restart/", StringComparison.Ordinal))
                ? throw new IOException("the store is away")
                : base.PutObservationsAsync(observations, cancellation);

        public override ValueTask<Observation?> GetObservationAsync(string key, CancellationToken cancellation) =>
            Refuses && key.StartsWith("restart/", StringComparison.Ordinal)
                ? throw new IOException("the store is away")
                : base.GetObservationAsync(key, cancellation);

        public override Task<Lease?> TryLeaseAsync(string name, string holder, TimeSpan leaseFor, CancellationToken cancellation) =>
            Elsewhere ? Task.FromResult<Lease?>(null) : base.TryLeaseAsync(name, holder, leaseFor, cancellation);
    }
}
