using System.Net;
using System.Net.Sockets;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Routers.Embedded;
using Causeway.Testing;

namespace Causeway.Routers.Tests;

public sealed class EmbeddedRouterTests : RouterDriverConformance
{
    private static int _next = 10;

    protected override Task<(IRouterDriver Driver, int Port, IpPrefix Space)> StartAsync()
    {
        int port = FreePort();
        var settings = new EmbeddedSettings(
            HoldTime: TimeSpan.FromSeconds(9),
            ConnectRetry: TimeSpan.FromMilliseconds(300),
            MaxPrefixRestart: TimeSpan.FromMilliseconds(500)
        );
        IRouterDriver driver = new EmbeddedRouterFactory(settings, TimeProvider.System).Create(
            new RouterDefinition("lab-primary", "embedded", "LAB-PRI", IPAddress.Parse("192.0.2.1"), port),
            new Asn(64496)
        );
        return Task.FromResult((driver, port, IpPrefix.Parse($"127.200.{Interlocked.Increment(ref _next)}.0/24")));
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>Everything is refused with its reason, or accepted; the whole of it given to a driver as its first intent.</summary>
    private static RouterIntent Intent(params InstanceIntent[] instances) => RouterIntent.Of("lab-primary", new Asn(64496), instances);

    private static async Task<RouterReport> ApplyAsync(IRouterDriver driver, params InstanceIntent[] instances) =>
        await driver.ApplyAsync(
            driver.Plan(Intent(instances), await driver.ReadAsync(CancellationToken.None)),
            epoch: 1,
            CancellationToken.None
        );

    private static InstanceIntent Circuit(string name, IpPrefix subnet, string? md5 = null, int most = 10, string? announce = null) =>
        new(
            name,
            "c1.1",
            new AccessIntent("LAB-PRI", Encapsulation.QinQ, new VlanId(1), new VlanId(1)),
            [
                new SessionIntent(
                    "ipv4",
                    ResourceId.Of("1", "rg", "Microsoft.Network", "expressRouteCircuits", "c"),
                    subnet.AddressAt(2),
                    subnet.AddressAt(1),
                    subnet,
                    new Asn(65010),
                    SessionMode.Open,
                    new ImportRules
                    {
                        DefaultRoute = true,
                        Space = AddressSpace.Private,
                        Accept = [PrefixMatch.Everything(IpFamily.V4)],
                        MaxPrefixes = most,
                    },
                    ExportRules.Everything,
                    md5 is null ? null : new Md5Key(md5, "hash"),
                    SessionOptions.Default
                ),
            ],
            announce is null ? [] : [new AnnouncedPrefix(IpPrefix.Parse(announce))]
        );

    /// <summary>A host's own interface, and 127.0.0.1: neither is listened on or connected to, whatever a customer's subnet says.</summary>
    [Theory]
    [InlineData("192.168.100.128/30")]
    [InlineData("127.0.0.0/30")]
    public async Task Outside_the_link_space_nothing_is_bound_or_dialled_and_the_session_says_that_it_has_no_link(string subnet)
    {
        (IRouterDriver driver, int port, IpPrefix space) = await StartAsync();
        await using IRouterDriver router = driver;
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        IpPrefix inside = IpPrefix.Of(space.Address, 30);
        await ApplyAsync(
            driver,
            Circuit("outside", IpPrefix.Parse(subnet)),
            Circuit("same elsewhere", IpPrefix.Parse(subnet)),
            Circuit("inside", inside)
        );
        await using var customer = new Customer(new Asn(65010), new Asn(64496), inside, port);
        await customer.AnnounceAsync();
        await Eventually.Get(() => customer.State, s => s == "Established", "the session inside is up: the speaker has done its round");
        RouterReport report = await driver.ReadAsync(CancellationToken.None);
        Assert.Equal((SessionReport.NoLink, "Idle"), (report.Find("outside")!.Sessions[0].Code, report.Find("outside")!.Sessions[0].State));
        Assert.All(report.Instances, i => Assert.Null(i.Problem));
        Assert.False(listener.Pending(), "127.0.0.1 was dialled");
        if (subnet == "127.0.0.0/30")
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAsync<SocketException>(() => probe.ConnectAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), port)));
        }
    }

    [Fact]
    public async Task What_it_cannot_do_is_named_before_anything_is_rendered()
    {
        (IRouterDriver driver, _, IpPrefix space) = await StartAsync();
        await using IRouterDriver router = driver;
        IpPrefix subnet = IpPrefix.Of(space.Address, 30);
        InstanceIntent bfd = Circuit("bfd", subnet);
        bfd = bfd with
        {
            Sessions =
            [
                bfd.Sessions[0] with
                {
                    Options = new SessionOptions { Bfd = new BfdIntent(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)) },
                },
            ],
        };
        InstanceIntent twice = Circuit("twice", subnet);
        InstanceIntent asn = Circuit("asn", IpPrefix.Of(space.AddressAt(4), 30));
        asn = asn with { Sessions = [asn.Sessions[0] with { PeerAsn = new Asn(0) }] };
        Assert.Equal(
            ["asn ipv4 InvalidPeerAsn", "bfd ipv4 BfdNotSupported", "twice ipv4 AddressInUse"],
            driver.Check(Intent(bfd, twice, asn)).Select(i => $"{i.Instance} {i.Session} {i.Code}")
        );
    }

    [Fact]
    public async Task Released_it_ends_for_it_lives_in_this_process()
    {
        (IRouterDriver driver, int port, IpPrefix space) = await StartAsync();
        await using IRouterDriver router = driver;
        IpPrefix subnet = IpPrefix.Of(space.Address, 30);
        await ApplyAsync(driver, Circuit("circuit", subnet));
        await using var customer = new Customer(new Asn(65010), new Asn(64496), subnet, port);
        await customer.AnnounceAsync("172.16.0.0/16");
        await Eventually.Get(() => customer.State, s => s == "Established", "the session is up");
        await driver.ReleaseAsync(CancellationToken.None);
        await Eventually.Get(() => customer.State, s => s != "Established", "the session ends");
        Assert.Empty((await driver.ReadAsync(CancellationToken.None)).Instances);
    }

    [Fact]
    public async Task Two_hundred_circuits_come_up_at_once_and_a_change_of_one_is_not_heard_by_the_others()
    {
        const int Circuits = 200;
        var asn = new Asn(65010);
        (IRouterDriver driver, int port, _) = await StartAsync();
        await using IRouterDriver router = driver;
        InstanceIntent[] instances =
        [
            .. Enumerable.Range(0, Circuits).Select(i => Circuit($"circuit-{i}", Subnet(i), "key", announce: $"10.{i}.0.0/16")),
        ];
        await ApplyAsync(driver, instances);
        var customers = new List<Customer>();
        try
        {
            for (int i = 0; i < Circuits; i++)
            {
                customers.Add(new Customer(asn, new Asn(64496), Subnet(i), port, "key"));
                await customers[i].AnnounceAsync($"172.16.{i}.0/24");
            }
            RouterReport up = await Eventually.Get(
                () => driver.ReadAsync(CancellationToken.None),
                o => Sessions(o).All(s => s.Session is { IsEstablished: true, Accepted: 1, Announced: 1 }),
                "all sessions are up, each with its route in and its network out"
            );
            await Eventually.Get(
                () => customers.Count(c => c.Learned.Count == 1 && c.HasHeardAll),
                n => n == Circuits,
                "each has learned its network"
            );
            (long, long)[] before = [.. customers.Select(c => c.Heard)];
            instances[7] = instances[7] with { Announce = [] };
            await ApplyAsync(driver, instances);
            RouterReport after = await Eventually.Get(
                () => driver.ReadAsync(CancellationToken.None),
                o => o.Find("circuit-7")!.Sessions[0].Announced == 0,
                "the network is withdrawn"
            );
            await Eventually.Get(() => customers[7].Learned.Count, n => n == 0, "the one customer hears it");
            Assert.Equal(
                Sessions(up).Select(s => (s.Instance, s.Session.Since)).Order(),
                Sessions(after).Select(s => (s.Instance, s.Session.Since)).Order()
            );
            Assert.Equal([7], Enumerable.Range(0, Circuits).Where(i => customers[i].Heard != before[i]));
        }
        finally
        {
            foreach (Customer customer in customers)
                await customer.DisposeAsync();
        }

        static IEnumerable<(string Instance, SessionReport Session)> Sessions(RouterReport report) =>
            report.Instances.SelectMany(i => i.Sessions.Select(s => (i.Name, s)));

        static IpPrefix Subnet(int number) => IpPrefix.Of(IPAddress.Parse($"127.201.{number / 60}.{4 * (number % 60)}"), 30);
    }

    /// <summary>The limits of the product, as the domain gives them to sessions; one more takes the session down.</summary>
    [Theory]
    [InlineData("10.0.0.0/8", 24, 4_000)]
    [InlineData("10.0.0.0/8", 24, 10_000)]
    public async Task As_many_prefixes_as_the_limit_are_fine_and_one_more_is_not(string space, int length, int limit)
    {
        (IRouterDriver driver, int port, IpPrefix subnets) = await StartAsync();
        await using IRouterDriver router = driver;
        IpPrefix subnet = IpPrefix.Of(subnets.AddressAt(0), 30);
        await ApplyAsync(driver, Circuit("one", subnet, most: limit));
        await using var customer = new Customer(new Asn(65010), new Asn(64496), subnet, port);
        IpPrefix all = IpPrefix.Parse(space);
        string[] prefixes =
        [
            .. Enumerable.Range(0, limit + 1).Select(i => IpPrefix.Of(all.AddressAt((uint)i << (32 - length)), length).ToString()),
        ];
        await customer.AnnounceAsync(prefixes[..limit]);
        SessionReport full = await Session(s => s.Accepted == limit, "as many as the limit");
        await customer.AnnounceAsync(prefixes);
        SessionReport down = await Session(s => !s.IsEstablished, "the session is down");
        Assert.Contains("prefix", down.LastProblem, StringComparison.OrdinalIgnoreCase);
        Assert.True(down.Since >= full.Since);
        await customer.AnnounceAsync(prefixes[..limit]);
        await Session(s => s.Accepted == limit, "back below the limit");

        Task<SessionReport> Session(Func<SessionReport, bool> holds, string what) =>
            Eventually.Get(async () => (await driver.ReadAsync(CancellationToken.None)).Instances.Single().Sessions.Single(), holds, what);
    }
}
