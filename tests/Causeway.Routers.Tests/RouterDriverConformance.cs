using System.Collections.Concurrent;
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

    [Theory]
    [InlineData(0, 0, "NextHopOutsideLan")] // the network address of the subnet
    [InlineData(0, 3, "NextHopOutsideLan")] // its broadcast address
    [InlineData(1, 1, "NextHopOutsideLan")] // the customer of another session
    [InlineData(0, 2, "NextHopUnusable")] // our own
    [InlineData(0, 1, null)] // the customer itself
    public async Task A_next_hop_that_is_not_the_customers_is_refused(int subnet, int host, string? reason)
    {
        await ApplyAsync(Instance(0, defaultRoute: true), Instance(1));
        await using var customer = new Customer(CustomerAsn, OurAsn, Subnet(0), _port, null, Subnet(subnet).AddressAt((uint)host));
        await customer.AnnounceAsync("172.16.0.0/16", "0.0.0.0/0");
        IReadOnlyList<RouteObservation> routes = await ReceivedAsync(0, r => r.Count == 2, "both routes");
        Assert.Equal([reason, reason], routes.Select(r => r.RefuseText));
        Assert.Equal(reason is null ? 2 : 0, (await SessionAsync(0)).PrefixesAccepted);
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

    [Fact]
    public async Task After_a_release_the_whole_intent_brings_everything_back()
    {
        await ApplyAsync(Instance(0));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16");
        await UpAsync(0);
        await _driver.ReleaseAsync(CancellationToken.None);
        await ApplyAsync(Instance(0));
        await UpAsync(0);
        await ReceivedAsync(0, r => r.Count == 1, "the customer's route");
    }

    [Fact]
    public async Task The_order_of_instances_means_nothing()
    {
        InstanceIntent[] all = [Instance(0, announce: ["10.1.0.0/16", "10.2.0.0/16"]), Instance(1), Instance(2, announce: ["10.3.0.0/16"])];
        await ApplyAsync(all);
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16");
        SessionObservation before = await UpAsync(0);
        await ApplyAsync(all[2], all[0] with { Announce = [.. all[0].Announce.Reverse()] }, all[1]);
        Assert.Equal(before.Since, (await SessionAsync(0)).Since);
        Assert.Equal(
            ["instance-0", "instance-1", "instance-2"],
            (await _driver.ObserveAsync(CancellationToken.None)).Sessions.Select(s => s.Instance).Order()
        );
        Assert.Equal(["10.1.0.0/16", "10.2.0.0/16"], await AnnouncedAsync(0));
    }

    [Fact]
    public async Task Going_back_to_an_earlier_intent_brings_back_what_was_then()
    {
        InstanceIntent[] first = [Instance(0, announce: ["10.1.0.0/16"]), Instance(1)];
        await ApplyAsync(first);
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16", "0.0.0.0/0");
        await UpAsync(0);
        await ReceivedAsync(0, r => r.Count(a => a.RefuseReason == 0) == 2, "both are accepted");
        await ApplyAsync(Instance(0, announce: ["10.9.0.0/16"], refuse: ["172.16.0.0/12"], defaultRoute: false), Instance(2));
        await ReceivedAsync(0, r => r.Count == 2 && r.All(a => a.RefuseReason != 0), "both are refused");
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.9.0.0/16"]), "the other network alone");
        await ApplyAsync(first);
        await ReceivedAsync(0, r => r.Count(a => a.RefuseReason == 0) == 2, "both are accepted again");
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.1.0.0/16"]), "the first network is back alone");
        Assert.Equal(
            ["instance-0", "instance-1"],
            (await _driver.ObserveAsync(CancellationToken.None)).Sessions.Select(s => s.Instance).Order()
        );
    }

    [Fact]
    public async Task A_changed_key_takes_down_its_own_session_and_no_other()
    {
        await ApplyAsync(Instance(0, md5: "old"), Instance(1, md5: "old"));
        await using Customer first = NewCustomer(0, "old");
        await using Customer second = NewCustomer(1, "old");
        await first.AnnounceAsync();
        await second.AnnounceAsync();
        await UpAsync(0);
        SessionObservation other = await UpAsync(1);
        await ApplyAsync(Instance(0, md5: "new"), Instance(1, md5: "old"));
        await Eventually.Get(() => SessionAsync(0), s => !s.IsEstablished, "the session with the changed key goes down");
        await using Customer changed = NewCustomer(0, "new");
        await changed.AnnounceAsync();
        await UpAsync(0);
        Assert.Equal(other.Since, (await SessionAsync(1)).Since);
    }

    /// <summary>
    /// Default deny at every instant: while random intents follow each other, somebody looks at the router's own tables all the time. What is accepted or
    /// announced at any moment must be allowed by the intent that is in place or by the one that is being put in place.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_is_accepted_or_announced_that_no_intent_allows(int seed)
    {
        var random = new Random(seed);
        string[] offered = ["0.0.0.0/0", "172.16.0.0/16", "172.17.0.0/16", "10.1.2.0/24", "169.254.0.0/16"];
        string[] networks = ["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"];
        await using Customer first = NewCustomer(0);
        await using Customer second = NewCustomer(1);
        await first.AnnounceAsync(offered);
        await second.AnnounceAsync(offered);
        // Every intent so far; those before the one that was in place when a look began do not count for it.
        var intents = new ConcurrentQueue<InstanceIntent[]>([
            [],
        ]);
        int inPlace = 0;
        int looks = 0;
        string? wrong = null;
        using var end = new CancellationTokenSource();
        Task watching = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested && wrong is null)
            {
                for (int i = 0; i < 2 && wrong is null; i++)
                    wrong = await LookAsync(i);
                Interlocked.Increment(ref looks);
            }
        });
        for (int step = 1; step <= 60 && Volatile.Read(ref wrong) is null; step++)
        {
            InstanceIntent[] made = [.. Enumerable.Range(0, 2).Where(_ => random.Next(6) > 0).Select(Random)];
            intents.Enqueue(made);
            await ApplyAsync(made);
            // What is being sent to a customer may still be on its way when the intent is in place.
            for (int i = 0; i < 2; i++)
                await Eventually.Get(
                    () => AnnouncedAsync(i),
                    a => a.All(p => Announces(made, i, p)),
                    "no more than the intent is announced"
                );
            if (step % 5 == 0)
                foreach (InstanceIntent instance in made.Where(i => i.Sessions[0].Enabled))
                    await UpAsync(instance.STag - 1);
            Volatile.Write(ref inPlace, step);
        }
        await end.CancelAsync();
        await watching;
        Assert.Null(wrong);
        Assert.True(looks > 60, $"only {looks} looks");

        InstanceIntent Random(int number) =>
            Instance(
                number,
                announce: [.. networks.Where(_ => random.Next(2) == 0)],
                refuse: [.. networks.Concat(["172.17.0.0/16"]).Where(_ => random.Next(2) == 0)],
                enabled: random.Next(8) > 0,
                defaultRoute: random.Next(2) == 0
            );

        async Task<string?> LookAsync(int number)
        {
            int from = Volatile.Read(ref inPlace);
            IReadOnlyList<RouteObservation> received = await _driver.ReceivedRoutesAsync($"instance-{number}", CancellationToken.None);
            IReadOnlyList<string> announced = await AnnouncedAsync(number);
            InstanceIntent[][] possible = [.. intents.Skip(from)];
            return received
                    .Where(r => r.RefuseReason == 0 && !possible.Any(i => Accepts(i, number, r.Prefix)))
                    .Select(r => $"{r.Prefix} is accepted in instance {number}")
                    .FirstOrDefault()
                ?? announced
                    .Where(p => !possible.Any(i => Announces(i, number, p)))
                    .Select(p => $"{p} is announced in instance {number}")
                    .FirstOrDefault();
        }

        static bool Accepts(InstanceIntent[] intent, int number, IpPrefix prefix) =>
            intent.FirstOrDefault(i => i.Name == $"instance-{number}")?.Sessions[0] is { Enabled: true } session
            && (
                prefix.Length == 0
                    ? session.AcceptDefaultRoute
                    : !session.Refuse.Any(r => r.Contains(prefix)) && $"{prefix}" != "169.254.0.0/16"
            );

        static bool Announces(InstanceIntent[] intent, int number, string prefix) =>
            intent.FirstOrDefault(i => i.Name == $"instance-{number}") is { } instance
            && instance.Announce.Contains(IpPrefix.Parse(prefix));
    }

    private async Task<IReadOnlyList<string>> AnnouncedAsync(int number) =>
        [.. (await _driver.AnnouncedRoutesAsync($"instance-{number}", CancellationToken.None)).Select(r => r.Prefix.ToString()).Order()];
}
