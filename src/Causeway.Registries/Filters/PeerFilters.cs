using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Proof;

namespace Causeway.Registries.Filters;

/// <summary>
/// What a peer may announce, by <see cref="RouteRule"/>, route by route with its origin: a filter of prefixes alone would let a network behind the peer announce what
/// belongs to another one behind it.
/// </summary>
public static class PeerFilters
{
    /// <inheritdoc cref="IPeerFilters.FilterOf"/>
    public static PeerFilter Of(RegistryView view, Asn asn, string? asSet, int mostPrefixes) =>
        Of(view, PeerOrigins.Of(view.Irr, asn, asSet, mostPrefixes), mostPrefixes);

    /// <inheritdoc cref="IPeerFilters.FilterOf"/>
    internal static PeerFilter Of(RegistryView view, PeerOrigins origins, int mostPrefixes)
    {
        // Each has a prefix at least, or is of no use: more ASNs than prefixes are believed is too many already.
        if (origins.IsTooLarge || origins.Asns.Count > mostPrefixes)
            return TooLarge();
        int invalid = 0;
        PrefixMatch[] v4 = Routes(view, origins.Asns, IpFamily.V4, ref invalid),
            v6 = Routes(view, origins.Asns, IpFamily.V6, ref invalid);
        return v4.Length + v6.Length > mostPrefixes
            ? TooLarge()
            : new PeerFilter(origins.AsSet, v4, v6)
            {
                Asns = origins.Asns.Count,
                Missing = origins.Missing,
                Invalid = invalid,
            };

        PeerFilter TooLarge() => new(origins.AsSet, [], []) { Asns = origins.Asns.Count, IsTooLarge = true };
    }

    private static PrefixMatch[] Routes(RegistryView view, HashSet<uint> origins, IpFamily family, ref int invalid)
    {
        VrpTable vrps = view.Rpki.Table;
        var routes = new Dictionary<(IpPrefix Prefix, byte MaxLength), SortedSet<Asn>>();
        foreach (uint origin in origins)
        foreach (IpPrefix prefix in view.Irr.PrefixesOf([origin], family))
            if (RouteRule.IsLeftToObjects(prefix, vrps))
                Add(prefix, prefix.Length, new Asn(origin));
            else if (vrps.Validate(prefix, new Asn(origin)) == OriginValidity.Invalid)
                invalid++;
        foreach (uint origin in origins)
        foreach (Vrp vrp in view.Rpki.Of(new Asn(origin)))
            if (vrp.Prefix.Family == family)
                Add(vrp.Prefix, vrp.MaxLength, vrp.Asn);
        return
        [
            .. routes
                .OrderBy(r => r.Key.Prefix)
                .ThenBy(r => r.Key.MaxLength)
                .Select(r => new PrefixMatch(r.Key.Prefix, r.Key.Prefix.Length, r.Key.MaxLength) { Origins = [.. r.Value] }),
        ];

        void Add(IpPrefix prefix, int maxLength, Asn origin)
        {
            (IpPrefix, byte) key = (prefix, (byte)maxLength);
            if (routes.TryGetValue(key, out SortedSet<Asn>? who))
                who.Add(origin);
            else
                routes.Add(key, [origin]);
        }
    }

    /// <summary>A network's record as those see it who need to know nothing of PeeringDB.</summary>
    public static NetworkRecord? Record(PeeringDbData data, Asn asn) =>
        data.Network(asn) is not { } net
            ? null
            : new NetworkRecord(
                net.Id,
                net.Asn,
                net.Name,
                net.AsSets.Count == 0 ? null : string.Join(' ', net.AsSets),
                net.MaxPrefixesV4 ?? 0,
                net.MaxPrefixesV6 ?? 0,
                data.ContactsOf(asn) is { Count: > 0 } contacts
                    ? contacts.Any(c => c.Role.Equals("NOC", StringComparison.OrdinalIgnoreCase))
                    : null,
                [
                    .. data.PortsOf(asn)
                        .Where(p => p.IsOperational)
                        .Select(p => new NetworkPort(p.ExchangeId, p.V4?.ToString(), p.V6?.ToString(), p.Speed)),
                ]
            );
}

/// <summary>Who may originate what a peer announces: the peer, and the members of its as-set.</summary>
/// <param name="AsSet">What was asked for, as people read it.</param>
/// <param name="Missing">Members that no registry has.</param>
/// <param name="IsTooLarge">It was not expanded to the end.</param>
internal sealed record PeerOrigins(string AsSet, HashSet<uint> Asns, EquatableArray<string> Missing, bool IsTooLarge)
{
    public static PeerOrigins Of(IrrDatabase irr, Asn asn, string? asSet, int mostPrefixes)
    {
        HashSet<uint> origins = [asn.Value];
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        bool tooLarge = false;
        foreach (string name in (asSet ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            if (Asn.TryParse(name, out Asn one))
                origins.Add(one.Value);
            else
            {
                AsSetExpansion set = irr.ExpandAsSet(name, new ExpansionOptions { MaxSets = mostPrefixes });
                if (!set.Found)
                    missing.Add(name.ToUpperInvariant());
                origins.UnionWith(set.Asns.Select(a => a.Value));
                missing.UnionWith(set.Missing);
                tooLarge |= set.LimitReached;
            }
        origins.Remove(0); // It originates nothing (RFC 7607), whatever an object says.
        return new PeerOrigins(string.IsNullOrWhiteSpace(asSet) ? $"AS{asn}" : asSet.Trim(), origins, [.. missing], tooLarge);
    }

    /// <summary>Whether a filter that was made of other origins would be made of these too.</summary>
    public bool SaysTheSameAs(PeerFilter filter, HashSet<uint> asns) =>
        !IsTooLarge && !filter.IsTooLarge && Missing == filter.Missing && Asns.SetEquals(asns);
}
