using Causeway.Api.Networks;
using Causeway.Arm;
using Causeway.Domain.Circuits;

namespace Causeway.Api.Circuits;

/// <summary>The resource types around circuits, as the provider list shows them.</summary>
public static class CircuitTypes
{
    public static ArmType Circuit { get; } = Of("expressRouteCircuits");

    public static ArmType Peering { get; } = Circuit.Child("peerings");

    public static ArmType Authorization { get; } = Circuit.Child("authorizations");

    public static ArmType CrossConnection { get; } = Of("expressRouteCrossConnections") with { GroupsAreStored = false };

    public static ArmType CrossPeering { get; } = CrossConnection.Child("peerings");

    public static ArmType ServiceProvider { get; } = Of("expressRouteServiceProviders") with { Locations = [], SupportsTags = false };

    public static ArmType[] All { get; } = [Circuit, Peering, Authorization, CrossConnection, CrossPeering, ServiceProvider];

    /// <summary>The peering types by the names of the child resources.</summary>
    public static bool TryPeering(string name, out PeeringType type) =>
        Enum.TryParse(name, ignoreCase: true, out type) && Enum.IsDefined(type) && !char.IsAsciiDigit(name[0]);

    private static ArmType Of(string path) => new("Microsoft.Network", path, NetworkTypes.Versions);
}
