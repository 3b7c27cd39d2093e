namespace Causeway.Contracts.Circuits;

/// <summary>What a customer declares to announce, and how far it is proven to be its own. Members in the order in which Azure writes them.</summary>
public sealed record MicrosoftPeeringConfigBody
{
    /// <summary>Public prefixes, at most 200.</summary>
    public required IReadOnlyList<string> AdvertisedPublicPrefixes { get; init; }

    /// <summary>Kept as written; answered from api-version 2024-05-01 on.</summary>
    public IReadOnlyList<string>? AdvertisedCommunities { get; init; }

    /// <summary><c>NotConfigured</c> in the answer to the PUT that makes it, <c>Configuring</c>, <c>Configured</c> or <c>ValidationNeeded</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? AdvertisedPublicPrefixesState { get; init; }

    /// <summary>Whom the prefixes are registered to, when that is not peerASN; 0 is not given.</summary>
    public long CustomerASN { get; init; }

    /// <summary>Other than 0: all services are announced, without a route filter.</summary>
    public int LegacyMode { get; init; }

    /// <summary><c>ARIN</c>, <c>APNIC</c>, <c>AFRINIC</c>, <c>LACNIC</c>, <c>RIPENCC</c>, <c>RADB</c>, <c>ALTDB</c>, <c>LEVEL3</c> or <c>NONE</c>, which is any.</summary>
    public string? RoutingRegistryName { get; init; }

    /// <summary>Each prefix with its state; answered from api-version 2024-05-01 on.</summary>
    public IReadOnlyList<AdvertisedPrefixBody>? AdvertisedPublicPrefixInfo { get; init; }
}

/// <param name="ValidationId">What is to be signed to prove the prefix by a signature.</param>
/// <param name="Signature">Of <paramref name="ValidationId"/>, base64, by the key whose certificate stands in the registry object.</param>
/// <param name="ValidationState">
/// <c>NotConfigured</c>, <c>Configuring</c>, <c>Configured</c>, <c>ValidationNeeded</c>, <c>ManualValidationNeeded</c> (only a ticket can help), <c>ValidationFailed</c>
/// (a ticket was rejected), or what is wrong with the signature.
/// </param>
public sealed record AdvertisedPrefixBody(
    string Prefix,
    string? ValidationId,
    string? Signature,
    [property: Wire(WireTraits.ReadOnly)] string? ValidationState
);

/// <summary>A question: would these prefixes be proven?</summary>
/// <param name="Prefixes">At most 200.</param>
/// <param name="Asn">Whom they have to belong to; the peering's own when it is not given.</param>
/// <param name="RoutingRegistryName">Where they are registered; the peering's own when it is not given.</param>
public sealed record ValidatePrefixesBody(IReadOnlyList<string> Prefixes, long? Asn = null, string? RoutingRegistryName = null);

/// <summary>What a declared prefix rests on.</summary>
/// <param name="State"><c>Proven</c>, <c>Pending</c> (the registries are not loaded yet), <c>Unproven</c> or <c>Expired</c>.</param>
/// <param name="Reason">Why, for people, and what would prove it.</param>
/// <param name="Until">When what proves it ends; absent while nothing ends it.</param>
/// <param name="Asn">Whom it has to belong to.</param>
/// <param name="ValidationId">What is to be signed to prove it by a signature; absent without a circuit.</param>
/// <param name="Accepted">Routes that our routers accept because of it: <c>192.0.2.0/24 AS64500</c>, <c>192.0.2.0/24-25 AS64500</c>.</param>
public sealed record PrefixEvidenceBody(
    string Prefix,
    string State,
    string Reason,
    DateTimeOffset? Until,
    DateTimeOffset Since,
    long Asn,
    IReadOnlyList<string> Accepted,
    IReadOnlyList<EvidenceBody> Evidence,
    string? ValidationId
);

/// <param name="Kind"><c>Irr</c>, <c>Rpki</c>, <c>Ticket</c>, <c>Signature</c> or <c>Cover</c> (a proven block around it).</param>
/// <param name="Source">Where it stands: an IRR source, a trust anchor, a ticket.</param>
/// <param name="Object">Its key there.</param>
/// <param name="Says">In words.</param>
/// <param name="At">How old the statement is.</param>
public sealed record EvidenceBody(string Kind, string Source, string Object, string Says, DateTimeOffset? At);
