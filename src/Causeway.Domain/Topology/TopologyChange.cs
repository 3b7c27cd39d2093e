using System.Collections.Immutable;
using System.Globalization;

namespace Causeway.Domain.Topology;

/// <summary>One difference between two topologies.</summary>
/// <param name="Path">What it is about: <c>locations/Amsterdam/pairs/ams-1/primary/driver</c>.</param>
/// <param name="From">Null when it was not there.</param>
/// <param name="To">Null when it goes.</param>
public sealed record TopologyChange(string Path, string? From, string? To)
{
    /// <summary>The line that people read: <c>+</c> comes, <c>-</c> goes, <c>~</c> changes.</summary>
    public string Says =>
        (From, To) switch
        {
            (null, { } to) => to.Length > 0 ? $"+ {Path}: {to}" : $"+ {Path}",
            ({ } from, null) => from.Length > 0 ? $"- {Path}: {from}" : $"- {Path}",
            _ => $"~ {Path}: {From} -> {To}",
        };

    /// <summary>Every difference, in order of its path; names and values compare as the topology compares them.</summary>
    public static ImmutableArray<TopologyChange> Between(NetworkTopology before, NetworkTopology after)
    {
        SortedDictionary<string, string> from = Lines(before),
            to = Lines(after);
        return
        [
            .. from
                .Keys.Union(to.Keys, StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.OrdinalIgnoreCase)
                .Select(path => new TopologyChange(path, from.GetValueOrDefault(path), to.GetValueOrDefault(path)))
                .Where(c => c.From != c.To),
        ];
    }

    /// <summary>A topology as lines of path and value.</summary>
    private static SortedDictionary<string, string> Lines(NetworkTopology t)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["asn"] = $"{t.Asn}" };
        foreach (Region region in t.Regions)
            lines[$"regions/{region.Name}"] = $"{region.DisplayName}, {region.GeopoliticalRegion}";
        foreach (PeeringLocation location in t.PeeringLocations)
        {
            string at = $"locations/{location.Name}";
            lines[at] = $"region {location.Region}";
            foreach (RouterPair pair in location.Pairs)
            {
                lines[$"{at}/pairs/{pair.Name}"] = $"port {pair.PortBandwidth}, overprovisioned {pair.OverprovisionFactor} times";
                Router($"{at}/pairs/{pair.Name}/primary", pair.Primary);
                Router($"{at}/pairs/{pair.Name}/secondary", pair.Secondary);
            }
        }
        foreach (ServiceProvider provider in t.ServiceProviders)
        {
            string at = $"providers/{provider.Name}";
            lines[at] = string.Create(
                CultureInfo.InvariantCulture,
                $"layer {(int)provider.Layer}, subscription {provider.Subscription}{(provider.Contact is { } contact ? $", contact {contact}" : "")}"
            );
            foreach (string location in provider.PeeringLocations)
                lines[$"{at}/locations/{location}"] = "";
            foreach (var bandwidth in provider.Bandwidths)
                lines[$"{at}/bandwidths/{bandwidth}"] = "";
        }
        if (t.PeeringDbNetId is { } net)
            lines["peeringDbNetId"] = net.ToString(CultureInfo.InvariantCulture);
        lines["peeringPolicy"] = string.Create(
            CultureInfo.InvariantCulture,
            $"blocks {string.Join(' ', t.PeeringPolicy.Blocks)}; advises {string.Join(' ', t.PeeringPolicy.Advises)}; {t.PeeringPolicy.Text.Length} characters, {t.PeeringPolicy.Text.Split('\n')[0].TrimStart('#', ' ')}"
        );
        foreach (Facility facility in t.Facilities)
        {
            lines[$"facilities/{facility.Name}"] = string.Create(
                CultureInfo.InvariantCulture,
                $"at {facility.Location}, PeeringDB fac {facility.PeeringDbFacId}, {facility.Address}, {string.Join(' ', facility.Types)}, {string.Join(' ', facility.Bandwidths)}, routers {string.Join(' ', facility.Routers)}{(facility.Demarcation is { } where ? $", cables end at {where}" : "")}"
            );
            foreach (var prefix in facility.LinkPrefixes)
                lines[$"facilities/{facility.Name}/linkPrefixes/{prefix}"] = "";
            lines[$"facilities/{facility.Name}/validation"] = Told(facility.Rules);
        }
        foreach (Exchange exchange in t.Exchanges)
        {
            string at = $"exchanges/{exchange.Name}";
            lines[at] = string.Create(
                CultureInfo.InvariantCulture,
                $"at {exchange.Location}, PeeringDB ix {exchange.PeeringDbIxId}, {exchange.Bandwidth}"
            );
            foreach (var lan in exchange.Lans)
                lines[$"{at}/lans/{lan}"] = "";
            foreach (ExchangeRouter router in exchange.Routers)
            {
                Router($"{at}/routers/{router.Router.Name}", router.Router);
                lines[$"{at}/routers/{router.Router.Name}/addresses"] = string.Join(' ', router.Addresses);
                if (router.Router.Asn is { } asn)
                    lines[$"{at}/routers/{router.Router.Name}/routeServer"] = $"AS{asn}";
            }
            foreach (RouteServer server in exchange.RouteServers)
                lines[$"{at}/routeServers/{string.Join(' ', server.Addresses)}"] = $"AS{server.Asn}";
            foreach (LegacySession session in exchange.Legacy)
                lines[$"{at}/legacy/{string.Join(' ', session.Addresses)}"] = $"AS{session.Asn}";
            lines[$"{at}/validation"] = Told(exchange.Rules);
        }
        if (t.Mail is { } mail)
            lines["mail"] =
                $"{mail.Host}:{mail.Port}, TLS {mail.Tls}, from {mail.From}, {mail.Language}, operator {mail.Operator}, user {mail.User}, password in {mail.Password}";
        foreach (Webhook hook in t.Webhooks)
            lines[$"webhooks/{hook.Name}"] = $"{hook.Url}, secret in {hook.Secret}";
        foreach (var asn in t.TransitFree)
            lines[$"transitFree/{asn}"] = "";
        foreach (var prefix in t.OwnPrefixes)
            lines[$"ownPrefixes/{prefix}"] = "";
        foreach (AnnouncedService service in t.Services)
        {
            string at = $"services/{service.Title}/{AnnouncedService.Text(service.Community)}";
            lines[at] = $"group {service.Group}";
            foreach (var prefix in service.Prefixes)
                lines[$"{at}/prefixes/{prefix}"] = "";
            foreach (string subscription in service.Subscriptions)
                lines[$"{at}/subscriptions/{subscription}"] = "";
        }
        if (t.Prices.Currency.Length > 0)
            lines["prices/currency"] = t.Prices.Currency;
        foreach ((string meter, decimal price) in t.Prices.PerHour)
            lines[$"prices/perHour/{meter}"] = price.ToString(CultureInfo.InvariantCulture);
        if (t.Registries is { } registries)
            Registries(registries);
        return lines;

        void Registries(RegistrySources r)
        {
            foreach (string dump in r.Dumps)
                lines[$"registries/dumps/{dump}"] = "";
            foreach (RegistryMirror mirror in r.Mirrors)
                lines[$"registries/{(mirror.KeyFile is null ? "nrtm3" : "nrtm4")}/{mirror.Source}"] = mirror.KeyFile is { } key
                    ? $"{mirror.From}, key {key}"
                    : mirror.From;
            if (!r.Prefer.IsEmpty)
                lines["registries/prefer"] = string.Join(", ", r.Prefer);
            foreach (string vrps in r.Vrps)
                lines[$"registries/vrps/{vrps}"] = "";
            foreach (string slurm in r.Slurm)
                lines[$"registries/slurm/{slurm}"] = "";
            if (r.PeeringDb is { } peeringDb)
                lines["registries/peeringDb"] = $"{peeringDb.File ?? peeringDb.Url}{(peeringDb.Key is null ? "" : ", with a key")}";
            lines["registries/loadWithin"] = $"{r.LoadWithin}";
            lines["registries/grace"] = $"{r.Grace}";
        }

        static string Told(ExchangeRules rules) =>
            $"stable for {rules.StableFor}, ready within {rules.ReadyWithin}, drained for {rules.DrainFor}, approved when {(rules.ApproveWhen.IsEmpty ? "a person says so" : string.Join(" ", rules.ApproveWhen))}, record gone: {rules.WhenRecordGone}, as a rule from {rules.AsARulePercent} %, paths up to {rules.LongestPath}";

        void Router(string path, RouterDefinition router)
        {
            lines[path] = router.Name;
            lines[$"{path}/driver"] = router.Driver;
            lines[$"{path}/routerId"] = router.RouterId.ToString();
            lines[$"{path}/bgpPort"] = router.BgpPort.ToString(CultureInfo.InvariantCulture);
            lines[$"{path}/port"] = router.PortName;
            foreach (
                (string key, string? value) in new[]
                {
                    ("colo", router.Place.Colo),
                    ("rack", router.Place.Rack),
                    ("patchPanel", router.Place.PatchPanel),
                }
            )
                if (value is not null)
                    lines[$"{path}/{key}"] = value;
            foreach ((string key, string value) in router.Settings)
                lines[$"{path}/settings/{key}"] = value;
        }
    }
}
