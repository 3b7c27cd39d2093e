using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

public sealed class RibTests
{
    private static readonly IpPrefix[] Prefixes = [.. Enumerable.Range(0, 3000).Select(i => IpPrefix.V4(0x0B000000u + ((uint)i << 8), 24))];
    private static readonly CompiledPolicy? AcceptAll = CompiledPolicy.Compile(RoutePolicy.AcceptAll);

    private readonly Rib _rib = new(refusedKept: 100);

    private static TestRoute Route(params uint[] path) => new() { Path = path };

    private RibPeer Peer(uint asn, CompiledPolicy? import, BgpRole? role = null) =>
        _rib.Add(TestRoute.Peer($"as{asn}", asn, $"192.0.2.{asn % 200}", asn) with { Role = role }, import);

    [Fact]
    public void Without_a_policy_nothing_is_accepted_and_everything_is_held_with_its_reason()
    {
        RibPeer peer = Peer(64496, null);
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..10]));
        Assert.Equal((10, 0, 10), (peer.V4.Received, peer.V4.Accepted, peer.V4.RefusedFor(RefuseReason.NoPolicy)));
        Assert.Equal(0, _rib.Reachable(IpFamily.V4));
    }

    [Fact]
    public void Refused_routes_beyond_the_bound_keep_prefix_and_reason_only_and_a_new_policy_asks_for_a_refresh()
    {
        RibPeer peer = Peer(64496, CompiledPolicy.Compile(RoutePolicy.DenyAll));
        foreach (IpPrefix[] some in Prefixes.Chunk(500))
            _rib.Ingest(peer, Route(64496, some[0].V4Bits).Announce(some));
        Assert.Equal((3000, 3000, 100), (peer.V4.Received, peer.V4.RefusedFor(RefuseReason.DeniedByPolicy), peer.V4.RefusedKept));
        Assert.Equal(1, _rib.AttributeSets);

        Assert.Equal(2900, _rib.SetImport(peer, AcceptAll));
        Assert.Equal((100, 2900), (peer.V4.Accepted, peer.V4.Refused));
        foreach (IpPrefix[] some in Prefixes.Chunk(500))
            _rib.Ingest(peer, Route(64496).Announce(some));
        Assert.Equal((3000, 0), (peer.V4.Accepted, peer.V4.Refused));

        foreach (IpPrefix[] some in Prefixes.Chunk(700))
            _rib.Ingest(peer, TestRoute.Withdraw(some));
        Assert.Equal((0, 0, 0), (peer.V4.Received, _rib.RouteCount(IpFamily.V4), _rib.AttributeSets));
    }

    [Theory]
    [InlineData("64512", "", "None")]
    [InlineData("64512 3301", "3301", "None")]
    [InlineData("64512 3301 4200000001 65534", "3301", "None")]
    [InlineData("64512 7777 64513", "7777", "OriginNotRegistered")]
    [InlineData("64512 3301 64511", "3301 64511", "OriginNotRegistered")]
    [InlineData("64512 3301 65535", "3301 65535", "OriginNotRegistered")]
    public void Private_numbers_are_taken_out_of_the_path_and_what_is_left_is_judged(string path, string left, string reason)
    {
        IpPrefix prefix = Prefixes[0];
        var policy = new RoutePolicy([
            new PolicyTerm
            {
                FirstAsn = new Asn(64512),
                Not = PolicyConditions.FirstAsn,
                Accept = false,
                Reason = RefuseReason.FirstAsnMismatch,
            },
            new PolicyTerm { Prefixes = [PrefixMatch.Exact(prefix) with { Origins = [new Asn(3301)] }], Accept = true },
            new PolicyTerm { Accept = false, Reason = RefuseReason.OriginNotRegistered },
        ])
        {
            PrivateAsnsStandFor = new Asn(3301),
        };
        RibPeer peer = Peer(64512, CompiledPolicy.Compile(policy));
        _rib.Ingest(peer, Route([.. path.Split(' ').Select(uint.Parse)]).Announce([prefix]));
        RouteView view = Assert.Single(_rib.Routes(new RouteQuery()).Routes);
        Assert.Equal(reason, view.Reason.ToString());
        Assert.Equal(reason == "None" ? left : path, view.Attributes!.AsPath);
        Assert.Equal(path, (view.ReceivedAttributes ?? view.Attributes).AsPath);

        // The holder's ROA makes it valid, and with another's it is nobody's to announce.
        _rib.SetImport(
            peer,
            CompiledPolicy.Compile(policy with { Terms = [new PolicyTerm { Validity = OriginValidity.Valid, Accept = true }] })
        );
        _rib.SetVrps(VrpTable.Build([new Vrp(prefix, 24, new Asn(3301))]));
        Assert.Equal(reason == "None" ? 1 : 0, peer.V4.Accepted);
        _rib.SetVrps(VrpTable.Build([new Vrp(prefix, 24, new Asn(64512))]));
        Assert.Equal(0, peer.V4.Accepted);
        _rib.Remove(peer);
        Assert.Equal(0, _rib.AttributeSets);
    }

    [Fact]
    public void Malformed_attributes_are_treated_as_withdraw_and_counted()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..2]));
        byte[] withoutOrigin = [0, 0, 0, 13, 0x40, 2, 6, 2, 1, 0, 0, 0xFB, 0xF0, 0x40, 3, 4, 192];
        // The same prefixes again, with an ORIGIN of 3.
        IngestResult result = _rib.Ingest(peer, (Route(64496) with { Origin = 3 }).Announce(Prefixes[..2]));
        Assert.True(result.TreatedAsWithdraw);
        Assert.False(result.MustReset);
        Assert.Equal((0, 2), (peer.V4.Accepted, peer.V4.RefusedFor(RefuseReason.MalformedAttributes)));
        Assert.True(_rib.Ingest(peer, withoutOrigin).MustReset);
        Assert.Equal(
            new Notification(NotificationCode.UpdateMessageError, 10, []),
            _rib.Ingest(peer, [0, 0, 0, 0, 33, 1, 2, 3, 4, 5]).Reset
        );
    }

    [Fact]
    public void Roles_refuse_leaks_and_mark_what_is_for_customers_only()
    {
        byte[] marked = [.. Route(64496).Announce(Prefixes[..1])];
        // OTC of AS 64999 appended to the block.
        byte[] block = [.. Route(64496).Block(), 0xC0, 35, 4, .. TestRoute.Number(64999)];
        byte[] leaked = [0, 0, 0, (byte)block.Length, .. block, .. TestRoute.Nlri(Prefixes[..1])];

        RibPeer customer = Peer(64496, AcceptAll, BgpRole.Provider);
        _rib.Ingest(customer, leaked);
        Assert.Equal(1, customer.V4.RefusedFor(RefuseReason.OnlyToCustomer));

        RibPeer provider = Peer(64497, AcceptAll, BgpRole.Customer);
        _rib.Ingest(provider, marked);
        RouteView view = _rib.Routes(new RouteQuery { Peer = provider }).Routes.Single();
        Assert.Contains("C02304" + "0000FBF1", Convert.ToHexString(view.Attributes!.Raw.AsSpan()), StringComparison.Ordinal);

        // What came from a provider goes to customers, not to peers.
        var toPeer = new OutReceiver();
        toPeer.Take(_rib.AddOut(Peer(64498, null, BgpRole.Peer), AcceptAll, () => { }));
        Assert.Empty(toPeer.Routes);
        var toCustomer = new OutReceiver();
        toCustomer.Take(_rib.AddOut(Peer(64499, null, BgpRole.Provider), AcceptAll, () => { }));
        Assert.Single(toCustomer.Routes);
    }

    [Fact]
    public void Updates_are_packed_and_a_refresh_is_framed()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        for (int i = 0; i < Prefixes.Length; i++)
            _rib.Ingest(peer, Route(64496, (uint)(1 + i % 3)).Announce([Prefixes[i]]));
        AdjRibOut adjacency = _rib.AddOut(Peer(64497, null), AcceptAll, () => { });
        var receiver = new OutReceiver();
        receiver.Take(adjacency);
        Assert.Equal(3000, receiver.Routes.Count);
        Assert.Equal(3000, adjacency.Advertised(IpFamily.V4));
        // Three sets of attributes, a thousand /24 of 4 bytes each, in messages of 4096.
        Assert.Equal(3, receiver.Updates);
        Assert.Equal(2, receiver.EndOfRibs);

        adjacency.Refresh(IpFamily.V4, enhanced: true);
        receiver.Take(adjacency);
        Assert.Equal(6, receiver.Updates);
        Assert.Equal([1, 2], receiver.Borders);
        Assert.Equal(2, receiver.EndOfRibs);
    }

    private static CompiledPolicy Accepting(params PolicyTerm[] first) =>
        CompiledPolicy.Compile(new RoutePolicy([.. first, new PolicyTerm { Accept = true }]))!;

    private static PolicyTerm Term(IpPrefix[] prefixes, bool accept = true) =>
        new() { Prefixes = [.. prefixes.Select(PrefixMatch.Exact)], Accept = accept };

    [Fact]
    public void A_new_export_policy_tells_only_what_differs()
    {
        RibPeer peer = Peer(64496, AcceptAll),
            reader = Peer(64497, null);
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..1000]));
        AdjRibOut adjacency = _rib.AddOut(reader, AcceptAll, () => { });
        var receiver = new OutReceiver();
        receiver.Take(adjacency);

        IpPrefix[] After(CompiledPolicy? policy)
        {
            receiver.Told.Clear();
            adjacency.SetExport(policy);
            receiver.Take(adjacency);
            return [.. receiver.Told.Order()];
        }
        Assert.Empty(After(Accepting()));
        Assert.Equal(Prefixes[..10], After(Accepting(Term(Prefixes[..10]) with { Prepend = 2 })));
        Assert.All(Prefixes[..10], p => Assert.StartsWith("64500 64500 64500 64496", receiver.Routes[p], StringComparison.Ordinal));
        // The same in another place among the policy's changes.
        Assert.Equal(
            Prefixes[10..11],
            After(Accepting(Term(Prefixes[10..11]) with { SetMed = 7 }, Term(Prefixes[..10]) with { Prepend = 2 }))
        );
        Assert.EndsWith("| 7", receiver.Routes[Prefixes[10]], StringComparison.Ordinal);
        Assert.Equal(Prefixes[..15], After(Accepting(Term(Prefixes[11..15], accept: false))));
        Assert.Equal(996, receiver.Routes.Count);
        Assert.Equal(Prefixes[11..15], After(AcceptAll));
        Assert.Equal(1000, receiver.Routes.Values.Count(r => r == receiver.Routes[Prefixes[500]]));

        // What is added for the neighbor as a whole differs for all.
        _rib.Replace(reader, reader.Facts with { GracefulShutdown = true, Prepend = 1, Med = 5 });
        Assert.Equal(Prefixes[..1000], After(Accepting(Term(Prefixes[..1]) with { SetMed = 6, Prepend = 1 })));
        Assert.StartsWith("64500 64500 64500 64496", receiver.Routes[Prefixes[0]], StringComparison.Ordinal);
        Assert.EndsWith($"| {0xFFFF0000} | 6", receiver.Routes[Prefixes[0]], StringComparison.Ordinal);
        Assert.EndsWith($"| {0xFFFF0000} | 5", receiver.Routes[Prefixes[1]], StringComparison.Ordinal);
        Assert.Equal(Prefixes[..1000], After(null));
        Assert.Empty(receiver.Routes);
    }

    [Fact]
    public void Policies_without_end_are_told_rightly()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..500]));
        AdjRibOut adjacency = _rib.AddOut(Peer(64497, null), AcceptAll, () => { });
        var receiver = new OutReceiver();
        receiver.Take(adjacency);
        for (int round = 0; round < 20; round++)
        {
            // A hundred changes that were never there before, so that the numbers for them run out every other round.
            uint Med(int i) => (uint)(1 + round * 100 + i);
            adjacency.SetExport(Accepting([.. Enumerable.Range(0, 100).Select(i => Term(Prefixes[i..(i + 1)]) with { SetMed = Med(i) })]));
            receiver.Take(adjacency);
            Assert.All(
                Enumerable.Range(0, 100),
                i => Assert.EndsWith($"| {Med(i)}", receiver.Routes[Prefixes[i]], StringComparison.Ordinal)
            );
            Assert.All(Enumerable.Range(100, 400), i => Assert.EndsWith("| ", receiver.Routes[Prefixes[i]], StringComparison.Ordinal));
        }
        Assert.InRange(receiver.Told.Count, 20 * 100, 20 * 300 + 500);
    }

    [Fact]
    public void Own_networks_are_told_as_far_as_they_differ()
    {
        AdjRibOut adjacency = _rib.AddOut(Peer(64497, null), AcceptAll, () => { });
        var receiver = new OutReceiver();
        _rib.SetNetworks(Prefixes[..100]);
        receiver.Take(adjacency);
        receiver.Told.Clear();
        _rib.SetNetworks([.. Prefixes[..100].Reverse()]);
        receiver.Take(adjacency);
        Assert.Empty(receiver.Told);
        _rib.SetNetworks(Prefixes[1..101]);
        receiver.Take(adjacency);
        Assert.Equal([Prefixes[0], Prefixes[100]], receiver.Told.Order());
    }

    [Fact]
    public void Judging_one_peer_again_looks_at_its_routes_only()
    {
        // Judging costs what the peer has, so the one with all the routes must not be noticed: its are refused by its policy now, though nobody looked.
        RibPeer large = Peer(64496, AcceptAll),
            small = Peer(64497, AcceptAll);
        _rib.Ingest(large, Route(64496).Announce(Prefixes[..500]));
        _rib.Ingest(small, Route(64497).Announce(Prefixes[500..510]));
        large.Import = CompiledPolicy.Compile(RoutePolicy.DenyAll);
        _rib.SetImport(small, CompiledPolicy.Compile(RoutePolicy.DenyAll));
        Assert.Equal((500, 0), (large.V4.Accepted, small.V4.Accepted));
        Assert.Equal((0, 10), (large.V4.Refused, small.V4.Refused));
    }

    [Fact]
    public async Task Routes_that_come_and_go_while_a_peer_is_judged_again_end_up_judged()
    {
        var rib = new Rib(refusedKept: 100_000);
        RibPeer peer = rib.Add(TestRoute.Peer("peer", 64496, "192.0.2.1", 1), AcceptAll);
        IpPrefix[] many = [.. Enumerable.Range(0, 60_000).Select(i => IpPrefix.V4((uint)(0x2000_0000 + (i << 8)), 24))];
        foreach (IpPrefix[] some in many.Chunk(900))
            rib.Ingest(peer, Route(64496).Announce(some));
        for (int round = 0; round < 5; round++)
        {
            CompiledPolicy policy = round % 2 == 0 ? CompiledPolicy.Compile(RoutePolicy.DenyAll)! : AcceptAll!;
            Task judging = Task.Run(() => rib.SetImport(peer, policy), TestContext.Current.CancellationToken);
            var random = new Random(round);
            for (int i = 0; i < 200 || !judging.IsCompleted; i++)
            {
                IpPrefix[] some = [.. Enumerable.Range(0, 50).Select(_ => many[random.Next(many.Length)]).Distinct()];
                rib.Ingest(peer, i % 2 == 0 ? TestRoute.Withdraw(some) : Route(64496).Announce(some));
            }
            await judging;
            Assert.Equal(round % 2 == 0 ? 0 : peer.V4.Received, peer.V4.Accepted);
        }
    }

    [Fact]
    public void Only_readers_that_have_something_to_read_are_called()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        var woken = new int[4];
        AdjRibOut[] readers =
        [
            _rib.AddOut(Peer(64497, null), AcceptAll, () => woken[0]++),
            _rib.AddOut(Peer(64498, null), CompiledPolicy.Compile(RoutePolicy.DenyAll), () => woken[1]++),
            _rib.AddOut(Peer(64499, null), null, () => woken[2]++),
            _rib.AddOut(AddV4Only(64511), AcceptAll, () => woken[3]++),
        ];
        var receivers = readers.Select(_ => new OutReceiver()).ToArray();
        void Read()
        {
            for (int i = 0; i < readers.Length; i++)
                receivers[i].Take(readers[i]);
        }
        Read();
        Array.Clear(woken);
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..5]));
        Assert.Equal([1, 0, 0, 1], woken);
        Read();
        // Nothing new in it, or nothing that is used.
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..5]));
        _rib.Ingest(Peer(64500 + 12, null), Route(64512).Announce(Prefixes[..5]));
        Assert.Equal([1, 0, 0, 1], woken);
        // Of the other family.
        IpPrefix v6 = IpPrefix.Parse("2001:db8::/48");
        _rib.Ingest(peer, Route(64496).Announce([v6]));
        Assert.Equal([2, 0, 0, 1], woken);
        Read();
        Assert.Equal([6, 0, 0, 5], receivers.Select(r => r.Routes.Count));
        // One that refused everything does not any more.
        readers[1].SetExport(AcceptAll);
        Read();
        Array.Clear(woken);
        _rib.Ingest(peer, TestRoute.Withdraw(Prefixes[..5]));
        Assert.Equal([1, 1, 0, 1], woken);
        Read();
        Assert.Equal([1, 1, 0, 0], receivers.Select(r => r.Routes.Count));
    }

    private RibPeer AddV4Only(uint asn) => _rib.Add(TestRoute.Peer($"peer {asn}", asn, "192.0.2.9", asn) with { V6 = false }, null);

    [Fact]
    public void A_refresh_asked_for_during_the_first_transfer_comes_after_it()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..10]));
        AdjRibOut adjacency = _rib.AddOut(Peer(64497, null), AcceptAll, () => { });
        adjacency.Refresh(IpFamily.V4, enhanced: true);
        var receiver = new OutReceiver();
        receiver.Take(adjacency);
        // RFC 7313 §4: no BoRR before End-of-RIB.
        Assert.Equal((2, 2), (receiver.EndOfRibs, receiver.Updates));
        Assert.Equal([1, 2], receiver.Borders);

        // A new policy in the middle of a refresh does not make it forget to say that it is over.
        adjacency.Refresh(IpFamily.V4, enhanced: true);
        adjacency.Write(new byte[4096], out _); // BoRR, and there is no room for an UPDATE.
        adjacency.SetExport(AcceptAll);
        receiver.Take(adjacency);
        Assert.Equal([1, 2, 2], receiver.Borders);
    }

    [Fact]
    public void Of_reflected_routes_the_originator_decides_and_our_own_are_refused()
    {
        RibPeer low = _rib.Add(TestRoute.Peer("low", 64500, "192.0.2.11", 1) with { LocalRouterId = 77 }, AcceptAll);
        RibPeer high = _rib.Add(TestRoute.Peer("high", 64500, "192.0.2.12", 2) with { LocalRouterId = 77 }, AcceptAll);
        _rib.Ingest(low, Reflected(9, 5, 6));
        _rib.Ingest(high, Reflected(8, 5, 6));
        Assert.Equal("high", Best());
        // The same originator: the shorter CLUSTER_LIST (RFC 4456 §9).
        _rib.Ingest(low, Reflected(8, 5));
        Assert.Equal("low", Best());
        _rib.Ingest(low, Reflected(77));
        Assert.Equal("high", Best());
        Assert.Equal(1, low.V4.RefusedFor(RefuseReason.OwnOriginator));

        string Best() => Assert.Single(_rib.Routes(new RouteQuery { BestOnly = true }).Routes).Peer;

        static byte[] Reflected(uint originator, params uint[] clusters)
        {
            List<byte> block = [.. Route(64496).Block()];
            TestRoute.Add(block, 0x80, 9, TestRoute.Number(originator));
            if (clusters.Length > 0)
                TestRoute.Add(block, 0x80, 10, [.. clusters.SelectMany(TestRoute.Number)]);
            return [0, 0, 0, (byte)block.Count, .. block, .. TestRoute.Nlri(Prefixes[..1])];
        }
    }

    [Fact]
    public void A_peer_that_brings_more_attributes_than_it_may_is_let_go_and_the_others_are_not()
    {
        var rib = new Rib(mostAttributeBytes: 100_000);
        RibPeer greedy = rib.Add(TestRoute.Peer("greedy", 64496, "192.0.2.11", 1), AcceptAll);
        RibPeer modest = rib.Add(TestRoute.Peer("modest", 64497, "192.0.2.12", 2), AcceptAll);
        Notification? answer = null;
        int brought = 0;
        for (; answer is null && brought < Prefixes.Length; brought++)
            answer = rib.Ingest(greedy, Heavy(64496, (uint)brought).Announce([Prefixes[brought]])).Reset;
        Assert.Equal(Notification.Cease(CeaseReason.OutOfResources), answer);
        Assert.InRange(brought, 200, 260);
        Assert.False(rib.Ingest(modest, Heavy(64497, 1).Announce(Prefixes[..1])).MustReset);
        // The same set over and over is one, and sets that are gone do not count.
        rib.Remove(greedy);
        RibPeer again = rib.Add(TestRoute.Peer("again", 64496, "192.0.2.11", 1), AcceptAll);
        for (uint i = 0; i < 1000; i++)
            Assert.False(rib.Ingest(again, Heavy(64496, i).Announce(Prefixes[..1])).MustReset);
        rib.Remove(again);
        rib.Remove(modest);
        Assert.Equal(0, rib.AttributeSets);

        // 400 bytes of communities.
        static TestRoute Heavy(uint asn, uint number) =>
            Route(asn) with
            {
                Communities = [.. Enumerable.Range(0, 99).Select(c => (uint)c), number],
            };
    }

    [Fact]
    public void Ten_million_withdrawals_of_what_was_never_announced_cost_no_memory()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        byte[] update = TestRoute.Withdraw(Prefixes);
        Assert.False(_rib.Ingest(peer, update).MustReset);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int withdrawn = 0; withdrawn < 10_000_000; withdrawn += Prefixes.Length)
            _rib.Ingest(peer, update);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, _rib.RouteCount(IpFamily.V4));
    }

    [Fact]
    public void Routes_told_again_or_with_other_known_attributes_allocate_nothing()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        byte[][] updates = [.. Enumerable.Range(0, 2).Select(med => (Route(64496) with { Med = (uint)med }).Announce(Prefixes))];
        // A second peer keeps both sets of attributes in use.
        RibPeer other = Peer(64497, AcceptAll);
        _rib.Ingest(other, (Route(64496) with { Med = 0 }).Announce([IpPrefix.Parse("192.0.2.0/24")]));
        _rib.Ingest(other, (Route(64496) with { Med = 1 }).Announce([IpPrefix.Parse("198.51.100.0/24")]));
        foreach (byte[] update in updates)
            _rib.Ingest(peer, update);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
            _rib.Ingest(peer, updates[i & 1]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Prefixes.Length, peer.V4.Accepted);
    }

    [Fact]
    public void A_reader_is_woken_once_until_it_has_read()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        int woken = 0;
        AdjRibOut adjacency = _rib.AddOut(Peer(64497, null), AcceptAll, () => woken++);
        var receiver = new OutReceiver();
        receiver.Take(adjacency);
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..5]));
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[5..9]));
        Assert.Equal(1, woken);
        receiver.Take(adjacency);
        Assert.Equal(9, receiver.Routes.Count);
        _rib.Ingest(peer, TestRoute.Withdraw(Prefixes[..9]));
        Assert.Equal(2, woken);
        receiver.Take(adjacency);
        Assert.Empty(receiver.Routes);
    }

    [Fact]
    public void A_peer_that_fell_behind_the_journal_catches_up_by_walking()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        AdjRibOut adjacency = _rib.AddOut(Peer(64497, null), AcceptAll, () => { });
        var receiver = new OutReceiver();
        receiver.Take(adjacency);
        for (uint round = 0; round < 50; round++)
            foreach (IpPrefix[] some in Prefixes.Chunk(600))
                _rib.Ingest(peer, Route(64496, 1 + round % 2).Announce(some));
        _rib.Ingest(peer, TestRoute.Withdraw(Prefixes[..100]));
        receiver.Take(adjacency);
        Assert.Equal(2900, receiver.Routes.Count);
        Assert.All(receiver.Routes.Values, r => Assert.StartsWith("64500 64496 2", r, StringComparison.Ordinal));
    }

    [Fact]
    public void Attributes_that_fit_no_message_are_not_announced_and_what_was_is_withdrawn()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        AdjRibOut adjacency = _rib.AddOut(Peer(64497, null), AcceptAll, () => { });
        var receiver = new OutReceiver();
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..2]));
        receiver.Take(adjacency);
        Assert.Equal(2, receiver.Routes.Count);
        _rib.Ingest(
            peer,
            (Route(64496) with { Communities = [.. Enumerable.Range(1, 1100).Select(c => (uint)c)] }).Announce(Prefixes[..1])
        );
        receiver.Take(adjacency);
        Assert.Equal([Prefixes[1]], receiver.Routes.Keys);
    }

    [Fact]
    public void Pages_go_through_both_families()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        _rib.Ingest(peer, Route(64496).Announce(Prefixes[..25]));
        IpPrefix[] v6 = [.. Enumerable.Range(0, 15).Select(i => IpPrefix.V6((UInt128)(0x2001_0DB8_0000ul + (ulong)i) << 80, 48))];
        _rib.Ingest(peer, Route(64496).Announce(v6));
        var seen = new List<IpPrefix>();
        string? next = null;
        do
        {
            RoutePage page = _rib.Routes(new RouteQuery { Limit = 7 }, next);
            Assert.True(page.Routes.Count <= 7);
            seen.AddRange(page.Routes.Select(r => r.Prefix));
            next = page.Next;
        } while (next is not null);
        Assert.Equal([.. Prefixes[..25], .. v6], seen.Order());
        Assert.Throws<FormatException>(() => _rib.Routes(new RouteQuery(), "elsewhere"));
    }

    [Fact]
    public void Next_hops_that_cannot_be_used_are_refused()
    {
        RibPeer peer = Peer(64496, AcceptAll);
        foreach (string hop in (string[])["0.0.0.0", "224.0.0.1", "203.0.113.1"])
            _rib.Ingest(peer, (Route(64496) with { NextHop = IPAddress.Parse(hop) }).Announce([IpPrefix.Of(IPAddress.Parse(hop), 30)]));
        Assert.Equal(3, peer.V4.RefusedFor(RefuseReason.NextHopUnusable));
    }

    [Fact]
    public void A_route_costs_no_allocation()
    {
        RoutePolicy policy = new([
            new PolicyTerm { Accept = false, Validity = OriginValidity.Invalid },
            new PolicyTerm { Accept = false, UpstreamPath = PathValidity.Invalid },
            new PolicyTerm { Accept = true, Prefixes = [PrefixMatch.OrLonger(IpPrefix.Parse("11.0.0.0/8"))] },
        ]);
        RibPeer peer = Peer(64496, CompiledPolicy.Compile(policy));
        byte[][] updates =
        [
            .. Prefixes.Chunk(500).SelectMany(some => (byte[][])[Route(64496, 1).Announce(some), Route(64496, 2).Announce(some)]),
        ];
        // Both sets of attributes stay known by a route of their own; a first round makes room and compiles.
        _rib.Ingest(peer, Route(64496, 1).Announce([IpPrefix.Parse("11.255.1.0/24")]));
        _rib.Ingest(peer, Route(64496, 2).Announce([IpPrefix.Parse("11.255.2.0/24")]));
        foreach (byte[] update in updates)
            _rib.Ingest(peer, update);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 5; round++)
            foreach (byte[] update in updates)
                _rib.Ingest(peer, update);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3002, peer.V4.Accepted);
    }
}
