using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Policy;

/// <summary>
/// A policy as data: terms are tried in order, the first whose conditions all hold decides; none holding is a refusal (default deny).
/// Compiled once per neighbor, applied per route without allocation.
/// </summary>
public sealed record RoutePolicy(EquatableArray<PolicyTerm> Terms)
{
    /// <summary>Accepts everything. For labs; never for a customer.</summary>
    public static readonly RoutePolicy AcceptAll = new([new PolicyTerm { Accept = true }]);

    /// <summary>
    /// Private ASNs (RFC 6996) are taken out of the AS_PATH of what is accepted, and where none is left the route has this origin, as if its holder had announced it
    /// itself: so a customer that has no ASN of its own to peer with is heard for whom its prefixes are registered to. Origins and origin validity are judged of
    /// the path that is left; the other conditions look at the path as it came. Null leaves paths as they are. Inbound only.
    /// </summary>
    public Asn? PrivateAsnsStandFor { get; init; }

    /// <summary>Refuses everything, with reason <see cref="RefuseReason.DeniedByPolicy"/>.</summary>
    public static readonly RoutePolicy DenyAll = new([]);
}

/// <summary>One term. A condition that is null always holds; one that <see cref="Not"/> names must not.</summary>
public sealed record PolicyTerm
{
    /// <summary>
    /// The prefix matches at least one entry, whose <see cref="PrefixMatch.Origins"/> include the originating ASN. A hundred thousand entries cost no more than a
    /// few, and those of terms that hold the same array are stored once.
    /// </summary>
    public EquatableArray<PrefixMatch>? Prefixes { get; init; }

    /// <summary>Entries of <see cref="Prefixes"/> count whatever their origins: so one term tells "not in the list" from "in the list for another origin".</summary>
    public bool AnyOrigin { get; init; }

    /// <summary>The first ASN of AS_PATH is this one.</summary>
    public Asn? FirstAsn { get; init; }

    /// <summary>The originating ASN is one of these. A path that ends in an AS_SET has none.</summary>
    public EquatableArray<AsnRange>? OriginAsns { get; init; }

    /// <summary>AS_PATH contains at least one of these.</summary>
    public EquatableArray<AsnRange>? PathContains { get; init; }

    /// <summary>AS_PATH is longer than this many ASNs (AS_SET counts one, RFC 4271 §9.1.2.2).</summary>
    public int? PathLongerThan { get; init; }

    /// <summary>The route carries at least one of these communities (RFC 1997), as 32-bit numbers.</summary>
    public EquatableArray<uint>? Communities { get; init; }

    /// <summary>Origin validation gives this; needs a VRP table (RFC 6811).</summary>
    public OriginValidity? Validity { get; init; }

    /// <summary>
    /// AS_PATH as it came, verified as a customer, a lateral peer, a route server or a client of ours sends it, gives this; needs ASPAs
    /// (draft-ietf-sidrops-aspa-verification §7.2). A path with nobody in it, or with an AS_SET, is invalid: a condition for external sessions.
    /// </summary>
    public PathValidity? UpstreamPath { get; init; }

    /// <summary>The same for what a provider sends (§7.3 there).</summary>
    public PathValidity? DownstreamPath { get; init; }

    /// <summary>The next hop lies in this prefix.</summary>
    public IpPrefix? NextHopIn { get; init; }

    /// <summary>Conditions that must not hold, so that what is refused for its lack of something has a term and a reason of its own.</summary>
    public PolicyConditions Not { get; init; }

    /// <summary>
    /// The next hop is not one hop away: it is neither the sender nor another host of the subnet that we share with it (RFC 4271 §6.3). In a refusing term with
    /// <see cref="RefuseReason.NextHopOutsideLan"/> this is the check that an external session over one link needs. <see cref="Not"/> does not turn it round.
    /// </summary>
    public SharedSubnet? NextHopBeyond { get; init; }

    public required bool Accept { get; init; }

    /// <summary>Why, when the term refuses.</summary>
    public RefuseReason Reason { get; init; } = RefuseReason.DeniedByPolicy;

    /// <summary>LOCAL_PREF to set on an accepted route.</summary>
    public uint? SetLocalPreference { get; init; }

    /// <summary>MULTI_EXIT_DISC to set on an accepted route.</summary>
    public uint? SetMed { get; init; }

    /// <summary>Communities to add to an accepted route, at most <see cref="MostAddedCommunities"/>.</summary>
    /// <exception cref="ArgumentException">More than that.</exception>
    public EquatableArray<uint> AddCommunities
    {
        get;
        init =>
            field =
                value.Length <= MostAddedCommunities
                    ? value
                    : throw new ArgumentException(
                        $"{value.Length} communities to add: {MostAddedCommunities} is the most that one term adds.",
                        nameof(value)
                    );
    } = [];

    /// <summary>4 KiB of them: a message of RFC 4271's size holds no more, and only peers with extended messages (RFC 8654) can be sent that many.</summary>
    public const int MostAddedCommunities = 1024;

    /// <summary>Large communities (RFC 8092) to add to an accepted route.</summary>
    public EquatableArray<LargeCommunity> AddLargeCommunities { get; init; } = [];

    /// <summary>How many times to prepend the local ASN; towards a route server's client that of the member whose route it is (outbound).</summary>
    public int Prepend { get; init; }
}

/// <summary>The conditions of a <see cref="PolicyTerm"/>, by name.</summary>
[Flags]
public enum PolicyConditions : ushort
{
    None = 0,
    Prefixes = 1 << 0,
    FirstAsn = 1 << 1,
    OriginAsns = 1 << 2,
    PathContains = 1 << 3,
    PathLongerThan = 1 << 4,
    Communities = 1 << 5,
    Validity = 1 << 6,
    NextHopIn = 1 << 7,
    UpstreamPath = 1 << 8,
    DownstreamPath = 1 << 9,
}

/// <summary>What an external peer one hop away may name as next hop (RFC 4271 §6.3).</summary>
/// <param name="Subnet">
/// The subnet shared with it. Its network and broadcast address are no hosts, but in an IPv4 /31 (RFC 3021); nor is the Subnet-Router anycast address of an IPv6
/// subnet (RFC 4291 §2.6.1), but in a /127 (RFC 6164). A next hop of the other family lies beyond.
/// </param>
/// <param name="Sender">The peer's address, which serves even outside the subnet; null where it lies inside.</param>
/// <param name="Ours">Our own address in the subnet, which must not come back to us; null where the session's own address says it.</param>
public sealed record SharedSubnet(IpPrefix Subnet, IPAddress? Sender = null, IPAddress? Ours = null)
{
    /// <summary>May this address be a next hop?</summary>
    public bool Reaches(IPAddress nextHop) =>
        Reaches(nextHop.AddressFamily == AddressFamily.InterNetwork ? IpFamily.V4 : IpFamily.V6, IpPrefix.BitsOf(nextHop));

    /// <param name="nextHop">Left-aligned in 128 bits; nothing is allocated.</param>
    internal bool Reaches(IpFamily family, UInt128 nextHop)
    {
        if (Is(Ours))
            return false;
        if (Is(Sender))
            return true;
        if (!Subnet.Contains(IpPrefix.FromBits(family, nextHop, family == IpFamily.V4 ? 32 : 128)))
            return false;
        int hostBits = Subnet.MaxLength - Subnet.Length;
        if (hostBits <= 1)
            return true;
        UInt128 all = (UInt128.MaxValue >> (128 - hostBits)) << (128 - Subnet.MaxLength);
        UInt128 host = nextHop & all;
        return host != 0 && !(family == IpFamily.V4 && host == all);

        bool Is(IPAddress? address) =>
            address is not null
            && address.AddressFamily == (family == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
            && IpPrefix.BitsOf(address) == nextHop;
    }
}
