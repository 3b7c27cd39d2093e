using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>Refusals that more than one network workflow gives.</summary>
public static class NetworkErrors
{
    /// <summary>Not for clients: the caller of the engine reads the links again and sends anew.</summary>
    public const string LinkedMeanwhileCode = "LinkedMeanwhile";

    public static Refusal LocationFixed(IResource resource, string asked) =>
        Refusal.Conflict(
            "InvalidResourceLocation",
            $"The resource '{resource.Id.Name}' already exists in location '{resource.Location}' and cannot be created in '{asked}'. Please select a new resource name.",
            "location"
        );

    public static Refusal Fixed(string member, string has, string asked) =>
        Refusal.Invalid(
            "PropertyChangeNotAllowed",
            $"'{member}' is '{has}' and cannot be changed to '{asked}': delete the resource and create it anew.",
            member
        );

    /// <summary>What another resource refers to went away between the look and the decision: a fault of the reference, not of the path.</summary>
    public static Refusal Gone(string what) =>
        Refusal.Invalid("InvalidResourceReference", $"{what} that the resource refers to does not exist: create it first.");

    public static Refusal SubnetInUse(GatewayPlacement gateway) =>
        Refusal.Invalid(
            "InUseSubnetCannotBeDeleted",
            $"Subnet GatewaySubnet is in use by {User(gateway)} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet."
        );

    public static Refusal SubnetPrefixInUse(GatewayPlacement gateway, Subnet subnet) =>
        Refusal.Invalid(
            "InUsePrefixCannotBeDeleted",
            $"IpPrefix {string.Join(", ", subnet.Prefixes)} on Subnet GatewaySubnet has active allocations of {User(gateway)} and cannot be deleted."
        );

    public static Refusal LinkedMeanwhile(VirtualNetwork network) =>
        Refusal.Conflict(LinkedMeanwhileCode, $"Network {network.Id} was linked to another circuit meanwhile; try again.");

    private static ResourceId User(GatewayPlacement gateway) =>
        gateway.IpConfigurations is [var first, ..] ? gateway.Gateway.Child("ipConfigurations", first) : gateway.Gateway;
}
