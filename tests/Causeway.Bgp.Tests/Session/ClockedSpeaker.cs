using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tests.Speaker;
using Causeway.Bgp.Transport;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Session;

/// <summary>A whole speaker over connections in memory, under a clock that only the test moves.</summary>
public abstract class ClockedSpeaker
{
    private protected static readonly IPAddress Ours = IPAddress.Parse("192.0.2.1");
    private protected static readonly IPAddress Theirs = IPAddress.Parse("192.0.2.2");
    private protected static readonly IPEndPoint OurEndpoint = new(Ours, 179);

    private protected readonly ManualTimeProvider _clock = new();
    private protected readonly MemoryNetwork _network = new();

    private protected static SpeakerConfiguration Configuration(Func<NeighborConfiguration, NeighborConfiguration>? change = null)
    {
        var neighbor = new NeighborConfiguration
        {
            Name = "peer",
            PeerAsn = new Asn(64501),
            PeerAddress = Theirs,
            LocalAddress = Ours,
            HoldTime = TimeSpan.FromSeconds(90),
            Passive = true,
            Import = RoutePolicy.AcceptAll,
        };
        return new SpeakerConfiguration
        {
            Asn = new Asn(64500),
            RouterId = Ours,
            Listen = [OurEndpoint],
            Instances = [new InstanceConfiguration { Name = "main", Neighbors = [change is null ? neighbor : change(neighbor)] }],
        };
    }

    private protected async Task<BgpSpeaker> Start(Func<NeighborConfiguration, NeighborConfiguration>? change = null)
    {
        var speaker = new BgpSpeaker(_clock, transport: _network);
        await speaker.ApplyAsync(Configuration(change));
        return speaker;
    }

    private protected static Task<NeighborStatus> State(BgpSpeaker speaker, SessionStateName state) =>
        Eventually.Get(() => speaker.Status()[0], s => s.State == state, $"the session is {state}");

    /// <summary>Dials in and brings the session up by hand.</summary>
    private protected async Task<MemoryPeer> Establish(BgpSpeaker speaker, ushort holdTime = 30)
    {
        await State(speaker, SessionStateName.Active);
        var peer = new MemoryPeer(_network.Dial(Theirs, OurEndpoint));
        await peer.Expect(MessageType.Open);
        await peer.Send(Wire.Open(64501, holdTime, Theirs));
        await peer.Expect(MessageType.Keepalive);
        await peer.Send(Wire.Keepalive());
        await State(speaker, SessionStateName.Established);
        return peer;
    }

    private protected static readonly PathAttributes Plain = new() { AsPath = AsPath.Sequence(new Asn(64501)), NextHop = Theirs };

    private protected static readonly IpPrefix One = IpPrefix.Parse("198.51.100.0/24"),
        Two = IpPrefix.Parse("203.0.113.0/24");
}
