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

    [Fact]
    public async Task An_address_this_machine_does_not_have_is_no_problem_of_the_intent()
    {
        (IRouterDriver driver, _, _) = await StartAsync();
        await using (driver)
        {
            var session = new SessionIntent(
                IpFamily.V4,
                IpPrefix.Parse("192.168.100.128/30"),
                new Asn(65010),
                Enabled: true,
                Md5Key: null,
                MaxPrefixes: 10,
                AcceptDefaultRoute: true,
                Refuse: []
            );
            var intent = new RouterIntent(
                "lab-primary",
                new Asn(64496),
                [new InstanceIntent("elsewhere", 1, new VlanId(1), [], [session])]
            );
            Assert.Empty((await driver.ApplyAsync(intent, CancellationToken.None)).Problems);
            Assert.False((await driver.ObserveAsync(CancellationToken.None)).Sessions.Single().IsEstablished);
        }
    }

    [Fact]
    public async Task Released_it_ends_for_it_lives_in_this_process()
    {
        (IRouterDriver driver, int port, IpPrefix space) = await StartAsync();
        await using IRouterDriver router = driver;
        IpPrefix subnet = IpPrefix.Parse($"{space.Address}/30");
        var session = new SessionIntent(IpFamily.V4, subnet, new Asn(65010), true, null, 10, true, []);
        await driver.ApplyAsync(
            new RouterIntent("lab-primary", new Asn(64496), [new InstanceIntent("circuit", 1, new VlanId(1), [], [session])]),
            CancellationToken.None
        );
        await using var customer = new Customer(new Asn(65010), new Asn(64496), subnet, port, null);
        await customer.AnnounceAsync("172.16.0.0/16");
        await Eventually.Get(() => customer.State, s => s == "Established", "the session is up");
        await driver.ReleaseAsync(CancellationToken.None);
        await Eventually.Get(() => customer.State, s => s != "Established", "the session ends");
        Assert.Empty((await driver.ObserveAsync(CancellationToken.None)).Sessions);
    }

    [Fact]
    public async Task Two_hundred_circuits_come_up_at_once_and_a_change_of_one_leaves_the_others_alone()
    {
        const int Circuits = 200;
        var asn = new Asn(65010);
        (IRouterDriver driver, int port, _) = await StartAsync();
        await using IRouterDriver router = driver;
        InstanceIntent[] instances =
        [
            .. Enumerable
                .Range(0, Circuits)
                .Select(i => new InstanceIntent(
                    $"circuit-{i}",
                    i + 1,
                    new VlanId(i + 1),
                    [IpPrefix.Parse($"10.{i}.0.0/16")],
                    [
                        new SessionIntent(
                            IpFamily.V4,
                            Subnet(i),
                            asn,
                            Enabled: true,
                            Md5Key: "key",
                            MaxPrefixes: 10,
                            AcceptDefaultRoute: true,
                            Refuse: []
                        ),
                    ]
                )),
        ];
        await driver.ApplyAsync(new RouterIntent("lab-primary", new Asn(64496), [.. instances]), CancellationToken.None);
        var customers = new List<Customer>();
        try
        {
            for (int i = 0; i < Circuits; i++)
            {
                customers.Add(new Customer(asn, new Asn(64496), Subnet(i), port, "key"));
                await customers[i].AnnounceAsync($"172.16.{i}.0/24");
            }
            RouterObservation up = await Eventually.Get(
                () => driver.ObserveAsync(CancellationToken.None),
                o => o.Sessions.All(s => s.IsEstablished && s.PrefixesAccepted == 1 && s.PrefixesAnnounced == 1),
                "all sessions are up, each with its route in and its network out"
            );
            instances[7] = instances[7] with { Announce = [] };
            await driver.ApplyAsync(new RouterIntent("lab-primary", new Asn(64496), [.. instances]), CancellationToken.None);
            RouterObservation after = await Eventually.Get(
                () => driver.ObserveAsync(CancellationToken.None),
                o => o.Sessions.Single(s => s.Instance == "circuit-7").PrefixesAnnounced == 0,
                "the network is withdrawn"
            );
            Assert.Equal(up.Sessions.Select(s => (s.Instance, s.Since)).Order(), after.Sessions.Select(s => (s.Instance, s.Since)).Order());
        }
        finally
        {
            foreach (Customer customer in customers)
                await customer.DisposeAsync();
        }

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
        var session = new SessionIntent(
            IpFamily.V4,
            subnet,
            new Asn(65010),
            Enabled: true,
            Md5Key: null,
            limit,
            AcceptDefaultRoute: true,
            Refuse: []
        );
        var intent = new RouterIntent("lab-primary", new Asn(64496), [new InstanceIntent("one", 1, new VlanId(1), [], [session])]);
        await driver.ApplyAsync(intent, CancellationToken.None);
        await using var customer = new Customer(new Asn(65010), new Asn(64496), subnet, port);
        IpPrefix all = IpPrefix.Parse(space);
        string[] prefixes =
        [
            .. Enumerable.Range(0, limit + 1).Select(i => IpPrefix.Of(all.AddressAt((uint)i << (32 - length)), length).ToString()),
        ];
        await customer.AnnounceAsync(prefixes[..limit]);
        SessionObservation full = await Session(s => s.PrefixesAccepted == limit, "as many as the limit");
        await customer.AnnounceAsync(prefixes);
        SessionObservation down = await Session(s => !s.IsEstablished, "the session is down");
        Assert.Contains("prefix", down.LastProblem, StringComparison.OrdinalIgnoreCase);
        Assert.True(down.Since >= full.Since);
        await customer.AnnounceAsync(prefixes[..limit]);
        await Session(s => s.PrefixesAccepted == limit, "back below the limit");

        Task<SessionObservation> Session(Func<SessionObservation, bool> holds, string what) =>
            Eventually.Get(async () => (await driver.ObserveAsync(CancellationToken.None)).Sessions.Single(), holds, what);
    }
}
