using Causeway.Api.Kit;
using Causeway.Api.Resources;

namespace Causeway.Api;

/// <summary>What the server has: one line a feature. The order is that in which their endpoints are mapped.</summary>
public static class AllFeatures
{
    public static IReadOnlyList<Feature> List { get; } =
    [
        new Circuits.Circuits(),
        new Circuits.DirectPorts(),
        new CrossConnections.CrossConnections(),
        new RouteFilters.RouteFilters(),
        new Networks.Connections(),
        new Networks.VirtualNetworkGateways(),
        new Networks.VirtualNetworks(),
        new Networks.PublicIpAddresses(),
        new Networks.ExpressRouteGateways(),
        new Networks.VirtualHubs(),
        new Networks.VirtualWans(),
        new InternetPeering.InternetPeerings(),
        new Support.Support(),
        new Usage.Usage(),
        new Operations.Operations(),
        new Deployments(),
        new Locks(),
        new OpenApi.ApiDocuments(),
        new ArmResources(), // last: it lists and polls what the others have
    ];
}
