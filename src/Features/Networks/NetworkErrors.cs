using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>Refusals that more than one network workflow gives.</summary>
public static class NetworkErrors
{
    public static Refusal Fixed(string member, string has, string asked) =>
        Refusal.Invalid(
            "PropertyChangeNotAllowed",
            $"'{member}' is '{has}' and cannot be changed to '{asked}': delete the resource and create it anew.",
            member
        );

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

    private static ResourceId User(GatewayPlacement gateway) =>
        gateway.IpConfigurations is [var first, ..] ? gateway.Gateway.Child("ipConfigurations", first) : gateway.Gateway;
}
