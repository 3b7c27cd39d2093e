using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>
/// The ExpressRoute gateway of a virtual hub, with its connections to circuits: they have its etag. What a circuit announces for such a connection is the prefix
/// of the hub, which stays as it was made.
/// </summary>
public sealed record ExpressRouteGateway : ITracked<ExpressRouteGateway>
{
    public const string ResourceType = "Microsoft.Network/expressRouteGateways";

    public const string ConnectionType = ResourceType + "/expressRouteConnections";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required Guid ResourceGuid { get; init; }
    public required ResourceId Hub { get; init; }

    /// <summary>The hub's own.</summary>
    public required IpPrefix HubPrefix { get; init; }

    /// <summary>Least scale units; kept and shown.</summary>
    public int LeastUnits { get; init; } = 1;

    /// <summary>Most scale units; null for none said. Kept and shown.</summary>
    public int? MostUnits { get; init; }

    /// <summary>Kept and shown.</summary>
    public bool AllowNonVirtualWanTraffic { get; init; }

    public ImmutableArray<HubConnection> Connections { get; init; } = [];

    /// <summary>Failover tests of its sites, oldest first.</summary>
    public ImmutableArray<SiteTest> Tests
    {
        // Documents from before there were tests have none.
        get => field.IsDefault ? [] : field;
        init;
    }

    public ExpressRouteGateway With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    public HubConnection? FindConnection(string name) =>
        Connections.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public ResourceId IdOf(HubConnection connection) => Id.Child("expressRouteConnections", connection.Name);

    [JsonIgnore]
    public string StateName => Connections.IsEmpty ? "Ready" : "Connected";
}

/// <summary>A hub linked to a circuit.</summary>
/// <param name="Circuit">The circuit whose private peering carries it.</param>
/// <param name="RoutingWeight">0 to 32000; the higher is preferred among circuits.</param>
/// <param name="InternetSecurity">Kept and shown.</param>
/// <param name="GatewayBypass">FastPath; kept and shown.</param>
/// <param name="PrivateLinkFastPath">Kept and shown.</param>
public sealed record HubConnection(
    string Name,
    ResourceId Circuit,
    Guid ResourceGuid,
    int RoutingWeight,
    bool InternetSecurity = false,
    bool GatewayBypass = false,
    bool PrivateLinkFastPath = false
)
{
    /// <summary><c>routingConfiguration</c> as given, as JSON; null for none.</summary>
    public string? Kept { get; init; }
}

/// <summary>A whole gateway of a hub as wanted, without its connections.</summary>
public sealed record PutExpressRouteGateway(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    ResourceId Hub,
    IpPrefix HubPrefix,
    int LeastUnits,
    int? MostUnits,
    bool AllowNonVirtualWanTraffic,
    Guid ResourceGuid
) : Signal(At), IPut;

/// <summary>A whole connection as wanted.</summary>
public sealed record PutHubConnection(DateTimeOffset At, HubConnection Connection) : Signal(At);

/// <summary>A connection ends: asked for, or because the circuit's owner revoked its authorization.</summary>
public sealed record EndHubConnection(DateTimeOffset At, string Connection, string Why) : Signal(At);
