using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Causeway.Domain.Support;
using Causeway.Domain.Topology;
using Causeway.Domain.Usage;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Routers.Embedded;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Causeway.Server.Topology;

/// <summary>Reads a topology from YAML. A file with problems is refused whole, with all of them listed.</summary>
public static partial class TopologyFile
{
    /// <summary>The topology shipped inside the executable, as it was written.</summary>
    public static string BuiltIn
    {
        get
        {
            using Stream stream = typeof(TopologyFile).Assembly.GetManifestResourceStream("Causeway.Server.Topology.default.yaml")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    public static NetworkTopology Default(TopologyDefaults defaults) => Parse(BuiltIn, "the built-in topology", defaults);

    /// <exception cref="TopologyException">The file cannot be used; the message lists every problem.</exception>
    public static NetworkTopology Load(string path, TopologyDefaults defaults) => Parse(ReadText(path), path, defaults);

    /// <exception cref="TopologyException">The file cannot be read.</exception>
    public static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TopologyException($"The topology file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="TopologyException">The text cannot be used; the message lists every problem.</exception>
    public static NetworkTopology Parse(string yaml, string source, TopologyDefaults defaults) =>
        Judge(Document(yaml, source), source, defaults);

    /// <summary>One that was accepted once, by whatever version: held only to what this one cannot do without.</summary>
    /// <param name="policyFile">The text of the policy's file that was accepted with it (<see cref="InstalledTopology.PolicyFile"/>): no file is read again.</param>
    /// <exception cref="TopologyException">This version cannot work with it; the message lists every problem.</exception>
    public static NetworkTopology ParseStored(string yaml, string source, TopologyDefaults defaults, string? policyFile = null) =>
        Judge(Document(yaml, source), source, defaults, stored: true, policyFile);

    /// <summary>The text as YAML, before what it says is judged.</summary>
    /// <exception cref="TopologyException">It is not YAML, or not of this form.</exception>
    internal static TopologyDocument Document(string yaml, string source)
    {
        TopologyDocument? document;
        List<TopologyProblem> problems = [];
        try
        {
            BoundedYaml.Check(yaml);
            problems = TopologyForm.Problems(yaml, out bool hasGaps);
            document = new DeserializerBuilder()
                .WithNamingConvention(CamelCaseNamingConvention.Instance)
                .IgnoreUnmatchedProperties() // Said with everything else.
                .Build()
                .Deserialize<TopologyDocument>(yaml);
            if (hasGaps && document is not null)
                TopologyForm.Fill(document);
        }
        catch (YamlException e)
        {
            if (problems.Count > 0)
                throw new TopologyException(source, problems);
            throw new TopologyException($"{source}, line {e.Start.Line}: {Says(e.InnerException?.Message ?? e.Message)}", e);
        }
        if (document is null)
            throw new TopologyException($"{source} is empty: it needs at least asn, regions, locations and providers.");
        document.Problems = problems;
        document.Yaml = yaml;
        return document;
    }

    /// <summary>What the library says, in words of the file: it names types of this program.</summary>
    private static string Says(string message) =>
        TypeName().IsMatch(message) ? "this has not the form that belongs here: docs/how-to/topology.md shows it." : message;

    [GeneratedRegex(@"\b(?:System|Causeway)\.\w")]
    private static partial Regex TypeName();

    /// <exception cref="TopologyException">It cannot be used; the message lists every problem.</exception>
    internal static NetworkTopology Judge(
        TopologyDocument document,
        string source,
        TopologyDefaults defaults,
        bool stored = false,
        string? policyFile = null
    )
    {
        var problems = new TopologyProblems(document, stored ? [] : document.Problems);
        NetworkTopology topology = new Reader(problems, defaults).Read(document, source, stored, policyFile);
        return problems.All.Count == 0 ? topology : throw new TopologyException(source, problems.All);
    }

    /// <summary>Circuits' sizes, Mbps, as every client of ExpressRoute knows them; the last two are those of its own ports.</summary>
    private static readonly int[] CircuitSizes = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 40_000, 100_000];

    /// <summary>Collects problems instead of stopping at the first.</summary>
    private sealed class Reader(TopologyProblems problems, TopologyDefaults defaults)
    {
        /// <param name="source">Where it comes from: a path, or something else.</param>
        /// <param name="stored">Leaves out what would only be said to whoever writes it now.</param>
        public NetworkTopology Read(TopologyDocument d, string source, bool stored, string? policyFile)
        {
            if (d.Asn is null)
                problems.Add("asn", "asn is missing: give the AS number of this network.");
            else if (new Asn(d.Asn.Value).IsReserved)
                problems.Add("asn", $"asn is {d.Asn}, which {TopologyProblems.NoNetwork}: give the AS number of this network.");
            ImmutableArray<Region> regions = [.. d.Regions.Select(r => new Region(Region.Normalise(r.Name), r.Name, r.GeopoliticalRegion))];
            ImmutableArray<PeeringLocation> locations = [.. d.Locations.Select(l => Location(l, regions))];
            ImmutableArray<ServiceProvider> providers = [.. d.Providers.Select(p => Provider(p, locations))];
            if (regions.IsEmpty)
                problems.Add("regions", "regions is empty: resources need at least one region to be placed in.");
            if (locations.IsEmpty)
                problems.Add("locations", "locations is empty: circuits need at least one peering location.");
            Unique("regions", d.Regions, r => Region.Normalise(r.Name));
            Unique("locations", d.Locations, l => l.Name);
            Unique("providers", d.Providers, p => p.Name);
            Unique("supportClassifications", d.SupportClassifications, c => $"{c.Service}/{c.Name}");
            Unique("pairs", d.Locations.SelectMany(l => l.Pairs), p => p.Name);
            var exchangesReader = new ExchangesReader(problems, locations, Router);
            ImmutableArray<Exchange> exchanges = [.. d.Exchanges.Select(exchangesReader.Read)];
            Unique("exchanges", d.Exchanges, x => x.Name);
            RouterDefinition[] routers =
            [
                .. locations.SelectMany(l => l.Pairs).SelectMany(p => new[] { p.Primary, p.Secondary }),
                .. exchanges.SelectMany(x => x.Routers).Select(r => r.Router),
            ];
            ImmutableArray<Facility> facilities = [.. d.Facilities.Select(f => exchangesReader.Read(f, routers))];
            Unique("facilities", d.Facilities, f => f.Name);
            Unique("routers", Routers(d), r => r.Name);
            if (!stored)
                Advise(d, locations, routers);
            return new NetworkTopology
            {
                Asn = new Asn(d.Asn ?? 0),
                Regions = regions,
                PeeringLocations = locations,
                ServiceProviders = providers,
                Mail = d.Mail is { } mail ? new DeliveryReader(problems).Read(mail) : null,
                Webhooks = new DeliveryReader(problems).Read(d.Webhooks ?? []),
                TransitFree = d.TransitFree is { } free
                    ? [.. free.Distinct().Order().Select(n => new Asn(n))]
                    : NetworkTopology.KnownTransitFree,
                OwnPrefixes =
                [
                    .. d
                        .OwnPrefixes.Select((p, i) => Prefix(p, new TopologyPlace(d, "ownPrefixes", $"ownPrefixes[{i}]")))
                        .OfType<IpPrefix>(),
                ],
                Services = [.. d.Services.Select((service, i) => Service(service, i, regions))],
                Prices = d.Prices is { } prices ? Prices(prices) : PriceList.None,
                Registries = d.Registries is { } registries ? new RegistriesReader(problems).Read(registries) : null,
                PeeringDbNetId = d.PeeringDbNetId,
                PeeringPolicy = new PolicyReader(problems).Read(d.PeeringPolicy, source, stored, policyFile),
                Facilities = facilities,
                Exchanges = exchanges,
                PeeringServices = d.PeeringServices is { } services
                    ? new PeeringServicesReader(problems, regions, locations).Read(services)
                    : PeeringServiceOffer.None,
                SupportClassifications = [.. d.SupportClassifications.Select(Classification)],
            };
        }

        /// <summary>What would be taken and do harm, or nothing.</summary>
        private void Advise(TopologyDocument d, ImmutableArray<PeeringLocation> locations, RouterDefinition[] routers)
        {
            foreach (var twice in routers.Where(r => !r.RouterId.Equals(IPAddress.None)).GroupBy(r => r.RouterId).Where(g => g.Count() > 1))
                problems.Add(
                    new TopologyPlace(
                        Routers(d).Last(r => IPAddress.TryParse(r.RouterId, out var id) && id.Equals(twice.Key)),
                        "",
                        "routerId"
                    ),
                    $"routers: the routerId {twice.Key} is that of {string.Join(" and ", twice.Select(r => $"'{r.Name}'"))}: no two routers of one AS may have the same (RFC 6286)."
                );
            foreach (string meter in d.Prices?.PerHour.Keys.AsEnumerable() ?? [])
                if (!MeterNames.IsOne(meter))
                    problems.Add(
                        $"prices.perHour.{meter}",
                        $"prices: nothing is metered as '{meter}', so it would never be charged: write one of {string.Join(", ", MeterNames.Kinds)} and a bandwidth, such as 'Standard 50Mbps' or 'MeteredData 1Gbps'."
                    );
            foreach (ProviderEntry provider in d.Providers)
                Sizes(provider, locations);
            foreach (
                var twice in d
                    .Services.GroupBy(s => (s.Name.ToUpperInvariant(), Region.Normalise(s.Region), s.Community))
                    .Where(g => g.Count() > 1)
            )
                problems.Add(
                    new TopologyPlace(twice.Last(), ""),
                    $"services: '{twice.First().Name}' of region '{twice.First().Region}' with community {twice.First().Community} is there {twice.Count()} times: write its prefixes into one entry."
                );
            foreach (ServiceEntry service in d.Services)
            foreach ((int index, string text) in service.Prefixes.Index())
                if (
                    IpPrefix.TryParse(text, out IpPrefix prefix)
                    && NotRouted.FirstOrDefault(n => n.Overlaps(prefix)) is { Length: > 0 } space
                )
                    problems.Add(
                        new TopologyPlace(service, "", $"prefixes[{index}]"),
                        $"service '{service.Name}': prefix {prefix} lies in {space}, which is not routed between networks: services are reached on public addresses."
                    );
        }

        private SupportClassificationOffer Classification(SupportClassificationEntry c)
        {
            var where = new TopologyPlace(c, $"supportClassifications '{c.Name}'");
            SupportService? service = SupportCatalogue.BuiltIn.FirstOrDefault(s =>
                s.Name.Equals(c.Service, StringComparison.OrdinalIgnoreCase)
            );
            if (service is null)
                problems.Add(
                    where,
                    "service",
                    $"{where}: service '{c.Service}' is none: write one of {string.Join(", ", SupportCatalogue.BuiltIn.Select(s => s.Name))}."
                );
            if (c.Name.Length is 0 or > 64 || !c.Name.All(x => char.IsAsciiLetterOrDigit(x) || x == '-'))
                problems.Add(where, "name", $"{where}: the name stands in ids: write 1 to 64 letters, digits and hyphens.");
            else if (service?.Find(c.Name) is not null)
                problems.Add(where, "name", $"{where}: {service.Name} has one of that name already: choose another.");
            if (string.IsNullOrWhiteSpace(c.DisplayName))
                problems.Add(where, "displayName", $"{where} has no displayName: say for people what it is about.");
            return new SupportClassificationOffer(service?.Name ?? c.Service, c.Name, c.DisplayName);
        }

        private PriceList Prices(PricesEntry p)
        {
            if (p.Currency.Length != 3 || !p.Currency.All(char.IsAsciiLetterUpper))
                problems.Add(
                    "prices.currency",
                    $"prices: currency '{p.Currency}' is not an ISO 4217 code: write three capitals, such as EUR."
                );
            foreach ((string meter, decimal price) in p.PerHour)
                if (price < 0)
                    problems.Add($"prices.perHour.{meter}", $"prices: '{meter}' is {price}: a price per hour is 0 or more.");
            return new PriceList(p.Currency, PriceList.None.PerHour.AddRange(p.PerHour));
        }

        private PeeringLocation Location(LocationEntry l, ImmutableArray<Region> regions)
        {
            var where = new TopologyPlace(l, $"location '{l.Name}'");
            Named(l.Name, where.At("name", "locations"));
            Region? region = regions.FirstOrDefault(r => r.Name == Region.Normalise(l.Region));
            if (region is null)
                problems.Add(where, "region", $"{where}: region '{l.Region}' is not in regions.");
            if (l.Country is { } country && (country.Length != 2 || !country.All(char.IsAsciiLetterUpper)))
                problems.Add(where, "country", $"{where}: country '{country}' is none: write the two letters of ISO 3166-1, such as NL.");
            if (l.Pairs.Count == 0)
                problems.Add(where, "pairs", $"{where} has no router pairs: add pairs with a primary and a secondary router.");
            return new PeeringLocation(
                l.Name,
                region?.Name ?? "",
                region?.GeopoliticalRegion ?? "",
                [.. l.Pairs.Select(p => Pair(p, l.Name))]
            )
            {
                Country = l.Country,
            };
        }

        private RouterPair Pair(PairEntry p, string location)
        {
            var where = new TopologyPlace(p, $"pair '{p.Name}'");
            Named(p.Name, where.At("name", $"location '{location}' pairs"));
            if (p.PortGbps is < 1 or > 800)
                problems.Add(where, "portGbps", $"{where}: portGbps is {p.PortGbps}; give 1 to 800.");
            if (p.OverprovisionFactor is < 1 or > 100)
                problems.Add(where, "overprovisionFactor", $"{where}: overprovisionFactor is {p.OverprovisionFactor}; give 1 to 100.");
            return new RouterPair(
                p.Name,
                Router(p.Primary, where.At("primary", $"{where} primary")),
                Router(p.Secondary, where.At("secondary", $"{where} secondary")),
                new Bandwidth(p.PortGbps * 1000),
                p.OverprovisionFactor
            );
        }

        private RouterDefinition Router(RouterEntry? r, TopologyPlace where)
        {
            if (r is null)
            {
                problems.Add(where, $"{where} is missing: every peering lands on two routers.");
                return new RouterDefinition($"{where}", "", "", IPAddress.None, 0);
            }
            where = new TopologyPlace(r, where.Name);
            Named(r.Name, where.At("name"));
            if (
                !IPAddress.TryParse(r.RouterId, out IPAddress? id)
                || id.AddressFamily != AddressFamily.InterNetwork
                || id.Equals(IPAddress.Any)
            )
            {
                problems.Add(where, "routerId", $"{where}: routerId '{r.RouterId}' is not a non-zero IPv4 address.");
                id = IPAddress.None;
            }
            int port = r.BgpPort ?? defaults.BgpPort;
            if (port is < 1 or > 65535)
                problems.Add(where, "bgpPort", $"{where}: bgpPort is {port}; give 1 to 65535.");
            if (!defaults.Drivers.Contains(r.Driver))
                problems.Add(
                    where,
                    "driver",
                    $"{where}: there is no driver '{r.Driver}'; give one of {string.Join(", ", defaults.Drivers)}."
                );
            var router = new RouterDefinition(r.Name, r.Driver, r.Port, id, port)
            {
                Place = new PortPlace(r.Colo, r.Rack, r.PatchPanel),
                Settings = r.Settings.ToImmutableDictionary(),
            };
            return r.LinkSpace is { } space ? router with { LinkSpace = Links(space, where) } : router;
        }

        private LinkSpace Links(List<string> space, TopologyPlace where)
        {
            var within = new List<IpPrefix>();
            foreach ((int index, string text) in space.Index())
                if (IpPrefix.TryParse(text, out IpPrefix prefix))
                    within.Add(prefix);
                else
                    problems.Add(where, $"linkSpace[{index}]", $"{where}: linkSpace '{text}' is not a prefix: write one like 127.0.0.0/8.");
            return new LinkSpace([.. within]);
        }

        private const int LongestContact = 200;

        private ServiceProvider Provider(ProviderEntry p, ImmutableArray<PeeringLocation> locations)
        {
            var where = new TopologyPlace(p, $"provider '{p.Name}'");
            Named(p.Name, where.At("name", "providers"));
            if (p.Layer is not (2 or 3))
                problems.Add(where, "layer", $"{where}: layer is {p.Layer}; give 2 or 3.");
            foreach ((int index, string name) in p.Locations.Index())
                if (!locations.Any(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                    problems.Add(where, $"locations[{index}]", $"{where}: location '{name}' is not in locations.");
            if (p.BandwidthsMbps.Count == 0 || p.BandwidthsMbps.Any(b => b <= 0))
                problems.Add(where, "bandwidthsMbps", $"{where}: bandwidthsMbps needs at least one positive number.");
            string subscription = p.Subscription ?? defaults.ProviderSubscription;
            if (!GuidText.TryParse(subscription, out _))
                problems.Add(where, "subscription", $"{where}: subscription '{subscription}' is not a GUID.");
            if (p.Contact is { } contact && (contact.Trim().Length is 0 or > LongestContact || contact.Any(char.IsControl)))
                problems.Add(
                    where,
                    "contact",
                    $"{where}: contact has to be one line of at most {LongestContact} characters, such as 'noc@example.net, +31 20 555 0100'; leave it out where there is none."
                );
            return new ServiceProvider(
                p.Name,
                (ProviderLayer)p.Layer,
                subscription.ToLowerInvariant(),
                [.. p.Locations],
                [.. p.BandwidthsMbps.Order().Select(b => new Bandwidth(b))]
            )
            {
                Contact = p.Contact?.Trim(),
            };
        }

        /// <summary>What could be ordered and never be carried, or is no size that clients know.</summary>
        private void Sizes(ProviderEntry p, ImmutableArray<PeeringLocation> locations)
        {
            var where = new TopologyPlace(p, $"provider '{p.Name}'", "bandwidthsMbps");
            int[] odd = [.. p.BandwidthsMbps.Where(b => b > 0).Except(CircuitSizes)];
            if (odd.Length > 0)
                problems.Add(
                    where,
                    $"{where}: bandwidthsMbps has {string.Join(", ", odd)}; circuits have {string.Join(", ", CircuitSizes)} Mbps."
                );
            foreach (PeeringLocation at in locations.Where(l => p.Locations.Contains(l.Name, StringComparer.OrdinalIgnoreCase)))
            {
                int most = at.Pairs.Select(pair => pair.PortBandwidth.Mbps).DefaultIfEmpty(0).Max();
                int[] over = [.. p.BandwidthsMbps.Intersect(CircuitSizes).Where(b => b > most)];
                if (most > 0 && over.Length > 0)
                    problems.Add(
                        where,
                        $"{where}: bandwidthsMbps has {string.Join(", ", over)}, and the largest port at '{at.Name}' carries {most} Mbps: leave them out, or raise portGbps."
                    );
            }
        }

        /// <param name="index">Its place in the list, from 0: for one without a name.</param>
        private AnnouncedService Service(ServiceEntry s, int index, ImmutableArray<Region> regions)
        {
            var where = new TopologyPlace(s, s.Name.Length > 0 ? $"service '{s.Name}'" : $"services, entry {index + 1}");
            if (string.IsNullOrWhiteSpace(s.Name))
                problems.Add(where, "name", $"{where} has no name: give the one that clients list, such as Exchange.");
            string region = AnnouncedService.Everywhere;
            if (!s.Region.Equals(region, StringComparison.OrdinalIgnoreCase))
            {
                Region? found = regions.FirstOrDefault(r => r.Name == Region.Normalise(s.Region));
                if (found is null)
                    problems.Add(where, "region", $"{where}: region '{s.Region}' is neither in regions nor {AnnouncedService.Everywhere}.");
                region = found?.DisplayName ?? s.Region;
            }
            if (!AnnouncedService.TryParse(s.Community, out uint community))
                problems.Add(
                    where,
                    "community",
                    $"{where}: community '{s.Community}' is none (RFC 1997): write two numbers up to 65535 in quotes, such as \"12076:5010\"."
                );
            else if (community >> 16 is 0 or 65535)
                problems.Add(
                    where,
                    "community",
                    $"{where}: community {s.Community} is reserved (RFC 1997): choose one that begins with an AS number of yours."
                );
            if (s.Prefixes.Count == 0)
                problems.Add(where, "prefixes", $"{where} has no prefixes: there would be nothing to announce.");
            IpPrefix[] prefixes =
            [
                .. s.Prefixes.Select((p, i) => Prefix(p, where.At($"prefixes[{i}]", $"{where}, prefixes"))).OfType<IpPrefix>(),
            ];
            foreach (IpPrefix all in prefixes.Where(p => p.Length == 0))
                problems.Add(
                    where,
                    "prefixes",
                    $"{where}: prefix {all} is the default route, and would draw all traffic of every customer: name what the service has."
                );
            foreach ((int at, string subscription) in s.Subscriptions.Index())
                if (!GuidText.TryParse(subscription, out _))
                    problems.Add(where, $"subscriptions[{at}]", $"{where}: subscription '{subscription}' is not a GUID.");
            return new AnnouncedService(
                s.Name,
                s.Group,
                region,
                community,
                [.. prefixes.Distinct().Order()],
                [.. s.Subscriptions.Select(x => x.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)]
            );
        }

        /// <summary>Private, shared and own-machine space, and what carries no routes.</summary>
        private static readonly IpPrefix[] NotRouted =
        [
            .. new[]
            {
                "0.0.0.0/8",
                "10.0.0.0/8",
                "100.64.0.0/10",
                "127.0.0.0/8",
                "169.254.0.0/16",
                "172.16.0.0/12",
                "192.168.0.0/16",
                "224.0.0.0/3",
                "::/8",
                "fc00::/7",
                "fe80::/10",
                "ff00::/8",
            }.Select(text => IpPrefix.Parse(text)),
        ];

        private IpPrefix? Prefix(string text, TopologyPlace where)
        {
            if (IpPrefix.TryParseLoose(text, out IpPrefix prefix, out bool hostBits) && !hostBits)
                return prefix;
            problems.Add(where, hostBits ? $"{where}: '{text}' has host bits set; use {prefix}." : $"{where}: '{text}' is not a prefix.");
            return null;
        }

        private void Named(string name, TopologyPlace where)
        {
            if (string.IsNullOrWhiteSpace(name))
                problems.Add(where, $"{where}: an entry has no name.");
        }

        private void Unique<T>(string what, IEnumerable<T> entries, Func<T, string> name)
            where T : class => problems.Unique(what, entries.Select(e => (name(e), new TopologyPlace(e, "", "name"))));

        /// <summary>Every router, as it is written.</summary>
        private static IEnumerable<RouterEntry> Routers(TopologyDocument d) =>
            d
                .Locations.SelectMany(l => l.Pairs)
                .SelectMany(p => new[] { p.Primary, p.Secondary })
                .OfType<RouterEntry>()
                .Concat(d.Exchanges.SelectMany(x => x.RouteServer is { } server ? x.Routers.Append(server) : x.Routers));
    }
}

/// <summary>What a topology file may leave out, and what it may name.</summary>
/// <param name="ProviderSubscription">Where a provider without a subscription of its own sees its orders.</param>
/// <param name="BgpPort">TCP port of routers that name none.</param>
public sealed record TopologyDefaults(string ProviderSubscription, int BgpPort)
{
    /// <summary>The drivers that there are.</summary>
    public IReadOnlyList<string> Drivers { get; init; } = [EmbeddedRouterFactory.DriverName];
}
