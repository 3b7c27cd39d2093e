using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr;

namespace Causeway.Registries.Proof;

/// <summary>
/// Which routes of an origin pass: the one rule behind <c>registry filter</c>, which lists them, and <c>registry check</c>, which tells of one.
/// <list type="number">
/// <item>Where ROAs cover the prefix, they decide alone: what they make valid passes, with or without a route object, and what they make invalid does not (RFC 6811 §2).</item>
/// <item>Where none does, a route object of exactly this prefix and origin lets it pass. One of a block around it does not: that a block belongs to somebody does not
/// say that parts of it are to be announced.</item>
/// </list>
/// To belong to somebody (<see cref="PrefixProver"/>) is more than to be announced: a prefix inside a registered block is proven, and a peering that declares it accepts it
/// exactly; a filter that is made from the registries alone does not know of it.
/// </summary>
public static class RouteRule
{
    public static RouteVerdict Judge(IpPrefix prefix, Asn origin, IrrDatabase irr, VrpTable vrps) =>
        Judge(prefix, origin, vrps.Validate(prefix, origin), () => irr.Exact(prefix));

    /// <param name="validity">What ROAs say of it.</param>
    /// <param name="objects">Route objects of the prefix, others perhaps among them; asked for only when they decide.</param>
    internal static RouteVerdict Judge(IpPrefix prefix, Asn origin, OriginValidity validity, Func<IEnumerable<IrrRoute>> objects)
    {
        if (origin.Value == 0)
            return new RouteVerdict(false, "No route passes: AS0 originates nothing.");
        switch (validity)
        {
            case OriginValidity.Valid:
                return new RouteVerdict(true, "A route passes: a ROA makes it valid.");
            case OriginValidity.Invalid:
                return new RouteVerdict(false, "No route passes: ROAs make it invalid.");
            default:
                return objects().Any(r => r.Origin == origin && r.Prefix == prefix)
                    ? new RouteVerdict(true, "A route passes: a route object of exactly this prefix names the ASN.")
                    : new RouteVerdict(
                        false,
                        $"A route of {prefix} itself passes no filter: neither a ROA nor a route object of exactly it names AS{origin}."
                    );
        }
    }

    /// <summary>Whether ROAs leave a registered prefix to its route objects: none covers it.</summary>
    internal static bool IsLeftToObjects(in IpPrefix prefix, VrpTable vrps) =>
        // Of AS0, which nothing makes valid, a route is invalid exactly where a VRP covers it.
        vrps.Validate(prefix, new Asn(0)) == OriginValidity.NotFound;
}
