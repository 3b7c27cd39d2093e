using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;
using Causeway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>Paths verified by ASPAs as routes come in, and again as ASPAs change. What a path is by them is PathVerifierTests' business.</summary>
public sealed class AspaTests
{
    private static readonly IpPrefix Leaked = IpPrefix.Parse("198.51.100.0/24"),
        Clean = IpPrefix.Parse("203.0.113.0/24");
    private static readonly CompiledPolicy? AcceptAll = CompiledPolicy.Compile(RoutePolicy.AcceptAll);
    private static readonly RoutePolicy NoLeaks = new([
        new PolicyTerm
        {
            UpstreamPath = PathValidity.Invalid,
            Accept = false,
            Reason = RefuseReason.AspaInvalid,
        },
        new PolicyTerm { Accept = true },
    ]);

    private readonly FakeTimeProvider _clock = new();
    private readonly Rib _rib;

    public AspaTests() => _rib = new Rib(refusedKept: 3, clock: _clock);

    private static AspaTable Aspas(params (uint Customer, uint[] Providers)[] all) =>
        AspaTable.Build(all.Select(a => new Aspa(new Asn(a.Customer), [.. a.Providers.Select(p => new Asn(p))])));

    private RibPeer Peer(uint asn, CompiledPolicy? import) =>
        _rib.Add(TestRoute.Peer($"as{asn}", asn, $"192.0.2.{asn % 200}", asn), import);

    private static byte[] Route(IpPrefix prefix, params uint[] path) => new TestRoute { Path = path }.Announce([prefix]);

    private string Table() =>
        string.Join("; ", _rib.Routes(new RouteQuery()).Routes.Select(r => $"{r.Peer} {r.Prefix} {r.Reason}").Order());

    [Fact]
    public void A_forbidden_path_is_refused_goes_when_it_becomes_so_and_comes_back_and_others_are_left_alone()
    {
        RibPeer peer = Peer(1, CompiledPolicy.Compile(NoLeaks)),
            lenient = Peer(2, AcceptAll);
        AdjRibOut told = _rib.AddOut(Peer(3, AcceptAll), AcceptAll, () => { });
        var receiver = new OutReceiver();
        _rib.Ingest(peer, Route(Leaked, 1, 7, 8));
        _rib.Ingest(peer, Route(Clean, 1, 9));
        _rib.Ingest(lenient, Route(Leaked, 2, 4, 7, 8));
        Assert.Equal("as1 198.51.100.0/24 None; as1 203.0.113.0/24 None; as2 198.51.100.0/24 None", Table());
        receiver.Take(told);
        Assert.StartsWith("64500 1 7 8", receiver.Routes[Leaked], StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromMinutes(1));
        // 8 has one provider, and 7 is another.
        Assert.Equal(0, _rib.SetAspas(Aspas((8, [6]), (5, [6]))));
        Assert.Equal("as1 198.51.100.0/24 AspaInvalid; as1 203.0.113.0/24 None; as2 198.51.100.0/24 None", Table());
        // Who does not ask has it still.
        receiver.Take(told);
        Assert.StartsWith("64500 2 4 7 8", receiver.Routes[Leaked], StringComparison.Ordinal);
        // One that comes now, and one that is told anew by another way.
        _rib.Ingest(peer, Route(Clean, 1, 7, 8));
        Assert.Equal(2, peer.V4.RefusedFor(RefuseReason.AspaInvalid));
        _rib.Ingest(peer, Route(Clean, 1, 9));

        Assert.Equal(0, _rib.SetAspas(Aspas((8, [6, 7]), (5, [6]))));
        Assert.Equal("as1 198.51.100.0/24 None; as1 203.0.113.0/24 None; as2 198.51.100.0/24 None", Table());
        receiver.Take(told);
        Assert.StartsWith("64500 1 7 8", receiver.Routes[Leaked], StringComparison.Ordinal);
        // It is as old as it was: nobody told it again.
        Assert.Equal(_clock.Start, _rib.Routes(new RouteQuery { Peer = peer, Exactly = Leaked }).Routes.Single().Since);

        _rib.SetAspas(Aspas((8, [7]), (7, [3])));
        Assert.Equal(1, peer.V4.RefusedFor(RefuseReason.AspaInvalid));
        _rib.SetAspas(AspaTable.Empty);
        Assert.Equal(0, peer.V4.Refused);
        _rib.RemoveOut(told);
        foreach (RibPeer each in (RibPeer[])[peer, lenient])
            _rib.Remove(each);
        Assert.Equal(0, _rib.AttributeSets);
    }

    [Fact]
    public void A_path_as_a_provider_sends_it_may_come_down_again()
    {
        // 2 is at the top; 1 and 3 are its customers, and 1 sends us, its customer, what came from 3.
        _rib.SetAspas(Aspas((1, [2]), (2, [0]), (3, [2])));
        RibPeer customer = Peer(1, CompiledPolicy.Compile(NoLeaks));
        _rib.Ingest(customer, Route(Leaked, 1, 2, 3));
        Assert.Equal(1, customer.V4.RefusedFor(RefuseReason.AspaInvalid));
        var fromProvider = new RoutePolicy([
            NoLeaks.Terms[0] with
            {
                UpstreamPath = null,
                DownstreamPath = PathValidity.Invalid,
            },
            NoLeaks.Terms[1],
        ]);
        Assert.Equal(0, _rib.SetImport(customer, CompiledPolicy.Compile(fromProvider)));
        Assert.Equal(1, customer.V4.Accepted);
        // 3 is no customer of 2 any more, nor 2 of 3, nor 1 of 2: two tops, and nobody between them.
        _rib.SetAspas(Aspas((1, [4]), (2, [0]), (3, [4])));
        Assert.Equal(1, customer.V4.RefusedFor(RefuseReason.AspaInvalid));
    }

    [Fact]
    public void A_set_in_the_path_is_invalid_where_it_is_let_in_at_all()
    {
        RibPeer lab = _rib.Add(TestRoute.Peer("lab", 1, "192.0.2.1", 1) with { AllowAsSets = true }, CompiledPolicy.Compile(NoLeaks));
        byte[] path = [2, 1, .. TestRoute.Number(1), 1, 2, .. TestRoute.Number(8), .. TestRoute.Number(9)];
        byte[] block = [0x40, 1, 1, 0, 0x40, 2, (byte)path.Length, .. path, 0x40, 3, 4, 192, 0, 2, 1];
        _rib.Ingest(lab, [0, 0, 0, (byte)block.Length, .. block, .. TestRoute.Nlri([Leaked])]);
        Assert.Equal(1, lab.V4.RefusedFor(RefuseReason.AspaInvalid));
    }

    [Fact]
    public void What_is_told_follows_the_aspas_where_its_policy_asks()
    {
        RibPeer from = Peer(1, AcceptAll),
            to = Peer(2, AcceptAll);
        AdjRibOut told = _rib.AddOut(to, CompiledPolicy.Compile(NoLeaks), () => { });
        var receiver = new OutReceiver();
        _rib.Ingest(from, Route(Leaked, 1, 8));
        _rib.Ingest(from, Route(Clean, 1, 9));
        receiver.Take(told);
        Assert.Equal([Leaked, Clean], receiver.Routes.Keys.Order());
        _rib.SetAspas(Aspas((8, [6])));
        receiver.Take(told);
        Assert.Equal([Clean], receiver.Routes.Keys);
        _rib.SetAspas(Aspas((8, [1])));
        receiver.Take(told);
        Assert.Equal([Leaked, Clean], receiver.Routes.Keys.Order());
    }

    [Fact]
    public void A_peer_is_asked_again_only_for_what_other_aspas_could_bring_back()
    {
        IpPrefix[] many = [.. Enumerable.Range(0, 10).Select(i => IpPrefix.V4(0x0B000000u + ((uint)i << 8), 24))];
        RoutePolicy policy = NoLeaks with
        {
            Terms =
            [
                .. NoLeaks.Terms.Take(1),
                new PolicyTerm { Prefixes = [PrefixMatch.OrLonger(IpPrefix.Parse("11.0.0.0/8"))], Accept = true },
                new PolicyTerm { Accept = false, Reason = RefuseReason.NotRegistered },
            ],
        };
        // Three of the refused ones are kept whole.
        RibPeer peer = Peer(1, CompiledPolicy.Compile(policy));
        foreach (uint net in Enumerable.Range(0, 10).Select(i => (uint)i))
            _rib.Ingest(peer, Route(IpPrefix.V4(0x0C000000u + (net << 8), 24), 1));
        Assert.Equal((10, 3), (peer.V4.RefusedFor(RefuseReason.NotRegistered), peer.V4.RefusedKept));
        // Whatever an ASPA says, they stay unregistered.
        Assert.Equal(0, _rib.SetAspas(Aspas((8, [6]))));
        foreach (IpPrefix prefix in many)
            _rib.Ingest(peer, Route(prefix, 1, 8));
        Assert.Equal(10, peer.V4.RefusedFor(RefuseReason.AspaInvalid));
        Assert.Equal(10, _rib.SetAspas(Aspas((8, [1]))));
        Assert.Equal(0, peer.V4.Accepted);
        // The same ASPAs in another table ask nobody.
        Assert.Equal(0, _rib.SetAspas(Aspas((8, [1]))));
        foreach (IpPrefix prefix in many)
            _rib.Ingest(peer, Route(prefix, 1, 8));
        Assert.Equal(10, peer.V4.Accepted);
    }

    /// <summary>What is accepted for its path, and refused for want of anything else, comes back when an ASPA lets it.</summary>
    [Fact]
    public void A_policy_that_accepts_by_path_asks_for_what_nothing_accepted()
    {
        RibPeer peer = Peer(
            1,
            CompiledPolicy.Compile(new RoutePolicy([new PolicyTerm { UpstreamPath = PathValidity.Valid, Accept = true }]))
        );
        foreach (uint net in Enumerable.Range(0, 5).Select(i => (uint)i))
            _rib.Ingest(peer, Route(IpPrefix.V4(0x0C000000u + (net << 8), 24), 1, 8));
        Assert.Equal(5, peer.V4.RefusedFor(RefuseReason.DeniedByPolicy));
        Assert.Equal(2, _rib.SetAspas(Aspas((8, [1]))));
        Assert.Equal((3, 2), (peer.V4.Accepted, peer.V4.Refused));
    }

    [Fact]
    public async Task A_speaker_gives_them_to_the_instances_that_it_has_and_to_those_that_come()
    {
        await using var speaker = new BgpSpeaker(TimeProvider.System);
        InstanceConfiguration first = new() { Name = "first", Neighbors = [] },
            second = new() { Name = "second", Neighbors = [] };
        SpeakerConfiguration one = new()
        {
            Asn = new Asn(64500),
            RouterId = System.Net.IPAddress.Parse("192.0.2.9"),
            Listen = [],
            Instances = [first],
        };
        await speaker.ApplyAsync(one);
        speaker.SetAspas(Aspas((8, [6])));
        await speaker.ApplyAsync(one with { Instances = [first, second] });
        RibPeer[] peers =
        [
            .. ((string[])["first", "second"]).Select(instance =>
            {
                Rib rib = speaker.TablesOf(instance)!;
                RibPeer peer = rib.Add(TestRoute.Peer(instance, 1, "192.0.2.1", 1), CompiledPolicy.Compile(NoLeaks));
                rib.Ingest(peer, Route(Leaked, 1, 8));
                return peer;
            }),
        ];
        Assert.All(peers, p => Assert.Equal((p.Name, 1), (p.Name, p.V4.RefusedFor(RefuseReason.AspaInvalid))));
        speaker.SetAspas(Aspas((8, [1])));
        Assert.All(peers, p => Assert.Equal((p.Name, 1), (p.Name, p.V4.Accepted)));
    }
}
