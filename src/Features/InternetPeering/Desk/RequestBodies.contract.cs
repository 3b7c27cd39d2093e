using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.InternetPeering;

/// <summary>One of <c>GET /providers/Causeway.Operations/requests</c>: what a peer asked for, with everything that is needed to decide.</summary>
public sealed record PeerRequestBody
{
    /// <summary>Of the peering, or of the peer's ASN.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary><c>peering</c> or <c>peerAsn</c>.</summary>
    public required string Kind { get; init; }

    /// <summary><c>Review</c>, <c>Answer</c> where the peer has to answer first what the operator asked, <c>Deprovision</c> where the peer wants to leave, or <c>Nothing</c>.</summary>
    public required string WaitsFor { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }
    public required long PeerAsn { get; init; }

    /// <summary>As the peer calls itself.</summary>
    public string? PeerName { get; init; }

    /// <summary>Whom to ask at the peer's.</summary>
    public required IReadOnlyList<ContactDetailBody> Contacts { get; init; }

    /// <summary>None of a peer's ASN.</summary>
    public required IReadOnlyList<RequestedConnectionBody> Connections { get; init; }
    public required NetworkRecordBody PeeringDb { get; init; }

    /// <summary>What the registries prove for the peer; absent while they say nothing.</summary>
    public ProvenForPeerBody? Proven { get; init; }

    /// <summary>What of the policy check is not met, in words: <c>docs/peering-policy.md</c>.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>What is unusual and blocks nothing, in words.</summary>
    public required IReadOnlyList<string> Oddities { get; init; }

    /// <summary>Everything else that we have with this ASN, in every subscription.</summary>
    public required IReadOnlyList<WithPeerBody> WithUs { get; init; }

    /// <summary>The latest that happened to all of that, the oldest first.</summary>
    public required IReadOnlyList<PeerHistoryBody> History { get; init; }
}

/// <param name="State">As the peering shows it.</param>
/// <param name="IsLegacy">It takes the place of a session from before.</param>
public sealed record RequestedConnectionBody(
    string ConnectionIdentifier,
    string Exchange,
    int PeeringDbFacilityId,
    string State,
    DateTimeOffset Since,
    IReadOnlyList<string> PeerAddresses,
    int MaxPrefixesAdvertisedV4,
    int MaxPrefixesAdvertisedV6,
    bool IsLegacy
);

/// <summary>The peer's own record in PeeringDB.</summary>
/// <param name="State"><c>Found</c>, <c>Absent</c>, <c>Silent</c> (it cannot be seen now) or <c>NotConfigured</c>.</param>
/// <param name="NetworkId">Its number there.</param>
/// <param name="AsSet">Its <c>irr_as_set</c>.</param>
/// <param name="PrefixesV4">How many it says that it announces; 0 when it does not.</param>
/// <param name="HasNoc">Absent where contacts cannot be seen.</param>
/// <param name="Present">Its ports at exchanges where we are.</param>
/// <param name="Elsewhere">How many ports it has at others.</param>
public sealed record NetworkRecordBody(
    string State,
    int? NetworkId = null,
    string? Name = null,
    string? AsSet = null,
    int? PrefixesV4 = null,
    int? PrefixesV6 = null,
    bool? HasNoc = null,
    IReadOnlyList<PresenceBody>? Present = null,
    int? Elsewhere = null
);

/// <param name="Mbps">The port's speed.</param>
public sealed record PresenceBody(string Exchange, int PeeringDbFacilityId, string? V4, string? V6, int Mbps);

/// <summary>What is proven for a peer, counted.</summary>
/// <param name="AsSet">What it was made of: the as-set, or the ASN alone.</param>
/// <param name="Asns">Of the as-set, the peer's own included.</param>
/// <param name="MissingMembers">Of the as-set, that no registry has.</param>
/// <param name="IsTooLarge">The as-set holds more than any peer is believed to announce, and proves nothing.</param>
/// <param name="RpkiValid">Prefixes that a ROA covers, and allows.</param>
/// <param name="RpkiNotFound">Prefixes that no ROA covers: proven by a route object alone.</param>
/// <param name="RpkiInvalid">Registered prefixes that were left out, since ROAs forbid them.</param>
public sealed record ProvenForPeerBody(
    string AsSet,
    int Asns,
    int PrefixesV4,
    int PrefixesV6,
    IReadOnlyList<string> MissingMembers,
    bool IsTooLarge,
    int RpkiValid,
    int RpkiNotFound,
    int RpkiInvalid
);

/// <param name="Kind"><c>peering</c> or <c>peerAsn</c>.</param>
public sealed record WithPeerBody(string Id, string Kind, string State);

/// <summary>Something that happened.</summary>
/// <param name="What">The signal.</param>
public sealed record PeerHistoryBody(DateTimeOffset At, string Actor, string Resource, string What, string From, string To, string Why);

/// <summary>The wire form of the operator's desk.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PeerRequestBody))]
[JsonSerializable(typeof(ListBody<PeerRequestBody>))]
public sealed partial class DeskContract : JsonSerializerContext;
