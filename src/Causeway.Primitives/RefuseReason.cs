namespace Causeway.Primitives;

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
    OriginNotRegistered = 23,
    AsSetInPath = 24,
    NextHopOfAnother = 25,
    AspaInvalid = 26,
}
