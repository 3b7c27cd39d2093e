using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Routers.Tests;

/// <summary>
/// What every router driver promises, whatever it drives. A driver's tests derive from this, give a router and addresses that the test can reach, and pass it
/// unchanged.
/// </summary>
public abstract class RouterDriverConformance : IAsyncLifetime
{
    private static readonly Asn OurAsn = new(64496);
    private static readonly Asn CustomerAsn = new(65010);

    /// <summary>A new router, its TCP port for BGP, and a /24 whose addresses both sides can use.</summary>
    protected abstract Task<(IRouterDriver Driver, int Port, IpPrefix Space)> StartAsync();

    private IRouterDriver _driver = null!;
    private int _port;
    private IpPrefix _space;

    public async ValueTask InitializeAsync() => (_driver, _port, _space) = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private IpPrefix Subnet(int number) => IpPrefix.Of(_space.AddressAt((uint)number * 4), 30);

    private InstanceIntent Instance(
        int number,
        string[]? announce = null,
        string[]? refuse = null,
        bool enabled = true,
        string? md5 = null,
        int maxPrefixes = 100,
        bool defaultRoute = true
    ) =>
        new(
            $"instance-{number}",
            number + 1,
            new VlanId(100 + number),
            [.. (announce ?? []).Select(p => IpPrefix.Parse(p))],
            [
                new SessionIntent(
                    IpFamily.V4,
                    Subnet(number),
                    CustomerAsn,
                    enabled,
                    md5,
                    maxPrefixes,
                    defaultRoute,
                    [.. (refuse ?? []).Select(p => IpPrefix.Parse(p))]
                ),
            ]
        );

    private Task<ApplyResult> ApplyAsync(params InstanceIntent[] instances) =>
        _driver.ApplyAsync(new RouterIntent(_driver.Router, OurAsn, [.. instances]), CancellationToken.None);

    private Customer NewCustomer(int number, string? md5 = null) => new(CustomerAsn, OurAsn, Subnet(number), _port, md5);

    private async Task<SessionObservation> SessionAsync(int number) =>
        (await _driver.ObserveAsync(CancellationToken.None)).Sessions.Single(s => s.Instance == $"instance-{number}");

    private Task<SessionObservation> UpAsync(int number) =>
        Eventually.Get(() => SessionAsync(number), s => s.IsEstablished, $"session {number} is Established");

    private Task<IReadOnlyList<RouteObservation>> ReceivedAsync(
        int number,
        Func<IReadOnlyList<RouteObservation>, bool> holds,
        string what
    ) => Eventually.Get(() => _driver.ReceivedRoutesAsync($"instance-{number}", CancellationToken.None), holds, what);

    [Fact]
    public async Task Nothing_is_there_before_the_first_intent() =>
        Assert.Empty((await _driver.ObserveAsync(CancellationToken.None)).Sessions);

    [Fact]
    public async Task A_session_comes_up_and_routes_go_both_ways()
    {
        Assert.Empty((await ApplyAsync(Instance(0, announce: ["10.1.0.0/16"]))).Problems);
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16");
        await UpAsync(0);
        RouteObservation route = (await ReceivedAsync(0, r => r.Count == 1, "the customer's route"))[0];
        Assert.Equal("172.16.0.0/16", route.Prefix.ToString());
        Assert.Equal(Subnet(0).AddressAt(1).ToString(), route.NextHop);
        Assert.Equal("65010", route.AsPath);
        Assert.Equal(0, route.RefuseReason);
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.1.0.0/16"]), "the customer learns the network");
        Assert.Equal("10.1.0.0/16", (await _driver.AnnouncedRoutesAsync("instance-0", CancellationToken.None)).Single().Prefix.ToString());
    }

    [Fact]
    public async Task What_may_not_come_in_is_refused_with_its_reason()
    {
        await ApplyAsync(Instance(0, refuse: ["10.1.0.0/16"], defaultRoute: false));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16", "10.1.2.0/24", "169.254.0.0/16", "127.1.0.0/16", "0.0.0.0/0");
        IReadOnlyList<RouteObservation> routes = await ReceivedAsync(0, r => r.Count == 5, "five routes");
        Dictionary<string, string?> reasons = routes.ToDictionary(r => r.Prefix.ToString(), r => r.RefuseText);
        Assert.Null(reasons["172.16.0.0/16"]);
        Assert.Equal("OwnNetwork", reasons["10.1.2.0/24"]);
        Assert.Equal("Bogon", reasons["169.254.0.0/16"]);
        Assert.Equal("Bogon", reasons["127.1.0.0/16"]);
        Assert.Equal("DefaultRoute", reasons["0.0.0.0/0"]);
        Assert.Equal(1, (await SessionAsync(0)).PrefixesAccepted);
    }

    [Fact]
    public async Task A_default_route_is_accepted_where_the_intent_says_so()
    {
        await ApplyAsync(Instance(0, defaultRoute: true));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("0.0.0.0/0");
        Assert.Equal(0, (await ReceivedAsync(0, r => r.Count == 1, "the default route"))[0].RefuseReason);
    }

    [Fact]
    public async Task The_same_intent_again_leaves_the_session_alone()
    {
        InstanceIntent intent = Instance(0, announce: ["10.1.0.0/16"]);
        await ApplyAsync(intent);
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16");
        SessionObservation before = await UpAsync(0);
        await ApplyAsync(intent);
        await ApplyAsync(intent, Instance(1));
        SessionObservation after = await SessionAsync(0);
        Assert.Equal(before.Since, after.Since);
        Assert.True(after.IsEstablished);
    }

    [Fact]
    public async Task Networks_come_and_go_without_touching_the_session()
    {
        await ApplyAsync(Instance(0, announce: ["10.1.0.0/16"]));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync();
        SessionObservation before = await UpAsync(0);
        await ApplyAsync(Instance(0, announce: ["10.1.0.0/16", "10.2.0.0/16"]));
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.1.0.0/16", "10.2.0.0/16"]), "both networks");
        await ApplyAsync(Instance(0, announce: ["10.2.0.0/16"]));
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.2.0.0/16"]), "the first network is withdrawn");
        Assert.Equal(before.Since, (await SessionAsync(0)).Since);
    }

    [Fact]
    public async Task A_disabled_session_goes_down_and_keeps_its_place()
    {
        await ApplyAsync(Instance(0), Instance(1));
        await using Customer first = NewCustomer(0);
        await using Customer second = NewCustomer(1);
        await first.AnnounceAsync();
        await second.AnnounceAsync();
        await UpAsync(0);
        SessionObservation other = await UpAsync(1);
        await ApplyAsync(Instance(0, enabled: false), Instance(1));
        await Eventually.Get(() => first.State, s => s != "Established", "the customer loses the disabled session");
        Assert.Equal(other.Since, (await SessionAsync(1)).Since);
        await ApplyAsync(Instance(0), Instance(1));
        await UpAsync(0);
    }

    [Fact]
    public async Task Routes_of_one_instance_never_reach_another()
    {
        await ApplyAsync(Instance(0, announce: ["10.1.0.0/16"]), Instance(1, announce: ["10.2.0.0/16"]));
        await using Customer first = NewCustomer(0);
        await using Customer second = NewCustomer(1);
        await first.AnnounceAsync("172.16.0.0/16");
        await second.AnnounceAsync("172.17.0.0/16");
        await ReceivedAsync(0, r => r.Count == 1, "the first customer's route");
        await ReceivedAsync(1, r => r.Count == 1, "the second customer's route");
        await Eventually.Get(() => first.Learned, l => l.Count > 0, "the first customer learns its network");
        await Eventually.Get(() => second.Learned, l => l.Count > 0, "the second customer learns its network");
        Assert.Equal(["10.1.0.0/16"], first.Learned);
        Assert.Equal(["10.2.0.0/16"], second.Learned);
    }

    [Fact]
    public async Task Too_many_prefixes_take_the_session_down_and_fewer_let_it_back()
    {
        await ApplyAsync(Instance(0, maxPrefixes: 3));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/24", "172.16.1.0/24", "172.16.2.0/24");
        await UpAsync(0);
        await ReceivedAsync(0, r => r.Count == 3, "three routes are fine");
        await customer.AnnounceAsync("172.16.0.0/24", "172.16.1.0/24", "172.16.2.0/24", "172.16.3.0/24");
        SessionObservation down = await Eventually.Get(
            () => SessionAsync(0),
            s => !s.IsEstablished,
            "the session goes down above the limit"
        );
        Assert.Contains("prefix", down.LastProblem, StringComparison.OrdinalIgnoreCase);
        await customer.AnnounceAsync("172.16.0.0/24");
        await UpAsync(0);
    }

    [Fact]
    public async Task Md5_must_match()
    {
        await ApplyAsync(Instance(0, md5: "right"), Instance(1, md5: "right"));
        await using Customer wrong = NewCustomer(0, "wrong");
        await using Customer right = NewCustomer(1, "right");
        await wrong.AnnounceAsync();
        await right.AnnounceAsync();
        await UpAsync(1);
        Assert.False((await SessionAsync(0)).IsEstablished);
    }

    [Fact]
    public async Task What_is_no_longer_in_the_intent_is_gone()
    {
        await ApplyAsync(Instance(0), Instance(1));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16");
        await UpAsync(0);
        await ApplyAsync(Instance(1));
        await Eventually.Get(() => customer.State, s => s != "Established", "the session ends");
        Assert.Equal(["instance-1"], (await _driver.ObserveAsync(CancellationToken.None)).Sessions.Select(s => s.Instance));
        Assert.Empty(await _driver.ReceivedRoutesAsync("instance-0", CancellationToken.None));
    }
}
