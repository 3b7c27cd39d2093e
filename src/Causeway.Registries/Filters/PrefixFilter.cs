using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Proof;

namespace Causeway.Registries.Filters;

/// <summary>What a filter is made of, and how.</summary>
public sealed record PrefixFilterRequest
{
    /// <summary>AS numbers, as-sets, route-sets (also <c>SOURCE::NAME</c>) and prefixes; the filter accepts what any of them may announce.</summary>
    public required IReadOnlyList<string> Objects { get; init; }

    /// <summary>The name in the generated text: letters, digits, '-' and '_'.</summary>
    public string Name { get; init; } = "CAUSEWAY";

    /// <summary>Join neighbouring prefixes into entries with ge/le. The filter accepts exactly the same routes either way.</summary>
    public bool Aggregate { get; init; } = true;

    /// <summary>Also accept more specific routes up to this length (bgpq4 -R); null for exact prefixes only.</summary>
    public int? MoreSpecificUpTo { get; init; }

    /// <summary>With <see cref="MoreSpecificUpTo"/>: accept only routes from this length on (bgpq4 -r).</summary>
    public int? MoreSpecificFrom { get; init; }

    /// <summary>Leave out registered prefixes longer than this (bgpq4 -m), of either family: of little use without <see cref="Family"/>.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>Both families when null.</summary>
    public IpFamily? Family { get; init; }

    public ExpansionOptions Expansion { get; init; } = new();

    /// <summary>
    /// The VRPs by which <see cref="RouteRule"/> lets routes of the AS numbers pass; null to take route objects at their word. Prefixes and route-sets that are asked for
    /// name no origin and stay as they are.
    /// </summary>
    public VrpTable? Vrps { get; init; }
}

/// <summary>A prefix filter: the entries of both families and what they came from.</summary>
public sealed record PrefixFilter
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Objects { get; init; }

    public IReadOnlyList<PrefixSpan> V4 { get; init; } = [];

    public IReadOnlyList<PrefixSpan> V6 { get; init; } = [];

    /// <summary>The family asked for; the other's list is empty because it was not asked for.</summary>
    public IpFamily? Family { get; init; }

    /// <summary>Registered prefixes before aggregation.</summary>
    public int Registered4 { get; init; }

    public int Registered6 { get; init; }

    /// <summary>The AS numbers whose routes were taken.</summary>
    public IReadOnlyList<Asn> Asns { get; init; } = [];

    /// <summary>Registered prefixes that were left out, since ROAs cover them and none allows them for any of the AS numbers.</summary>
    public IReadOnlyList<IpPrefix> Invalid { get; init; } = [];

    /// <summary>Objects and members that no source has.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Makes the filter from the registries as they stand.</summary>
    /// <returns>The filter; or every problem with the request at once.</returns>
    public static (PrefixFilter? Filter, Refusal? Refusal) Build(IrrDatabase database, PrefixFilterRequest request)
    {
        var problems = new List<Refusal>();
        if (request.Name.Length is 0 or > 100 || request.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            problems.Add(
                Refusal.Invalid("InvalidFilterName", $"'{request.Name}' is not a filter name: use letters, digits, '-' and '_'.", "name")
            );
        if (request.Objects.Count == 0)
            problems.Add(Refusal.Invalid("NoFilterObjects", "Name at least one AS number, as-set, route-set or prefix.", "objects"));
        if (request.MoreSpecificFrom is not null && request.MoreSpecificUpTo is null)
            problems.Add(
                Refusal.Invalid(
                    "MoreSpecificRange",
                    "A lowest length for more specific routes needs a highest one too.",
                    "moreSpecificFrom"
                )
            );
        if (request.MoreSpecificUpTo is < 0 or > 128 || request.MoreSpecificFrom < 0 || request.MoreSpecificFrom > request.MoreSpecificUpTo)
            problems.Add(
                Refusal.Invalid(
                    "MoreSpecificRange",
                    "Lengths of more specific routes go from 0 to 128, the lowest first.",
                    "moreSpecificUpTo"
                )
            );

        var asns = new HashSet<uint>();
        var spans = new HashSet<PrefixSpan>();
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string name in request.Objects)
            if (Collect(database, name.Trim(), request.Expansion, asns, spans, missing) is { } problem)
                problems.Add(problem);
        if (problems.Count > 0)
            return (null, Refusal.Of(problems));

        // AS0 originates nothing (RFC 7607), whatever an object says.
        uint[] origins = [.. asns.Where(a => a != 0).Order()];
        var filter = new PrefixFilter
        {
            Name = request.Name,
            Objects = request.Objects,
            Family = request.Family,
            Asns = [.. origins.Select(a => new Asn(a))],
            Missing = [.. missing],
        };
        if (request.Family is null or IpFamily.V4)
        {
            (PrefixSpan[] registered, filter) = Registered(database, origins, spans, IpFamily.V4, request, filter);
            filter = filter with { Registered4 = registered.Length, V4 = Entries(registered, request, IpFamily.V4) };
        }
        if (request.Family is null or IpFamily.V6)
        {
            (PrefixSpan[] registered, filter) = Registered(database, origins, spans, IpFamily.V6, request, filter);
            filter = filter with { Registered6 = registered.Length, V6 = Entries(registered, request, IpFamily.V6) };
        }
        return (filter, null);
    }

    private static Refusal? Collect(
        IrrDatabase database,
        string name,
        ExpansionOptions expansion,
        HashSet<uint> asns,
        HashSet<PrefixSpan> spans,
        SortedSet<string> missing
    )
    {
        if (Asn.TryParse(name, out Asn asn))
        {
            asns.Add(asn.Value);
            return null;
        }
        if (name.Contains('/'))
        {
            if (!IpPrefix.TryParse(name, out IpPrefix prefix))
                return Refusal.Invalid(
                    "InvalidPrefix",
                    $"'{name}' is not a prefix: write an address and a length, without host bits.",
                    "objects"
                );
            spans.Add(new PrefixSpan(prefix));
            return null;
        }
        IrrSet? set = database.FindSet(name);
        if (set is null)
        {
            missing.Add(name.ToUpperInvariant());
            return null;
        }
        if (set.Class == RpslClass.AsSet)
        {
            AsSetExpansion expanded = database.ExpandAsSet(name, expansion);
            asns.UnionWith(expanded.Asns.Select(a => a.Value));
            missing.UnionWith(expanded.Missing);
        }
        else
        {
            RouteSetExpansion expanded = database.ExpandRouteSet(name, expansion);
            spans.UnionWith(expanded.Prefixes);
            missing.UnionWith(expanded.Missing);
        }
        return null;
    }

    private static (PrefixSpan[] Spans, PrefixFilter Filter) Registered(
        IrrDatabase database,
        uint[] origins,
        HashSet<PrefixSpan> spans,
        IpFamily family,
        PrefixFilterRequest request,
        PrefixFilter filter
    )
    {
        int maxLength = request.MaxLength;
        IpPrefix[] routes = database.PrefixesOf([.. origins], family);
        HashSet<PrefixSpan> besides = spans;
        if (request.Vrps is { } vrps && origins.Length > 0)
        {
            PrefixSpan[] signed = Signed(vrps, origins, family);
            IpPrefix[] covered = [.. routes.Where(p => !RouteRule.IsLeftToObjects(p, vrps))];
            routes = [.. routes.Where(p => RouteRule.IsLeftToObjects(p, vrps))];
            besides = [.. spans, .. signed];
            IEnumerable<IpPrefix> invalid = covered.Where(p => !origins.Any(o => vrps.Validate(p, new Asn(o)) == OriginValidity.Valid));
            filter = filter with { Invalid = [.. filter.Invalid, .. invalid.Where(p => p.Length <= maxLength)] };
        }
        // The largest sets have most of a million prefixes: no list in between, and no copy.
        if (besides.Count == 0 && routes.All(p => p.Length <= maxLength))
            return (Array.ConvertAll(routes, p => new PrefixSpan(p)), filter);
        var registered = new List<PrefixSpan>(routes.Length + besides.Count);
        foreach (ref readonly IpPrefix prefix in routes.AsSpan())
            if (prefix.Length <= maxLength)
                registered.Add(new PrefixSpan(prefix));
        // Only prefixes from route-sets and ROAs can repeat what is there already.
        registered.AddRange(
            besides
                .Where(s => s.Prefix.Family == family && s.Prefix.Length <= maxLength && s.Low <= maxLength)
                .Select(s => s with { High = (byte)Math.Min(s.High, maxLength) })
        );
        return ([.. registered.Distinct().OrderBy(s => s.Prefix).ThenBy(s => s.Low)], filter);
    }

    /// <summary>What ROAs make valid for these origins.</summary>
    private static PrefixSpan[] Signed(VrpTable vrps, uint[] origins, IpFamily family)
    {
        HashSet<uint> wanted = [.. origins];
        return
        [
            .. vrps
                .All.Where(v => v.Prefix.Family == family && wanted.Contains(v.Asn.Value))
                .Select(v => new PrefixSpan(v.Prefix, v.Prefix.Length, v.MaxLength)),
        ];
    }

    private static IReadOnlyList<PrefixSpan> Entries(PrefixSpan[] registered, PrefixFilterRequest request, IpFamily family)
    {
        if (request.MoreSpecificUpTo is { } upTo)
        {
            int highest = Math.Min(upTo, family == IpFamily.V4 ? 32 : 128);
            int lowest = request.MoreSpecificFrom ?? 0;
            // ROAs say themselves how long a prefix may be; beyond that it would be invalid.
            registered =
            [
                .. registered
                    .Select(s => request.Vrps is { } vrps && !RouteRule.IsLeftToObjects(s.Prefix, vrps) ? s : Widen(s, lowest, highest))
                    .Where(s => s.Low <= s.High),
            ];
        }
        return request.Aggregate ? PrefixAggregator.Aggregate(registered, family) : registered;
    }

    /// <summary>A prefix already longer than the wanted range stays as it is.</summary>
    private static PrefixSpan Widen(PrefixSpan span, int lowest, int highest) =>
        span.Prefix.Length > highest
            ? span
            : span with
            {
                Low = (byte)Math.Max(span.Low, lowest),
                High = (byte)Math.Max(span.High, highest),
            };
}
