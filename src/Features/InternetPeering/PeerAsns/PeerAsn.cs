using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// The ASN of a peer, as a subscription says that it is its own. The operator reviews that; only with an approved one a peering can be asked for, and while one
/// is, it stays.
/// </summary>
public sealed record PeerAsn : IResource
{
    public const string ResourceType = "Microsoft.Peering/peerAsns";

    public required ResourceId Id { get; init; }
    public required Asn Asn { get; init; }

    /// <summary>Of the network, as PeeringDB has it.</summary>
    public required string PeerName { get; init; }

    public ImmutableArray<PeerContact> Contacts { get; init; } = [];
    public required PeerAsnState State { get; init; }

    /// <summary>Peerings that were asked for with it, in order of their ids.</summary>
    public ImmutableArray<ResourceId> Peerings { get; init; } = [];

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => State.GetType().Name;

    public static ResourceId IdOf(string subscription, string name) =>
        ResourceId.Parse($"/subscriptions/{subscription}/providers/{ResourceType}/{name}");

    /// <summary>The label of those that wait for the operator.</summary>
    public const string WaitsLabel = "peer-asn/waits";

    /// <summary>The label of all resources of an ASN, whoever says that it is theirs.</summary>
    public static string AsnLabel(Asn asn) => $"peer-asn/{asn.Value}";
}

/// <summary>Whom to ask at the peer's.</summary>
public sealed record PeerContact(ContactRole Role, string? Email, string? Phone);

/// <summary>What a contact is for, as the wire spells it.</summary>
public enum ContactRole
{
    Noc,
    Policy,
    Technical,
    Service,
    Escalation,
    Other,
}

/// <summary>Where the review is.</summary>
// The names stand in stored documents: they stay when a type is renamed.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Pending), "Pending")]
[JsonDerivedType(typeof(Approved), "Approved")]
[JsonDerivedType(typeof(Failed), "Failed")]
public abstract record PeerAsnState(DateTimeOffset Since)
{
    /// <summary>The operator acts next.</summary>
    public sealed record Pending(DateTimeOffset Since) : PeerAsnState(Since);

    public sealed record Approved(DateTimeOffset Since, string? Reason = null) : PeerAsnState(Since);

    /// <summary>Rejected; another PUT asks again.</summary>
    public sealed record Failed(DateTimeOffset Since, string Reason) : PeerAsnState(Since);
}

/// <summary>A whole peer ASN as wanted (PUT).</summary>
public sealed record PutPeerAsn(DateTimeOffset At, ResourceId Id, Asn Asn, string PeerName, ImmutableArray<PeerContact> Contacts)
    : Signal(At);

public sealed record DeletePeerAsn(DateTimeOffset At) : Signal(At);

/// <summary>The operator has reviewed it.</summary>
/// <param name="Reason">Required when it is not approved.</param>
public sealed record ReviewPeerAsn(DateTimeOffset At, bool IsApproved, string? Reason) : Signal(At);

/// <summary>A peering begins or ends to stand on it. Sent in the peering's own commit, as a consequence of its states.</summary>
public sealed record UsePeerAsn(DateTimeOffset At, ResourceId Peering, Asn Asn, bool Uses) : Signal(At);
