using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>Who is called when routes come in, and how often: whoever is called contends with the ingest for the table.</summary>
public sealed class WakingTests
{
    private static readonly CompiledPolicy? All = CompiledPolicy.Compile(RoutePolicy.AcceptAll);
    private static readonly IpPrefix[] Prefixes = [.. Enumerable.Range(0, 2000).Select(i => IpPrefix.V4(0x0B000000u + ((uint)i << 8), 24))];

    private readonly Rib _rib = new();
    private readonly Dictionary<AdjRibOut, int> _woken = [];

    private RibPeer Peer(uint asn) => _rib.Add(TestRoute.Peer($"as{asn}", asn, $"192.0.2.{asn % 200}", asn), All);

    /// <summary>An Adj-RIB-Out that has said all there was to say.</summary>
    private (AdjRibOut Out, OutReceiver Receiver) Settled(RibPeer peer, RoutePolicy? export)
    {
        AdjRibOut? made = null;
        made = _rib.AddOut(peer, CompiledPolicy.Compile(export), () => _woken[made!]++);
        _woken[made] = 0;
        var receiver = new OutReceiver();
        receiver.Take(made);
        return (made, receiver);
    }

    /// <summary>UPDATEs of a few prefixes each, with their headers: what one read of a socket may bring.</summary>
    private static byte[] Received(uint asn, IEnumerable<IpPrefix> prefixes, uint round = 0) =>
        [.. prefixes.Chunk(4).SelectMany(some => Message(new TestRoute { Path = [asn, some[0].V4Bits + round] }.Announce(some)))];

    private static byte[] Message(byte[] body)
    {
        int length = MessageHeader.Size + body.Length;
        return [.. Enumerable.Repeat((byte)0xFF, 16), (byte)(length >> 8), (byte)length, (byte)MessageType.Update, .. body];
    }

    [Fact]
    public void All_that_one_read_brought_calls_each_receiver_once()
    {
        RibPeer feed = Peer(64496);
        (AdjRibOut one, OutReceiver first) = Settled(Peer(64497), RoutePolicy.AcceptAll);
        (AdjRibOut two, OutReceiver second) = Settled(Peer(64498), RoutePolicy.AcceptAll);

        byte[] received = Received(64496, Prefixes);
        IngestRun run = _rib.Ingest(feed, received, extended: false);

        Assert.Equal((received.Length, Prefixes.Length / 4), (run.Octets, run.Updates));
        Assert.Equal((1, 1), (_woken[one], _woken[two]));
        first.Take(one);
        second.Take(two);
        Assert.Equal((Prefixes.Length, Prefixes.Length), (first.Routes.Count, second.Routes.Count));

        // Having read everything they are called again for the next.
        _rib.Ingest(feed, Message(TestRoute.Withdraw(Prefixes[..1])), extended: false);
        Assert.Equal((2, 2), (_woken[one], _woken[two]));
    }

    [Fact]
    public void Who_announces_nothing_is_not_called()
    {
        RibPeer feed = Peer(64496);
        (AdjRibOut refusing, _) = Settled(Peer(64497), RoutePolicy.DenyAll);
        (AdjRibOut without, _) = Settled(Peer(64498), null);
        _rib.Ingest(feed, Received(64496, Prefixes), extended: false);
        Assert.Equal((0, 0), (_woken[refusing], _woken[without]));
    }

    [Fact]
    public void Who_announced_all_of_it_is_not_called_until_somebody_elses_route_is_better_or_goes()
    {
        RibPeer feed = Peer(64496),
            other = Peer(64497);
        (AdjRibOut back, OutReceiver receiver) = Settled(feed, RoutePolicy.AcceptAll);
        // More than the journal holds: who is passed over must not find himself left behind by it.
        for (uint round = 0; round < 4; round++)
            foreach (IpPrefix[] some in Prefixes.Chunk(200))
                _rib.Ingest(feed, Received(64496, some, round), extended: false);
        Assert.Equal(0, _woken[back]);

        // A shorter path takes the place of the feed's own route.
        _rib.Ingest(other, Message(new TestRoute { Path = [64497] }.Announce(Prefixes[..1])), extended: false);
        Assert.Equal(1, _woken[back]);
        receiver.Take(back);
        Assert.Equal([Prefixes[0]], receiver.Routes.Keys);

        // And the feed takes it back with one of its own again.
        _rib.Ingest(other, Message(TestRoute.Withdraw(Prefixes[..1])), extended: false);
        Assert.Equal(2, _woken[back]);
        receiver.Take(back);
        Assert.Empty(receiver.Routes);
    }

    [Fact]
    public void What_is_not_an_update_or_not_all_there_is_left()
    {
        RibPeer feed = Peer(64496);
        byte[] first = Message(new TestRoute { Path = [64496] }.Announce(Prefixes[..1]));
        byte[] keepalive = [.. Enumerable.Repeat((byte)0xFF, 16), 0, 19, (byte)MessageType.Keepalive];

        Assert.Equal(0, _rib.Ingest(feed, keepalive, extended: false).Octets);
        Assert.Equal(0, _rib.Ingest(feed, first.AsSpan(0, first.Length - 1), extended: false).Octets);
        Assert.Equal(first.Length, _rib.Ingest(feed, [.. first, .. keepalive], extended: false).Octets);
        Assert.Equal(first.Length, _rib.Ingest(feed, [.. first, .. first.AsSpan(0, 30)], extended: false).Octets);

        // After one that ends the session nothing is taken.
        byte[] broken = Message([0, 0, 0, 0, 33, 1, 2, 3, 4, 5]);
        IngestRun run = _rib.Ingest(feed, [.. first, .. broken, .. first], extended: false);
        Assert.Equal(first.Length + broken.Length, run.Octets);
        Assert.True(run.Last.MustReset);
    }
}
