using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Rpki;

namespace Causeway.Registries.Proof;

/// <summary>All registries at one instant: immutable, so that several questions about one thing get answers from the same state.</summary>
public sealed class RegistryView(long revision, DateTimeOffset at, IrrDatabase irr, RpkiView rpki, PeeringDbData peeringDb)
{
    public static readonly RegistryView Empty = new(0, DateTimeOffset.UnixEpoch, IrrDatabase.Empty, RpkiView.Empty, PeeringDbData.Empty);

    /// <summary>Grows by one with every change of any registry.</summary>
    public long Revision => revision;

    /// <summary>When this state was made.</summary>
    public DateTimeOffset At => at;

    public IrrDatabase Irr => irr;

    public RpkiView Rpki => rpki;

    public PeeringDbData PeeringDb => peeringDb;

    /// <summary>Does this prefix belong to this ASN? <see cref="PrefixProver"/> has the rules.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="asn">Who claims it.</param>
    /// <param name="registry">Where it is said to be registered.</param>
    /// <param name="provenBlocks">Blocks already proven for this ASN, by whatever means.</param>
    public PrefixProof Prove(IpPrefix prefix, Asn asn, RoutingRegistry registry, IEnumerable<IpPrefix>? provenBlocks = null) =>
        PrefixProver.Prove(prefix, asn, registry, provenBlocks ?? [], irr, rpki, at);

    /// <summary>What a signature shows.</summary>
    /// <param name="now">For the time of certificates.</param>
    public SignatureVerdict Check(SignedClaim claim, DateTimeOffset now) => SignatureProof.Check(claim, irr, now);

    /// <summary>As <see cref="Prove"/> for a list, in its order; a prefix that is proven proves those of the list that lie inside it.</summary>
    public IReadOnlyList<PrefixProof> ProveAll(
        IReadOnlyCollection<IpPrefix> prefixes,
        Asn asn,
        RoutingRegistry registry,
        IEnumerable<IpPrefix>? provenBlocks = null
    )
    {
        List<IpPrefix> proven = [.. provenBlocks ?? []];
        var answers = new Dictionary<IpPrefix, PrefixProof>();
        foreach (IpPrefix prefix in prefixes.Distinct().OrderBy(p => p.Length))
        {
            PrefixProof proof = Prove(prefix, asn, registry, proven);
            answers[prefix] = proof;
            if (proof.IsProven)
                proven.Add(prefix);
        }
        return [.. prefixes.Select(p => answers[p])];
    }
}
