using System.Collections.Immutable;
using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/connections</c>, of type ExpressRoute: a network linked to a circuit.</summary>
public sealed class ConnectionEndpoints(
    Tracked<Connection> connections,
    Tracked<VirtualNetworkGateway> gateways,
    Tracked<Circuit> circuits,
    NetworkWrites writes,
    ConnectionStatus status,
    Func<NetworkTopology> topology
)
{
    private const string JoinGateway = "Microsoft.Network/virtualNetworkGateways/write";
    private const string JoinCircuit = "Microsoft.Network/expressRouteCircuits/join/action";

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.Connection)
            .Put(PutAsync)
            .Get(r => connections.GetAsync(r, ViewFor(r)))
            .Patch(r => connections.TagAsync(r, ViewFor(r)))
            .Delete(DeleteAsync)
            .ListInGroup(r => connections.ListAsync(r, ViewFor(r)));

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        Versioned<Connection>? present = await connections.ReadAsync(request.Id, request.Aborted);
        BodyReader body = await request.BodyAsync();
        string? location = body.Location(present?.Resource.Location);
        ImmutableSortedDictionary<string, string> tags = body.Tags() ?? ImmutableSortedDictionary<string, string>.Empty;
        BodyReader properties = body.Object("properties", required: true);
        string? kind = properties.OneOf("connectionType", ["ExpressRoute", "IPsec", "Vnet2Vnet", "VPNClient"], required: true);
        if (kind is not (null or "ExpressRoute"))
            properties.Problem(
                "ConnectionTypeNotSupported",
                "connectionType",
                $"A {kind} connection cannot be had here: Causeway links networks to circuits only. Use connectionType ExpressRoute."
            );
        ResourceId? gatewayId = properties.Reference("virtualNetworkGateway1", NetworkTypes.Gateway.FullName, required: true);
        ResourceId? circuitId = properties.Reference("peer", Circuit.ResourceType, required: true);
        string? key = properties.String("authorizationKey", 200, lines: true);
        var options = new ConnectionOptions(
            properties.Integer("routingWeight", 0, ConnectionOptions.MaximumRoutingWeight) ?? 0,
            properties.Boolean("expressRouteGatewayBypass") ?? false,
            properties.Boolean("enablePrivateLinkFastPath") ?? false,
            properties.Boolean("enableBgp") ?? false
        );
        if (gatewayId is not null && gatewayId.Subscription != request.Subscription)
            properties.Problem(
                "InvalidGateway",
                "virtualNetworkGateway1.id",
                "The gateway has to be of the connection's own subscription."
            );
        if (body.Refusal is { } no)
            return no;

        if (!await request.MayAsync(JoinGateway, gatewayId!))
            return References.Forbidden(request, JoinGateway, gatewayId!);
        if (await gateways.ReadAsync(gatewayId!, request.Aborted) is not { Resource: var gateway })
            return References.NotFound(gatewayId!, request.Id, "properties.virtualNetworkGateway1");
        if (gateway.Location != location)
            return Refusal.Invalid(
                "InvalidResourceReference",
                $"The connection has to be in the region of its gateway: '{gateway.Location}', not '{location}'.",
                "location"
            );
        bool own = circuitId!.Subscription == request.Subscription;
        if (own && !await request.MayAsync(JoinCircuit, circuitId))
            return References.Forbidden(request, JoinCircuit, circuitId);
        Circuit? circuit = (await circuits.ReadAsync(circuitId, request.Aborted))?.Resource;
        // Looked at here as well as in the decision, because rules of the caller's own network come first there, and some of them speak of the circuit.
        if (Linking.Stranger(circuit, circuitId, request.Subscription, key, request.Id) is { } stranger)
            return stranger;
        if (circuit is null)
            return References.NotFound(circuitId, request.Id, "properties.peer");

        var put = new PutConnection(
            request.Now,
            request.Id,
            location!,
            tags,
            gateway.Id,
            gateway.Network,
            circuit.Id,
            Authorized: !own,
            options,
            Guid.NewGuid()
        );
        Ticket ticket = request.Ticket();
        SendOutcome outcome = await writes.PutConnectionAsync(
            put,
            circuit.Order.PeeringLocation,
            prefixes => new LinkNetwork(
                put.At,
                put.Circuit,
                put.Id,
                put.Network,
                prefixes,
                topology().FindRegion(gateway.Location)?.GeopoliticalRegion ?? "",
                request.Subscription,
                own ? null : key,
                options.RoutingWeight
            )
            {
                Region = gateway.Location,
                Ticket = ticket,
            },
            request.Context()
        );
        return await connections.StoredAsync(
            request,
            outcome,
            ViewFor(request),
            made: c => c.ResourceGuid == put.ResourceGuid,
            _ => RunningAsync(request, gateway.Location)
        );
    }

    /// <summary>The connection is gone at once; the operation ends when the routers have let go of the network's prefixes.</summary>
    private ValueTask<ArmResult> DeleteAsync(ArmRequest request) =>
        connections.DeleteAsync(
            request,
            c => writes.DeleteConnectionAsync(c, request.Ticket(), request.Context()),
            c => RunningAsync(request, c.Location)
        );

    private View<Connection> ViewFor(ArmRequest request) => (connection, _) => status.ViewAsync(connection, request.Aborted);

    /// <summary>The request's operation while the routers still have to follow; null when there is nothing to wait for.</summary>
    private async ValueTask<ArmOperation?> RunningAsync(ArmRequest request, string location) =>
        await writes.Store.GetOperationAsync(request.RequestId, CancellationToken.None) is { Status: OperationStatus.InProgress }
            ? new ArmOperation(request.RequestId, location)
            : null;
}
