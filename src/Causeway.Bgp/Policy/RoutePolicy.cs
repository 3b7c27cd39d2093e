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

    /// <summary>Refuses everything, with reason <see cref="RefuseReason.DeniedByPolicy"/>.</summary>
    public static readonly RoutePolicy DenyAll = new([]);
}

/// <summary>One term. A condition that is null always holds.</summary>
public sealed record PolicyTerm
{
    /// <summary>The prefix matches at least one entry.</summary>
    public EquatableArray<PrefixMatch>? Prefixes { get; init; }

    /// <summary>The first ASN of AS_PATH is this one.</summary>
    public Asn? FirstAsn { get; init; }

    /// <summary>The originating ASN is one of these.</summary>
    public EquatableArray<Asn>? OriginAsns { get; init; }

    /// <summary>AS_PATH contains at least one of these.</summary>
    public EquatableArray<Asn>? PathContains { get; init; }

    /// <summary>AS_PATH is longer than this many ASNs (AS_SET counts one, RFC 4271 §9.1.2.2).</summary>
    public int? PathLongerThan { get; init; }

    /// <summary>The route carries at least one of these communities (RFC 1997), as 32-bit numbers.</summary>
    public EquatableArray<uint>? Communities { get; init; }

    /// <summary>Origin validation gives this; needs a VRP table (RFC 6811).</summary>
    public OriginValidity? Validity { get; init; }

    /// <summary>The next hop lies in this prefix.</summary>
    public IpPrefix? NextHopIn { get; init; }

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

    /// <summary>How many times to prepend the local ASN (outbound).</summary>
    public int Prepend { get; init; }
}

/// <summary>A prefix with a range of lengths, as <c>10.0.0.0/8 ge 16 le 24</c>. Both default to the prefix's own length (exact match).</summary>
public readonly record struct PrefixMatch(IpPrefix Prefix, byte MinLength, byte MaxLength)
{
    public static PrefixMatch Exact(IpPrefix prefix) => new(prefix, prefix.Length, prefix.Length);

    public static PrefixMatch OrLonger(IpPrefix prefix) => new(prefix, prefix.Length, (byte)prefix.MaxLength);
}

/// <summary>
/// Why a route was refused. Numbers are stable and append-only, the same wherever a refused route is shown. Documented in docs/reasons.md.
/// </summary>
public enum RefuseReason : ushort
{
    None = 0,
    DeniedByPolicy = 1,
    NoPolicy = 2,
    Bogon = 3,
    OwnNetwork = 4,
    DefaultRoute = 5,
    TooLong = 6,
    TooShort = 7,
    FirstAsnMismatch = 8,
    OwnAsnInPath = 9,
    PathTooLong = 10,
    ReservedAsnInPath = 11,
    TransitNetworkInPath = 12,
    RpkiInvalid = 13,
    NotRegistered = 14,
    NextHopOutsideLan = 15,
    NextHopUnusable = 16,
    MalformedAttributes = 17,
    MaxPrefixReached = 18,
    OnlyToCustomer = 19,
    PrivateAsnInPath = 20,
    NoOriginAsn = 21,
    OwnOriginator = 22,
}
