using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/connections</c>, of type ExpressRoute: a network linked to a circuit.</summary>
public sealed class ConnectionEndpoints(NetworkReader reader, NetworkWrites writes, ConnectionStatus status, Func<NetworkTopology> topology)
{
    private const string Type = Connection.ResourceType;
    private const string JoinGateway = "Microsoft.Network/virtualNetworkGateways/write";
    private const string JoinCircuit = "Microsoft.Network/expressRouteCircuits/join/action";

    public void Map(IEndpointRouteBuilder routes) =>
        routes.Arm(NetworkTypes.Connection).Put(PutAsync).Get(GetAsync).Patch(PatchAsync).Delete(DeleteAsync).ListInGroup(ListAsync);

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        Versioned<Connection>? present = await reader.ReadAsync<Connection>(Type, request.Id, request.Aborted);
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
        string? key = properties.String("authorizationKey", 200);
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
            return NetworkAnswers.LinkedForbidden(request, JoinGateway, gatewayId!);
        if (
            await reader.ReadAsync<VirtualNetworkGateway>(VirtualNetworkGateway.ResourceType, gatewayId!, request.Aborted)
            is not { Resource: var gateway }
        )
            return NetworkAnswers.ReferenceNotFound(gatewayId!, request.Id, "properties.virtualNetworkGateway1");
        if (gateway.Location != location)
            return Refusal.Invalid(
                "InvalidResourceReference",
                $"The connection has to be in the region of its gateway: '{gateway.Location}', not '{location}'.",
                "location"
            );
        bool own = circuitId!.Subscription == request.Subscription;
        bool linked = present?.Resource.Circuit == circuitId;
        if (own && !await request.MayAsync(JoinCircuit, circuitId))
            return NetworkAnswers.LinkedForbidden(request, JoinCircuit, circuitId);
        if (!own && key is null && !linked)
            return Refusal.Invalid(
                "AuthorizationKeyRequired",
                $"Circuit {circuitId} is of another subscription: give the authorizationKey that its owner made for you.",
                "properties.authorizationKey"
            );
        Circuit? circuit = (await reader.ReadAsync<Circuit>(Circuit.ResourceType, circuitId, request.Aborted))?.Resource;
        if (circuit is null)
            return NetworkAnswers.ReferenceNotFound(circuitId, request.Id, "properties.peer");

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
        Ticket ticket = TicketOf(request, "PUT");
        SendOutcome outcome = await writes.PutConnectionAsync(
            put,
            circuit.Order.PeeringLocation,
            prefixes => new LinkNetwork(
                put.At,
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
            NetworkWrites.ContextOf(request)
        );
        if (outcome is not SendOutcome.Delivered { After: [{ } row, ..] })
            return NetworkAnswers.Deleted(outcome);
        ArmBody answer = ArmBody.Json(await status.ViewAsync(reader.Read<Connection>(Type, row), request.Aborted), Write);
        ArmOperation? operation = await RunningAsync(request, gateway.Location);
        return row.Revision == 1 ? new ArmResult.Created(answer, operation) : new ArmResult.Ok(answer, operation);
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await reader.ReadAsync<Connection>(Type, request.Id, request.Aborted) is { } connection
            ? new ArmResult.Ok(ArmBody.Json(await status.ViewAsync(connection, request.Aborted), Write))
            : await request.NotFoundAsync();

    private async ValueTask<ArmResult> PatchAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        if (body.Refusal is { } no)
            return no;
        if (await reader.ReadAsync<Connection>(Type, request.Id, request.Aborted) is not { } present)
            return await request.NotFoundAsync();
        SendOutcome outcome = await writes.SendAsync(
            request.Id,
            Type,
            new ReplaceTags(request.Now, tags ?? present.Resource.Tags),
            NetworkWrites.ContextOf(request)
        );
        return outcome is SendOutcome.Delivered { After: [{ } row] }
            ? new ArmResult.Ok(ArmBody.Json(await status.ViewAsync(reader.Read<Connection>(Type, row), request.Aborted), Write))
            : NetworkAnswers.Deleted(outcome);
    }

    /// <summary>The connection is gone at once; the operation ends when the routers have let go of the network's prefixes.</summary>
    private async ValueTask<ArmResult> DeleteAsync(ArmRequest request)
    {
        if (await reader.ReadAsync<Connection>(Type, request.Id, request.Aborted) is not { Resource: var connection })
            return new ArmResult.NoContent();
        SendOutcome outcome = await writes.DeleteConnectionAsync(connection, TicketOf(request, "DELETE"), NetworkWrites.ContextOf(request));
        return outcome is SendOutcome.Delivered && await RunningAsync(request, connection.Location) is { } operation
            ? new ArmResult.Accepted(operation)
            : NetworkAnswers.Deleted(outcome);
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        Page<StoredResource> rows = await reader.Engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = Type,
                Scope = request.Id,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        var views = new List<ConnectionView>(rows.Items.Count);
        foreach (StoredResource row in rows.Items)
            views.Add(await status.ViewAsync(reader.Read<Connection>(Type, row), request.Aborted));
        return await request.ListAsync(views, rows.After, v => v.Connection.Resource.Id, Write);
    }

    private static Ticket TicketOf(ArmRequest request, string verb) =>
        new(request.RequestId, request.Id, $"{verb} {Type}", request.Caller.ObjectId);

    /// <summary>The request's operation while the routers still have to follow; null when there is nothing to wait for.</summary>
    private async ValueTask<ArmOperation?> RunningAsync(ArmRequest request, string location) =>
        await reader.Engine.Store.GetOperationAsync(request.RequestId, CancellationToken.None) is { Status: OperationStatus.InProgress }
            ? new ArmOperation(request.RequestId, location)
            : null;

    internal static void Write(Utf8JsonWriter writer, ConnectionView view)
    {
        Connection resource = view.Connection.Resource;
        writer.StartResource(view.Connection, Type);
        writer.StartProperties(view.ProvisioningState, resource.ResourceGuid);
        writer.WriteReference("virtualNetworkGateway1", resource.Gateway);
        writer.WriteString("connectionType"u8, "ExpressRoute");
        writer.WriteNumber("routingWeight"u8, resource.Options.RoutingWeight);
        writer.WriteBoolean("enableBgp"u8, resource.Options.EnableBgp);
        writer.WriteBoolean("expressRouteGatewayBypass"u8, resource.Options.GatewayBypass);
        writer.WriteBoolean("enablePrivateLinkFastPath"u8, resource.Options.PrivateLinkFastPath);
        writer.WriteString("connectionStatus"u8, view.Status);
        writer.WriteReference("peer", resource.Circuit);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
