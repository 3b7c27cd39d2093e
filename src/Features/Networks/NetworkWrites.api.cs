using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary>
/// The writes that span several resources, each one atomic send: requests, deletion with a resource group and effects use the same ones. The first signal
/// is always the one for the resource that was asked for, so that its precondition is judged.
/// </summary>
public sealed class NetworkWrites(Engine engine, Tracked<VirtualNetwork> networks, TimeProvider clock)
{
    /// <summary>How often an address-space change is made anew because the network was linked elsewhere meanwhile.</summary>
    private const int MostTries = 20;

    public IStore Store => engine.Store;

    /// <summary>Stores a network and tells every linked circuit its prefixes: all of it, or none.</summary>
    public async Task<SendOutcome> PutNetworkAsync(PutVirtualNetwork put, SendContext context)
    {
        for (int attempt = 1; ; attempt++)
        {
            ImmutableArray<ResourceId> circuits = await networks.ReadAsync(put.Id, CancellationToken.None) is { } network
                ? [.. network.Resource.Links.Select(l => l.Circuit).Distinct()]
                : [];
            PutVirtualNetwork told = put with { Told = circuits };
            SendOutcome outcome = await engine.SendAsync(
                [
                    To(put.Id, VirtualNetwork.ResourceType, told),
                    .. circuits.Select(c => To(c, Circuit.ResourceType, new ChangeLinkedPrefixes(put.At, put.Id, put.AddressSpace))),
                ],
                context,
                CancellationToken.None
            );
            if (outcome is SendOutcome.Refused { Refusal.Code: NetworkErrors.LinkedMeanwhileCode } && attempt < MostTries)
                continue;
            return outcome;
        }
    }

    /// <summary>Stores a gateway, places it in its network, and takes its public addresses.</summary>
    public Task<SendOutcome> PutGatewayAsync(PutGateway put, SendContext context) =>
        engine.SendAsync(
            [
                To(put.Id, VirtualNetworkGateway.ResourceType, put),
                To(
                    put.Network,
                    VirtualNetwork.ResourceType,
                    new PlaceGateway(put.At, new GatewayPlacement(put.Id, put.Sku, [.. put.IpConfigurations.Select(c => c.Name)]))
                ),
                .. put
                    .IpConfigurations.Where(c => c.PublicIp is not null)
                    .Select(c =>
                        To(c.PublicIp!, PublicIpAddress.ResourceType, new UsePublicIp(put.At, put.Id.Child("ipConfigurations", c.Name)))
                    ),
            ],
            context,
            CancellationToken.None
        );

    public Task<SendOutcome> DeleteGatewayAsync(VirtualNetworkGateway gateway, SendContext context)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return engine.SendAsync(
            [
                To(gateway.Id, VirtualNetworkGateway.ResourceType, new DeleteGateway(now)),
                To(gateway.Network, VirtualNetwork.ResourceType, new RemoveGateway(now, gateway.Id)),
                .. gateway
                    .IpConfigurations.Where(c => c.PublicIp is not null)
                    .Select(c =>
                        To(
                            c.PublicIp!,
                            PublicIpAddress.ResourceType,
                            new ReleasePublicIp(now, gateway.Id.Child("ipConfigurations", c.Name))
                        )
                    ),
            ],
            context,
            CancellationToken.None
        );
    }

    /// <summary>Stores a connection, and with it the link in its network and in the circuit.</summary>
    /// <param name="link">Makes the circuit's signal from the network's prefixes, which are read anew for every try.</param>
    public Task<SendOutcome> PutConnectionAsync(
        PutConnection put,
        string peeringLocation,
        Func<ImmutableArray<IpPrefix>, LinkNetwork> link,
        SendContext context
    ) =>
        engine.SendAsync(
            [
                To(put.Id, Connection.ResourceType, put),
                To(
                    put.Network,
                    VirtualNetwork.ResourceType,
                    new AddLink(put.At, put.Gateway, new NetworkLink(put.Id, put.Circuit, peeringLocation))
                ),
                // The network's row was read for the signal above, under its revision: if it changes after this read, the commit fails and all is made anew.
                new Addressed(
                    put.Circuit,
                    Circuit.ResourceType,
                    async cancellation => link(await PrefixesAsync(put.Network, cancellation))
                ),
            ],
            context,
            CancellationToken.None
        );

    public Task<SendOutcome> DeleteConnectionAsync(Connection connection, Ticket? ticket, SendContext context)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return engine.SendAsync(
            [
                To(connection.Id, Connection.ResourceType, new DeleteConnection(now)),
                To(connection.Network, VirtualNetwork.ResourceType, new RemoveLink(now, connection.Id)),
                To(connection.Circuit, Circuit.ResourceType, new UnlinkNetwork(now, connection.Id) { Ticket = ticket }),
            ],
            context,
            CancellationToken.None
        );
    }

    private async ValueTask<ImmutableArray<IpPrefix>> PrefixesAsync(ResourceId network, CancellationToken cancellation) =>
        (await networks.ReadAsync(network, cancellation))?.Resource.AddressSpace ?? [];

    private static Addressed To(ResourceId id, string type, Signal signal) => new(id, type, _ => ValueTask.FromResult(signal));
}
