using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Speaker;

/// <summary>
/// Whatever changes for one neighbor, the others hear nothing of it: counted in two hundred real peers, half of them in one table as at an exchange, half
/// in tables of their own as circuits are.
/// </summary>
public sealed class SilenceTests : IAsyncLifetime
{
    private const int Each = 100;
    private static readonly IPAddress Lan = IPAddress.Parse("127.23.0.1");
    private static readonly IPAddress Edge = IPAddress.Parse("127.23.1.1");

    private readonly BgpSpeaker _speaker = new(TimeProvider.System);
    private readonly List<TestPeer> _peers = [];
    private readonly int _port = Interop.LabPlan.FreePort(Lan);

    /// <summary>Everything is made anew at each call, as a driver does that compiles its intent from the store.</summary>
    private static NeighborConfiguration Neighbor(IPAddress local, int number) =>
        new()
        {
            Name = $"peer {number}",
            PeerAsn = new Asn(64600 + (uint)number),
            PeerAddress = PeerOf(local, number),
            LocalAddress = local,
            Passive = true,
            HoldTime = TimeSpan.Zero,
            MaxPrefixV4 = new MaxPrefix(1000),
            Import = new RoutePolicy([
                new PolicyTerm
                {
                    Prefixes = [PrefixMatch.OrLonger(IpPrefix.Parse("10.0.0.0/8"))],
                    Accept = true,
                    AddCommunities = [1, 2],
                },
            ]),
            Export = new RoutePolicy([new PolicyTerm { Prefixes = [PrefixMatch.OrLonger(IpPrefix.Parse("0.0.0.0/0"))], Accept = true }]),
        };

    private static IPAddress PeerOf(IPAddress local, int number)
    {
        byte[] address = local.GetAddressBytes();
        address[3] = (byte)(10 + number);
        return new IPAddress(address);
    }

    private static Task<byte[]> Heard(TestPeer peer, params byte[] network) =>
        peer.Heard(MessageType.Update, body => body.AsSpan().EndsWith((byte[])[24, .. network]));

    private SpeakerConfiguration Configuration() => Configuration("192.0.2.0/24", "198.51.100.0/24");

    private SpeakerConfiguration Configuration(params string[] networks) =>
        new()
        {
            Asn = new Asn(64500),
            RouterId = Lan,
            Listen = [new IPEndPoint(Lan, _port), new IPEndPoint(Edge, _port)],
            Instances =
            [
                new InstanceConfiguration
                {
                    Name = "exchange",
                    Networks = [.. networks.Select(n => IpPrefix.Parse(n))],
                    Neighbors = [.. Enumerable.Range(0, Each + 1).Select(i => Neighbor(Lan, i))],
                },
                .. Enumerable
                    .Range(0, Each + 1)
                    .Select(i => new InstanceConfiguration
                    {
                        Name = $"circuit {i}",
                        Networks = [.. networks.Select(n => IpPrefix.Parse(n))],
                        Neighbors = [Neighbor(Edge, i)],
                    }),
            ],
        };

    public async ValueTask InitializeAsync()
    {
        await _speaker.ApplyAsync(Configuration("192.0.2.0/24"));
        _peers.AddRange(
            await Task.WhenAll(
                Enumerable
                    .Range(0, Each)
                    .SelectMany(i =>
                        new[]
                        {
                            TestPeer.Establish(PeerOf(Lan, i), new IPEndPoint(Lan, _port), 64600 + (uint)i),
                            TestPeer.Establish(PeerOf(Edge, i), new IPEndPoint(Edge, _port), 64600 + (uint)i),
                        }
                    )
            )
        );
        // A route of each, so that there is something to say again.
        for (int i = 0; i < _peers.Count; i++)
        {
            IPAddress address = PeerOf(i % 2 == 0 ? Lan : Edge, i / 2);
            var attributes = new PathAttributes { AsPath = AsPath.Sequence(new Asn(64600 + (uint)(i / 2))), NextHop = address };
            await _peers[i].Send(Wire.Announce(attributes, IpPrefix.Parse($"10.1.{i}.0/24"), IpPrefix.Parse($"172.16.{i}.0/24")));
        }
        await Eventually.Get(
            () => string.Join(' ', _peers.Select((p, i) => Told(i)).Distinct()),
            told => told == "100 1",
            "peers at the exchange are told of the network and of 99 routes, the others of the network"
        );
        // What comes last shows that all before it has arrived, and is counted.
        await _speaker.ApplyAsync(Configuration());
        await Task.WhenAll(_peers.Select(p => Heard(p, 198, 51, 100)));
    }

    private int Told(int index) =>
        Status(index).Families is [{ Received: 2, Accepted: 1, Refused: [{ Key: RefuseReason.DeniedByPolicy, Value: 1 }] } family]
            ? family.Advertised
            : -1;

    private NeighborStatus Status(int index) => _speaker.Status(index % 2 == 0 ? "exchange" : $"circuit {index / 2}", $"peer {index / 2}")!;

    public async ValueTask DisposeAsync()
    {
        foreach (TestPeer peer in _peers)
            await peer.DisposeAsync();
        await _speaker.DisposeAsync();
    }

    /// <summary>
    /// Does something, then announces one more network everywhere: when that has arrived, all that was sent before it has too. The others have heard one
    /// UPDATE, that one, and nothing else.
    /// </summary>
    /// <param name="except">Peers of whose sessions the change is.</param>
    private async Task Silent(Func<Task> change, SpeakerConfiguration after, params int[] except)
    {
        (NeighborStatus Status, int Heard)[] before = [.. _peers.Select((p, i) => (Status(i), Heard(p)))];
        await change();
        await _speaker.ApplyAsync(
            after with
            {
                Instances = [.. after.Instances.Select(i => i with { Networks = [.. i.Networks, IpPrefix.Parse("203.0.113.0/24")] })],
            }
        );
        for (int i = 0; i < _peers.Count; i++)
        {
            if (except.Contains(i))
                continue;
            await Heard(_peers[i], 203, 0, 113);
            NeighborStatus now = Status(i);
            Assert.Equal(SessionStateName.Established, now.State);
            Assert.Equal(
                (i, before[i].Heard + 1, before[i].Status.Messages with { UpdatesSent = before[i].Status.Messages.UpdatesSent + 1 }),
                (i, Heard(_peers[i]), now.Messages with { Sent = before[i].Status.Messages.Sent })
            );
        }
    }

    private static int Heard(TestPeer peer) => peer.Received.Count(m => m.Type is MessageType.Update or MessageType.RouteRefresh);

    private static SpeakerConfiguration Change(
        SpeakerConfiguration all,
        string instance,
        Func<InstanceConfiguration, InstanceConfiguration> change
    ) => all with { Instances = [.. all.Instances.Select(i => i.Name == instance ? change(i) : i)] };

    private static InstanceConfiguration Change(
        InstanceConfiguration instance,
        int neighbor,
        Func<NeighborConfiguration, NeighborConfiguration> change
    ) => instance with { Neighbors = [.. instance.Neighbors.Select((n, i) => i == neighbor ? change(n) : n)] };

    [Fact]
    public Task The_same_configuration_a_hundred_times() =>
        Silent(
            async () =>
            {
                for (int i = 0; i < 100; i++)
                    await _speaker.ApplyAsync(Configuration());
            },
            Configuration()
        );

    [Fact]
    public Task A_neighbor_is_added()
    {
        SpeakerConfiguration after = Change(
            Configuration(),
            "exchange",
            i => i with { Neighbors = [.. i.Neighbors, Neighbor(Lan, Each + 1)] }
        );
        after = after with
        {
            Instances = [.. after.Instances, new InstanceConfiguration { Name = "new", Neighbors = [Neighbor(Edge, Each + 1)] }],
        };
        return Silent(() => _speaker.ApplyAsync(after), after);
    }

    [Fact]
    public Task A_neighbor_is_removed()
    {
        // One that is down at the exchange, one that is up in an instance that goes with it.
        SpeakerConfiguration after = Change(Configuration(), "exchange", i => i with { Neighbors = i.Neighbors.ToArray()[..^1] });
        after = after with { Instances = [.. after.Instances.Where(i => i.Name != "circuit 0")] };
        return Silent(() => _speaker.ApplyAsync(after), after, except: 1);
    }

    [Theory]
    [InlineData("import")]
    [InlineData("export")]
    [InlineData("key")]
    [InlineData("limit")]
    public Task A_neighbor_is_changed(string what)
    {
        Func<NeighborConfiguration, NeighborConfiguration> change = n =>
            what switch
            {
                // Refuses what it refused, in other words.
                "import" => n with { Import = new RoutePolicy([new PolicyTerm { Accept = false }, .. n.Import!.Terms]) },
                "export" => n with { Export = RoutePolicy.DenyAll },
                "key" => n with { Md5Key = "new" },
                _ => n with { MaxPrefixV4 = new MaxPrefix(2000) },
            };
        // The neighbor at the exchange that is down and has no routes, and one that is up in an instance of its own.
        SpeakerConfiguration after = Change(Configuration(), "exchange", i => Change(i, Each, change));
        after = Change(after, "circuit 0", i => Change(i, 0, change));
        return Silent(() => _speaker.ApplyAsync(after), after, except: 1);
    }

    [Fact]
    public Task A_prefix_is_announced_in_another_instance()
    {
        SpeakerConfiguration after = Change(
            Configuration(),
            "circuit 0",
            i => i with { Networks = [.. i.Networks, IpPrefix.Parse("100.64.0.0/24")] }
        );
        return Silent(() => _speaker.ApplyAsync(after), after, except: 1);
    }
}
