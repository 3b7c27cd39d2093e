using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary><c>Microsoft.Network/expressRouteProviderPorts</c>: the router pairs where a provider hands its circuits over, as its own subscription sees them.</summary>
internal sealed class ProviderPortEndpoints(Engine engine, PortLoadWorkflow loads, Func<NetworkTopology> topology) : IEndpoints
{
    public static ArmType Type { get; } =
        Namespaces.Network.Type("expressRouteProviderPorts") with
        {
            Locations = [],
            SupportsTags = false,
        };

    private const string All = "/subscriptions/{subscription}/providers/Microsoft.Network/expressRouteProviderPorts";

    public void Map(IEndpointRouteBuilder routes)
    {
        var list = new ArmContract("List", "Lists the port pairs that a provider has circuits on, or may have, with what is left of them.")
        {
            Answer = ProviderPortContract.Default.ListBodyProviderPortBody,
            Parameters = [new("$filter", "location eq '…' keeps those of a peering location.")],
        };
        routes.MapArm(All, Asked(list), ListAsync);
        var get = new ArmContract("Get", "Reads a port pair of a provider.") { Answer = ProviderPortContract.Default.ProviderPortBody };
        routes.MapArm($"{All}/{{port}}", Asked(get), GetAsync);
    }

    private static ArmEndpoint Asked(ArmContract contract) =>
        new(Type, "GET", $"{Type.FullName}/read", ArmTarget.Scope) { Contract = contract };

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        string? filter = request.Query("$filter");
        string[] words = filter?.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (filter is not null && words is not ["location", "eq", ['\'', .., '\'']])
            return Refusal.Invalid("InvalidFilterInQueryString", "Filter by the peering location: location eq 'Amsterdam'.", "$filter");
        string? place = filter is null ? null : words[2][1..^1];
        var ports = new List<ProviderPortBody>();
        foreach ((PeeringLocation location, RouterPair pair) in Pairs(request.Subscription))
            if (place is null || location.Name.Equals(place, StringComparison.OrdinalIgnoreCase))
                ports.Add(await BodyAsync(request, location, pair));
        return ArmResult.Of(new ListBody<ProviderPortBody>(ports), ProviderPortContract.Default.ListBodyProviderPortBody);
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request)
    {
        string name = request.Route("port");
        foreach ((PeeringLocation location, RouterPair pair) in Pairs(request.Subscription))
            if (pair.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return ArmResult.Of(await BodyAsync(request, location, pair), ProviderPortContract.Default.ProviderPortBody);
        return Refusal.NotFound("ResourceNotFound", $"'{name}' is no port pair of a provider of this subscription.");
    }

    private IEnumerable<(PeeringLocation, RouterPair)> Pairs(string subscription)
    {
        NetworkTopology now = topology();
        HashSet<string> places =
        [
            .. now
                .ServiceProviders.Where(p => p.Subscription.Equals(subscription, StringComparison.OrdinalIgnoreCase))
                .SelectMany(p => p.PeeringLocations),
        ];
        return now.PeeringLocations.Where(l => places.Contains(l.Name)).SelectMany(l => l.Pairs.Select(p => (l, p)));
    }

    private async ValueTask<ProviderPortBody> BodyAsync(ArmRequest request, PeeringLocation location, RouterPair pair)
    {
        long used = (await engine.ReadAsync(loads, PortLoad.IdOf(pair.Name), request.Aborted))?.Resource.Mbps ?? 0;
        long capacity = PortLoad.CapacityOf(pair);
        return new ProviderPortBody(
            pair.Name,
            $"/subscriptions/{request.Subscription}/providers/{Type.FullName}/{pair.Name}",
            Type.FullName,
            new ProviderPortProperties(
                pair.Name,
                pair.Primary.PortName,
                pair.Secondary.PortName,
                location.Name,
                pair.OverprovisionFactor,
                pair.PortBandwidth.Mbps,
                used,
                capacity - used
            )
        );
    }
}
