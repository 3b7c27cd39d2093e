using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Topology;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>Microsoft.Network/expressRouteServiceProviders</c>: who can be ordered from. Ids have empty segments, as on the real service.</summary>
internal sealed class ServiceProviderEndpoints(CircuitDesk desk) : IEndpoints
{
    private const string Id = "/subscriptions//resourceGroups//providers/Microsoft.Network/expressRouteServiceProviders/";

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.ServiceProvider, ArmLevel.Subscription)
            .ListInSubscription(
                request =>
                    request.ListAsync(
                        desk.Topology.ServiceProviders,
                        null,
                        _ => request.Id,
                        Body,
                        CircuitsContract.Default.ServiceProviderBody
                    ),
                () => CircuitsContract.Default.ServiceProviderBody
            );

    private static ServiceProviderBody Body(ServiceProvider provider) =>
        new(
            provider.Name,
            Id,
            CircuitTypes.ServiceProvider.FullName,
            new("Succeeded", provider.PeeringLocations, [.. provider.Bandwidths.Select(b => new BandwidthOffer(b.ToString(), b.Mbps))])
        );
}
