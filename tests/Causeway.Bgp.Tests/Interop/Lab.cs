using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>Our speaker beside one daemon.</summary>
internal sealed class Lab : IAsyncDisposable
{
    public const uint SourceAsn = 64777;

    public Lab(LabPlan plan, Daemon daemon)
    {
        Plan = plan;
        Daemon = daemon;
        SourceAddress = new IPAddress([.. plan.OurAddress.GetAddressBytes()[..3], 3]);
        Neighbor = new NeighborConfiguration
        {
            Name = "daemon",
            PeerAsn = new Asn(LabPlan.DaemonAsn),
            PeerAddress = plan.DaemonAddress,
            PeerPort = plan.DaemonPort,
            LocalAddress = plan.OurAddress,
            Passive = !plan.DaemonPassive,
            Md5Key = plan.Md5Key,
            Families = [IpFamily.V4, IpFamily.V6],
            // GoBGP treats routes as withdrawn whose next hop is a loopback address.
            NextHopV4 = IPAddress.Parse("203.0.113.1"),
            NextHopV6 = IPAddress.Parse("2001:db8::1"),
            ConnectRetry = TimeSpan.FromSeconds(1),
            ConnectRetryMaximum = TimeSpan.FromSeconds(2),
            Import = RoutePolicy.AcceptAll,
            Export = RoutePolicy.AcceptAll,
        };
    }

    public LabPlan Plan { get; }
    public Daemon Daemon { get; }
    public BgpSpeaker Speaker { get; private set; } = new(TimeProvider.System);

    /// <summary>The neighbor as first configured; tests vary it.</summary>
    public NeighborConfiguration Neighbor { get; }

    /// <summary>Where a test may connect from to feed routes into our speaker.</summary>
    public IPAddress SourceAddress { get; }
    public IPEndPoint SpeakerEndpoint => new(Plan.OurAddress, Plan.OurPort);

    public NeighborStatus Status => Speaker.Status("main", "daemon")!;

    public IReadOnlyList<RouteView> Received => Speaker.Received("main", "daemon").Routes;

    public Task Apply(NeighborConfiguration neighbor) => Apply(neighbor, LabPlan.OurV4, LabPlan.OurV6);

    public Task Apply(NeighborConfiguration neighbor, params IpPrefix[] networks) =>
        Speaker.ApplyAsync(
            new SpeakerConfiguration
            {
                Asn = new Asn(LabPlan.OurAsn),
                RouterId = Plan.OurIdentifier,
                Listen = [SpeakerEndpoint],
                Instances =
                [
                    new InstanceConfiguration
                    {
                        Name = "main",
                        Networks = networks,
                        Neighbors =
                        [
                            neighbor,
                            Neighbor with
                            {
                                Name = "source",
                                PeerAsn = new Asn(SourceAsn),
                                PeerAddress = SourceAddress,
                                Passive = true,
                                Md5Key = null,
                            },
                        ],
                    },
                ],
            }
        );

    /// <summary>Starts both and waits until the session is up on our side.</summary>
    public async Task Up()
    {
        await Apply(Neighbor);
        await Daemon.Start();
        await Established();
    }

    public async Task<NeighborStatus> Established(int times = 1)
    {
        try
        {
            return await Eventually.Get(
                () => Status,
                s => s.State == SessionStateName.Established && s.TimesEstablished >= times,
                "the session is Established",
                // OpenBGPD waits 30 s after a lost session before it does anything.
                TimeSpan.FromSeconds(90)
            );
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\nThe daemon said:\n{Tail(Daemon.Output)}");
        }
    }

    public Task<NeighborStatus> Down() => Eventually.Get(() => Status, s => s.State != SessionStateName.Established, "the session is down");

    public void AssertNeverReset() =>
        Assert.True(Status.TimesEstablished == 1, $"The session was reset: {Status.LastError}\nThe daemon said:\n{Tail(Daemon.Output)}");

    /// <summary>Waits until the daemon's own view of our routes holds all of these texts.</summary>
    public async Task<string> DaemonShows(params string[] texts)
    {
        try
        {
            return await Eventually.Get(
                Daemon.RoutesFromUs,
                seen => texts.All(t => seen.Contains(t, StringComparison.Ordinal)),
                $"the daemon shows {string.Join(" and ", texts)}"
            );
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\nThe daemon said:\n{Tail(Daemon.Output)}");
        }
    }

    /// <summary>Ends our speaker as a stop of the process does, and makes a new one.</summary>
    public async Task RestartSpeaker()
    {
        await Speaker.DisposeAsync();
        Speaker = new BgpSpeaker(TimeProvider.System);
        await Apply(Neighbor);
    }

    /// <summary>Ends our speaker so that the daemon keeps our routes, and makes a new one, which is to be given its configuration.</summary>
    public async Task RestartSpeakerGracefully()
    {
        Assert.Equal([("main", "daemon")], await Speaker.StopForRestartAsync());
        await Speaker.DisposeAsync();
        Speaker = new BgpSpeaker(TimeProvider.System, recovery: new RestartRecovery(TimeSpan.FromSeconds(60)));
    }

    private static string Tail(string text) => text.Length > 4000 ? text[^4000..] : text;

    public async ValueTask DisposeAsync()
    {
        await Speaker.DisposeAsync();
        await Daemon.DisposeAsync();
    }
}
