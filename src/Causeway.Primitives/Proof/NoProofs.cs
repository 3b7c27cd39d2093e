namespace Causeway.Primitives.Proof;

/// <summary>
/// No registries: there is nothing to wait for, and nothing is proven by them, so that every public prefix needs manual
/// validation.
///</summary>
public sealed class NoProofs(TimeProvider clock) : IProofs
{
    public bool HasLoaded => true;

    public long Revision => 1;

    /// <summary>Only what lies inside a block that was proven by other means is proven.</summary>
    public IReadOnlyList<PrefixProof> Prove(
        IReadOnlyCollection<IpPrefix> prefixes,
        Asn asn,
        RoutingRegistry registry,
        IEnumerable<IpPrefix>? provenBlocks = null
    )
    {
        DateTimeOffset now = clock.GetUtcNow();
        IpPrefix[] proven = [.. provenBlocks ?? []];
        return [.. prefixes.Select(p => Prove(p, asn, registry, proven, now))];
    }

    private static PrefixProof Prove(IpPrefix prefix, Asn asn, RoutingRegistry registry, IpPrefix[] proven, DateTimeOffset now)
    {
        var rpki = new OriginVerdict(
            prefix,
            asn,
            OriginValidity.NotFound,
            OriginReason.NoVrp,
            $"No source of ROAs is configured here, so none covers {prefix}.",
            []
        );
        var route = new RouteVerdict(false, $"A route of {prefix} passes no filter: no registries are configured here.");
        if (asn.Value != 0)
            foreach (IpPrefix block in proven)
                if (block.Contains(prefix))
                    return new PrefixProof(
                        prefix,
                        asn,
                        registry,
                        IsProven: true,
                        ProofReason.CoveredByProvenBlock,
                        $"{prefix} lies inside {block}, which is proven for AS{asn}.",
                        rpki,
                        [Evidence.OfBlock(block, asn)],
                        now,
                        route
                    );
        return new PrefixProof(
            prefix,
            asn,
            registry,
            IsProven: false,
            asn.Value == 0 ? ProofReason.Nobody : ProofReason.RegistryNotLoaded,
            asn.Value == 0
                ? $"AS0 stands for nobody (RFC 7607), so nothing belongs to it: ask about the ASN that announces {prefix}."
                : $"No registries are configured here, so that nothing can be said about {prefix}: it has to be validated by hand.",
            rpki,
            [],
            now,
            route
        );
    }

    public SignatureVerdict Check(SignedClaim claim) =>
        new(
            SignatureState.ManualValidationNeeded,
            "No registries are configured here, in which a certificate could stand: the prefix has to be validated by hand."
        );

    public SourceState StateOf(string source) => SourceState.Unknown;

    public ProofChanges ChangesSince(long revision) =>
        revision == Revision ? ProofChanges.Nothing(Revision) : ProofChanges.Everything(Revision);

    public async Task<long> WaitForChangeAsync(long seenRevision, CancellationToken cancellation)
    {
        if (seenRevision < Revision)
            return Revision;
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellation);
        return Revision;
    }
}
