using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Domain.Routers;
using Causeway.Primitives;

namespace Causeway.Routers.Embedded;

/// <summary>
/// What a session lets through. Everything that is not named is refused (RFC 8212). The order of the import terms is the order of the reasons a
/// person sees: the first that fits is the one given.
/// </summary>
public static class SessionPolicies
{
    /// <summary>Numbers that mean nothing beyond the network that uses them (RFC 6996).</summary>
    private static readonly EquatableArray<AsnRange> PrivateAsns =
    [
        new(new Asn(64512), new Asn(65534)),
        new(new Asn(4_200_000_000), new Asn(4_294_967_294)),
    ];

    /// <summary>What a route server says of a route to those it gives it (Euro-IX): <c>rs:1000:1</c> a ROA covers and allows it, <c>rs:1000:2</c> none covers it.</summary>
    private static readonly (OriginValidity Validity, uint Says)[] s_informational =
    [
        (OriginValidity.Valid, 1),
        (OriginValidity.NotFound, 2),
    ];

    private const uint RpkiStatus = 1000;

    /// <summary>Numbers that identify no network (RFC 6793, RFC 7300); a path with AS0 is malformed already (RFC 7607).</summary>
    private static readonly EquatableArray<AsnRange> ReservedAsns =
    [
        new(new Asn(23456), new Asn(23456)),
        new(new Asn(65535), new Asn(65535)),
        new(new Asn(uint.MaxValue), new Asn(uint.MaxValue)),
    ];

    /// <summary>The same, and on the Internet also those for documentation (RFC 5398) and those that IANA keeps between them.</summary>
    private static readonly EquatableArray<AsnRange> ReservedOnTheInternet =
    [
        .. ReservedAsns,
        new(new Asn(64496), new Asn(64511)),
        new(new Asn(65536), new Asn(131_071)),
    ];

    public static RoutePolicy Import(SessionIntent session)
    {
        ImportRules rules = session.Import;
        IpPrefix everything = IpPrefix.FromBits(session.Family, 0, 0);
        var most = (byte)everything.MaxLength;
        Asn? first = rules.FirstAsnIsPeer ? session.PeerAsn : null;
        var terms = new List<PolicyTerm>();
        // First, since the next term may already accept: whatever the route is, traffic for it must go over this link (RFC 4271 §6.3).
        if (rules.NextHopOnLink)
            terms.Add(
                Refuse(RefuseReason.NextHopOutsideLan) with
                {
                    NextHopBeyond = new SharedSubnet(session.Lan, session.Theirs, session.Ours),
                }
            );
        if (rules.NextHopIsPeer)
            terms.Add(
                Refuse(RefuseReason.NextHopOfAnother) with
                {
                    NextHopIn = IpPrefix.Host(session.Theirs),
                    Not = PolicyConditions.NextHopIn,
                }
            );
        terms.AddRange([
            rules.DefaultRoute
                ? Accept(session.Mode, [PrefixMatch.Exact(everything)]) with
                {
                    FirstAsn = first,
                }
                : Refuse(RefuseReason.DefaultRoute, PrefixMatch.Exact(everything)),
            // What is ours is said to be ours, wherever it lies.
            Refuse(RefuseReason.OwnNetwork, OrLonger(rules.Refuse)),
            Refuse(RefuseReason.Bogon, OrLonger(AddressSpaces.Outside(rules.Space))),
        ]);
        if (rules.LongestPrefix is { } longest && longest < most)
            terms.Add(Refuse(RefuseReason.TooLong, PrefixMatch.LongerThan(session.Family, longest)));
        if (rules.ShortestPrefix is { } shortest and > 0)
            terms.Add(Refuse(RefuseReason.TooShort, new PrefixMatch(everything, 0, (byte)(shortest - 1))));
        if (first is not null)
            terms.Add(Refuse(RefuseReason.FirstAsnMismatch) with { FirstAsn = first, Not = PolicyConditions.FirstAsn });
        if (rules.LongestPath is { } path)
            terms.Add(Refuse(RefuseReason.PathTooLong) with { PathLongerThan = path });
        if (rules.Space != AddressSpace.Private)
            terms.Add(
                Refuse(RefuseReason.ReservedAsnInPath) with
                {
                    PathContains = rules.Space == AddressSpace.Public ? ReservedOnTheInternet : ReservedAsns,
                }
            );
        if (!rules.PrivateAsns)
            terms.Add(Refuse(RefuseReason.PrivateAsnInPath) with { PathContains = PrivateAsns });
        if (!rules.RefuseThrough.IsEmpty)
            terms.Add(
                Refuse(RefuseReason.TransitNetworkInPath) with
                {
                    PathContains = [.. rules.RefuseThrough.Select(a => new AsnRange(a, a))],
                }
            );
        if (rules.RefuseRpkiInvalid)
            terms.Add(Refuse(RefuseReason.RpkiInvalid) with { Validity = OriginValidity.Invalid });
        if (rules.RefuseAspaInvalid)
            terms.Add(Refuse(RefuseReason.AspaInvalid) with { UpstreamPath = PathValidity.Invalid });
        terms.Add(Accept(session.Mode, rules.Accept));
        terms.Add(Refuse(RefuseReason.OriginNotRegistered) with { Prefixes = rules.Accept, AnyOrigin = true });
        terms.Add(Refuse(RefuseReason.NotRegistered));
        // A term without prefixes to match would match nothing.
        return new RoutePolicy([.. terms.Where(t => t.Prefixes is not { Length: 0 }).Select(Drained)])
        {
            PrivateAsnsStandFor = rules.PrivateAsnsStandFor,
        };

        // What comes over a session that is about to go is used last (RFC 8326 §4): by us, and behind a route server by its other members, who are told.
        PolicyTerm Drained(PolicyTerm term) =>
            !session.Options.GracefulShutdown || !term.Accept ? term
            : session.Export.AsRouteServer ? term with { AddCommunities = [.. term.AddCommunities, Community.GracefulShutdown] }
            : term with { SetLocalPreference = 0 };

        PrefixMatch[] OrLonger(IEnumerable<IpPrefix> prefixes) =>
            [.. prefixes.Where(p => p.Family == session.Family).Select(PrefixMatch.OrLonger)];
    }

    /// <summary>What the instance announces, of the session's family, as far as the session announces it; what it learned, where the session says so.</summary>
    /// <param name="asn">The router's.</param>
    public static RoutePolicy Export(InstanceIntent instance, SessionIntent session, Asn asn)
    {
        if (session.Mode != SessionMode.Open)
            return RoutePolicy.DenyAll;
        ExportRules rules = session.Export;
        return new RoutePolicy([
            .. instance
                .Announce.Where(a => a.Prefix.Family == session.Family && (rules.Only is not { } only || only.Contains(a.Prefix)))
                .GroupBy(a => a.Communities)
                .Select(group => new PolicyTerm
                {
                    Prefixes = [.. group.Select(a => PrefixMatch.Exact(a.Prefix))],
                    Accept = true,
                    AddCommunities = [.. group.Key.Concat(rules.Communities).Distinct().Order()],
                    SetMed = rules.Med,
                    Prepend = rules.Prepend,
                }),
            .. Learned(instance, session, asn),
        ]);
    }

    /// <summary>Behind the terms of our own prefixes, which none of these lets out.</summary>
    private static IEnumerable<PolicyTerm> Learned(InstanceIntent instance, SessionIntent session, Asn asn)
    {
        if (!session.Export.Learned)
            yield break;
        PrefixMatch[] ours = [.. instance.Announce.Where(a => a.Prefix.Family == session.Family).Select(a => PrefixMatch.Exact(a.Prefix))];
        if (ours.Length > 0)
            yield return Refuse(RefuseReason.DeniedByPolicy, ours);
        if (session.Export.AsRouteServer)
            foreach ((OriginValidity validity, uint says) in s_informational)
                yield return new PolicyTerm
                {
                    Validity = validity,
                    Accept = true,
                    AddCommunities = session.Export.Communities,
                    AddLargeCommunities = [new LargeCommunity(asn.Value, RpkiStatus, says)],
                };
        yield return new PolicyTerm
        {
            Prefixes = [PrefixMatch.OrLonger(IpPrefix.FromBits(session.Family, 0, 0))],
            Accept = true,
            AddCommunities = session.Export.Communities,
            SetMed = session.Export.Med,
            Prepend = session.Export.Prepend,
        };
    }

    /// <summary>Under DENY ALL what would be accepted is refused, with the reason that says so.</summary>
    private static PolicyTerm Accept(SessionMode mode, EquatableArray<PrefixMatch> prefixes) =>
        new()
        {
            Prefixes = prefixes,
            Accept = mode == SessionMode.Open,
            Reason = mode == SessionMode.Open ? RefuseReason.None : RefuseReason.DeniedByPolicy,
        };

    private static PolicyTerm Refuse(RefuseReason reason) => new() { Accept = false, Reason = reason };

    private static PolicyTerm Refuse(RefuseReason reason, params PrefixMatch[] prefixes) =>
        Refuse(reason) with
        {
            Prefixes = [.. prefixes],
        };
}
