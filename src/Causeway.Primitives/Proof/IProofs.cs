namespace Causeway.Primitives.Proof;

/// <summary>
/// What the registries prove, for whoever decides on it and needs to know nothing else of them. Everything that one call answers is of one and the same instant.
///</summary>
public interface IProofs
{
    /// <summary>
    /// False until the first load of every source has ended, well or not: what is not proven before that may only not have been read yet. A source that is away later keeps
    /// its last good state, and never makes this false again; registries that the topology names anew do, until they
    /// have been read.
    ///</summary>
    bool HasLoaded { get; }

    /// <summary>
    /// Grows with every change of any registry. It means something within this process only: whoever keeps one over a
    /// restart, or has one of another node, asks for what changed since 0.
    ///</summary>
    long Revision { get; }

    /// <summary>
    /// Does each of these prefixes belong to this ASN? In their order; a prefix that is proven proves those of the list that lie inside it.
    ///</summary>
    /// <param name="prefixes">The prefixes.</param>
    /// <param name="asn">Who claims them.</param>
    /// <param name="registry">Where they are said to be registered.</param>
    /// <param name="provenBlocks">Blocks already proven for this ASN, by whatever means.</param>
    IReadOnlyList<PrefixProof> Prove(
        IReadOnlyCollection<IpPrefix> prefixes,
        Asn asn,
        RoutingRegistry registry,
        IEnumerable<IpPrefix>? provenBlocks = null
    );

    /// <summary>
    /// What a signature shows now: whether a certificate in a registry object of the prefix verifies it. It weighs
    /// neither ROAs nor what else is registered.
    ///</summary>
    SignatureVerdict Check(SignedClaim claim);

    /// <summary>
    /// Whether a source speaks, by the name that evidence cites it by (<see cref="Evidence.Source"/>).
    ///</summary>
    SourceState StateOf(string source);

    /// <summary>
    /// Which proofs may differ now from what they were at a revision; everything when that cannot be said any more, or
    /// the revision is none of this process.
    ///</summary>
    ProofChanges ChangesSince(long revision);

    /// <summary>Waits until there is a state newer than one that was seen, and gives its revision; at once if there is.</summary>
    Task<long> WaitForChangeAsync(long seenRevision, CancellationToken cancellation);
}
