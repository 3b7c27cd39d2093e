using Causeway.Bgp.Policy;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>A policy read literally from its documentation, condition by condition.</summary>
internal static class PolicyModel
{
    public static (RefuseReason Reason, PolicyTerm? Term) Evaluate(
        RoutePolicy policy,
        TestRoute route,
        IpPrefix prefix,
        VrpTable vrps,
        AspaTable aspas,
        uint localAsn
    )
    {
        foreach (PolicyTerm term in policy.Terms)
            if (Holds(term, route, prefix, vrps, aspas, localAsn))
                return (term.Accept ? RefuseReason.None : term.Reason, term);
        return (RefuseReason.DeniedByPolicy, null);
    }

    private static bool Holds(PolicyTerm term, TestRoute route, IpPrefix prefix, VrpTable vrps, AspaTable aspas, uint localAsn)
    {
        uint? first = route.Path.Length == 0 ? null : route.Path[0];
        uint? origin = route.Path.Length == 0 ? null : route.Path[^1];
        PathValidity Verify(PathDirection direction)
        {
            var verifier = new PathVerifier(aspas, direction);
            foreach (uint asn in route.Path)
                verifier.Add(new Asn(asn));
            return verifier.Verdict.Validity;
        }
        bool As(PolicyConditions condition, bool holds) => term.Not.HasFlag(condition) ? !holds : holds;
        var originator = new Asn(origin ?? localAsn);
        return (
                term.Prefixes is not { } prefixes
                || As(
                    PolicyConditions.Prefixes,
                    prefixes.Any(m =>
                        m.Prefix.Contains(prefix)
                        && prefix.Length >= m.MinLength
                        && prefix.Length <= m.MaxLength
                        && (term.AnyOrigin || m.Origins.IsEmpty || m.Origins.Contains(originator))
                    )
                )
            )
            && (term.FirstAsn is not { } wanted || As(PolicyConditions.FirstAsn, first == wanted.Value))
            && (
                term.OriginAsns is not { } origins
                || As(PolicyConditions.OriginAsns, origin is { } o && origins.Any(r => r.Contains(new Asn(o))))
            )
            && (
                term.PathContains is not { } contains
                || As(PolicyConditions.PathContains, route.Path.Any(a => contains.Any(r => r.Contains(new Asn(a)))))
            )
            && (term.PathLongerThan is not { } longest || As(PolicyConditions.PathLongerThan, route.Path.Length > longest))
            && (
                term.Communities is not { } communities
                || As(PolicyConditions.Communities, communities.Any(c => route.Communities.Contains(c)))
            )
            && (term.Validity is not { } validity || As(PolicyConditions.Validity, vrps.Validate(prefix, originator) == validity))
            && (term.UpstreamPath is not { } up || As(PolicyConditions.UpstreamPath, Verify(PathDirection.Upstream) == up))
            && (term.DownstreamPath is not { } down || As(PolicyConditions.DownstreamPath, Verify(PathDirection.Downstream) == down))
            && (
                term.NextHopIn is not { } lan
                || As(PolicyConditions.NextHopIn, lan.Contains(prefix.IsV4 ? route.NextHop : route.NextHop.MapToIPv6()))
            );
    }

    public static TestRoute Change(TestRoute route, PolicyTerm term) =>
        route with
        {
            LocalPreference = term.SetLocalPreference ?? route.LocalPreference,
            Med = term.SetMed ?? route.Med,
            Communities = [.. route.Communities, .. term.AddCommunities.Except(route.Communities)],
        };

    public static RoutePolicy Random(Random random, IReadOnlyList<IpPrefix> universe)
    {
        int count = random.Next(5) == 0 ? random.Next(60, 80) : random.Next(0, 5);
        var terms = new List<PolicyTerm>();
        for (int i = 0; i < count; i++)
            // A long policy is of narrow terms, so that the later ones are reached.
            terms.Add(RandomTerm(random, universe, narrow: count > 5));
        if (random.Next(2) == 0)
            terms.Add(new PolicyTerm { Accept = true });
        return new RoutePolicy([.. terms]);
    }

    private static PolicyTerm RandomTerm(Random random, IReadOnlyList<IpPrefix> universe, bool narrow)
    {
        bool accept = random.Next(3) > 0;
        var term = new PolicyTerm
        {
            AnyOrigin = Chance(3),
            Accept = accept,
            Reason = accept ? RefuseReason.DeniedByPolicy : (RefuseReason)random.Next(1, 22),
            Prefixes = narrow || Chance(3) ? [.. Enumerable.Range(0, random.Next(0, 12)).Select(_ => RandomMatch(random, universe))] : null,
            FirstAsn = Chance(4) ? new Asn((uint)random.Next(1, 5)) : null,
            OriginAsns = Chance(4) ? [new Asn((uint)random.Next(1, 9)), RandomRange(random)] : null,
            PathContains = Chance(5) ? [RandomRange(random)] : null,
            PathLongerThan = Chance(5) ? random.Next(0, 4) : null,
            Communities = Chance(5) ? [(uint)random.Next(1, 4), (uint)random.Next(1, 4)] : null,
            Validity = Chance(4) ? (OriginValidity)random.Next(3) : null,
            UpstreamPath = Chance(5) ? (PathValidity)random.Next(3) : null,
            DownstreamPath = Chance(6) ? (PathValidity)random.Next(3) : null,
            NextHopIn = Chance(8) ? IpPrefix.Parse("192.0.2.0/31") : null,
            SetLocalPreference = Chance(4) ? (uint)random.Next(99, 102) : null,
            SetMed = Chance(5) ? (uint)random.Next(3) : null,
            AddCommunities = Chance(4) ? [(uint)random.Next(1, 6), 77] : [],
            Prepend = Chance(5) ? random.Next(3) : 0,
        };
        return term with { Not = narrow ? PolicyConditions.None : CompiledTerm.StatedBy(term) & (PolicyConditions)random.Next(1024) };

        bool Chance(int oneIn) => random.Next(oneIn) == 0;
    }

    private static PrefixMatch RandomMatch(Random random, IReadOnlyList<IpPrefix> universe)
    {
        IpPrefix prefix = universe[random.Next(universe.Count)];
        int minimum = random.Next(prefix.Length, prefix.MaxLength + 1);
        PrefixMatch match = random.Next(3) switch
        {
            0 => PrefixMatch.Exact(prefix),
            1 => PrefixMatch.OrLonger(prefix),
            _ => new PrefixMatch(prefix, (byte)minimum, (byte)random.Next(minimum, prefix.MaxLength + 1)),
        };
        return random.Next(3) > 0 ? match : match with { Origins = [new Asn((uint)random.Next(1, 9)), new Asn((uint)random.Next(1, 9))] };
    }

    private static AsnRange RandomRange(Random random)
    {
        uint first = (uint)random.Next(1, 9);
        return new AsnRange(new Asn(first), new Asn(first + (uint)random.Next(3)));
    }
}
