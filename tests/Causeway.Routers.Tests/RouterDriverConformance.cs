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

    private static ResourceId Owner(string name = "circuit1") =>
        ResourceId.Of("1", "rg", "Microsoft.Network", "expressRouteCircuits", name);

    private InstanceIntent Instance(
        int number,
        string[]? announce = null,
        string[]? refuse = null,
        bool enabled = true,
        string? md5 = null,
        int maxPrefixes = 100,
        bool defaultRoute = true,
        SessionMode mode = SessionMode.Open
    ) =>
        new(
            $"instance-{number}",
            $"c{number + 1}.{100 + number}",
            new AccessIntent("LAB-PRI", Encapsulation.QinQ, new VlanId(number + 1), new VlanId(100 + number)),
            [
                new SessionIntent(
                    "ipv4",
                    Owner(),
                    Subnet(number).AddressAt(2),
                    Subnet(number).AddressAt(1),
                    Subnet(number),
                    CustomerAsn,
                    enabled ? mode : SessionMode.Down,
                    new ImportRules
                    {
                        DefaultRoute = defaultRoute,
                        Space = AddressSpace.Private,
                        Refuse = [.. (refuse ?? []).Select(p => IpPrefix.Parse(p))],
                        Accept = [PrefixMatch.Everything(IpFamily.V4)],
                        MaxPrefixes = maxPrefixes,
                    },
                    ExportRules.Everything,
                    md5 is null ? null : new Md5Key(md5, $"hash of {md5}"),
                    SessionOptions.Default
                ),
            ],
            [.. (announce ?? []).Select(p => new AnnouncedPrefix(IpPrefix.Parse(p)))]
        );

    private long _epoch = 1;

    private RouterIntent Intent(params InstanceIntent[] instances) => RouterIntent.Of(_driver.Router, OurAsn, instances);

    private async Task<RouterReport> ApplyAsync(params InstanceIntent[] instances)
    {
        RouterIntent intent = Intent(instances);
        RouterPlan plan = _driver.Plan(intent, await _driver.ReadAsync(CancellationToken.None));
        return await _driver.ApplyAsync(plan, _epoch, CancellationToken.None);
    }

    private Customer NewCustomer(int number, string? md5 = null) => new(CustomerAsn, OurAsn, Subnet(number), _port, md5);

    private async Task<SessionReport> SessionAsync(int number) =>
        (await _driver.ReadAsync(CancellationToken.None)).Find($"instance-{number}")!.Sessions.Single();

    private async Task<IReadOnlyList<string>> InstancesAsync() =>
        [.. (await _driver.ReadAsync(CancellationToken.None)).Instances.Select(i => i.Name).Order()];

    private Task<SessionReport> UpAsync(int number) =>
        Eventually.Get(() => SessionAsync(number), s => s.IsEstablished, $"session {number} is Established");

    private async Task<IReadOnlyList<RouteReport>> RoutesAsync(RouteQuestion question)
    {
        var routes = new List<RouteReport>();
        await foreach (RouteReport route in _driver.RoutesAsync(question, CancellationToken.None))
            routes.Add(route);
        return routes;
    }

    private Task<IReadOnlyList<RouteReport>> ReceivedAsync(int number, Func<IReadOnlyList<RouteReport>, bool> holds, string what) =>
        Eventually.Get(() => RoutesAsync(new RouteQuestion($"instance-{number}")), holds, what);

    [Fact]
    public async Task Nothing_is_there_before_the_first_intent()
    {
        RouterReport report = await _driver.ReadAsync(CancellationToken.None);
        Assert.Empty(report.Instances);
        Assert.Equal("", report.Revision);
    }

    [Fact]
    public async Task A_session_comes_up_and_routes_go_both_ways()
    {
        RouterReport applied = await ApplyAsync(Instance(0, announce: ["10.1.0.0/16"]));
        Assert.All(applied.Instances, i => Assert.Null(i.Problem));
        Assert.Equal(Intent(Instance(0, announce: ["10.1.0.0/16"])).Fingerprint, applied.Revision);
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16");
        await UpAsync(0);
        RouteReport route = (await ReceivedAsync(0, r => r.Count == 1, "the customer's route"))[0];
        Assert.Equal("172.16.0.0/16", route.Prefix.ToString());
        Assert.Equal(Subnet(0).AddressAt(1).ToString(), route.NextHop);
        Assert.Equal("65010", route.AsPath);
        Assert.Equal(RefuseReason.None, route.Refused);
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.1.0.0/16"]), "the customer learns the network");
        Assert.Equal("10.1.0.0/16", (await AnnouncedAsync(0)).Single());
    }

    [Fact]
    public async Task What_may_not_come_in_is_refused_with_its_reason()
    {
        await ApplyAsync(Instance(0, refuse: ["10.1.0.0/16"], defaultRoute: false));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16", "10.1.2.0/24", "169.254.0.0/16", "127.1.0.0/16", "0.0.0.0/0");
        IReadOnlyList<RouteReport> routes = await ReceivedAsync(0, r => r.Count == 5, "five routes");
        Dictionary<string, RefuseReason> reasons = routes.ToDictionary(r => r.Prefix.ToString(), r => r.Refused);
        Assert.Equal(RefuseReason.None, reasons["172.16.0.0/16"]);
        Assert.Equal(RefuseReason.OwnNetwork, reasons["10.1.2.0/24"]);
        Assert.Equal(RefuseReason.Bogon, reasons["169.254.0.0/16"]);
        Assert.Equal(RefuseReason.Bogon, reasons["127.1.0.0/16"]);
        Assert.Equal(RefuseReason.DefaultRoute, reasons["0.0.0.0/0"]);
        SessionReport session = await SessionAsync(0);
        Assert.Equal(1, session.Accepted);
        Assert.Equal(["Bogon 2", "DefaultRoute 1", "OwnNetwork 1"], session.Refused.Select(r => $"{r.Name} {r.Routes}").Order());
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
        IReadOnlyList<RouteReport> routes = await ReceivedAsync(0, r => r.Count == 2, "both routes");
        Assert.Equal([reason ?? "None", reason ?? "None"], routes.Select(r => r.Refused.ToString()));
        Assert.Equal(reason is null ? 2 : 0, (await SessionAsync(0)).Accepted);
    }

    [Fact]
    public async Task A_default_route_is_accepted_where_the_intent_says_so()
    {
        await ApplyAsync(Instance(0, defaultRoute: true));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("0.0.0.0/0");
        Assert.Equal(RefuseReason.None, (await ReceivedAsync(0, r => r.Count == 1, "the default route"))[0].Refused);
    }

    [Fact]
    public async Task The_same_intent_again_leaves_the_session_alone()
    {
        InstanceIntent intent = Instance(0, announce: ["10.1.0.0/16"]);
        await ApplyAsync(intent);
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16");
        SessionReport before = await UpAsync(0);
        await ApplyAsync(intent);
        await ApplyAsync(intent, Instance(1));
        SessionReport after = await SessionAsync(0);
        Assert.Equal(before.Since, after.Since);
        Assert.True(after.IsEstablished);
    }

    /// <summary>The customer counts what it is sent: not a message more for what does not concern it.</summary>
    [Fact]
    public async Task Nothing_is_sent_to_a_session_that_does_not_change()
    {
        InstanceIntent mine = Instance(0, announce: ["10.1.0.0/16"], refuse: ["10.9.0.0/16"]);
        await ApplyAsync(mine, Instance(1));
        await using Customer customer = NewCustomer(0);
        await using Customer other = NewCustomer(1);
        await customer.AnnounceAsync("172.16.0.0/16");
        await other.AnnounceAsync("172.17.0.0/16");
        await UpAsync(0);
        await UpAsync(1);
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.1.0.0/16"]), "the customer learns the network");
        await ReceivedAsync(0, r => r.Count == 1, "the customer's route");
        await Eventually.Get(() => customer.HasHeardAll, all => all, "the customer has heard all there is");
        (long, long) before = customer.Heard;
        await ApplyAsync(mine, Instance(1));
        await ApplyAsync(
            Instance(0, announce: ["10.1.0.0/16"], refuse: ["10.9.0.0/16"]),
            Instance(1, announce: ["10.2.0.0/16"]),
            Instance(2)
        );
        await ApplyAsync(mine, Instance(1, md5: "new"));
        await ApplyAsync(mine);
        await Eventually.Get(() => other.State, s => s != "Established", "the other session ends");
        Assert.Equal(before, customer.Heard);
        Assert.Equal("Established", customer.State);
    }

    [Fact]
    public async Task The_plan_for_what_is_in_place_is_empty_and_a_plan_says_what_changes()
    {
        await ApplyAsync(Instance(0, md5: "right"), Instance(1));
        RouterReport now = await _driver.ReadAsync(CancellationToken.None);
        Assert.True(_driver.Plan(Intent(Instance(1), Instance(0, md5: "right")), now).IsEmpty);
        RouterPlan plan = _driver.Plan(Intent(Instance(0, announce: ["10.1.0.0/16"], md5: "right"), Instance(2)), now);
        Assert.Equal(
            [("instance-0", ChangeKind.Change), ("instance-1", ChangeKind.Remove), ("instance-2", ChangeKind.Add)],
            plan.Changes.Select(c => (c.Instance, c.Kind))
        );
        Assert.Contains("+   announce 10.1.0.0/16", plan.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("right", plan.ToString().Replace("hash of right", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_made_under_an_older_epoch_is_refused()
    {
        _epoch = 7;
        await ApplyAsync(Instance(0));
        _epoch = 6;
        await Assert.ThrowsAsync<SupersededException>(() => ApplyAsync(Instance(1)));
        Assert.Equal(["instance-0"], await InstancesAsync());
        _epoch = 7;
        await ApplyAsync(Instance(1));
        Assert.Equal(["instance-1"], await InstancesAsync());
    }

    /// <summary>An exchange: one instance, one address of ours, many peers that know nothing of each other; deny all, then open with what is proven.</summary>
    [Fact]
    public async Task Peers_of_one_lan_come_up_under_deny_all_and_open_one_by_one()
    {
        InstanceIntent Lan(SessionMode first) =>
            Exchange(Peer(65101, 1, first), Peer(65102, 5, SessionMode.DenyAll), Peer(65103, 6, SessionMode.Down));
        await ApplyAsync(Lan(SessionMode.DenyAll));
        await using var one = new Customer(new Asn(65101), OurAsn, Us, Them(1), _port);
        await using var two = new Customer(new Asn(65102), OurAsn, Us, Them(5), _port);
        await one.AnnounceAsync("203.0.113.0/24", "198.51.100.0/25", "192.0.2.0/24", "10.0.0.0/8");
        await two.AnnounceAsync("203.0.113.0/24");
        await Eventually.Get(() => (one.State, two.State), s => s == ("Established", "Established"), "both peers are up");
        IReadOnlyList<RouteReport> heard = await Eventually.Get(
            () => RoutesAsync(new RouteQuestion("exchange/LAB", "as65101")),
            r => r.Count == 4,
            "what the first peer sends is looked at"
        );
        Assert.Equal(
            ["10.0.0.0/8 Bogon", "192.0.2.0/24 NotRegistered", "198.51.100.0/25 TooLong", "203.0.113.0/24 DeniedByPolicy"],
            heard.Select(r => $"{r.Prefix} {r.Refused}").Order()
        );
        Assert.Empty(one.Learned);
        await Eventually.Get(() => one.HasHeardAll && two.HasHeardAll, all => all, "both have heard all there is: nothing");
        (long, long) before = two.Heard;

        await ApplyAsync(Lan(SessionMode.Open));
        await Eventually.Get(
            () => RoutesAsync(new RouteQuestion("exchange/LAB", "as65101", Stage: RouteStage.Accepted)),
            r => r.Select(x => x.Prefix.ToString()).SequenceEqual(["203.0.113.0/24"]),
            "what is proven is accepted, and nothing else"
        );
        await Eventually.Get(() => one.Learned, l => l.SequenceEqual(["100.100.0.0/16"]), "the peer learns what we announce");
        Assert.Empty(two.Learned);
        Assert.Equal(before, two.Heard);

        await ApplyAsync(Lan(SessionMode.DenyAll));
        await Eventually.Get(() => one.Learned, l => l.Count == 0, "everything is withdrawn");
        Assert.Empty(await RoutesAsync(new RouteQuestion("exchange/LAB", Stage: RouteStage.Accepted)));
        Assert.Equal("Established", one.State);

        InstanceIntent Exchange(params SessionIntent[] sessions) =>
            new(
                "exchange/LAB",
                null,
                new AccessIntent("LAB-X", Encapsulation.Untagged),
                [.. sessions],
                [new AnnouncedPrefix(IpPrefix.Parse("100.100.0.0/16"), [(65000u << 16) + 1])]
            );

        SessionIntent Peer(uint asn, uint host, SessionMode mode) =>
            new(
                $"as{asn}",
                Owner($"peer{asn}"),
                Us,
                Them(host),
                _space,
                new Asn(asn),
                mode,
                new ImportRules
                {
                    Space = AddressSpace.Laboratory,
                    LongestPrefix = 24,
                    LongestPath = 50,
                    RefuseRpkiInvalid = true,
                    Accept = [PrefixMatch.Exact(IpPrefix.Parse("203.0.113.0/24")) with { Origins = [new Asn(asn)] }],
                    MaxPrefixes = 1000,
                },
                new ExportRules { Med = 100, Prepend = 1 },
                null,
                SessionOptions.Default
            );
    }

    private System.Net.IPAddress Us => _space.AddressAt(200);

    private System.Net.IPAddress Them(uint host) => _space.AddressAt(host);

    [Fact]
    public async Task An_origin_that_is_not_allowed_and_a_private_number_are_refused()
    {
        InstanceIntent instance = Instance(0);
        SessionIntent session = instance.Sessions[0];
        await ApplyAsync(
            instance with
            {
                Sessions =
                [
                    session with
                    {
                        Import = session.Import with
                        {
                            Accept = [PrefixMatch.OrLonger(IpPrefix.Parse("172.16.0.0/12")) with { Origins = [new Asn(65011)] }],
                        },
                    },
                ],
            }
        );
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync("172.16.0.0/16");
        Assert.Equal(RefuseReason.OriginNotRegistered, (await ReceivedAsync(0, r => r.Count == 1, "the route"))[0].Refused);
        await ApplyAsync(instance with { Sessions = [session with { Import = session.Import with { PrivateAsns = false } }] });
        await ReceivedAsync(0, r => r.Count == 1 && r[0].Refused == RefuseReason.PrivateAsnInPath, "a private AS number is refused");
    }

    [Fact]
    public async Task Networks_come_and_go_without_touching_the_session()
    {
        await ApplyAsync(Instance(0, announce: ["10.1.0.0/16"]));
        await using Customer customer = NewCustomer(0);
        await customer.AnnounceAsync();
        SessionReport before = await UpAsync(0);
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
        SessionReport other = await UpAsync(1);
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
        SessionReport down = await Eventually.Get(() => SessionAsync(0), s => !s.IsEstablished, "the session goes down above the limit");
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
        Assert.Equal(["instance-1"], await InstancesAsync());
        Assert.Empty(await RoutesAsync(new RouteQuestion("instance-0")));
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
        SessionReport before = await UpAsync(0);
        await ApplyAsync(all[2], all[0] with { Announce = [.. Enumerable.Reverse(all[0].Announce)] }, all[1]);
        Assert.Equal(before.Since, (await SessionAsync(0)).Since);
        Assert.Equal(["instance-0", "instance-1", "instance-2"], await InstancesAsync());
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
        await ReceivedAsync(0, r => r.Count(a => a.Refused == RefuseReason.None) == 2, "both are accepted");
        await ApplyAsync(Instance(0, announce: ["10.9.0.0/16"], refuse: ["172.16.0.0/12"], defaultRoute: false), Instance(2));
        await ReceivedAsync(0, r => r.Count == 2 && r.All(a => a.Refused != RefuseReason.None), "both are refused");
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.9.0.0/16"]), "the other network alone");
        await ApplyAsync(first);
        await ReceivedAsync(0, r => r.Count(a => a.Refused == RefuseReason.None) == 2, "both are accepted again");
        await Eventually.Get(() => customer.Learned, l => l.SequenceEqual(["10.1.0.0/16"]), "the first network is back alone");
        Assert.Equal(["instance-0", "instance-1"], await InstancesAsync());
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
        SessionReport other = await UpAsync(1);
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
                foreach (InstanceIntent instance in made.Where(i => i.Sessions[0].Mode == SessionMode.Open))
                    await UpAsync(instance.Access.STag!.Value.Value - 1);
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
                mode: random.Next(4) > 0 ? SessionMode.Open : SessionMode.DenyAll,
                defaultRoute: random.Next(2) == 0
            );

        async Task<string?> LookAsync(int number)
        {
            int from = Volatile.Read(ref inPlace);
            IReadOnlyList<RouteReport> received = await RoutesAsync(new RouteQuestion($"instance-{number}"));
            IReadOnlyList<string> announced = await AnnouncedAsync(number);
            InstanceIntent[][] possible = [.. intents.Skip(from)];
            return received
                    .Where(r => r.Refused == RefuseReason.None && !possible.Any(i => Accepts(i, number, r.Prefix)))
                    .Select(r => $"{r.Prefix} is accepted in instance {number}")
                    .FirstOrDefault()
                ?? announced
                    .Where(p => !possible.Any(i => Announces(i, number, p)))
                    .Select(p => $"{p} is announced in instance {number}")
                    .FirstOrDefault();
        }

        static bool Accepts(InstanceIntent[] intent, int number, IpPrefix prefix) =>
            intent.FirstOrDefault(i => i.Name == $"instance-{number}")?.Sessions[0] is { Mode: SessionMode.Open } session
            && (
                prefix.Length == 0
                    ? session.Import.DefaultRoute
                    : !session.Import.Refuse.Any(r => r.Contains(prefix)) && $"{prefix}" != "169.254.0.0/16"
            );

        static bool Announces(InstanceIntent[] intent, int number, string prefix) =>
            intent.FirstOrDefault(i => i.Name == $"instance-{number}") is { } instance
            && instance.Announce.Any(a => a.Prefix == IpPrefix.Parse(prefix));
    }

    private async Task<IReadOnlyList<string>> AnnouncedAsync(int number) =>
        [
            .. (await RoutesAsync(new RouteQuestion($"instance-{number}", Direction: RouteDirection.Announced)))
                .Select(r => r.Prefix.ToString())
                .Order(),
        ];
}
