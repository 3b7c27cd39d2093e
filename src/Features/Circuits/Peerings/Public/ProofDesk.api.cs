using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>
/// Looks up what is known of declared prefixes, before the circuit is asked: what registries say (they are in memory), what signatures show, and which blocks are proven for the same ASN in
/// the same subscription. It finds facts, and decides nothing.
/// </summary>
public sealed class ProofDesk(Tracked<Circuit> circuits, IStore store, IProofs proofs, Func<NetworkTopology> topology)
{
    /// <summary>The objects kept of a proof: enough to see what it rests on.</summary>
    private const int MostEvidence = 3;

    private static readonly TimeSpan s_grace = new RegistrySources().Grace;

    /// <summary>What the topology of now says of proofs; another one has everything weighed anew.</summary>
    internal ProofRules Rules
    {
        get
        {
            NetworkTopology installed = topology();
            return new ProofRules(installed.Asn, installed.Registries?.Grace ?? s_grace, [.. PublicRules.OwnSpace(installed)]);
        }
    }

    /// <summary>Wanted peerings with what is known now of the prefixes that they declare.</summary>
    /// <param name="id">The circuit's.</param>
    /// <param name="circuit">As stored; null when it is new.</param>
    public async ValueTask<ImmutableArray<WantedPeering>> LookAsync(
        ResourceId id,
        ImmutableArray<WantedPeering> wanted,
        Circuit? circuit,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        var looked = ImmutableArray.CreateBuilder<WantedPeering>(wanted.Length);
        foreach (WantedPeering peering in wanted)
            looked.Add(
                peering with
                {
                    V4 = await LookAsync(peering, peering.V4, circuit?.FindPeering(peering.Type)?.V4),
                    V6 = await LookAsync(peering, peering.V6, circuit?.FindPeering(peering.Type)?.V6),
                }
            );
        return looked.DrainToImmutable();

        async ValueTask<WantedFamily?> LookAsync(WantedPeering peering, WantedFamily? family, PeeringFamily? stored)
        {
            if (family?.Public is not { } declared)
                return family;
            var question = new ProofQuestion(peering.PeerAsn, declared.CustomerAsn ?? peering.PeerAsn, declared.Registry);
            Declared[] prefixes =
            [
                .. declared
                    .Prefixes.Select(p => p.Signed(declared.KeepsSignatures, stored?.Public))
                    .Select(p => new Declared(p.Prefix, stored?.Public?.Find(p.Prefix)?.Standing)
                    {
                        // Of a circuit that is not there yet, nobody can know what to sign.
                        Claim = ClaimOf(circuit, p.Prefix, p.Written, question, p.ValidationId, p.Signature),
                    }),
            ];
            return family with { Public = declared with { Facts = [.. await FactsAsync(id, question, prefixes, at, cancellation)] } };
        }
    }

    /// <summary>What is known now of what a stored circuit declares.</summary>
    public ValueTask<ProofsFound> FindAsync(Circuit circuit, DateTimeOffset at, CancellationToken cancellation) =>
        FindAsync(circuit, at, owner => BlocksAsync(circuit.Id.Subscription!, owner, cancellation));

    /// <param name="lent">The blocks that may be lent to it, by whom they are proven for; asked for only when something is not proven without.</param>
    public async ValueTask<ProofsFound> FindAsync(Circuit circuit, DateTimeOffset at, Func<Asn, ValueTask<IReadOnlyList<ProvenBlock>>> lent)
    {
        var families = new List<FamilyProofs>();
        foreach ((Peering peering, IpFamily family, PublicConfig config) in circuit.Declared)
        {
            ProofQuestion question = Proving.QuestionOf(peering, config);
            Declared[] prefixes =
            [
                .. config.Prefixes.Select(p => new Declared(p.Prefix, p.Standing)
                {
                    Claim = ClaimOf(circuit, p.Prefix, p.Written, question, p.ValidationId, p.Signature),
                }),
            ];
            families.Add(new FamilyProofs(peering.Type, family, question, [.. await FactsAsync(circuit.Id, question, prefixes, at, lent)]));
        }
        return new ProofsFound(at, [.. families]);
    }

    /// <summary><c>POST {peering}/validatePrefixes</c>: the dry run; what is not said is as on the peering.</summary>
    public ValueTask<ArmResult> ValidateAsync(ArmRequest request, Circuit circuit, Peering peering)
    {
        PublicConfig? config = peering.V4?.Public ?? peering.V6?.Public;
        return ValidateAsync(
            request,
            circuit.Id,
            new ProofQuestion(
                peering.PeerAsn,
                config?.OwnerFor(peering.PeerAsn) ?? peering.PeerAsn,
                config?.Registry ?? RoutingRegistry.None.Name
            ),
            (circuit, peering)
        );
    }

    /// <summary>The dry run of a subscription that has no peering yet: the ASN has to be named.</summary>
    public ValueTask<ArmResult> ValidateAsync(ArmRequest request) => ValidateAsync(request, request.Id, null, null);

    /// <param name="asker">The circuit, or the subscription: whose blocks may be lent.</param>
    /// <param name="as">What is not said is as here; null when all has to be said.</param>
    /// <param name="of">The peering that is asked as: what it declares counts with what was accepted and signed there, where the question is its own.</param>
    private async ValueTask<ArmResult> ValidateAsync(
        ArmRequest request,
        ResourceId asker,
        ProofQuestion? @as,
        (Circuit Circuit, Peering Peering)? of
    )
    {
        BodyReader body = await request.BodyAsync();
        List<WantedPrefix> wanted = PublicReading.Prefixes(body, "prefixes", of: null);
        Asn? asn = body.Asn("asn", required: @as is null);
        RoutingRegistry? registry = PublicReading.Registry(body);
        if (!body.Has("prefixes") || (wanted.Count == 0 && body.Refusal is null))
            body.Problem("InvalidRequestFormat", "prefixes", "'prefixes' is missing or empty: list the prefixes that you ask about.");
        if (body.Refusal is { } no)
            return no;
        Asn owner = asn ?? @as!.Value.Owner;
        var question = new ProofQuestion(@as?.Peer ?? owner, owner, registry?.Name ?? @as?.Registry ?? RoutingRegistry.None.Name);
        PrefixFact[] facts = await FactsAsync(
            asker,
            question,
            [
                .. wanted.Select(p =>
                    Stored(p.Prefix) is { } stored
                        ? new Declared(p.Prefix, stored.Standing)
                        {
                            Claim = ClaimOf(of!.Value.Circuit, p.Prefix, stored.Written, question, stored.ValidationId, stored.Signature),
                        }
                        : new Declared(p.Prefix, null)
                ),
            ],
            request.Now,
            request.Aborted
        );
        PrefixEvidenceBody[] answers =
        [
            .. wanted
                .Zip(facts)
                .Select(f => new AdvertisedPrefix(f.First.Prefix)
                {
                    Written = f.First.Written,
                    Standing = PrefixStanding.Decide(
                        Stored(f.First.Prefix)?.Standing ?? new PrefixStanding.Pending(request.Now),
                        f.Second.Fact
                    ),
                })
                .Select(p => PublicViews.Evidence(p, question.Owner)),
        ];
        return new ArmResult.Ok(ArmBody.Of(new ListBody<PrefixEvidenceBody>(answers), CircuitsContract.Default.ListBodyPrefixEvidenceBody));

        AdvertisedPrefix? Stored(IpPrefix prefix) =>
            of is { Peering: var peering }
            && peering.Families.FirstOrDefault(f => f.Family == prefix.Family).Configured?.Public is { } config
            && Proving.QuestionOf(peering, config) == question
                ? config.Find(prefix)
                : null;
    }

    /// <summary>Blocks that are proven for an ASN in a subscription and may be lent to what lies inside them.</summary>
    public async ValueTask<IReadOnlyList<ProvenBlock>> BlocksAsync(string subscription, Asn owner, CancellationToken cancellation)
    {
        var blocks = new List<ProvenBlock>();
        await foreach (
            StoredResource row in store.AllAsync(
                new ResourceQuery
                {
                    Type = Circuit.ResourceType,
                    Label = Circuit.ProofLabel(subscription, owner),
                    Most = 1000,
                },
                cancellation
            )
        )
            if (circuits.TryRead(row, out Versioned<Circuit>? read))
                blocks.AddRange(BlocksOf(read.Resource, owner));
        return blocks;
    }

    /// <summary>What a circuit lends.</summary>
    public static IEnumerable<ProvenBlock> BlocksOf(Circuit circuit, Asn owner) =>
        from declared in circuit.Declared
        where declared.Config.OwnerFor(declared.Peering.PeerAsn) == owner
        from prefix in declared.Config.Prefixes
        let proven = prefix.Standing as PrefixStanding.Proven
        where proven is not null && (proven.Registry is { IsFirm: true } || proven.Ticket is not null)
        select new ProvenBlock(prefix.Prefix, circuit.Id, proven.Registry is { IsFirm: true } ? proven.Until : proven.Ticket!.Expires);

    /// <summary>What is known of prefixes, in their order. What registries say of all of them is of one instant.</summary>
    /// <param name="circuit">Whose they are; the subscription's id when no circuit has them yet.</param>
    public ValueTask<PrefixFact[]> FactsAsync(
        ResourceId circuit,
        ProofQuestion question,
        IReadOnlyList<Declared> prefixes,
        DateTimeOffset at,
        CancellationToken cancellation
    ) => FactsAsync(circuit, question, prefixes, at, owner => BlocksAsync(circuit.Subscription!, owner, cancellation));

    private async ValueTask<PrefixFact[]> FactsAsync(
        ResourceId circuit,
        ProofQuestion question,
        IReadOnlyList<Declared> prefixes,
        DateTimeOffset at,
        Func<Asn, ValueTask<IReadOnlyList<ProvenBlock>>> lent
    )
    {
        RoutingRegistry registry = RegistryOf(question);
        IpPrefix[] asked = [.. prefixes.Select(p => p.Prefix)];
        // Before the question: what was loaded then, is in the answer.
        bool hasLoaded = proofs.HasLoaded;
        IReadOnlyList<PrefixProof> owned = proofs.Prove(asked, question.Owner, registry);
        IReadOnlyList<PrefixProof>? sent =
            question.Peer == question.Owner || question.Peer.IsPrivate || question.Peer.IsReserved
                ? null
                : proofs.Prove(asked, question.Peer, registry);
        NetworkTopology installed = topology();
        TimeSpan grace = installed.Registries?.Grace ?? s_grace;
        IReadOnlyList<ProvenBlock> blocks = owned.All(p => p.IsProven) ? [] : await lent(question.Owner);
        return [.. prefixes.Select((p, i) => new PrefixFact(p.Prefix, Fact(p, owned[i], sent?[i])))];

        ProofFact Fact(Declared prefix, PrefixProof own, PrefixProof? peer)
        {
            if (PublicRules.Unfit(prefix.Prefix, installed) is { } unfit)
                return new ProofFact.NotFound(at, ProofReason.NotPublic, $"{prefix.Prefix} {unfit}", grace);
            if (PublicRules.Unprovable(prefix.Prefix, installed) is { } unprovable)
                return new ProofFact.NotFound(at, ProofReason.NotPublic, $"{prefix.Prefix} {unprovable}", grace);
            // What a ROA forbids, routers refuse, whoever accepts it.
            if (question.Peer.IsPrivate && !(hasLoaded && own.Rpki.Validity == OriginValidity.Invalid))
                return new ProofFact.NotFound(
                    at,
                    ProofReason.PrivateAsn,
                    $"AS{question.Peer} is a private number and stands in no registry, so that nobody can look up who announces {prefix.Prefix}: open a ticket with a letter of authorization.",
                    grace
                );
            // Of half of what there is to read nothing is concluded: a ROA that forbids it may be in the other half.
            if (!hasLoaded)
                return new ProofFact.NotLoaded(at);
            if (own.IsProven)
                return new ProofFact.Found(at, ProofOf(own, peer, at));
            // What a ROA forbids, nothing else proves.
            bool isForbidden = own.Rpki.Validity == OriginValidity.Invalid;
            SignatureVerdict? signature = isForbidden || prefix.Claim is null ? null : proofs.Check(prefix.Claim);
            if (signature?.By is { } certificate)
                return new ProofFact.Found(at, SignatureOf(prefix.Prefix, certificate, peer, at, question.Owner));
            if (!isForbidden && Lender(circuit, prefix, own.OthersHold, blocks, at) is { } lender)
                return new ProofFact.Found(at, CoverOf(prefix.Prefix, lender, at, question.Owner));
            string says = OrTicket(own);
            return new ProofFact.NotFound(at, own.Reason, signature is null ? says : $"{says} {signature.Says}", grace)
            {
                Signature = signature?.State,
                SignedFrom = signature?.From,
                Evidence = [.. own.Evidence.Take(MostEvidence).Select(Small)],
                // A ROA that forbids it is heard although a route object's source is silent; not, where it is ROAs that are.
                IsSilence =
                    prefix.Standing is PrefixStanding.Proven { Registry: { } stands }
                    && (!isForbidden || stands.Kind == EvidenceKind.Rpki)
                    && IsSilent(stands),
            };
        }
    }

    /// <summary>What a registry cannot prove, an operator may accept by a letter; not what a ROA forbids, nor what belongs to nobody.</summary>
    private static string OrTicket(PrefixProof proof) =>
        ProofFact.NotFound.Forbids(proof.Reason) || proof.Reason == ProofReason.Nobody
            ? proof.Text
            : $"{proof.Text} Where neither can be, open a ticket with a letter of authorization.";

    /// <summary>
    /// The block that holds a prefix up which nothing else proves: the one that does so longest. An equal block of another circuit holds nobody up that stands on its own and
    /// without an end, since two of them would hold each other; and none reaches into a smaller one that others hold.
    /// </summary>
    /// <param name="circuit">Whose prefix it is.</param>
    /// <param name="othersHold">See <see cref="PrefixProof.OthersHold"/>.</param>
    public static ProvenBlock? Lender(
        ResourceId circuit,
        Declared prefix,
        IpPrefix? othersHold,
        IEnumerable<ProvenBlock> blocks,
        DateTimeOffset at
    )
    {
        bool stood = prefix.Standing is PrefixStanding.Proven { Registry: { IsFirm: true, Until: null } };
        return blocks
            .Where(b =>
                b.Prefix.Contains(prefix.Prefix)
                && (b.Prefix != prefix.Prefix || (b.Circuit != circuit && !stood))
                && (b.Until is null || b.Until > at)
                && (othersHold is not { } theirs || b.Prefix.Length >= theirs.Length)
            )
            .MaxBy(b => b.Until ?? DateTimeOffset.MaxValue);
    }

    /// <summary>Whether a block of another circuit could make more of it.</summary>
    public static bool IsLentOrNotFound(ProofFact fact) => fact is not ProofFact.Found { Proof.IsFirm: true };

    /// <summary>Whether one of the sources that a proof rests on has nothing to say at present.</summary>
    private bool IsSilent(RegistryProof stands) =>
        stands.IsFirm && stands.Evidence.Any(e => proofs.StateOf(e.Source) == SourceState.Silent);

    private static RegistryProof ProofOf(PrefixProof own, PrefixProof? peer, DateTimeOffset at)
    {
        EvidenceKind kind = own.Reason switch
        {
            ProofReason.RoaValid => EvidenceKind.Rpki,
            ProofReason.CoveredByProvenBlock => EvidenceKind.Cover,
            _ => EvidenceKind.Irr,
        };
        return new RegistryProof(at, kind, own.Reason, [.. ((PrefixPermit?[])[own.Permit, peer?.Permit]).OfType<PrefixPermit>()])
        {
            Evidence = [.. own.Evidence.Where(e => IsGround(e, own.Asn)).Take(MostEvidence).Select(Small)],
        };
    }

    private static bool IsGround(Evidence evidence, Asn asn) =>
        evidence.Asn == asn && evidence.Says is EvidenceSays.Matches or EvidenceSays.Covers;

    private static SignedClaim? ClaimOf(
        Circuit? circuit,
        IpPrefix prefix,
        string? written,
        ProofQuestion question,
        string? validationId,
        string? signature
    ) =>
        circuit is null || signature is null
            ? null
            : new SignedClaim(
                prefix,
                question.Owner,
                RegistryOf(question),
                AdvertisedPrefix.ValidationIdOf(circuit.ServiceKey, written ?? prefix.ToString(), question.Owner),
                validationId,
                signature
            );

    private static RoutingRegistry RegistryOf(ProofQuestion question) =>
        RoutingRegistry.TryParse(question.Registry, out RoutingRegistry registry) ? registry : RoutingRegistry.None;

    private static RegistryProof SignatureOf(IpPrefix prefix, SigningCertificate by, PrefixProof? peer, DateTimeOffset at, Asn owner) =>
        new(
            at,
            EvidenceKind.Signature,
            ProofReason.Signature,
            [.. ((PrefixPermit?[])[new PrefixPermit(prefix, prefix.Length, owner), peer?.Permit]).OfType<PrefixPermit>()]
        )
        {
            Until = by.Until,
            EndsBecause = $"the certificate in {by.Source}'s {by.Object}, whose key signed for it, ends then",
            Evidence =
            [
                new ProofEvidence(
                    EvidenceKind.Signature,
                    by.Source,
                    by.Object,
                    $"its certificate {by.Thumbprint[..16]} verifies what was signed for AS{owner}",
                    null
                ),
            ],
        };

    private static RegistryProof CoverOf(IpPrefix prefix, ProvenBlock lender, DateTimeOffset at, Asn owner) =>
        new(at, EvidenceKind.Cover, ProofReason.CoveredByProvenBlock, [new PrefixPermit(prefix, prefix.Length, owner)])
        {
            Until = lender.Until,
            EndsBecause = lender.Until is null ? null : $"the proof of {lender.Prefix}, which covers it, ends then",
            Evidence =
            [
                new ProofEvidence(
                    EvidenceKind.Cover,
                    lender.Circuit.Text,
                    lender.Prefix.ToString(),
                    $"{lender.Prefix} is proven for AS{owner} on circuit {lender.Circuit.Name}",
                    null
                ),
            ],
        };

    private static ProofEvidence Small(Evidence e)
    {
        string by = PublicViews.Shown(e.Source);
        return new(
            e.Kind switch
            {
                "route" or "route6" => EvidenceKind.Irr,
                "block" => EvidenceKind.Cover,
                _ => EvidenceKind.Rpki,
            },
            e.Source,
            e.MaxLength is { } most ? $"{e.Prefix}-{most} AS{e.Asn}" : $"{e.Prefix}AS{e.Asn}",
            e.Says switch
            {
                EvidenceSays.Matches => $"{by} names AS{e.Asn} for {e.Prefix}",
                EvidenceSays.Covers => $"{by} names AS{e.Asn} for {e.Prefix}, which contains it",
                EvidenceSays.WrongOrigin => $"{by} names AS{e.Asn}, another network, for {e.Prefix}",
                EvidenceSays.TooLong => $"{by} names AS{e.Asn} for {e.Prefix}, but for nothing this long",
                _ => $"{by} has {e.Prefix} of AS{e.Asn}",
            },
            e.AsOf
        );
    }
}

/// <summary>What of the topology a proof depends on.</summary>
internal sealed record ProofRules(Asn Ours, TimeSpan Grace, EquatableArray<IpPrefix> OwnSpace);

/// <summary>A prefix that is asked about, and where it stands; null when it is new.</summary>
public readonly record struct Declared(IpPrefix Prefix, PrefixStanding? Standing)
{
    /// <summary>What was signed for it; null when nothing was.</summary>
    public SignedClaim? Claim { get; init; }
}

/// <summary>A block that is proven, and may be lent to what lies inside it.</summary>
/// <param name="Until">When that ends; null while nothing ends it.</param>
public sealed record ProvenBlock(IpPrefix Prefix, ResourceId Circuit, DateTimeOffset? Until);
