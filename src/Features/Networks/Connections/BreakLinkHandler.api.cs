using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Networks;

/// <summary>
/// Ends the connection of another subscription when its authorization was revoked. The circuit has let go of the link already; a connection that the
/// circuit knows again (made anew with another authorization before this ran) is left alone.
/// </summary>
public sealed class BreakLinkHandler(
    Tracked<Connection> connections,
    Tracked<ExpressRouteGateway> gateways,
    Tracked<Circuit> circuits,
    TimeProvider clock
) : IEffectHandler
{
    public string Kind => CircuitEffects.BreakLink;

    /// <summary>No operation waits for it, and a link that stands on a revoked authorization must go however long it takes.</summary>
    public EffectPolicy Policy { get; } = new() { GiveUpAfter = null };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why) => [];

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        if (effect.Resource.Type.Equals(ExpressRouteGateway.ConnectionType, StringComparison.OrdinalIgnoreCase))
            return await BreakAsync(effect.Resource, cancellation);
        if (await connections.ReadAsync(effect.Resource, cancellation) is not { Resource: var connection })
            return new EffectOutcome.Done();
        Versioned<Circuit>? circuit = await circuits.ReadAsync(connection.Circuit, cancellation);
        if (circuit?.Resource.FindLink(connection.Id) is not null)
            return new EffectOutcome.Done();
        DateTimeOffset now = clock.GetUtcNow();
        return new EffectOutcome.Done(
            To(Connection.ResourceType, connection.Id, new BreakConnection(now, Why)),
            To(VirtualNetwork.ResourceType, connection.Network, new RemoveLink(now, connection.Id))
        );

        static Addressed To(string type, Primitives.ResourceId id, Signal signal) => new(id, type, signal);
    }

    private const string Why = "the circuit's owner revoked the authorization";

    /// <summary>The same for a hub's connection, which lives in its gateway's document.</summary>
    private async Task<EffectOutcome> BreakAsync(Primitives.ResourceId connection, CancellationToken cancellation)
    {
        if (
            (await gateways.ReadAsync(connection.Parent!, cancellation))?.Resource is not { } gateway
            || gateway.FindConnection(connection.Name) is not { } standing
        )
            return new EffectOutcome.Done();
        return (await circuits.ReadAsync(standing.Circuit, cancellation))?.Resource.FindLink(connection) is not null
            ? new EffectOutcome.Done()
            : new EffectOutcome.Done(
                new Addressed(
                    gateway.Id,
                    ExpressRouteGateway.ResourceType,
                    new EndHubConnection(clock.GetUtcNow(), standing.Name, $"ended: {Why}")
                )
            );
    }
}
