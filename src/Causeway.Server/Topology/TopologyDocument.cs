using Causeway.Domain.Topology;
using YamlDotNet.Serialization;

namespace Causeway.Server.Topology;

/// <summary>The YAML file as written. Keys are in docs/how-to/topology.md.</summary>
internal sealed class TopologyDocument
{
    public uint? Asn { get; set; }
    public List<RegionEntry> Regions { get; set; } = [];
    public List<LocationEntry> Locations { get; set; } = [];
    public List<ProviderEntry> Providers { get; set; } = [];
    public MailEntry? Mail { get; set; }
    public List<WebhookEntry> Webhooks { get; set; } = [];
    public List<uint>? TransitFree { get; set; }
    public List<string> OwnPrefixes { get; set; } = [];
    public List<ServiceEntry> Services { get; set; } = [];
    public PricesEntry? Prices { get; set; }
    public RegistriesEntry? Registries { get; set; }
    public int? PeeringDbNetId { get; set; }
    public string? PeeringPolicy { get; set; }
    public List<FacilityEntry> Facilities { get; set; } = [];
    public List<ExchangeEntry> Exchanges { get; set; } = [];
    public PeeringServicesEntry? PeeringServices { get; set; }
    public List<SupportClassificationEntry> SupportClassifications { get; set; } = [];

    /// <summary>The text that it was made of, for the lines of what is wrong with it; not read from it.</summary>
    [YamlIgnore]
    public string? Yaml { get; set; }

    /// <summary>What of the text is of no known form; not read from it.</summary>
    [YamlIgnore]
    public IReadOnlyList<TopologyProblem> Problems { get; set; } = [];
}

internal sealed class MailEntry
{
    public string Host { get; set; } = "";
    public int Port { get; set; } = 587;
    public string? Tls { get; set; }
    public string From { get; set; } = "";
    public string Language { get; set; } = "en";
    public string? Operator { get; set; }
    public string? User { get; set; }
    public string? Password { get; set; }
}

internal sealed class WebhookEntry
{
    public string Name { get; set; } = "";
    public string Url { get; set; } = "";
    public string Secret { get; set; } = "";
}

internal sealed class PricesEntry
{
    public string Currency { get; set; } = "";
    public Dictionary<string, decimal> PerHour { get; set; } = [];
}

internal sealed class RegionEntry
{
    public string Name { get; set; } = "";
    public string GeopoliticalRegion { get; set; } = "";
}

internal sealed class LocationEntry
{
    public string Name { get; set; } = "";
    public string Region { get; set; } = "";
    public string? Country { get; set; }
    public List<PairEntry> Pairs { get; set; } = [];
}

internal sealed class PairEntry
{
    public string Name { get; set; } = "";
    public int PortGbps { get; set; } = 100;
    public int OverprovisionFactor { get; set; } = 4;
    public RouterEntry? Primary { get; set; }
    public RouterEntry? Secondary { get; set; }
}

internal sealed class SupportClassificationEntry
{
    public string Service { get; set; } = "";
    public string Name { get; set; } = "";
    public string DisplayName { get; set; } = "";
}

internal sealed class PeeringServicesEntry
{
    public string? Community { get; set; }
    public List<PeeringServiceLocationEntry> Locations { get; set; } = [];
    public List<PeeringServiceProviderEntry> Providers { get; set; } = [];
}

internal sealed class PeeringServiceLocationEntry
{
    public string Name { get; set; } = "";
    public string Country { get; set; } = "";
    public string Region { get; set; } = "";
}

internal sealed class PeeringServiceProviderEntry
{
    public string Name { get; set; } = "";
    public uint Asn { get; set; }
    public List<string> Locations { get; set; } = [];
    public List<string> PeeringLocations { get; set; } = [];
}

internal sealed class FacilityEntry
{
    public string Name { get; set; } = "";
    public string Location { get; set; } = "";
    public int PeeringDbFacId { get; set; }
    public string Address { get; set; } = "";
    public List<string> Types { get; set; } = [];
    public List<int> BandwidthsMbps { get; set; } = [];
    public List<string> Routers { get; set; } = [];
    public List<string> LinkPrefixes { get; set; } = [];
    public string? Demarcation { get; set; }
    public ValidationEntry? Validation { get; set; }
}

internal sealed class ExchangeEntry
{
    public string Name { get; set; } = "";
    public string Location { get; set; } = "";
    public int PeeringDbIxId { get; set; }
    public int BandwidthMbps { get; set; } = 10_000;
    public List<string> Lans { get; set; } = [];
    public List<ExchangeRouterEntry> Routers { get; set; } = [];
    public RouteServerEntry? RouteServer { get; set; }
    public List<SessionEntry> RouteServers { get; set; } = [];
    public List<SessionEntry> Legacy { get; set; } = [];
    public ValidationEntry? Validation { get; set; }
}

internal sealed class SessionEntry
{
    public uint Asn { get; set; }
    public List<string> Addresses { get; set; } = [];
}

internal sealed class ValidationEntry
{
    public int? StableSeconds { get; set; }
    public string? ReadyWithin { get; set; }
    public int? DrainSeconds { get; set; }
    public string? Approve { get; set; }
    public List<string>? ApproveWhen { get; set; }
    public string? RecordGone { get; set; }
    public int? AsARulePercent { get; set; }
    public int? LongestPath { get; set; }
}

internal class RouterEntry
{
    public string Name { get; set; } = "";
    public string Driver { get; set; } = "embedded";
    public string Port { get; set; } = "";
    public string? Colo { get; set; }
    public string? Rack { get; set; }
    public string? PatchPanel { get; set; }
    public string RouterId { get; set; } = "";
    public int? BgpPort { get; set; }
    public List<string>? LinkSpace { get; set; }
    public Dictionary<string, string> Settings { get; set; } = [];
}

internal class ExchangeRouterEntry : RouterEntry
{
    public List<string> Addresses { get; set; } = [];
}

internal sealed class RouteServerEntry : ExchangeRouterEntry
{
    public uint Asn { get; set; }
}

internal sealed class ProviderEntry
{
    public string Name { get; set; } = "";
    public int Layer { get; set; } = 2;
    public string? Subscription { get; set; }
    public string? Contact { get; set; }
    public List<string> Locations { get; set; } = [];
    public List<int> BandwidthsMbps { get; set; } = [];
}

internal sealed class ServiceEntry
{
    public string Name { get; set; } = "";
    public string Group { get; set; } = "";
    public string Region { get; set; } = AnnouncedService.Everywhere;
    public string Community { get; set; } = "";
    public List<string> Prefixes { get; set; } = [];
    public List<string> Subscriptions { get; set; } = [];
}

internal sealed class RegistriesEntry
{
    public List<string> Dumps { get; set; } = [];
    public Dictionary<string, string> Nrtm3 { get; set; } = [];
    public Dictionary<string, Nrtm4Entry> Nrtm4 { get; set; } = [];
    public List<string> Prefer { get; set; } = [];
    public List<string> Vrps { get; set; } = [];
    public List<string> Slurm { get; set; } = [];
    public List<string> Views { get; set; } = [];
    public PeeringDbEntry? PeeringDb { get; set; }
    public string? LoadWithin { get; set; }
    public string? Grace { get; set; }
}

internal sealed class Nrtm4Entry
{
    public string Key { get; set; } = "";
    public string From { get; set; } = "";
}

internal sealed class PeeringDbEntry
{
    public string? File { get; set; }
    public string? Url { get; set; }
    public string? Key { get; set; }
}
