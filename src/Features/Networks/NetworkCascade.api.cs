using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary>Connections go first: nothing keeps one.</summary>
public sealed class ConnectionCascade(Tracked<Connection> connections, NetworkWrites writes) : ICascadeDelete
{
    public string Type => Connection.ResourceType;
    public int Order => 10;

    public ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation) =>
        new((Refusal?)null);

    public async Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation) =>
        Cascades.RefusalOf(
            await writes.DeleteConnectionAsync(connections.Read(resource).Resource, ticket: null, new SendContext(actor, correlationId))
        );
}

/// <summary>Gateways go after the connections; one of another group keeps them.</summary>
public sealed class GatewayCascade(Tracked<VirtualNetworkGateway> gateways, Tracked<Connection> connections, NetworkWrites writes)
    : ICascadeDelete
{
    public string Type => VirtualNetworkGateway.ResourceType;
    public int Order => 20;

    public async ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation)
    {
        await foreach (Versioned<Connection> connection in connections.WithLabelAsync(Connection.GatewayLabel(resource.Id), cancellation))
            if (!group.Contains(connection.Resource.Id))
                return Refusal.Conflict(
                    "InUseVirtualNetworkGatewayCannotBeDeleted",
                    $"Gateway {resource.Id} is in use by connection {connection.Resource.Id}: delete that connection first."
                );
        return null;
    }

    public async Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation) =>
        Cascades.RefusalOf(await writes.DeleteGatewayAsync(gateways.Read(resource).Resource, new SendContext(actor, correlationId)));
}

/// <summary>Networks go last; a gateway of another group keeps them.</summary>
public sealed class VirtualNetworkCascade(Tracked<VirtualNetwork> networks, TimeProvider clock) : ICascadeDelete
{
    public string Type => VirtualNetwork.ResourceType;
    public int Order => 40;

    public ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation) =>
        new(
            networks.Read(resource).Resource.Gateway is { } gateway && !group.Contains(gateway.Gateway)
                ? NetworkErrors.SubnetInUse(gateway)
                : null
        );

    public async Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation) =>
        Cascades.RefusalOf(
            await networks.SendAsync(resource.Id, new DeleteVirtualNetwork(clock.GetUtcNow()), new SendContext(actor, correlationId))
        );
}

/// <summary>Public addresses go after the gateways that use them.</summary>
public sealed class PublicIpCascade(Tracked<PublicIpAddress> addresses, TimeProvider clock) : ICascadeDelete
{
    public string Type => PublicIpAddress.ResourceType;
    public int Order => 50;

    public ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation) =>
        new(
            addresses.Read(resource).Resource.UsedBy is { } user && !group.Contains(user)
                ? Refusal.Conflict(
                    "PublicIPAddressCannotBeDeleted",
                    $"Public IP address {resource.Id} is in use by {user}: delete that first."
                )
                : null
        );

    public async Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation) =>
        Cascades.RefusalOf(
            await addresses.SendAsync(resource.Id, new DeletePublicIp(clock.GetUtcNow()), new SendContext(actor, correlationId))
        );
}

file static class Cascades
{
    public static Refusal? RefusalOf(SendOutcome outcome) => outcome is SendOutcome.Refused refused ? refused.Refusal : null;
}
