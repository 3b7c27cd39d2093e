using System.Collections.Immutable;
using Causeway.Domain.Topology;

namespace Causeway.Domain.Support;

/// <summary>
/// What customers may ask about: what Causeway itself knows of, and what the topology adds (<c>supportClassifications</c>). The first classification of each service is
/// the manual validation of advertised prefixes.
/// </summary>
public sealed class SupportCatalogue(Func<NetworkTopology> topology)
{
    private static readonly SupportClassification s_prefixes = new("advertisedPrefixes", "Manual validation of advertised public prefixes");

    public static ImmutableArray<SupportService> BuiltIn { get; } =
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

    public IEnumerable<SupportService> Services =>
        BuiltIn.Select(s =>
            s with
            {
                Classifications = s.Classifications.InsertRange(
                    // What is not on the list comes last.
                    s.Classifications.Length - 1,
                    topology()
                        .SupportClassifications.Where(c => c.Service.Equals(s.Name, StringComparison.OrdinalIgnoreCase))
                        .Select(c => new SupportClassification(c.Name, c.DisplayName))
                ),
            }
        );

    public SupportService? Find(string name) => Services.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
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
