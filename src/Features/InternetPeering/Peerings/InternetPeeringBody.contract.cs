using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.InternetPeering;

/// <summary><c>Microsoft.Peering/peerings</c>. Members in the order in which Azure writes them.</summary>
public sealed record InternetPeeringBody
{
    public required PeeringSkuBody Sku { get; init; }

    /// <summary><c>Exchange</c> or <c>Direct</c>.</summary>
    public required string Kind { get; init; }

    public required InternetPeeringProperties Properties { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Until 2020.</summary>
    [JsonPropertyName("eTag")]
    [Wire(WireTraits.ReadOnly)]
    public string? ETag { get; init; }

    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Type { get; init; }

    /// <summary>The peer's ASN, whatever the kind.</summary>
    [JsonIgnore]
    public ReferenceBody? PeerAsn => Properties.Exchange?.PeerAsn ?? Properties.Direct?.PeerAsn;

    /// <summary>All connections as any kind shows them.</summary>
    [JsonIgnore]
    public IEnumerable<ExchangeConnectionBody> Connections =>
        Properties.Exchange?.Connections
        ?? Properties.Direct?.Connections.Select(c => new ExchangeConnectionBody
        {
            PeeringDbFacilityId = c.PeeringDbFacilityId,
            ConnectionState = c.ConnectionState,
            BgpSession = c.BgpSession,
            ConnectionIdentifier = c.ConnectionIdentifier,
            ErrorMessage = c.ErrorMessage,
        })
        ?? [];
}

/// <param name="Name">Such as <c>Basic_Exchange_Free</c>; the others are parts of it.</param>
public sealed record PeeringSkuBody(
    string Name,
    [property: Wire(WireTraits.ReadOnly)] string? Tier = null,
    [property: Wire(WireTraits.ReadOnly)] string? Family = null,
    [property: Wire(WireTraits.ReadOnly)] string? Size = null
);

public sealed record InternetPeeringProperties
{
    public DirectPropertiesBody? Direct { get; init; }
    public ExchangePropertiesBody? Exchange { get; init; }

    /// <summary>Name of a peering location.</summary>
    public string? PeeringLocation { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ProvisioningState { get; init; }
}

/// <param name="PeerAsn">A <c>peerAsns</c> resource, which has to be approved.</param>
public sealed record ExchangePropertiesBody(IReadOnlyList<ExchangeConnectionBody> Connections, ReferenceBody? PeerAsn);

public sealed record ExchangeConnectionBody
{
    /// <summary>The exchange's <c>ix</c> id in PeeringDB.</summary>
    [JsonPropertyName("peeringDBFacilityId")]
    public int PeeringDbFacilityId { get; init; }

    /// <summary>Where it is on its way; not the state of its BGP session.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? ConnectionState { get; init; }

    public BgpSessionBody? BgpSession { get; init; }

    /// <summary>The client's name for it, such as a GUID.</summary>
    public string? ConnectionIdentifier { get; init; }

    /// <summary>The peer's side is configured already: approved, it goes to our routers at once. Ours.</summary>
    public bool? ReadyOnApproval { get; init; }

    /// <summary>Why it failed.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? ErrorMessage { get; init; }
}

public sealed record BgpSessionBody
{
    /// <summary>The exchange's LAN; of a direct connection the addresses of its cable: /30 or /31.</summary>
    public string? SessionPrefixV4 { get; init; }

    /// <summary>Likewise: /126 or /127.</summary>
    public string? SessionPrefixV6 { get; init; }

    /// <summary>Our addresses there; with several routers of ours, a list with commas.</summary>
    [JsonPropertyName("microsoftSessionIPv4Address")]
    [Wire(WireTraits.ReadOnly)]
    public string? MicrosoftSessionIPv4Address { get; init; }

    /// <inheritdoc cref="MicrosoftSessionIPv4Address"/>
    [JsonPropertyName("microsoftSessionIPv6Address")]
    [Wire(WireTraits.ReadOnly)]
    public string? MicrosoftSessionIPv6Address { get; init; }

    [JsonPropertyName("peerSessionIPv4Address")]
    public string? PeerSessionIPv4Address { get; init; }

    [JsonPropertyName("peerSessionIPv6Address")]
    public string? PeerSessionIPv6Address { get; init; }

    /// <summary>The worst of our routers' states (RFC 4271 §8.2.2), <c>None</c>, <c>PendingAdd</c>, <c>PendingUpdate</c> or <c>PendingRemove</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? SessionStateV4 { get; init; }

    /// <inheritdoc cref="SessionStateV4"/>
    [Wire(WireTraits.ReadOnly)]
    public string? SessionStateV6 { get; init; }

    /// <summary>How many prefixes the peer announces at the most; 0 is not said.</summary>
    public int MaxPrefixesAdvertisedV4 { get; init; }

    /// <inheritdoc cref="MaxPrefixesAdvertisedV4"/>
    public int MaxPrefixesAdvertisedV6 { get; init; }

    /// <summary>The TCP MD5 key; sent, and never shown again. Empty: there is none, which is shown while a connection is on its way.</summary>
    [JsonPropertyName("md5AuthenticationKey")]
    [Wire(WireTraits.WriteOnly | WireTraits.Secret)]
    public string? Md5AuthenticationKey { get; init; }
}

/// <summary>What somebody does with connections.</summary>
/// <param name="Reason">What is said with it.</param>
/// <param name="ConnectionIdentifiers">Null for all that the verb fits.</param>
/// <param name="OpensFirst">With approve: we asked the peer for it, and do not wait for its routes before ours are announced.</param>
public sealed record ConnectionActionBody(
    string? Reason = null,
    IReadOnlyList<string>? ConnectionIdentifiers = null,
    bool? OpensFirst = null
);

/// <summary>A connection's checks: <c>GET {peering}/checks</c>.</summary>
/// <param name="ConnectionState">As the peering shows it.</param>
/// <param name="Next">Who acts next, and what is done, for people.</param>
public sealed record ConnectionChecksBody(
    string ConnectionIdentifier,
    string ConnectionState,
    DateTimeOffset Since,
    string Next,
    IReadOnlyList<CheckBody> Checks
)
{
    /// <summary>Whether it lets through what is proven; else it is under DENY ALL, or not there.</summary>
    public bool IsOpen { get; init; }

    public string? ErrorMessage { get; init; }
}

/// <param name="Result"><c>Passed</c>, <c>Failed</c> or <c>Waiting</c>.</param>
/// <param name="Reason">A stable code; absent where it passed.</param>
/// <param name="Says">What it saw, for people.</param>
/// <param name="At">When this result was first seen.</param>
/// <param name="Family"><c>IPv4</c> or <c>IPv6</c>.</param>
public sealed record CheckBody(string Name, string Result, string? Reason, string Says, DateTimeOffset At, string? Family);

/// <summary>A session on one of our routers: <c>GET {peering}/sessions</c>.</summary>
/// <param name="Mode"><c>DenyAll</c> or <c>Open</c>, as the router has it.</param>
/// <param name="State">RFC 4271 §8.2.2; <c>Unknown</c> when the router has not been read.</param>
public sealed record PeeringSessionBody(
    string ConnectionIdentifier,
    string Router,
    string Family,
    string Neighbor,
    string LocalAddress,
    long PeerAsn,
    string? Mode,
    string State,
    DateTimeOffset? Since,
    int? PrefixesReceived,
    int? PrefixesAccepted,
    int? PrefixesAnnounced,
    string? LastProblem,
    DateTimeOffset? ObservedAt,
    double? AgeInSeconds
);

/// <summary>Something that was said: <c>GET {peering}/messages</c>.</summary>
/// <param name="By"><c>operator</c>, <c>peer</c> or <c>causeway</c>.</param>
/// <param name="Code">The verb, or the state that was reached.</param>
public sealed record PeeringMessageBody(
    DateTimeOffset At,
    string By,
    string Code,
    string Text,
    IReadOnlyList<string>? ConnectionIdentifiers
);

/// <summary>A route that is accepted, as Azure writes it.</summary>
public sealed record ReceivedRouteBody(
    string Prefix,
    string NextHop,
    string AsPath,
    string OriginAsValidationState,
    string RpkiValidationState,
    string TrustAnchor,
    string? ReceivedTimestamp
);

/// <summary>A route that a peer is told: <c>GET {peering}/announcedRoutes</c>. At a route server as it leaves it, elsewhere as our own table has it.</summary>
/// <param name="Communities">As operators write them: <c>64496:100</c>; then the large ones, <c>64496:1000:1</c>.</param>
public sealed record AnnouncedRouteBody(
    string Prefix,
    string NextHop,
    string AsPath,
    IReadOnlyList<string> Communities,
    string Router,
    string Session
);

/// <summary>A route that was heard and is not accepted: <c>GET {peering}/refusedRoutes</c>.</summary>
/// <param name="Reason">Number of docs/reasons.md.</param>
public sealed record RefusedPeerRouteBody(
    string Prefix,
    string NextHop,
    string AsPath,
    int Reason,
    string ReasonName,
    string Router,
    string Session
);
