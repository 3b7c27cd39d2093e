using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Api.Circuits;

/// <summary>From what a peering declares to its wire form, and what each prefix rests on.</summary>
internal static class PublicViews
{
    /// <summary>The first version whose answers tell of each prefix (recorded in January 2025).</summary>
    private const string TellsOfEachPrefix = "2024-05-01";

    public static MicrosoftPeeringConfigBody? Config(Circuit circuit, Peering peering, PeeringFamily? family, Moment moment, string version)
    {
        if (family?.Public is not { } config)
            return null;
        // In the answer to the write that declares it, nothing is known of it yet on the real service.
        bool isNew = moment is Moment.Created or Moment.Answer && config.Since == peering.State.Since;
        bool each = string.CompareOrdinal(version, TellsOfEachPrefix) >= 0;
        return new MicrosoftPeeringConfigBody
        {
            AdvertisedPublicPrefixes = [.. config.Prefixes.Select(p => p.Text)],
            AdvertisedCommunities = each || !config.Communities.IsEmpty ? config.Communities : null,
            AdvertisedPublicPrefixesState = (isNew ? AdvertisedState.NotConfigured : config.State).ToString(),
            CustomerASN = config.CustomerAsn?.Value ?? 0,
            LegacyMode = config.LegacyMode,
            RoutingRegistryName = config.Registry,
            AdvertisedPublicPrefixInfo = each
                ?
                [
                    .. config.Prefixes.Select(p => new AdvertisedPrefixBody(
                        p.Text,
                        p.ValidationId ?? AdvertisedPrefix.ValidationIdOf(circuit.ServiceKey, p.Text, config.OwnerFor(peering.PeerAsn)),
                        p.Signature ?? "",
                        isNew ? nameof(AdvertisedState.NotConfigured) : StateOf(p)
                    )),
                ]
                : null,
        };
    }

    private static string StateOf(AdvertisedPrefix prefix) =>
        prefix.Standing switch
        {
            PrefixStanding.Pending => "Configuring",
            PrefixStanding.Proven => "Configured",
            PrefixStanding.Unproven { Signature: { } wrong } => wrong.ToString(),
            PrefixStanding.Expired { Signature: { } wrong } => wrong.ToString(),
            PrefixStanding.Unproven { Rejected: not null } or PrefixStanding.Expired { Rejected: not null } => "ValidationFailed",
            PrefixStanding.Unproven { Reason: ProofReason.PrivateAsn or ProofReason.NotPublic } => "ManualValidationNeeded",
            _ => "ValidationNeeded",
        };

    public static IReadOnlyList<PrefixEvidenceBody> Evidence(Circuit circuit, Peering peering) =>
        [
            .. peering
                .Families.Where(f => f.Configured.Public is not null)
                .SelectMany(f =>
                    f.Configured.Public!.Prefixes.Select(p =>
                        Evidence(p, f.Configured.Public!.OwnerFor(peering.PeerAsn), circuit.ServiceKey)
                    )
                ),
        ];

    public static PrefixEvidenceBody Evidence(AdvertisedPrefix prefix, Asn owner, Guid? serviceKey = null) =>
        new(
            prefix.Text,
            prefix.Standing.GetType().Name,
            ReasonOf(prefix, owner),
            (prefix.Standing as PrefixStanding.Proven)?.Until,
            prefix.Standing.Since,
            owner.Value,
            [.. prefix.Permits(owner).Distinct().Select(Text)],
            [.. Objects(prefix.Standing).Select(e => new EvidenceBody(e.Kind.ToString(), Shown(e), e.Object, e.Says, e.At))],
            serviceKey is { } key ? AdvertisedPrefix.ValidationIdOf(key, prefix.Text, owner) : null
        );

    /// <summary>Why it stands so, for people.</summary>
    public static string ReasonOf(AdvertisedPrefix prefix, Asn owner) =>
        prefix.Standing switch
        {
            PrefixStanding.Pending => "The registries have not been read yet.",
            PrefixStanding.Proven { Until: { } until } p => $"Proven to belong to AS{owner} until {until:u}: {p.EndsBecause}",
            PrefixStanding.Proven { Registry: { } r } =>
                $"Proven to belong to AS{owner}: {r.Evidence.FirstOrDefault()?.Says ?? r.Reason.ToString()}",
            PrefixStanding.Unproven { Rejected: { } no } u => $"{u.Text} Ticket {no.Ticket.Name} was rejected: {no.Reason}",
            PrefixStanding.Unproven u => u.Text,
            PrefixStanding.Expired e => $"It was proven, and is not any more: {e.Text}",
            _ => "",
        };

    /// <summary>Its source, for customers: where a file of VRPs lies is the operator's matter.</summary>
    private static string Shown(ProofEvidence evidence) => evidence.Kind == EvidenceKind.Rpki ? Shown(evidence.Source) : evidence.Source;

    /// <inheritdoc cref="Shown(ProofEvidence)"/>
    public static string Shown(string source) => Path.GetFileName(source);

    private static string Text(PrefixPermit permit) =>
        permit.MaxLength > permit.Prefix.Length
            ? $"{permit.Prefix}-{permit.MaxLength} AS{permit.Origin}"
            : $"{permit.Prefix} AS{permit.Origin}";

    private static ImmutableArray<ProofEvidence> Objects(PrefixStanding standing) =>
        standing switch
        {
            PrefixStanding.Proven { Ticket: { } t } p =>
            [
                .. p.Registry?.Evidence ?? [],
                new ProofEvidence(EvidenceKind.Ticket, t.Ticket.Text, t.Ticket.Name, t.Reason, t.At),
            ],
            PrefixStanding.Proven { Registry: { } r } => r.Evidence,
            PrefixStanding.Unproven u => u.Evidence,
            _ => [],
        };
}
