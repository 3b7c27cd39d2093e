using System.Text.Json.Serialization.Metadata;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary>What may be asked of a gateway: its connections, and the routes that its network learned and announces.</summary>
internal sealed class GatewayQuestions(
    Tracked<VirtualNetworkGateway> gateways,
    Tracked<VirtualNetwork> networks,
    Tracked<Connection> connections,
    ConnectionStatus status,
    ConnectionWire wire,
    VirtualNetworkGatewayWire gatewayWire,
    SiteTests tests,
    IStore store
) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        ArmTypeRoutes mapped = routes
            .Arm(NetworkTypes.Gateway)
            .GetBelow(
                "connections",
                ConnectionsAsync,
                new("ListConnections", "Lists the connections of a gateway.")
                {
                    Answer = () => NetworksContract.Default.ConnectionBody,
                    IsPage = true,
                }
            )
            .Post(
                "getLearnedRoutes",
                LearnedRoutesAsync,
                Asked(
                    "GetLearnedRoutes",
                    "Reads the routes that a gateway knows: its network's own, and those that linked circuits accepted.",
                    () => NetworksContract.Default.GatewayRoutesBody
                )
            )
            .Post(
                "getAdvertisedRoutes",
                AdvertisedRoutesAsync,
                Asked(
                    "GetAdvertisedRoutes",
                    "Reads the routes that a gateway announces to linked circuits.",
                    () => NetworksContract.Default.GatewayRoutesBody
                )
            )
            .Post(
                "getBgpPeerStatus",
                PeersAsync,
                Asked(
                    "GetBgpPeerStatus",
                    "Lists the edge routers that a gateway's circuits land on, and what each has learned for it.",
                    () => NetworksContract.Default.GatewayPeersBody
                )
            )
            .Post(
                "reset",
                ResetAsync,
                new("Reset", "Answers with the gateway: it is no machine here, so that there is none to start anew.")
                {
                    Result = () => NetworksContract.Default.GatewayBody,
                    Statuses = [202],
                    BeginsOperation = true,
                }
            );
        tests.Map(mapped, TestableAsync, (request, signal) => gateways.SendAsync(request.Id, signal, request.Context()));
    }

    private async ValueTask<TestableGateway?> TestableAsync(ArmRequest request) =>
        await gateways.ReadAsync(request.Id, request.Aborted) is { Resource: var gateway }
            ? await TestableGateway.OfAsync(gateway, connections, request.Aborted)
            : null;

    private static ArmContract Asked(string name, string summary, Func<JsonTypeInfo> result) =>
        new(name, summary)
        {
            Result = result,
            Statuses = [202],
            BeginsOperation = true,
            Parameters = [new ArmParameter("peer", "Only this peer, by its address.")],
        };

    private async ValueTask<ArmResult> ConnectionsAsync(ArmRequest request)
    {
        if (await gateways.ReadAsync(request.Id, request.Aborted) is null)
            return await request.NotFoundAsync();
        List<Versioned<Connection>> found = await ConnectionsOf(request.Id, request.Aborted).ToListAsync(request.Aborted);
        return await request.ListAsync(found, after: null, c => c.Resource.Id, c => wire.WriteAsync(request, c, Moment.Listed));
    }

    private IAsyncEnumerable<Versioned<Connection>> ConnectionsOf(ResourceId gateway, CancellationToken cancellation) =>
        connections.WithLabelAsync(Connection.GatewayLabel(gateway), cancellation);

    /// <summary>
    /// What the network knows: its own prefixes, and the customers' routes that the linked circuits accepted. Of those the ones of the connection with the higher
    /// routing weight come first, and have the higher weight.
    /// </summary>
    private async ValueTask<ArmResult> LearnedRoutesAsync(ArmRequest request)
    {
        if (await gateways.ReadAsync(request.Id, request.Aborted) is not { } gateway)
            return await request.NotFoundAsync();
        var routes = new List<GatewayRouteBody>(await OwnRoutesAsync(gateway.Resource, request.Aborted));
        List<Versioned<Connection>> linked = await ConnectionsOf(request.Id, request.Aborted).ToListAsync(request.Aborted);
        foreach (Versioned<Connection> connection in linked.OrderByDescending(c => c.Resource.Options.RoutingWeight))
            routes.AddRange(await status.LearnedAsync(connection.Resource, request.Aborted));
        return await RoutesAsync(request, gateway.Resource, routes);
    }

    /// <summary>What the network announces to one peer: its prefixes, as to every other; nothing to what is no peer of it.</summary>
    private async ValueTask<ArmResult> AdvertisedRoutesAsync(ArmRequest request)
    {
        if (await gateways.ReadAsync(request.Id, request.Aborted) is not { } gateway)
            return await request.NotFoundAsync();
        if (request.Query("peer") is not { Length: > 0 } peer)
            return Refusal.Invalid(
                "MissingQueryParameter",
                "The query parameter 'peer' is required: give the address of a peer, as 'neighbor' of getBgpPeerStatus has it.",
                "peer"
            );
        return await RoutesAsync(
            request,
            gateway.Resource,
            (await PeersOf(request)).Any(p => p.Neighbor == peer) ? await OwnRoutesAsync(gateway.Resource, request.Aborted) : []
        );
    }

    private async ValueTask<ArmResult> ResetAsync(ArmRequest request) =>
        await gateways.ReadAsync(request.Id, request.Aborted) is { } gateway
            ? await request.LaterAsync(
                store,
                await gatewayWire.ShownAsync(request, gateway),
                NetworksContract.Default.GatewayBody,
                gateway.Resource.Location
            )
            : await request.NotFoundAsync();

    private async ValueTask<ArmResult> PeersAsync(ArmRequest request)
    {
        if (await gateways.ReadAsync(request.Id, request.Aborted) is not { } gateway)
            return await request.NotFoundAsync();
        List<GatewayPeerBody> peers = await PeersOf(request);
        if (request.Query("peer") is { Length: > 0 } only)
            peers.RemoveAll(p => p.Neighbor != only);
        return await request.LaterAsync(
            store,
            new GatewayPeersBody(peers),
            NetworksContract.Default.GatewayPeersBody,
            gateway.Resource.Location
        );
    }

    private async ValueTask<List<GatewayPeerBody>> PeersOf(ArmRequest request)
    {
        var peers = new List<GatewayPeerBody>();
        await foreach (Versioned<Connection> connection in ConnectionsOf(request.Id, request.Aborted))
            peers.AddRange(await status.PeersAsync(connection.Resource, request.Aborted));
        return peers;
    }

    private async ValueTask<IReadOnlyList<GatewayRouteBody>> OwnRoutesAsync(
        VirtualNetworkGateway gateway,
        CancellationToken cancellation
    ) =>
        await networks.ReadAsync(gateway.Network, cancellation) is { } network
            ? [.. network.Resource.AddressSpace.Select(p => new GatewayRouteBody(p.ToString(), "", "", "Network", "", 32768))]
            : [];

    private ValueTask<ArmResult> RoutesAsync(ArmRequest request, VirtualNetworkGateway gateway, IReadOnlyList<GatewayRouteBody> routes) =>
        request.LaterAsync(store, new GatewayRoutesBody(routes), NetworksContract.Default.GatewayRoutesBody, gateway.Location);
}
