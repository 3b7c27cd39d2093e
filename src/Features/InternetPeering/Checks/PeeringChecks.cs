using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Domain.InternetPeering;

/// <summary>One of the checks.</summary>
/// <param name="Name">Stable; what people and programs read.</param>
/// <param name="Says">What has to be so, for people.</param>
/// <param name="IsAwaited">While it waits, the others are not judged yet: what comes later may fail too, and all of it is to be said at once.</param>
/// <param name="IsPromise">An Active connection that breaks it as a rule goes back under DENY ALL.</param>
/// <param name="IsFinal">When it fails there is nothing to wait for, whatever others wait for.</param>
/// <param name="IsTold">When an Active connection fails it and stays Active, routes are refused or the session is closed for a while: its peer is told.</param>
public sealed record PeeringCheck(
    string Name,
    string Says,
    bool IsAwaited = false,
    bool IsPromise = false,
    bool IsFinal = false,
    bool IsTold = false
);

/// <summary>What was seen of a connection: facts only.</summary>
/// <param name="At">When.</param>
/// <param name="Sessions">Of each router and family that the connection has a session of.</param>
/// <param name="Record">The peer's own record in PeeringDB; null when it has none, or it cannot be seen.</param>
/// <param name="Directory">Whether PeeringDB speaks.</param>
public sealed record ConnectionSeen(
    DateTimeOffset At,
    ImmutableArray<SessionSeen> Sessions,
    NetworkRecord? Record = null,
    SourceState Directory = SourceState.Unknown
);

/// <summary>One session as its router has it.</summary>
/// <param name="Report">Null when the router cannot be asked, or has it not.</param>
/// <param name="Received">Its routes, the refused ones too, as far as they were read.</param>
/// <param name="IsWhole">All of its routes were read.</param>
public sealed record SessionSeen(
    string Router,
    IpFamily Family,
    SessionReport? Report,
    ImmutableArray<RouteSeen> Received,
    bool IsWhole = true
);

/// <summary>A route as a session heard it.</summary>
/// <param name="Path">Nearest ASN first.</param>
/// <param name="Refused">Why the router refuses it; under DENY ALL <see cref="RefuseReason.DeniedByPolicy"/> where it would accept it.</param>
/// <param name="Validity">What the RPKI says of it.</param>
public sealed record RouteSeen(IpPrefix Prefix, string NextHop, ImmutableArray<Asn> Path, RefuseReason Refused, OriginValidity Validity)
{
    /// <summary>What ASPAs say of its path.</summary>
    public PathVerdict Way { get; init; }

    public Asn? Origin => Path.IsEmpty ? null : Path[^1];

    public static RouteSeen Of(RouteReport route, IPeerFilters filters)
    {
        ImmutableArray<Asn> path = PathOf(route.AsPath);
        return new RouteSeen(
            route.Prefix,
            route.NextHop,
            path,
            route.Refused,
            path.IsEmpty ? OriginValidity.NotFound : filters.ValidityOf(route.Prefix, path[^1])
        )
        {
            // Of a route that was malformed, or had a set in its path, the router does not say the path.
            Way = path.IsEmpty ? default : filters.JudgePath(path),
        };
    }

    /// <summary>The numbers of a path as text; sets count as their members.</summary>
    private static ImmutableArray<Asn> PathOf(string text) =>
        [
            .. text.Split([' ', '{', '}', ',', '(', ')', '[', ']'], StringSplitOptions.RemoveEmptyEntries)
                .Select(t => Asn.TryParse(t, out Asn asn) ? asn : (Asn?)null)
                .OfType<Asn>(),
        ];
}

/// <summary>
/// The checks that a connection passes before it is Active, and goes on passing: a table, and one pure function. Each looks at facts and answers with what it saw;
/// none asks anybody anything.
/// </summary>
public static class PeeringChecks
{
    public static readonly PeeringCheck Exchange = new(
        "AtExchange",
        "both addresses lie in the exchange's LAN, and PeeringDB has the peer's there",
        IsPromise: true,
        IsFinal: true
    );
    public static readonly PeeringCheck Link = new("Link", "the peer's router answers over the cable");
    public static readonly PeeringCheck Established = new(
        "Established",
        "the session is Established with each of our routers",
        IsAwaited: true
    );
    public static readonly PeeringCheck PeerAsn = new(
        "PeerAsn",
        "the peer speaks as the ASN that it registered",
        IsPromise: true,
        IsFinal: true
    );
    public static readonly PeeringCheck Roles = new(
        "Roles",
        "where the peer states what it is to us, it is what we are to it (RFC 9234)",
        IsPromise: true,
        IsFinal: true
    );
    public static readonly PeeringCheck Md5 = new("Md5", "the key that was agreed on is in use where one was set");
    public static readonly PeeringCheck Stable = new(
        "Stable",
        "the session has been Established long enough without a break",
        IsAwaited: true
    );
    public static readonly PeeringCheck Announces = new(
        "Announces",
        "at least one prefix is announced, and the first transfer is complete",
        IsAwaited: true
    );
    public static readonly PeeringCheck MaxPrefixes = new(
        "MaxPrefixes",
        "no more prefixes are announced than was said",
        IsFinal: true,
        IsTold: true
    );
    public static readonly PeeringCheck NextHop = new(
        "NextHop",
        "the next hop is the peer's own address in the LAN",
        IsPromise: true,
        IsTold: true
    );
    public static readonly PeeringCheck FirstAsn = new(
        "FirstAsn",
        "the first ASN of every path is the peer's",
        IsPromise: true,
        IsTold: true
    );
    public static readonly PeeringCheck NoDefault = new("NoDefaultRoute", "no default route is announced");
    public static readonly PeeringCheck NoBogons = new(
        "NoBogons",
        "only addresses that are routed on the Internet are announced, and none of ours"
    );
    public static readonly PeeringCheck PrefixLength = new(
        "PrefixLength",
        "no prefix is longer than /24 (IPv4) or /48 (IPv6), or shorter than anybody was given"
    );
    public static readonly PeeringCheck PathAsns = new("PathAsns", "no private or reserved ASN, and none of ours, is in a path");
    public static readonly PeeringCheck PathLength = new("PathLength", "no path is longer than is believable");
    public static readonly PeeringCheck NoTransitFree = new("NoTransitFree", "no network that buys transit from nobody is behind the peer");
    public static readonly PeeringCheck Rpki = new("Rpki", "no route is forbidden by a ROA (RFC 6811)", IsTold: true);
    public static readonly PeeringCheck Aspa = new("Aspa", "no route comes by a path that an ASPA forbids", IsPromise: true, IsTold: true);
    public static readonly PeeringCheck Registered = new("Registered", "every route is registered for an ASN of the peer's as-set");

    /// <summary>In the order in which people read them.</summary>
    public static readonly ImmutableArray<PeeringCheck> All =
    [
        Exchange,
        Link,
        Established,
        PeerAsn,
        Roles,
        Md5,
        Stable,
        Announces,
        MaxPrefixes,
        NextHop,
        FirstAsn,
        NoDefault,
        NoBogons,
        PrefixLength,
        PathAsns,
        PathLength,
        NoTransitFree,
        Rpki,
        Aspa,
        Registered,
    ];

    /// <summary>The reason of a promise that is broken by most of what is announced, not by a slip.</summary>
    public const string AsARule = "AsARule";

    /// <exception cref="InvalidOperationException">There is no check of that name.</exception>
    public static PeeringCheck Find(string name) => All.FirstOrDefault(c => c.Name == name) ?? new PeeringCheck(name, name);

    /// <summary>A promise that an Active connection broke as a rule, or PeeringDB's word where the exchange's rules go by it.</summary>
    /// <param name="grace">How long PeeringDB's silence about a peer is borne.</param>
    public static bool IsBroken(CheckResult result, ExchangeRules rules, DateTimeOffset at, TimeSpan grace) =>
        result.Outcome == CheckOutcome.Failed
        && Find(result.Name).IsPromise
        && (
            result.Reason is AsARule or SessionReport.BadPeerAs or "NotInLan" or SessionReport.RoleMismatch
            || (rules.WhenRecordGone == RecordGone.Close && IsGone(result) && at - result.At >= grace)
        );

    /// <summary>PeeringDB does not have the peer there.</summary>
    public static bool IsGone(CheckResult result) => result.Reason is "NotInPeeringDb" or "AddressNotInPeeringDb";

    /// <summary>What all checks say of a connection.</summary>
    public static EquatableArray<CheckResult> Of(
        Peering peering,
        Connection connection,
        MeetingPlace place,
        ConnectionSeen seen,
        NetworkTopology topology,
        PeeringPolicy policy
    )
    {
        var results = ImmutableArray.CreateBuilder<CheckResult>();
        foreach ((IpFamily family, PeerFamily peer) in connection.Families)
        {
            SessionSeen[] sessions = [.. seen.Sessions.Where(s => s.Family == family)];
            RouteSeen[] routes = [.. sessions.SelectMany(s => s.Received)];
            var look = new Look(peering, connection, place, family, peer, sessions, routes, seen, topology, policy);
            foreach ((PeeringCheck check, Func<Look, Verdict> judge) in s_table)
            {
                if (!AppliesTo(check, place))
                    continue;
                Verdict verdict = judge(look);
                results.Add(new CheckResult(check.Name, family, verdict.Outcome, verdict.Reason, verdict.Says, seen.At));
            }
        }
        return results.ToImmutable();
    }

    /// <summary>What is asked of an exchange's LAN is not asked of a cable, and the other way round; every other check is the same for both.</summary>
    public static bool AppliesTo(PeeringCheck check, MeetingPlace place) =>
        check == Exchange ? place is Topology.Exchange : check != Link || place is Cable;

    private static readonly (PeeringCheck, Func<Look, Verdict>)[] s_table =
    [
        (Exchange, AtExchange),
        (Link, Answers),
        (Established, IsEstablished),
        (PeerAsn, SpeaksAs),
        (Roles, HasFittingRole),
        (Md5, UsesKey),
        (Stable, IsStable),
        (Announces, HasAnnounced),
        (MaxPrefixes, KeepsLimit),
        (NextHop, HasOwnNextHop),
        (FirstAsn, IsFirstAsn),
        (NoDefault, l => None(l, r => r.Prefix.IsDefaultRoute, "DefaultRoute", "a default route is announced", "no default route")),
        (
            NoBogons,
            l =>
                None(
                    l,
                    r => r.Refused is RefuseReason.Bogon or RefuseReason.OwnNetwork,
                    "Bogon",
                    "not routed on the Internet, or ours",
                    "only public prefixes"
                )
        ),
        (
            PrefixLength,
            l =>
                None(
                    l,
                    r => !r.Prefix.IsDefaultRoute && r.Refused is RefuseReason.TooLong or RefuseReason.TooShort,
                    "PrefixLength",
                    "too long or too short",
                    "all of a length that the Internet carries"
                )
        ),
        (PathAsns, HasPublicPath),
        (
            PathLength,
            l =>
                None(
                    l,
                    r => r.Path.Length > l.Place.Rules.LongestPath,
                    "PathTooLong",
                    $"behind more than {l.Place.Rules.LongestPath} ASNs",
                    "no path is too long"
                )
        ),
        (
            NoTransitFree,
            l =>
                None(
                    l,
                    r => r.Path.Skip(1).Any(a => a != l.Peering.PeerAsn && l.Topology.TransitFree.Contains(a)),
                    "TransitFree",
                    "through a network that buys transit from nobody",
                    "no route leaks through"
                )
        ),
        (Rpki, l => None(l, r => r.Validity == OriginValidity.Invalid, "RpkiInvalid", "forbidden by a ROA", "no ROA forbids a route")),
        (
            Aspa,
            l =>
                Mostly(
                    l,
                    r => r.Way.Validity == PathValidity.Invalid,
                    "AspaInvalid",
                    r => $"{r.Prefix} (AS{r.Way.Customer} to AS{r.Way.NoProvider})",
                    "comes by a path that an ASPA forbids",
                    "no ASPA forbids a path"
                )
        ),
        (Registered, IsRegistered),
    ];

    private static Verdict AtExchange(Look l)
    {
        var exchange = (Exchange)l.Place;
        if (exchange.Lan(l.Family) is not { } lan || !lan.Contains(l.Peer.Peer))
            return Verdict.Failed("NotInLan", $"{l.Peer.Address} is not in a LAN of {exchange.Name}");
        if (l.Seen.Directory != SourceState.Loaded)
            return Verdict.Passed($"{l.Peer.Address} is in {lan}; PeeringDB was not asked");
        if (l.Seen.Record is not { } record)
            return Verdict.Failed("NotInPeeringDb", $"AS{l.Peering.PeerAsn} has no record in PeeringDB");
        NetworkPort[] there = [.. record.Ports.Where(p => p.Exchange == exchange.PeeringDbIxId)];
        return there.Any(p => Is(p.V4) || Is(p.V6))
            ? Verdict.Passed($"{l.Peer.Address} is in {lan}, and PeeringDB has it as AS{l.Peering.PeerAsn}'s")
            : Verdict.Failed(
                "AddressNotInPeeringDb",
                there.Length == 0
                    ? $"PeeringDB does not have AS{l.Peering.PeerAsn} at {exchange.Name}"
                    : $"PeeringDB has AS{l.Peering.PeerAsn} at {exchange.Name} with {string.Join(", ", there.SelectMany(p => new[] { p.V4, p.V6 }).OfType<string>())}, not with {l.Peer.Address}"
            );

        bool Is(string? text) => IPAddress.TryParse(text, out IPAddress? address) && address.Equals(l.Peer.Peer);
    }

    /// <summary>
    /// The link test, as far as a router that carries sessions can see: whoever sent an OPEN is at the other end. Light levels are no router's here to report, and
    /// nothing is said of them.
    /// </summary>
    private static Verdict Answers(Look l)
    {
        SessionSeen[] silent = [.. l.Sessions.Where(s => s.Report?.State is not ("OpenConfirm" or "Established"))];
        if (silent.Length == 0 && l.Sessions.Length > 0)
            return Verdict.Passed($"{l.Peer.Address} answers over the cable");
        return silent.FirstOrDefault(s => s.Report?.Code == SessionReport.NoLink) is { Router: var router }
            ? Verdict.Waiting("NoLink", $"{router} has no link to {l.Peer.Address}: the address lies outside its link space")
            : Verdict.Waiting(
                "NothingHeard",
                $"nothing was heard of {l.Peer.Address}: look at the cable, and at the addresses of both ends"
            );
    }

    private static Verdict IsEstablished(Look l)
    {
        SessionSeen[] down = [.. l.Sessions.Where(s => s.Report is not { IsEstablished: true })];
        return l.Sessions.Length > 0 && down.Length == 0
            ? Verdict.Passed($"Established with {string.Join(" and ", l.Sessions.Select(s => s.Router))}")
            : Verdict.Waiting(
                "NotEstablished",
                string.Join(
                    "; ",
                    down.Select(s =>
                        s.Report is { } r
                            ? $"{s.Router} is {r.State} since {r.Since:u}{(r.LastProblem is { } p ? $": {p}" : "")}"
                            : $"{s.Router} cannot be asked"
                    )
                )
            );
    }

    private static Verdict SpeaksAs(Look l)
    {
        SessionReport? wrong = l
            .Sessions.Select(s => s.Report)
            .FirstOrDefault(r => r is { IsEstablished: false, Code: SessionReport.BadPeerAs });
        return wrong is not null
                ? Verdict.Failed(SessionReport.BadPeerAs, $"{l.Peer.Address} does not speak as AS{l.Peering.PeerAsn}: {wrong.LastProblem}")
            : l.IsUp ? Verdict.Passed($"{l.Peer.Address} speaks as AS{l.Peering.PeerAsn}")
            : Verdict.Waiting("NotEstablished", "the peer has not spoken yet");
    }

    /// <summary>What a peer states is judged by both sides when the session opens; who finds that it does not fit ends it.</summary>
    private static Verdict HasFittingRole(Look l)
    {
        if (PeeringsOnRouters.RoleTo(l.Connection, l.Place) is not { } ours)
            return Verdict.Passed("we state no role here");
        if (l.Sessions.Select(s => s.Report).FirstOrDefault(r => r?.Code == SessionReport.RoleMismatch) is { } wrong)
            return Verdict.Failed(
                SessionReport.RoleMismatch,
                $"we are {ours} to {l.Peer.Address}, so that it is {ToUs(ours)} or states nothing: {wrong.LastProblem}"
            );
        if (!l.IsUp)
            return Verdict.Waiting("NotEstablished", "the peer has not spoken yet");
        return l.Sessions.Any(s => s.Report!.PeerRole is not null)
            ? Verdict.Passed($"we are {ours}, the peer is {ToUs(ours)}")
            : Verdict.Passed($"we are {ours}; the peer states no role");
    }

    private static SessionRole ToUs(SessionRole ours) =>
        ours switch
        {
            SessionRole.RouteServer => SessionRole.RouteServerClient,
            SessionRole.RouteServerClient => SessionRole.RouteServer,
            _ => SessionRole.Peer,
        };

    private static Verdict UsesKey(Look l) =>
        l.Connection.ProtectedKey is null ? Verdict.Passed("no key was set")
        : l.IsUp ? Verdict.Passed("the session is up, and our side takes no segment without the key")
        : Verdict.Waiting("KeyNotSeen", "nothing has come that was signed with the key that was set: compare the keys");

    private static Verdict IsStable(Look l)
    {
        TimeSpan needed = l.Place.Rules.StableFor;
        if (!l.IsUp)
            return Verdict.Waiting("NotEstablished", "the session is not up");
        DateTimeOffset since = l.Sessions.Max(s => s.Report!.Since);
        return l.Seen.At - since >= needed
            ? Verdict.Passed($"Established for {needed} without a break")
            : Verdict.Waiting("NotLongEnough", $"Established since {since:u}; it counts as stable at {since + needed:u}");
    }

    private static Verdict HasAnnounced(Look l)
    {
        if (!l.IsUp)
            return Verdict.Waiting("NotEstablished", "the session is not up");
        SessionSeen[] silent = [.. l.Sessions.Where(s => s.Report is { Received: 0 or null } && s.Received.IsEmpty)];
        if (silent.Length > 0)
            return l.Silence
                ?? Verdict.Waiting("NothingAnnounced", $"nothing is announced to {string.Join(" and ", silent.Select(s => s.Router))}");
        return l.Sessions.Any(s => s.Report is { EndOfRib: false }) && !l.IsStable
            ? Verdict.Waiting("TransferRuns", "the first transfer is not complete")
            : Verdict.Passed($"{Count(l.Sessions.Max(s => s.Report!.Received ?? s.Received.Length))} announced");
    }

    private static Verdict KeepsLimit(Look l)
    {
        int most = l.Policy.MaxPrefixes(l.Family, l.Peer);
        SessionReport? over = l
            .Sessions.Select(s => s.Report)
            .FirstOrDefault(r => r is not null && (r.Received > most || r is { IsEstablished: false, Code: SessionReport.MaxPrefixes }));
        return over is not null
                ? Verdict.Failed(
                    "MaxPrefixes",
                    $"more than {Count(most)} were announced, and {(l.Peer.MaxPrefixes > 0 ? "that many were said" : "the peer did not say how many")}: {over.LastProblem}"
                )
            : l.IsUp ? Verdict.Passed($"at most {Count(most)}")
            : Verdict.Waiting("NotEstablished", "the session is not up");
    }

    private static Verdict HasOwnNextHop(Look l) =>
        Mostly(
            l,
            r => !(IPAddress.TryParse(r.NextHop, out IPAddress? hop) && (hop.Equals(l.Peer.Peer) || hop.IsIPv6LinkLocal)),
            "ThirdPartyNextHop",
            r => $"{r.Prefix} by {r.NextHop}",
            "goes by somebody else's address",
            "every next hop is the peer's own"
        );

    private static Verdict IsFirstAsn(Look l) =>
        Mostly(
            l,
            r => r.Path.IsEmpty || r.Path[0] != l.Peering.PeerAsn,
            "FirstAsnMismatch",
            r => $"{r.Prefix} by {(r.Path.IsEmpty ? "nobody" : $"AS{r.Path[0]}")}",
            $"does not begin with AS{l.Peering.PeerAsn}",
            $"every path begins with AS{l.Peering.PeerAsn}"
        );

    private static Verdict HasPublicPath(Look l) =>
        None(
            l,
            r => r.Path.Any(a => (a.IsPrivate && a != l.Peering.PeerAsn) || a.IsReserved || a == (l.Place.RouteServer ?? l.Topology.Asn)),
            "PathAsns",
            "with a private or reserved ASN, or ours, in the path",
            l.Peering.PeerAsn.IsPrivate ? "no private ASN in the paths beside the peer's own" : "only public ASNs in the paths"
        );

    private static Verdict IsRegistered(Look l)
    {
        if (!l.Peering.IsAnythingProven)
            return l.Peering.FilterProblem is { } problem ? Verdict.Failed("FilterTooLarge", problem)
                : l.Topology.Registries is null or { Dumps.Length: 0, Mirrors.Length: 0 }
                    ? Verdict.Waiting(
                        "NoRegistry",
                        "no routing registry is followed here: a ticket with a letter of authorization has the operator accept what is announced"
                    )
                : Verdict.Waiting("NoFilter", "the registries have not said yet what the peer may announce");
        string asSet = l.Peering.Filter?.AsSet ?? $"AS{l.Peering.PeerAsn}";
        var registered = new Lazy<RegisteredRoutes>(() => new RegisteredRoutes(l.Peering.Proven(l.Family)));
        return None(
            l,
            r => !r.Prefix.IsDefaultRoute && r.Validity != OriginValidity.Invalid && !registered.Value.Has(r.Prefix, r.Origin),
            "NotRegistered",
            $"not registered for an ASN of {asSet}",
            $"every route is registered for {asSet}{(l.Peering.Accepted.IsEmpty ? "" : ", or was accepted on a ticket")}"
        );
    }

    private static Verdict None(Look l, Func<RouteSeen, bool> isBad, string reason, string bad, string good)
    {
        if (!l.HasRoutes)
            return l.Silence ?? Verdict.Waiting("NothingAnnounced", "nothing is announced yet");
        RouteSeen[] found = [.. l.Routes.Where(isBad).DistinctBy(r => (r.Prefix, r.NextHop))];
        return found.Length == 0
            ? Verdict.Passed(good)
            : Verdict.Failed(reason, $"{Listed(found, r => $"{r.Prefix}{(r.Origin is { } o ? $" from AS{o}" : "")}")}: {bad}");
    }

    private static Verdict Mostly(Look l, Func<RouteSeen, bool> isBad, string reason, Func<RouteSeen, string> tell, string bad, string good)
    {
        if (!l.HasRoutes)
            return l.Silence ?? Verdict.Waiting("NothingAnnounced", "nothing is announced yet");
        RouteSeen[] found = [.. l.Routes.Where(isBad).DistinctBy(r => (r.Prefix, r.NextHop))];
        int all = l.Routes.DistinctBy(r => (r.Prefix, r.NextHop)).Count();
        return found.Length == 0
            ? Verdict.Passed(good)
            : Verdict.Failed(found.Length * 100 >= all * l.Place.Rules.AsARulePercent ? AsARule : reason, $"{Listed(found, tell)} {bad}");
    }

    private static string Listed(RouteSeen[] routes, Func<RouteSeen, string> tell) =>
        $"{string.Join(", ", routes.Take(5).Select(tell))}{(routes.Length > 5 ? $" and {routes.Length - 5} more" : "")}";

    private static string Count(int prefixes) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefixes} {(prefixes == 1 ? "prefix" : "prefixes")}");

    private readonly record struct Verdict(CheckOutcome Outcome, string Reason, string Says)
    {
        public static Verdict Passed(string says) => new(CheckOutcome.Passed, "", says);

        public static Verdict Failed(string reason, string says) => new(CheckOutcome.Failed, reason, says);

        public static Verdict Waiting(string reason, string says) => new(CheckOutcome.Waiting, reason, says);
    }

    /// <summary>One family of a connection, with all that is known of it.</summary>
    private sealed record Look(
        Peering Peering,
        Connection Connection,
        MeetingPlace Place,
        IpFamily Family,
        PeerFamily Peer,
        SessionSeen[] Sessions,
        RouteSeen[] Routes,
        ConnectionSeen Seen,
        NetworkTopology Topology,
        PeeringPolicy Policy
    )
    {
        public bool IsUp => Sessions.Length > 0 && Sessions.All(s => s.Report is { IsEstablished: true });

        public bool HasRoutes => Routes.Length > 0;

        /// <summary>What is said of a peer that announces nothing to us, who open first; null where it has to.</summary>
        public Verdict? Silence =>
            Connection.OpensFirst && IsUp ? Verdict.Passed("nothing is announced yet; we asked for the peering, and open first") : null;

        public bool IsStable => IsUp && Seen.At - Sessions.Max(s => s.Report!.Since) >= Place.Rules.StableFor;
    }
}

/// <summary>Whether a filter has a route.</summary>
public sealed class RegisteredRoutes
{
    private readonly Dictionary<IpPrefix, List<PrefixMatch>> _matches = [];

    public RegisteredRoutes(IEnumerable<PrefixMatch> matches)
    {
        foreach (PrefixMatch match in matches)
            if (_matches.TryGetValue(match.Prefix, out List<PrefixMatch>? some))
                some.Add(match);
            else
                _matches.Add(match.Prefix, [match]);
    }

    public bool Has(IpPrefix prefix, Asn? origin)
    {
        for (int length = prefix.Length; length >= 0; length--)
            if (
                _matches.TryGetValue(IpPrefix.FromBits(prefix.Family, prefix.Bits, length), out List<PrefixMatch>? some)
                && some.Any(m =>
                    m.MinLength <= prefix.Length
                    && prefix.Length <= m.MaxLength
                    && (m.Origins.IsEmpty || (origin is { } o && m.Origins.Contains(o)))
                )
            )
                return true;
        return false;
    }
}
