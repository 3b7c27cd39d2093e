using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>
/// A link between a network (through its gateway) and a circuit. While it exists the circuit announces the network's prefixes to the customer's routers.
/// The authorization key that redeemed a circuit of another subscription is not kept: the circuit remembers which authorization is in use.
/// </summary>
public sealed record Connection : ITracked<Connection>
{
    public const string ResourceType = "Microsoft.Network/connections";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required Guid ResourceGuid { get; init; }
    public required ResourceId Gateway { get; init; }
    public required ResourceId Network { get; init; }
    public required ResourceId Circuit { get; init; }

    /// <summary>True when the link was made with an authorization key.</summary>
    public bool Authorized { get; init; }

    public ConnectionOptions Options { get; init; } = new();

    /// <summary>The key that its owner gave it, protected; null for none. Links to circuits use none: it is kept, and shown to who may see it.</summary>
    public string? SharedKey { get; init; }

    public Connection With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => "Linked";

    /// <summary>The label by which the connections of a gateway are found.</summary>
    public static string GatewayLabel(ResourceId gateway) => $"gateway/{gateway.Key}";

    /// <summary>The label by which the connections to a circuit are found.</summary>
    public static string CircuitLabel(ResourceId circuit) => $"circuit/{circuit.Key}";
}

/// <summary>Members that may change on a standing connection.</summary>
/// <param name="RoutingWeight">0–32000; the higher is preferred among circuits.</param>
/// <param name="GatewayBypass">FastPath; kept and shown.</param>
public sealed record ConnectionOptions(
    int RoutingWeight = 0,
    bool GatewayBypass = false,
    bool PrivateLinkFastPath = false,
    bool EnableBgp = false
)
{
    public const int MaximumRoutingWeight = 32000;

    /// <summary>Settings that are kept and shown as given, as JSON; null for none.</summary>
    public string? Kept { get; init; }
}
