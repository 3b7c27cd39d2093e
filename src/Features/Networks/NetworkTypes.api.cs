using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Networks;

namespace Causeway.Api.Networks;

/// <summary>The resource types of the networks, as the provider list shows them.</summary>
public static class NetworkTypes
{
    public static ArmType Network { get; } = Of(VirtualNetwork.ResourceType);

    public static ArmType Subnet { get; } = Network.Child("subnets");

    public static ArmType Peering { get; } = Network.Child("virtualNetworkPeerings");

    public static ArmType Gateway { get; } = Of(VirtualNetworkGateway.ResourceType);

    public static ArmType Connection { get; } = Of(Domain.Networks.Connection.ResourceType);

    public static ArmType PublicIp { get; } = Of(PublicIpAddress.ResourceType);

    public static ArmType Wan { get; } = Of(VirtualWan.ResourceType);

    public static ArmType Hub { get; } = Of(VirtualHub.ResourceType);

    public static ArmType HubGateway { get; } = Of(ExpressRouteGateway.ResourceType);

    public static ArmType HubConnection { get; } = HubGateway.Child("expressRouteConnections");

    private static ArmType Of(string fullName) => Namespaces.Network.Type(fullName[(Namespaces.Network.Name.Length + 1)..]);
}
