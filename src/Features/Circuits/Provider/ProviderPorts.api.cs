using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>
/// <c>Microsoft.Network/expressRouteProviderPorts</c>: the port pairs that a connectivity provider's orders land on, and what is left of them. A subscription sees
/// those of the locations that its provider serves; one of a customer sees none.
/// </summary>
internal sealed class ProviderPorts(Engine engine, PortLoadWorkflow loads, Func<NetworkTopology> topology) : IEndpoints
{
    public static ArmType Type { get; } =
        Namespaces.Network.Type("expressRouteProviderPorts") with
        {
            Locations = [],
            SupportsTags = false,
        };

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(Type, ArmLevel.Subscription)
            .Get(GetAsync, () => CircuitsContract.Default.ProviderPortBody)
            .ListInSubscription(ListAsync, () => CircuitsContract.Default.ProviderPortBody, EqualFilter.Parameter("location"));

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        EqualFilter filter = EqualFilter.Of(request, "location");
        if (filter.Refusal is { } no)
            return no;
        var ports = new List<ProviderPortBody>();
        foreach ((PeeringLocation location, RouterPair pair) in PairsOf(request))
            if (filter.Takes(location.Name) || filter.Takes(BelowOf(location)) || filter.Takes(location.Region))
                ports.Add(await BodyAsync(request, location, pair));
        return await request.ListAsync(ports, null, _ => request.Id, p => p, CircuitsContract.Default.ProviderPortBody);
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request)
    {
        foreach ((PeeringLocation location, RouterPair pair) in PairsOf(request))
            if (pair.Name.Equals(request.Id.Name, StringComparison.OrdinalIgnoreCase))
                return ArmResult.Of(await BodyAsync(request, location, pair), CircuitsContract.Default.ProviderPortBody);
        return await request.NotFoundAsync();
    }

    private IEnumerable<(PeeringLocation Location, RouterPair Pair)> PairsOf(ArmRequest request) =>
        from location in topology().PeeringLocations
        where
            topology()
                .ServiceProviders.Any(p =>
                    p.Subscription == request.Subscription && p.PeeringLocations.Contains(location.Name, StringComparer.OrdinalIgnoreCase)
                )
        from pair in location.Pairs
        select (location, pair);

    /// <summary>A location's name as paths have it.</summary>
    private static string BelowOf(PeeringLocation location) => location.Name.Replace(" ", "", StringComparison.Ordinal);

    private async ValueTask<ProviderPortBody> BodyAsync(ArmRequest request, PeeringLocation location, RouterPair pair)
    {
        long used = (await engine.ReadAsync(loads, PortLoad.IdOf(pair.Name), request.Aborted))?.Resource.Mbps ?? 0;
        return new ProviderPortBody(
            pair.Name,
            $"/subscriptions/{request.Subscription}/providers/{Type.FullName}/{pair.Name}",
            Type.FullName,
            location.Region,
            new(
                pair.Name,
                pair.Primary.PortName,
                pair.Secondary.PortName,
                BelowOf(location),
                pair.OverprovisionFactor,
                pair.PortBandwidth.Mbps,
                used,
                PortLoad.CapacityOf(pair) - used
            )
        );
    }
}
