using System.Net;
using System.Net.Sockets;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary>
/// What may be asked of a network's addresses. Nothing here gives addresses of subnets to anybody: free are all but the first four and the last of each subnet,
/// which are kept back as on the real service.
/// </summary>
internal sealed class NetworkQuestions(Tracked<VirtualNetwork> networks) : IEndpoints
{
    private const int KeptBack = 4;
    private const int MostNamed = 5;

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.Network)
            .GetBelow(
                "usages",
                UsagesAsync,
                new("ListUsage", "Lists how many addresses each subnet of a network has, and how many are in use.")
                {
                    Answer = () => NetworksContract.Default.UsagesBody,
                }
            )
            .GetBelow(
                "CheckIPAddressAvailability",
                CheckAsync,
                new("CheckIPAddressAvailability", "Says whether an address of a network is free, and names others that are.")
                {
                    Answer = () => NetworksContract.Default.AddressAvailabilityBody,
                    Parameters = [new ArmParameter("ipAddress", "The address.")],
                }
            );

    private async ValueTask<ArmResult> UsagesAsync(ArmRequest request) =>
        await networks.ReadAsync(request.Id, request.Aborted) is { Resource: var network }
            ? ArmResult.Of(new UsagesBody([.. network.Subnets.Select(s => UsageOf(network, s))]), NetworksContract.Default.UsagesBody)
            : await request.NotFoundAsync();

    /// <summary>Of a GatewaySubnet nothing is counted, as on the real service.</summary>
    private static UsageBody UsageOf(VirtualNetwork network, Subnet subnet)
    {
        bool counted = !subnet.IsGatewaySubnet;
        return new(
            network.Id.Child("subnets", subnet.Name).Text,
            "Count",
            counted ? 0 : -1,
            counted ? subnet.Prefixes.Where(p => p.IsV4).Sum(Usable) : -1,
            new("SubnetSpace", "Subnet size and usage")
        );
    }

    /// <summary>Addresses of an IPv4 prefix without those that are kept back.</summary>
    private static long Usable(IpPrefix prefix) => Math.Max(0, (1L << (32 - prefix.Length)) - KeptBack - 1);

    private async ValueTask<ArmResult> CheckAsync(ArmRequest request)
    {
        if (!IPAddress.TryParse(request.Query("ipAddress"), out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetwork)
            return Refusal.Invalid("InvalidIPAddress", "'ipAddress' has to be an IPv4 address, such as 10.0.1.4.", "ipAddress");
        if (await networks.ReadAsync(request.Id, request.Aborted) is not { Resource: var network })
            return await request.NotFoundAsync();
        IpPrefix? home = network.Subnets.SelectMany(s => s.Prefixes).Where(p => p.Contains(address)).Cast<IpPrefix?>().FirstOrDefault();
        if (home is not { } prefix)
            return Refusal.Invalid(
                "PrivateIPAddressNotInAnySubnet",
                $"Private static IP address {address} does not belong to the range of any subnet in the virtual network {network.Id}.",
                "ipAddress"
            );
        return IsFree(prefix, address)
            ? ArmResult.Of(new AddressAvailabilityBody(true, null), NetworksContract.Default.AddressAvailabilityBody)
            : ArmResult.Of(new AddressAvailabilityBody(false, [.. Free(prefix)]), NetworksContract.Default.AddressAvailabilityBody);
    }

    private static bool IsFree(IpPrefix prefix, IPAddress address)
    {
        if (Usable(prefix) == 0 || address.Equals(prefix.AddressAt((uint)((1L << (32 - prefix.Length)) - 1))))
            return false;
        return !Enumerable.Range(0, KeptBack).Any(i => prefix.AddressAt((uint)i).Equals(address));
    }

    private static IEnumerable<string> Free(IpPrefix prefix) =>
        Enumerable.Range(KeptBack, (int)Math.Min(MostNamed, Usable(prefix))).Select(i => prefix.AddressAt((uint)i).ToString());
}
