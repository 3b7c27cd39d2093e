using System.Net;
using System.Net.Sockets;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary>What clients ask of a virtual network on their way: whether an address is free, how full its subnets are, and which networks it is peered with.</summary>
internal sealed class NetworkQuestions(Tracked<VirtualNetwork> networks) : IEndpoints
{
    /// <summary>How many free addresses are named in place of one that is taken.</summary>
    private const int MostNamed = 5;

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.Network)
            .GetBelow(
                "CheckIPAddressAvailability",
                AvailabilityAsync,
                new("CheckIPAddressAvailability", "Says whether an address of a network is free.")
                {
                    Answer = NetworksContract.Default.AddressAvailabilityBody,
                    Parameters = [new("ipAddress", "An IPv4 address of one of its subnets.")],
                }
            )
            .GetBelow(
                "usages",
                UsagesAsync,
                new("ListUsage", "Lists how many addresses of each subnet are taken, and how many there are.")
                {
                    Answer = NetworksContract.Default.SubnetUsagesBody,
                }
            )
            .GetBelow(
                "virtualNetworkPeerings",
                PeeringsAsync,
                new("ListPeerings", "Lists the networks that a network is peered with: none, for this installation peers none.")
                {
                    Answer = NetworksContract.Default.NoneOfferedBody,
                }
            );

    private async ValueTask<ArmResult> AvailabilityAsync(ArmRequest request)
    {
        if (!IPAddress.TryParse(request.Query("ipAddress"), out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetwork)
            return Refusal.Invalid("InvalidIPAddressFormat", "Name an IPv4 address: ?ipAddress=10.0.0.4.", "ipAddress");
        if (await networks.ReadAsync(request.Id, request.Aborted) is not { Resource: var network })
            return await request.NotFoundAsync();
        if (network.Subnets.SelectMany(s => s.Prefixes).FirstOrDefault(p => p.Contains(address)) is not { IsV4: true, Length: > 0 } subnet)
            return Refusal.Invalid(
                "PrivateIPAddressNotInAnySubnet",
                $"Private static IP address {address} does not belong to the range of any subnet in virtual network {network.Id.Name}.",
                "ipAddress"
            );
        bool isFree = NetworkRules.IsUsable(subnet, address);
        return ArmResult.Of(
            new AddressAvailabilityBody(
                isFree,
                isFree ? [] : [.. NetworkRules.UsableIn(subnet).Take(MostNamed).Select(a => a.ToString())],
                !isFree
            ),
            NetworksContract.Default.AddressAvailabilityBody
        );
    }

    private async ValueTask<ArmResult> UsagesAsync(ArmRequest request)
    {
        if (await networks.ReadAsync(request.Id, request.Aborted) is not { Resource: var network })
            return await request.NotFoundAsync();
        return ArmResult.Of(
            new SubnetUsagesBody([
                .. from subnet in network.Subnets
                let size = subnet.Prefixes.Where(p => p.IsV4).Sum(p => Math.Max(0, (1L << (32 - p.Length)) - NetworkRules.Reserved))
                select new SubnetUsageBody(
                    network.Id.Child("subnets", subnet.Name).Text,
                    "Count",
                    // Nothing here takes an address of a subnet.
                    CurrentValue: 0,
                    size,
                    new("SubnetSpace", "Subnet size and usage")
                ),
            ]),
            NetworksContract.Default.SubnetUsagesBody
        );
    }

    private async ValueTask<ArmResult> PeeringsAsync(ArmRequest request) =>
        await networks.ReadAsync(request.Id, request.Aborted) is null
            ? await request.NotFoundAsync()
            : ArmResult.Of(new NoneOfferedBody([]), NetworksContract.Default.NoneOfferedBody);
}
