using System.Net;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>What a session of an exchange or with proven prefixes accepts, said as a policy: each refusal has its own reason.</summary>
public sealed class AcceptListTests
{
    private static readonly Asn Peer = new(64501);

    private static readonly EquatableArray<PrefixMatch> Registered =
    [
        PrefixMatch.Exact(IpPrefix.Parse("198.51.100.0/24")) with
        {
            Origins = [Peer, new Asn(64502)],
        },
        new PrefixMatch(IpPrefix.Parse("203.0.112.0/20"), 20, 22),
        new PrefixMatch(IpPrefix.Parse("203.0.113.0/24"), 24, 28) with
        {
            Origins = [new Asn(64503)],
        },
    ];

    private static RoutePolicy Policy(EquatableArray<PrefixMatch> registered) =>
        new([
            new PolicyTerm
            {
                Prefixes = [PrefixMatch.Exact(IpPrefix.Parse("0.0.0.0/0"))],
                Accept = false,
                Reason = RefuseReason.DefaultRoute,
            },
            new PolicyTerm
            {
                NextHopIn = IpPrefix.Parse("192.0.2.0/24"),
                Not = PolicyConditions.NextHopIn,
                Accept = false,
                Reason = RefuseReason.NextHopOutsideLan,
            },
            new PolicyTerm
            {
                FirstAsn = Peer,
                Not = PolicyConditions.FirstAsn,
                Accept = false,
                Reason = RefuseReason.FirstAsnMismatch,
            },
            new PolicyTerm
            {
                PathContains = AsnRange.Reserved,
                Accept = false,
                Reason = RefuseReason.ReservedAsnInPath,
            },
            new PolicyTerm
            {
                PathContains = AsnRange.Private,
                Accept = false,
                Reason = RefuseReason.PrivateAsnInPath,
            },
            new PolicyTerm
            {
                Prefixes = [PrefixMatch.LongerThan(IpFamily.V4, 24)],
                Accept = false,
                Reason = RefuseReason.TooLong,
            },
            new PolicyTerm
            {
                Prefixes = registered,
                AnyOrigin = true,
                Not = PolicyConditions.Prefixes,
                Accept = false,
                Reason = RefuseReason.NotRegistered,
            },
            new PolicyTerm
            {
                Prefixes = registered,
                Not = PolicyConditions.Prefixes,
                Accept = false,
                Reason = RefuseReason.OriginNotRegistered,
            },
            new PolicyTerm { Accept = true },
        ]);

    [Theory]
    [InlineData("198.51.100.0/24", "64501", RefuseReason.None)]
    [InlineData("198.51.100.0/24", "64501 64502", RefuseReason.None)]
    [InlineData("198.51.100.0/24", "64501 64503", RefuseReason.OriginNotRegistered)]
    [InlineData("198.51.100.0/25", "64501", RefuseReason.TooLong)]
    [InlineData("198.51.0.0/16", "64501", RefuseReason.NotRegistered)]
    [InlineData("203.0.112.0/22", "64501 64510", RefuseReason.None)]
    [InlineData("203.0.113.0/24", "64501 64503", RefuseReason.None)]
    [InlineData("203.0.113.0/24", "64501", RefuseReason.OriginNotRegistered)]
    [InlineData("203.0.112.0/23", "64501", RefuseReason.NotRegistered)]
    [InlineData("0.0.0.0/0", "64501", RefuseReason.DefaultRoute)]
    [InlineData("198.51.100.0/24", "64502 64501", RefuseReason.FirstAsnMismatch)]
    [InlineData("198.51.100.0/24", "64501 64512", RefuseReason.PrivateAsnInPath)]
    [InlineData("198.51.100.0/24", "64501 4294967294 64501", RefuseReason.PrivateAsnInPath)]
    [InlineData("198.51.100.0/24", "64501 4294967295", RefuseReason.ReservedAsnInPath)]
    [InlineData("198.51.100.0/24", "64501 23456 64501", RefuseReason.ReservedAsnInPath)]
    public void Each_refusal_has_its_reason(string prefix, string path, RefuseReason expected)
    {
        var rib = new Rib();
        RibPeer peer = rib.Add(TestRoute.Peer("peer", Peer.Value, "192.0.2.9", 1), CompiledPolicy.Compile(Policy(Registered)));
        var route = new TestRoute { Path = [.. path.Split(' ').Select(uint.Parse)] };
        rib.Ingest(peer, route.Announce([IpPrefix.Parse(prefix)]));
        Assert.Equal(expected, Assert.Single(rib.Routes(new RouteQuery()).Routes).Reason);
    }

    [Fact]
    public void A_next_hop_of_somebody_else_is_outside_the_lan()
    {
        var rib = new Rib();
        RibPeer peer = rib.Add(TestRoute.Peer("peer", Peer.Value, "192.0.2.9", 1), CompiledPolicy.Compile(Policy(Registered)));
        var route = new TestRoute { Path = [Peer.Value], NextHop = IPAddress.Parse("198.18.0.1") };
        rib.Ingest(peer, route.Announce([IpPrefix.Parse("198.51.100.0/24")]));
        Assert.Equal(1, peer.V4.RefusedFor(RefuseReason.NextHopOutsideLan));
    }

    [Fact]
    public void A_list_of_a_hundred_thousand_entries_is_looked_up()
    {
        // Were the list gone through, this would be ten thousand million comparisons.
        EquatableArray<PrefixMatch> many =
        [
            .. Enumerable
                .Range(0, 100_000)
                .Select(i =>
                    new PrefixMatch(IpPrefix.V4(0x2000_0000 + ((uint)i << 10), 22), 22, 24) with
                    {
                        Origins = [new Asn(64000 + (uint)(i % 100))],
                    }
                ),
        ];
        var rib = new Rib(refusedKept: 1_000_000);
        RibPeer peer = rib.Add(TestRoute.Peer("peer", Peer.Value, "192.0.2.9", 1), CompiledPolicy.Compile(Policy(many)));
        for (int i = 0; i < 100_000; i += 500)
            rib.Ingest(
                peer,
                new TestRoute { Path = [Peer.Value, 64000 + (uint)(i / 500 % 100)] }.Announce([
                    .. Enumerable.Range(i, 500).Select(n => IpPrefix.V4(0x2000_0000 + ((uint)n << 10) + 256, 24)),
                ])
            );
        Assert.Equal((100_000, 1000), (peer.V4.Received, peer.V4.Accepted));
        Assert.Equal(99_000, peer.V4.RefusedFor(RefuseReason.OriginNotRegistered));
    }

    [Fact]
    public void A_term_cannot_negate_what_it_does_not_state()
    {
        var policy = new RoutePolicy([new PolicyTerm { Accept = true, Not = PolicyConditions.FirstAsn }]);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => CompiledPolicy.Compile(policy));
        Assert.StartsWith("Term 1 negates FirstAsn, which it does not state", refused.Message, StringComparison.Ordinal);
    }
}
