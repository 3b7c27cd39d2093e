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
/// 3. Otherwise what lies nearest around it says whose it is: the smallest block that has route objects in the named registry (any, if none was named), or that was proven
/// before for the same ASN. A larger block says nothing of a part of it that others have. Blocks so large that nobody holds one (<see cref="IsTooLarge"/>) say nothing at all.
/// 4. Where nothing is left, it is not proven, and the text says which of the cases it is.
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
        IEnumerable<IrrRoute> quoted =
            routes.Count > 1
                ? routes.OrderByDescending(r => r.Origin == asn).ThenByDescending(r => r.Prefix.Length).Take(MaxQuoted)
                : routes;
        foreach (IrrRoute route in quoted)
            evidence.Add(Quote(route, prefix, asn, registry));
        IpPrefix? around = null;
        foreach (IpPrefix block in provenBlocks.Where(b => b.Contains(prefix)))
        {
            evidence.Add(Evidence.OfBlock(block, asn));
            around = around is { } other && other.Length >= block.Length ? other : block;
        }
        IrrRoute[] counted = [.. routes.Where(r => registry.Includes(r.Source.Name))];
        IrrRoute[] nearest = Nearest(counted);
        (bool proven, ProofReason reason, string text) = Weigh(prefix, asn, registry, irr, origin, routes, counted, nearest, around);
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
        )
        {
            OthersHold = nearest.Length > 0 && nearest.All(r => r.Origin != asn) ? nearest[0].Prefix : null,
        };
    }

    /// <summary>Whether a route object is of a block that nobody was ever given: shorter than /8 in IPv4, than /16 in IPv6. It is a mistake, or a lie.</summary>
    internal static bool IsTooLarge(in IpPrefix prefix) => prefix.Length < (prefix.IsV4 ? 8 : 16);

    /// <summary>Of route objects of a prefix and of blocks around it, those of the smallest one.</summary>
    internal static IrrRoute[] Nearest(IReadOnlyCollection<IrrRoute> covering)
    {
        int longest = covering.Select(r => r.Prefix.Length).DefaultIfEmpty().Max();
        return [.. covering.Where(r => r.Prefix.Length == longest && !IsTooLarge(r.Prefix))];
    }

    private static (bool, ProofReason, string) Weigh(
        IpPrefix prefix,
        Asn asn,
        RoutingRegistry registry,
        IrrDatabase irr,
        OriginVerdict origin,
        IReadOnlyList<IrrRoute> routes,
        IrrRoute[] counted,
        IrrRoute[] nearest,
        IpPrefix? block
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
        if (block is { } proven && (nearest.Length == 0 || proven.Length >= nearest[0].Prefix.Length))
            return (true, ProofReason.CoveredByProvenBlock, $"{prefix} lies inside {proven}, which is proven for AS{asn}.");

        if (nearest.FirstOrDefault(r => r.Origin == asn) is { } ours)
            return ours.Prefix == prefix
                ? (true, ProofReason.RouteObject, $"A route object in {ours.Source.Name} registers {prefix} to AS{asn}.")
                : (
                    true,
                    ProofReason.CoveredByRouteObject,
                    $"A route object in {ours.Source.Name} registers {ours.Prefix}, which contains {prefix}, to AS{asn}."
                );

        string named = registry == RoutingRegistry.None ? "any loaded registry" : registry.Name;
        if (registry != RoutingRegistry.None && !registry.Sources.Any(s => irr.Source(s) is not null))
            return (
                false,
                ProofReason.RegistryNotLoaded,
                $"{registry.Name} is not among the registries loaded here ({Loaded(irr)}), and no ROA covers {prefix}. Name another registry, or publish a ROA."
            );
        if (nearest.Length > 0)
        {
            IpPrefix theirs = nearest[0].Prefix;
            return (
                false,
                ProofReason.RegisteredToOther,
                $"In {named}, {theirs}{(theirs == prefix ? "" : $", the nearest block around {prefix},")} is registered to {Names(nearest)}, not to AS{asn}. Register a route object of {prefix} with origin AS{asn}, or publish a ROA."
            );
        }
        if (counted.FirstOrDefault() is { } large)
            return (
                false,
                ProofReason.NotRegistered,
                $"In {named}, nothing but {large.Prefix} covers {prefix}, a block so large that nobody holds it. Register a route object of {prefix} with origin AS{asn}, or publish a ROA."
            );
        return Nearest([.. routes]).FirstOrDefault(r => r.Origin == asn) is { } elsewhere
            ? (
                false,
                ProofReason.RegisteredElsewhere,
                $"{prefix} is not registered to AS{asn} in {named}, but in {elsewhere.Source.Name} ({elsewhere.Prefix}). Name that registry, or register it in {named}."
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
            !registry.Includes(route.Source.Name) || IsTooLarge(route.Prefix) ? EvidenceSays.Informs
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

    private static string Names(IrrRoute[] routes)
    {
        Asn[] asns = [.. routes.Select(r => r.Origin).Distinct()];
        return string.Join(", ", asns.Take(5).Select(a => $"AS{a}")) + (asns.Length > 5 ? $" and {asns.Length - 5} more" : "");
    }

    private static string Loaded(IrrDatabase irr) => irr.Sources.Count == 0 ? "none" : string.Join(", ", irr.Sources.Select(s => s.Name));
}
