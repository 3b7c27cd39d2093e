using System.Net;
using System.Net.Sockets;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Routers.Embedded;

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
}
