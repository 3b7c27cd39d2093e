using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr;
using Causeway.Registries.Rpki;

namespace Causeway.Registries.Proof;

/// <summary>Weighs what the RPKI and the IRR say. Pure.</summary>
/// <remarks>
/// AS0 stands for nobody (RFC 7607), so nothing is proven for it. Otherwise the rules, strongest first:
/// 1. A valid ROA proves, with or without a route object, whichever registry was named: it is the holder's own signature.
/// 2. ROAs that cover the prefix and do not allow it refuse, whatever a route object says: routers that validate origins would drop the route.
/// 3. A block that was proven before proves what lies inside it.
/// 4. A route object of exactly this prefix and ASN in the named registry (any, if none was named) proves.
/// 5. A route object of a block around it proves, unless route objects of the prefix itself name others only.
/// 6. Otherwise it is not proven, and the text says which of the cases it is.
/// </remarks>
public static class PrefixProver
{
    /// <summary>At most so many route objects are quoted; a prefix with more is an anycast curiosity.</summary>
    private const int MaxQuoted = 64;

    public static PrefixProof Prove(
        IpPrefix prefix,
        Asn asn,
        RoutingRegistry registry,
        IEnumerable<IpPrefix> provenBlocks,
        IrrDatabase irr,
        RpkiView rpki,
        DateTimeOffset now
    )
    {
        OriginVerdict origin = rpki.Judge(prefix, asn);
        List<Evidence> evidence = [.. origin.Evidence];
        IReadOnlyList<IrrRoute> routes = irr.Covering(prefix);
        foreach (IrrRoute route in routes.OrderByDescending(r => r.Origin == asn).ThenByDescending(r => r.Prefix.Length).Take(MaxQuoted))
            evidence.Add(Quote(route, prefix, asn, registry));
        foreach (IpPrefix block in provenBlocks.Where(b => b.Contains(prefix)))
            evidence.Add(Evidence.OfBlock(block, asn));
        (bool proven, ProofReason reason, string text) = Weigh(prefix, asn, registry, irr, origin, routes, evidence);
        return new PrefixProof(
            prefix,
            asn,
            registry,
            proven,
            reason,
            text,
            origin,
            [.. evidence],
            now,
            RouteRule.Judge(prefix, asn, origin.Validity, () => routes)
        );
    }

    private static (bool, ProofReason, string) Weigh(
        IpPrefix prefix,
        Asn asn,
        RoutingRegistry registry,
        IrrDatabase irr,
        OriginVerdict origin,
        IReadOnlyList<IrrRoute> routes,
        List<Evidence> evidence
    )
    {
        if (asn.Value == 0)
            return (
                false,
                ProofReason.Nobody,
                $"{origin.Text} AS0 stands for nobody (RFC 7607), so nothing belongs to it: ask about the ASN that announces {prefix}."
            );
        if (origin.Validity == OriginValidity.Valid)
            return (true, ProofReason.RoaValid, origin.Text);
        if (origin.Validity == OriginValidity.Invalid)
            return origin.Reason == OriginReason.TooLong
                ? (false, ProofReason.RoaTooLong, $"{origin.Text} Announce the shorter prefix, or have the ROA's maximum length raised.")
                : (
                    false,
                    ProofReason.RoaWrongOrigin,
                    $"{origin.Text} For AS{asn} to announce it, the holder must publish a ROA for AS{asn}."
                );
        if (evidence.FirstOrDefault(e => e.Kind == "block") is { } block)
            return (true, ProofReason.CoveredByProvenBlock, $"{prefix} lies inside {block.Prefix}, which is proven for AS{asn}.");

        IrrRoute[] counted = [.. routes.Where(r => registry.Includes(r.Source.Name))];
        if (counted.FirstOrDefault(r => r.Prefix == prefix && r.Origin == asn) is { } exact)
            return (true, ProofReason.RouteObject, $"A route object in {exact.Source.Name} registers {prefix} to AS{asn}.");
        Asn[] others = [.. counted.Where(r => r.Prefix == prefix).Select(r => r.Origin).Distinct()];
        IrrRoute? around = counted.LastOrDefault(r => r.Origin == asn);
        if (around is not null && others.Length == 0)
            return (
                true,
                ProofReason.CoveredByRouteObject,
                $"A route object in {around.Source.Name} registers {around.Prefix}, which contains {prefix}, to AS{asn}."
            );

        string named = registry == RoutingRegistry.None ? "any loaded registry" : registry.Name;
        if (registry != RoutingRegistry.None && !registry.Sources.Any(s => irr.Source(s) is not null))
            return (
                false,
                ProofReason.RegistryNotLoaded,
                $"{registry.Name} is not among the registries loaded here ({Loaded(irr)}), and no ROA covers {prefix}. Name another registry, or publish a ROA."
            );
        if (others.Length > 0)
            return (
                false,
                ProofReason.RegisteredToOther,
                $"In {named}, {prefix} is registered to {Names(others)}, not to AS{asn}. Register a route object with origin AS{asn}, or publish a ROA."
            );
        if (routes.FirstOrDefault(r => r.Origin == asn) is { } elsewhere)
            return (
                false,
                ProofReason.RegisteredElsewhere,
                $"{prefix} is not registered to AS{asn} in {named}, but in {elsewhere.Source.Name} ({elsewhere.Prefix}). Name that registry, or register it in {named}."
            );
        Asn[] holders = [.. counted.Select(r => r.Origin).Distinct()];
        return holders.Length > 0
            ? (
                false,
                ProofReason.RegisteredToOther,
                $"In {named}, blocks around {prefix} are registered to {Names(holders)}, none to AS{asn}. Register a route object with origin AS{asn}, or publish a ROA."
            )
            : (
                false,
                ProofReason.NotRegistered,
                $"Neither a ROA nor a route object in {named} covers {prefix}. Register one with origin AS{asn}, or publish a ROA."
            );
    }

    private static Evidence Quote(IrrRoute route, IpPrefix prefix, Asn asn, RoutingRegistry registry)
    {
        EvidenceSays says =
            !registry.Includes(route.Source.Name) ? EvidenceSays.Informs
            : route.Origin != asn ? EvidenceSays.WrongOrigin
            : route.Prefix == prefix ? EvidenceSays.Matches
            : EvidenceSays.Covers;
        return new Evidence(
            prefix.IsV4 ? "route" : "route6",
            route.Source.Name,
            route.Source.Serial,
            route.Source.DataTime,
            () => route.Text,
            says
        )
        {
            Prefix = route.Prefix,
            Asn = route.Origin,
        };
    }

    private static string Names(Asn[] asns) =>
        string.Join(", ", asns.Take(5).Select(a => $"AS{a}")) + (asns.Length > 5 ? $" and {asns.Length - 5} more" : "");

    private static string Loaded(IrrDatabase irr) => irr.Sources.Count == 0 ? "none" : string.Join(", ", irr.Sources.Select(s => s.Name));
}
