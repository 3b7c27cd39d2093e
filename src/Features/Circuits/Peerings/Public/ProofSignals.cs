using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>
/// What was found of the prefixes that a circuit's peerings declare: from the loop that follows the registries. A PUT carries its own (<see cref="WantedPublic.Facts"/>).
/// </summary>
public sealed record ProofsFound(DateTimeOffset At, EquatableArray<FamilyProofs> Families) : Signal(At);

/// <summary>What was found for one family of a peering.</summary>
/// <param name="Asked">What was asked; what is found for another question than the one that stands says nothing.</param>
/// <param name="Facts">By prefix; what is not named stays as it is.</param>
public sealed record FamilyProofs(PeeringType Peering, IpFamily Family, ProofQuestion Asked, EquatableArray<PrefixFact> Facts);

/// <summary>Whom the prefixes of a family have to belong to, and where they are said to be registered.</summary>
public readonly record struct ProofQuestion(Asn Peer, Asn Owner, string Registry);

/// <summary>What was found of one prefix.</summary>
public readonly record struct PrefixFact(IpPrefix Prefix, ProofFact Fact);

/// <summary>An operator accepted prefixes of a peering. Sent in the ticket's own commit.</summary>
/// <param name="Prefixes">Those of them that the peering declares are accepted.</param>
/// <param name="Expires">When that ends, to the second.</param>
public sealed record AcceptPrefixes(
    DateTimeOffset At,
    PeeringType Peering,
    ResourceId Ticket,
    EquatableArray<IpPrefix> Prefixes,
    DateTimeOffset Expires,
    string Reason
) : Signal(At)
{
    /// <summary>What the ticket asked: for other AS numbers than these nothing is accepted. Empty where the ticket does not say.</summary>
    public EquatableArray<AskedPrefix> Asked { get; init; }
}

/// <summary>A prefix as a peering declared it when somebody asked the operator to accept it.</summary>
/// <param name="Owner">Whom it has to belong to.</param>
public readonly record struct AskedPrefix(IpPrefix Prefix, Asn Peer, Asn Owner)
{
    /// <summary>What a peering declares, in the order of its families.</summary>
    public static IEnumerable<AskedPrefix> Of(Peering peering) =>
        peering.Families.SelectMany(f =>
            f.Configured.Public is { } config
                ? config.Prefixes.Select(p => new AskedPrefix(p.Prefix, peering.PeerAsn, config.OwnerFor(peering.PeerAsn)))
                : []
        );

    /// <summary>Such as <c>AS64496</c>, or <c>AS64496 over AS65001</c>.</summary>
    [JsonIgnore]
    public string Names => Owner == Peer ? $"AS{Owner}" : $"AS{Owner} over AS{Peer}";
}

/// <summary>An operator would not accept prefixes of a peering; what the same ticket had accepted of them ends.</summary>
/// <param name="Prefixes">Empty for all that the peering declares.</param>
public sealed record RejectPrefixes(
    DateTimeOffset At,
    PeeringType Peering,
    ResourceId Ticket,
    EquatableArray<IpPrefix> Prefixes,
    string Reason
) : Signal(At);

/// <summary>What a family declares, as sent.</summary>
public sealed record WantedPublic
{
    public EquatableArray<WantedPrefix> Prefixes { get; init; }

    /// <summary>Null when it was not given, or 0.</summary>
    public Asn? CustomerAsn { get; init; }

    public string Registry { get; init; } = RoutingRegistry.None.Name;
    public int LegacyMode { get; init; }
    public EquatableArray<string> Communities { get; init; }

    /// <summary>Signatures were not sent, as by clients of versions that do not know them: those that stand, stay.</summary>
    public bool KeepsSignatures { get; init; }

    /// <summary>What was found of the prefixes before the request was decided on; of those that are missing nothing is known yet.</summary>
    public EquatableArray<PrefixFact> Facts { get; init; }
}

/// <summary>A prefix as sent.</summary>
/// <param name="Written">See <see cref="AdvertisedPrefix.Written"/>.</param>
public sealed record WantedPrefix(IpPrefix Prefix, string? Written = null, string? ValidationId = null, string? Signature = null)
{
    /// <summary>The same with the signature that stands, where none was sent.</summary>
    public WantedPrefix Signed(bool keeps, PublicConfig? stored) =>
        keeps && stored?.Find(Prefix) is { } before ? this with { ValidationId = before.ValidationId, Signature = before.Signature } : this;
}
