using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Server.Topology;

/// <summary>Reads the topology's <c>exchanges</c> and <c>facilities</c>: every problem in them is collected.</summary>
/// <param name="router">Reads what a router of an exchange has in common with every other; told where it stands.</param>
internal sealed class ExchangesReader(
    TopologyProblems problems,
    ImmutableArray<PeeringLocation> locations,
    Func<RouterEntry?, TopologyPlace, RouterDefinition> router
)
{
    public Exchange Read(ExchangeEntry x)
    {
        var where = new TopologyPlace(x, $"exchange '{x.Name}'");
        Named(x.Name, where.At("name", "exchanges"));
        if (x.PeeringDbIxId < 1)
            problems.Add(
                where,
                "peeringDbIxId",
                $"{where}: peeringDbIxId is {x.PeeringDbIxId}; give its number in PeeringDB, which peers find it by."
            );
        if (x.BandwidthMbps is < 1 or > 10_000_000)
            problems.Add(where, "bandwidthMbps", $"{where}: bandwidthMbps is {x.BandwidthMbps}; give what our ports there carry together.");
        IpPrefix[] lans = [.. x.Lans.Select((l, i) => Prefix(l, where.At($"lans[{i}]", $"{where} lans"))).OfType<IpPrefix>()];
        if (x.Lans.Count == 0)
            problems.Add(where, "lans", $"{where} has no lans: give its peering LAN, one for each family, such as 192.0.2.0/24.");
        foreach (var twice in lans.GroupBy(l => l.Family).Where(g => g.Count() > 1))
            problems.Add(
                where,
                "lans",
                $"{where}: {string.Join(" and ", twice)} are of one family; an exchange with two LANs is two exchanges here."
            );
        if (x.Routers.Count == 0 && x.RouteServer is null)
            problems.Add(
                where,
                "routers",
                $"{where} has no routers: add one with its addresses in the LAN, or its routeServer where the exchange is yours."
            );
        ImmutableArray<ExchangeRouter> routers =
        [
            .. x.Routers.Select(r => new ExchangeRouter(
                router(r, new TopologyPlace(r, $"{where} router '{r.Name}'")),
                Addresses(r.Addresses, lans, new TopologyPlace(r, $"{where} router '{r.Name}'"))
            )),
            .. x.RouteServer is { } server ? [RouteServer(server, x, lans, where)] : ImmutableArray<ExchangeRouter>.Empty,
        ];
        foreach (IpPrefix lan in lans)
            if (routers.Length > 0 && !routers.Any(r => r.Address(lan.Family) is not null))
                problems.Add(where, "routers", $"{where}: no router has an address in {lan}, so that nobody can be met there.");
        var taken = routers
            .SelectMany(r => r.Addresses)
            .Concat(x.RouteServers.Concat(x.Legacy).SelectMany(s => s.Addresses).Select(Parsed).OfType<IPAddress>());
        foreach (var twice in taken.GroupBy(a => a).Where(g => g.Count() > 1))
            problems.Add(where, $"{where}: the address {twice.Key} is there {twice.Count()} times.");
        return new Exchange(
            x.Name,
            At(x.Location, where.At("location")),
            x.PeeringDbIxId,
            new Bandwidth(Math.Max(1, x.BandwidthMbps)),
            [.. lans.Order()],
            routers
        )
        {
            RouteServers =
            [
                .. x.RouteServers.Select(s => new RouteServer(
                    Peer(s, new TopologyPlace(s, $"{where} routeServers")),
                    Addresses(s.Addresses, lans, new TopologyPlace(s, $"{where} routeServers AS{s.Asn}"))
                )),
            ],
            Legacy =
            [
                .. x.Legacy.Select(s => new LegacySession(
                    Peer(s, new TopologyPlace(s, $"{where} legacy")),
                    Addresses(s.Addresses, lans, new TopologyPlace(s, $"{where} legacy AS{s.Asn}"))
                )),
            ],
            Rules = Rules(x.Validation, where),
        };
    }

    /// <summary>The exchange's own route server: a router with an ASN of its own. Name and router id are found where they are not given.</summary>
    private ExchangeRouter RouteServer(RouteServerEntry r, ExchangeEntry x, IpPrefix[] lans, TopologyPlace where)
    {
        var at = new TopologyPlace(r, $"{where} routeServer");
        if (x.Routers.Count > 0)
            problems.Add(
                at,
                $"{at}: the exchange has routers as well. Members meet either the route server or your network's own routers: give these an exchange entry of their own."
            );
        if (x.RouteServers.Count > 0)
            problems.Add(
                where,
                "routeServers",
                $"{at}: routeServers are those of others that your network's routers peer with; an exchange of yours has none."
            );
        if (new Asn(r.Asn).IsReserved)
            problems.Add(
                at,
                "asn",
                $"{at}: asn is {r.Asn}, which {TopologyProblems.NoNetwork}: give the route server's own AS number, which is not your network's."
            );
        if (r.Name.Length == 0)
            r.Name = $"{string.Concat(x.Name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}-rs";
        if (r.RouterId.Length == 0)
            r.RouterId = r.Addresses.FirstOrDefault(a => Parsed(a) is { AddressFamily: AddressFamily.InterNetwork }) ?? "";
        return new ExchangeRouter(router(r, at) with { Asn = new Asn(r.Asn) }, Addresses(r.Addresses, lans, at));
    }

    /// <param name="routers">All of the topology.</param>
    public Facility Read(FacilityEntry f, IReadOnlyCollection<RouterDefinition> routers)
    {
        var where = new TopologyPlace(f, $"facility '{f.Name}'");
        Named(f.Name, where.At("name", "facilities"));
        if (f.PeeringDbFacId < 1)
            problems.Add(
                where,
                "peeringDbFacId",
                $"{where}: peeringDbFacId is {f.PeeringDbFacId}; give its number in PeeringDB, which peers find it by."
            );
        var types = new List<DirectPeeringType>();
        foreach ((int index, string text) in f.Types.Index())
            if (
                Enum.GetValues<DirectPeeringType>().Where(t => $"{t}".Equals(text, StringComparison.OrdinalIgnoreCase)).ToArray()
                is [var type]
            )
                types.Add(type);
            else
                problems.Add(
                    where,
                    $"types[{index}]",
                    $"{where}: '{text}' is no kind of direct peering; there are {string.Join(", ", Enum.GetNames<DirectPeeringType>())}."
                );
        if (f.BandwidthsMbps.Count == 0 || f.BandwidthsMbps.Any(b => b <= 0))
            problems.Add(where, "bandwidthsMbps", $"{where}: bandwidthsMbps needs at least one positive number, such as 10000.");
        foreach ((int index, string name) in f.Routers.Index())
            if (!routers.Any(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                problems.Add(
                    where,
                    $"routers[{index}]",
                    $"{where}: there is no router '{name}': a cable ends on one of an exchange or of a pair."
                );
        if (f.Routers.Count == 0)
            problems.Add(where, "routers", $"{where} has no routers: name those that cables may end on.");
        IpPrefix[] links =
        [
            .. f.LinkPrefixes.Select((l, i) => Prefix(l, where.At($"linkPrefixes[{i}]", $"{where} linkPrefixes"))).OfType<IpPrefix>(),
        ];
        foreach (IpPrefix link in links.Where(l => l.Length > (l.Family == IpFamily.V4 ? 31 : 127)))
            problems.Add(where, "linkPrefixes", $"{where} linkPrefixes: {link} has no room for a cable's two ends.");
        return new Facility(
            f.Name,
            At(f.Location, where.At("location")),
            f.PeeringDbFacId,
            f.Address,
            types.Count == 0 ? [DirectPeeringType.Edge] : [.. types.Distinct()],
            [.. f.BandwidthsMbps.Where(b => b > 0).Distinct().Order().Select(b => new Bandwidth(b))],
            [.. f.Routers]
        )
        {
            LinkPrefixes = [.. links.Order()],
            Demarcation = string.IsNullOrWhiteSpace(f.Demarcation) ? null : f.Demarcation.Trim(),
            Rules = Rules(f.Validation, where),
        };
    }

    private ExchangeRules Rules(ValidationEntry? v, TopologyPlace of)
    {
        var rules = new ExchangeRules();
        if (v is null)
            return rules;
        var where = new TopologyPlace(v, $"{of} validation");
        if (v.StableSeconds is < 1 or > 86_400)
            problems.Add(where, "stableSeconds", $"{where}: stableSeconds is {v.StableSeconds}; give 1 to 86400.");
        if (v.DrainSeconds is < 0 or > 3600)
            problems.Add(where, "drainSeconds", $"{where}: drainSeconds is {v.DrainSeconds}; give 0 to 3600.");
        TimeSpan ready = rules.ReadyWithin;
        if (v.ReadyWithin is { } text && (!DurationText.TryParse(text, out ready) || ready <= TimeSpan.Zero))
            problems.Add(where, "readyWithin", $"{where}: readyWithin is '{text}': {DurationText.InWords}.");
        ImmutableArray<ApprovalCondition> approve = [];
        if (v.Approve is { } rule && rule.Equals("complete", StringComparison.OrdinalIgnoreCase))
            approve = ExchangeRules.Complete;
        else if (v.Approve is { } other && !other.Equals("manual", StringComparison.OrdinalIgnoreCase))
            problems.Add(
                where,
                "approve",
                $"{where}: approve is '{other}'; write manual, or complete for whoever passes the whole policy check; approveWhen names conditions one by one."
            );
        if (v.ApproveWhen is { } when)
        {
            if (v.Approve is not null)
                problems.Add(where, "approve", $"{where}: approve and approveWhen say the same thing: write one of them.");
            approve =
            [
                .. when.Select((c, i) => Named<ApprovalCondition>(c, where.At($"approveWhen[{i}]", $"{where}: approveWhen")))
                    .OfType<ApprovalCondition>()
                    .Distinct()
                    .Order(),
            ];
        }
        if (v.AsARulePercent is < 1 or > 100)
            problems.Add(where, "asARulePercent", $"{where}: asARulePercent is {v.AsARulePercent}; give 1 to 100.");
        if (v.LongestPath is < 1 or > 255)
            problems.Add(where, "longestPath", $"{where}: longestPath is {v.LongestPath}; give 1 to 255.");
        return new ExchangeRules
        {
            StableFor = v.StableSeconds is { } s ? TimeSpan.FromSeconds(Math.Clamp(s, 1, 86_400)) : rules.StableFor,
            DrainFor = v.DrainSeconds is { } d ? TimeSpan.FromSeconds(Math.Clamp(d, 0, 3600)) : rules.DrainFor,
            ReadyWithin = ready,
            ApproveWhen = approve,
            WhenRecordGone = v.RecordGone is { } gone
                ? Named<RecordGone>(gone, where.At("recordGone", $"{where}: recordGone")) ?? rules.WhenRecordGone
                : rules.WhenRecordGone,
            AsARulePercent = Math.Clamp(v.AsARulePercent ?? rules.AsARulePercent, 1, 100),
            LongestPath = Math.Clamp(v.LongestPath ?? rules.LongestPath, 1, 255),
        };
    }

    /// <summary>One of an enumeration's names, as keys are written.</summary>
    private T? Named<T>(string text, TopologyPlace where)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
            if ($"{value}".Equals(text, StringComparison.OrdinalIgnoreCase))
                return value;
        problems.Add(
            where,
            $"{where} has '{text}'; there are {string.Join(", ", Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..]))}."
        );
        return null;
    }

    private string At(string location, TopologyPlace where)
    {
        PeeringLocation? found = locations.FirstOrDefault(l => l.Name.Equals(location, StringComparison.OrdinalIgnoreCase));
        if (found is null)
            problems.Add(where, $"{where}: location '{location}' is not in locations.");
        return found?.Name ?? location;
    }

    private Asn Peer(SessionEntry s, TopologyPlace where)
    {
        if (s.Asn == 0)
            problems.Add(where, "asn", $"{where}: an entry has no asn.");
        else if (new Asn(s.Asn).IsReserved)
            problems.Add(where, "asn", $"{where}: asn is {s.Asn}, which {TopologyProblems.NoNetwork}.");
        if (s.Addresses.Count == 0)
            problems.Add(where, "addresses", $"{where}: AS{s.Asn} has no addresses.");
        return new Asn(s.Asn);
    }

    private IpPrefix? Prefix(string text, TopologyPlace where)
    {
        if (IpPrefix.TryParseLoose(text, out IpPrefix prefix, out bool hostBits) && !hostBits)
            return prefix;
        problems.Add(where, hostBits ? $"{where}: '{text}' has host bits set; use {prefix}." : $"{where}: '{text}' is not a prefix.");
        return null;
    }

    private ImmutableArray<IPAddress> Addresses(List<string> texts, IpPrefix[] lans, TopologyPlace where)
    {
        var addresses = ImmutableArray.CreateBuilder<IPAddress>();
        foreach ((int index, string text) in texts.Index())
            if (Parsed(text) is not { } address)
                problems.Add(where, $"addresses[{index}]", $"{where}: '{text}' is not an address.");
            else if (lans.Length > 0 && !lans.Any(l => l.Contains(address)))
                problems.Add(where, $"addresses[{index}]", $"{where}: the address {address} lies in none of the lans.");
            else
                addresses.Add(address);
        if (addresses.GroupBy(a => a.AddressFamily).Any(g => g.Count() > 1))
            problems.Add(where, "addresses", $"{where}: give one address of each family; a second session of one is an entry of its own.");
        return addresses.ToImmutable();
    }

    private static IPAddress? Parsed(string text) => IPAddress.TryParse(text, out IPAddress? address) ? address : null;

    private void Named(string name, TopologyPlace where)
    {
        if (string.IsNullOrWhiteSpace(name))
            problems.Add(where, $"{where}: an entry has no name.");
        else if (name.Contains('/', StringComparison.Ordinal))
            problems.Add(where, $"{where}: the name '{name}' has a slash, and stands in paths: leave it out.");
    }
}
