using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Circuits;

namespace Causeway.Api.Circuits;

/// <summary>The resource types around circuits, as the provider list shows them.</summary>
public static class CircuitTypes
{
    public static ArmType Circuit { get; } = Namespaces.Network.Type("expressRouteCircuits");

    public static ArmType Peering { get; } = Circuit.Child("peerings");

    /// <summary>Global Reach, below the private peering of the circuit that asked for it.</summary>
    public static ArmType Reach { get; } = Peering.Child("connections");

    /// <summary>The same below that of the circuit that was asked.</summary>
    public static ArmType PeeredReach { get; } = Peering.Child("peerConnections");

    public static ArmType Authorization { get; } = Circuit.Child("authorizations");

    public static ArmType ServiceProvider { get; } =
        Namespaces.Network.Type("expressRouteServiceProviders") with
        {
            Locations = [],
            SupportsTags = false,
        };

    /// <summary>The peering types by the names of the child resources.</summary>
    public static bool TryPeering(string name, out PeeringType type) =>
        Enum.TryParse(name, ignoreCase: true, out type) && Enum.IsDefined(type) && !char.IsAsciiDigit(name[0]);
}
