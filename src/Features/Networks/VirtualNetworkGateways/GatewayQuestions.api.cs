using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary>What may be asked of a gateway: its connections, and the routes that its network learned and announces.</summary>
internal sealed class GatewayQuestions(
    Tracked<VirtualNetworkGateway> gateways,
    Tracked<VirtualNetwork> networks,
    Tracked<Connection> connections,
    ConnectionStatus status,
    ConnectionWire wire
) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.Gateway)
            .GetBelow(
                "connections",
                ConnectionsAsync,
                new("ListConnections", "Lists the connections of a gateway.")
                {
                    Answer = NetworksContract.Default.ConnectionBody,
                    IsPage = true,
                }
            )
            .Post(
                "getLearnedRoutes",
                LearnedRoutesAsync,
                new(
                    "GetLearnedRoutes",
                    "Reads the routes that a gateway knows: its network's own, and those that linked circuits accepted."
                )
                {
                    Answer = NetworksContract.Default.GatewayRoutesBody,
                }
            )
            .Post(
                "getAdvertisedRoutes",
                AdvertisedRoutesAsync,
                new("GetAdvertisedRoutes", "Reads the routes that a gateway announces to linked circuits.")
                {
                    Answer = NetworksContract.Default.GatewayRoutesBody,
                }
            );

    private async ValueTask<ArmResult> ConnectionsAsync(ArmRequest request)
    {
        if (await gateways.ReadAsync(request.Id, request.Aborted) is null)
            return await request.NotFoundAsync();
        List<Versioned<Connection>> found = await ConnectionsOf(request.Id, request.Aborted).ToListAsync(request.Aborted);
        return await request.ListAsync(found, after: null, c => c.Resource.Id, c => wire.WriteAsync(request, c, Moment.Listed));
    }

    private IAsyncEnumerable<Versioned<Connection>> ConnectionsOf(ResourceId gateway, CancellationToken cancellation) =>
        connections.WithLabelAsync(Connection.GatewayLabel(gateway), cancellation);

    /// <summary>What the network knows: its own prefixes, and the customers' routes that the linked circuits accepted.</summary>
    private async ValueTask<ArmResult> LearnedRoutesAsync(ArmRequest request)
    {
        if (await gateways.ReadAsync(request.Id, request.Aborted) is not { } gateway)
            return await request.NotFoundAsync();
        var routes = new List<GatewayRouteBody>(await OwnRoutesAsync(gateway.Resource, request.Aborted));
        await foreach (Versioned<Connection> connection in ConnectionsOf(request.Id, request.Aborted))
            routes.AddRange(await status.LearnedAsync(connection.Resource, request.Aborted));
        return Routes(routes);
    }

    /// <summary>What the network announces to every linked circuit: its prefixes.</summary>
    private async ValueTask<ArmResult> AdvertisedRoutesAsync(ArmRequest request) =>
        await gateways.ReadAsync(request.Id, request.Aborted) is { } gateway
            ? Routes(await OwnRoutesAsync(gateway.Resource, request.Aborted))
            : await request.NotFoundAsync();

    private async ValueTask<IReadOnlyList<GatewayRouteBody>> OwnRoutesAsync(
        VirtualNetworkGateway gateway,
        CancellationToken cancellation
    ) =>
        await networks.ReadAsync(gateway.Network, cancellation) is { } network
            ? [.. network.Resource.AddressSpace.Select(p => new GatewayRouteBody(p.ToString(), "", "", "Network", "", 32768))]
            : [];

    private static ArmResult.Ok Routes(IReadOnlyList<GatewayRouteBody> routes) =>
        new ArmResult.Ok(ArmBody.Of(new GatewayRoutesBody(routes), NetworksContract.Default.GatewayRoutesBody));
}
