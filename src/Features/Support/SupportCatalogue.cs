using System.Collections.Immutable;

namespace Causeway.Domain.Support;

/// <summary>What customers may ask about. The first classification of each service is the manual validation of advertised prefixes.</summary>
public static class SupportCatalogue
{
    private static readonly SupportClassification s_prefixes = new("advertisedPrefixes", "Manual validation of advertised public prefixes");

    public static ImmutableArray<SupportService> Services { get; } =
    [
        new(
            "expressRoute",
            "ExpressRoute",
            ["Microsoft.Network/expressRouteCircuits", "Microsoft.Network/expressRouteCrossConnections"],
            [
                s_prefixes,
                new("provisioning", "A circuit that is not provisioned"),
                new("connectivity", "No traffic, or too little, over a circuit"),
                new("other", "Something else about a circuit"),
            ]
        ),
        new(
            "internetPeering",
            "Internet peering",
            ["Microsoft.Peering/peerings", "Microsoft.Peering/peerAsns"],
            [s_prefixes, new("session", "A session that does not come up"), new("other", "Something else about a peering")]
        ),
    ];

    public static SupportService? Find(string name) =>
        Services.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <param name="ResourceTypes">What tickets of the service are about.</param>
public sealed record SupportService(
    string Name,
    string DisplayName,
    ImmutableArray<string> ResourceTypes,
    ImmutableArray<SupportClassification> Classifications
)
{
    public SupportClassification? Find(string name) =>
        Classifications.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether such a ticket has to name the peering whose prefixes are to be accepted.</summary>
    public bool NeedsPeering(SupportClassification classification) => classification == Classifications[0];
}

public sealed record SupportClassification(string Name, string DisplayName);
