using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>What becomes known of declared prefixes, and what follows: the state that people see, and what the routers accept.</summary>
public static class Proving
{
    /// <summary>How long before a proof ends that is said.</summary>
    public static readonly TimeSpan WarnBefore = TimeSpan.FromDays(7);

    internal static Decision<Circuit> Found(Draft draft, ProofsFound found)
    {
        foreach (FamilyProofs family in found.Families)
            Apply(
                draft,
                family.Peering,
                family.Family,
                (peering, config) =>
                    QuestionOf(peering, config) == family.Asked
                        ? p => Decide(p, family.Facts.Where(f => f.Prefix == p.Prefix).Select(f => f.Fact))
                        : p => p
            );
        return draft.End(null);
    }

    internal static Decision<Circuit> Accept(Draft draft, AcceptPrefixes accept)
    {
        if (draft.Now.FindPeering(accept.Peering) is not { State: not PeeringState.Removing } peering)
            return NoSuchPeering(accept.Peering);
        IpPrefix[] strange = [.. accept.Prefixes.Where(a => !Declared(peering).Contains(a))];
        if (strange.Length > 0)
            return new Decision<Circuit>.Refuse(
                Refusal.Invalid(
                    "PrefixNotDeclared",
                    $"{string.Join(", ", strange)} {(strange.Length == 1 ? "is" : "are")} not declared by {accept.Peering}, which declares {string.Join(", ", Declared(peering))}.",
                    "prefixes"
                )
            );
        AskedPrefix[] renamed =
        [
            .. AskedPrefix
                .Of(peering)
                .Where(now =>
                    accept.Prefixes.Contains(now.Prefix) && accept.Asked.Count > 0 && accept.Asked.All(a => a.Names != now.Names)
                ),
        ];
        if (renamed.Length > 0)
            return new Decision<Circuit>.Refuse(
                Refusal.Conflict(
                    "PeeringChanged",
                    $"{accept.Peering} declares {string.Join(", ", renamed.Select(r => r.Prefix))} for {string.Join(", ", renamed.Select(r => r.Names).Distinct())} now, and ticket '{accept.Ticket.Name}' asks for {string.Join(", ", accept.Asked.Select(a => a.Names).Distinct())}: have another ticket opened, with a letter for that AS number."
                )
            );
        PrefixStanding.Unproven[] never =
        [
            .. peering
                .Families.SelectMany(f => f.Configured.Public?.Prefixes ?? [])
                .Where(p => accept.Prefixes.Contains(p.Prefix))
                .Select(p => p.Standing)
                .OfType<PrefixStanding.Unproven>()
                .Where(u => ProofFact.NotFound.Forbids(u.Reason)),
        ];
        if (never.Length > 0)
            return new Decision<Circuit>.Refuse(
                Refusal.Conflict(
                    never.All(u => u.Reason == ProofReason.NotPublic) ? "PrefixNotPublic" : "PrefixForbiddenByRoa",
                    $"No router takes this, whoever accepts it. {string.Join(" ", never.Select(u => u.Text))}"
                )
            );
        var fact = new ProofFact.Accepted(accept.At, new TicketProof(accept.Ticket, accept.At, accept.Expires, accept.Reason));
        Everywhere(draft, accept.Peering, p => accept.Prefixes.Contains(p.Prefix) ? Decide(p, [fact]) : p);
        return draft.End(null);
    }

    internal static Decision<Circuit> Reject(Draft draft, RejectPrefixes reject)
    {
        var fact = new ProofFact.Rejected(reject.At, new TicketRejection(reject.Ticket, reject.At, reject.Reason));
        Everywhere(draft, reject.Peering, p => reject.Prefixes.IsEmpty || reject.Prefixes.Contains(p.Prefix) ? Decide(p, [fact]) : p);
        return draft.End(null);
    }

    /// <summary>What ends at its time has ended.</summary>
    internal static Decision<Circuit> Expire(Draft draft)
    {
        var fact = new ProofFact.Instant(draft.At);
        foreach (Peering peering in draft.Now.Peerings)
            Everywhere(draft, peering.Type, p => Decide(p, [fact]));
        return draft.End(null);
    }

    /// <summary>When the next proof ends, or the next certificate that somebody signed with begins to be valid.</summary>
    public static DateTimeOffset? NextEnd(Circuit circuit) =>
        circuit
            .Declared.SelectMany(d => d.Config.Prefixes)
            .SelectMany(p =>
                p.Standing switch
                {
                    PrefixStanding.Proven proven => (DateTimeOffset?[])[proven.Registry?.Until, proven.Ticket?.Expires],
                    PrefixStanding.Unproven unproven => [unproven.SignedFrom],
                    PrefixStanding.Expired expired => [expired.SignedFrom],
                    _ => [],
                }
            )
            .Min();

    /// <summary>Whether the circuit would stay as it is: asked before it is written, so that what says nothing new costs no commit.</summary>
    public static bool SaysNothingNew(Circuit circuit, ProofsFound found) =>
        found.Families.All(f =>
            circuit.FindPeering(f.Peering) is not { } peering
            || peering.FamilyOf(f.Family)?.Public is not { } config
            || QuestionOf(peering, config) != f.Asked
            || f.Facts.All(fact => config.Find(fact.Prefix) is not { } p || PrefixStanding.Decide(p.Standing, fact.Fact) == p.Standing)
        );

    public static ProofQuestion QuestionOf(Peering peering, PublicConfig config) =>
        new(peering.PeerAsn, config.OwnerFor(peering.PeerAsn), config.Registry);

    /// <summary>What a family declares now: what was known of a prefix stands while the same has to be proven.</summary>
    public static PublicConfig? Merge(WantedPublic? wanted, PublicConfig? stored, Asn peer, Asn? peerBefore, DateTimeOffset at)
    {
        if (wanted is null)
            return null;
        bool same = stored is not null && peer == peerBefore && stored.OwnerFor(peer) == (wanted.CustomerAsn ?? peer);
        var next = new PublicConfig(stored?.Since ?? at)
        {
            Prefixes =
            [
                .. wanted
                    .Prefixes.Select(p => p.Signed(wanted.KeepsSignatures, stored))
                    .Select(p =>
                        Decide(
                            new AdvertisedPrefix(p.Prefix)
                            {
                                Written = p.Written,
                                ValidationId = p.ValidationId,
                                Signature = p.Signature,
                                Standing = (same ? Standing(p, stored!.Find(p.Prefix)) : null) ?? new PrefixStanding.Pending(at),
                            },
                            wanted.Facts.Where(f => f.Prefix == p.Prefix).Select(f => f.Fact)
                        )
                    ),
            ],
            CustomerAsn = wanted.CustomerAsn,
            Registry = wanted.Registry,
            LegacyMode = wanted.LegacyMode,
            Communities = [.. wanted.Communities],
            HasOpened = same && stored!.HasOpened,
        };
        return Opened(next);
    }

    /// <summary>Where a prefix stood. What rested on a signature goes with it, whatever is found now.</summary>
    private static PrefixStanding? Standing(WantedPrefix wanted, AdvertisedPrefix? stored) =>
        stored?.Standing is PrefixStanding.Proven { Registry.Kind: EvidenceKind.Signature } proven
        && (wanted.ValidationId, wanted.Signature) != (stored.ValidationId, stored.Signature)
            ? proven.Ticket is null
                ? null
                : proven with
                {
                    Registry = null,
                }
            : stored?.Standing;

    private static AdvertisedPrefix Decide(AdvertisedPrefix prefix, IEnumerable<ProofFact> facts) =>
        facts.Aggregate(prefix, (p, fact) => p with { Standing = PrefixStanding.Decide(p.Standing, fact) });

    private static PublicConfig Opened(PublicConfig config) =>
        config.State == AdvertisedState.Configured ? config with { HasOpened = true } : config;

    private static IEnumerable<IpPrefix> Declared(Peering peering) =>
        peering.Families.SelectMany(f => f.Configured.Public?.Prefixes ?? []).Select(p => p.Prefix);

    private static void Everywhere(Draft draft, PeeringType type, Func<AdvertisedPrefix, AdvertisedPrefix> change)
    {
        foreach (IpFamily family in (IpFamily[])[IpFamily.V4, IpFamily.V6])
            Apply(draft, type, family, (_, _) => change);
    }

    /// <summary>Changes the prefixes of one family; the routers follow when what they accept is something else then.</summary>
    private static void Apply(
        Draft draft,
        PeeringType type,
        IpFamily family,
        Func<Peering, PublicConfig, Func<AdvertisedPrefix, AdvertisedPrefix>> change
    )
    {
        Circuit c = draft.Now;
        if (
            c.FindPeering(type) is not { State: not PeeringState.Removing } peering
            || peering.FamilyOf(family) is not { Public: { } before } configured
        )
            return;
        PublicConfig after = Opened(before with { Prefixes = [.. before.Prefixes.Select(change(peering, before))] });
        if (after == before)
            return;
        PeeringFamily next = configured with { Public = after };
        draft.Change(
            c with
            {
                Peerings = c.Peerings.Replace(peering, family == IpFamily.V4 ? peering with { V4 = next } : peering with { V6 = next }),
            },
            Why(type, before, after)
        );
        bool routersCare = before.IsOpen != after.IsOpen || !before.Permits(peering.PeerAsn).SequenceEqual(after.Permits(peering.PeerAsn));
        if (routersCare && c.IsOnRouters && peering.State.IsWanted)
            draft.RoutersFollow();
    }

    /// <summary>For the journal: each prefix that stands otherwise than before.</summary>
    private static string Why(PeeringType type, PublicConfig before, PublicConfig after)
    {
        IEnumerable<string> changes = after.Prefixes.Where(p => p.Standing != before.Find(p.Prefix)?.Standing).Select(Says);
        string state = before.State == after.State ? "" : $"; advertised prefixes {after.State}";
        return $"{type}: {string.Join("; ", changes)}{state}";
    }

    private static string Says(AdvertisedPrefix prefix) =>
        prefix.Standing switch
        {
            PrefixStanding.Proven { Until: { } until } p => $"{prefix.Prefix} is proven until {until:u}: {p.EndsBecause}",
            PrefixStanding.Proven { Registry: { } r } => $"{prefix.Prefix} is proven ({r.Reason})",
            PrefixStanding.Unproven u =>
                $"{prefix.Prefix} is not proven ({u.Reason}){(u.Rejected is { } no ? $", and ticket {no.Ticket.Name} was rejected: {no.Reason}" : "")}",
            PrefixStanding.Expired e => $"{prefix.Prefix} is not proven any more: {e.Text}",
            _ => $"{prefix.Prefix} waits for the registries",
        };

    private static Decision<Circuit> NoSuchPeering(PeeringType type) =>
        new Decision<Circuit>.Refuse(Refusal.NotFound("NotFound", $"The circuit has no {type}."));
}
