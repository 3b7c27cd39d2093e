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
public sealed class BreakLinkHandler(Tracked<Connection> connections, Tracked<Circuit> circuits, TimeProvider clock) : IEffectHandler
{
    public string Kind => CircuitEffects.BreakLink;

    /// <summary>No operation waits for it, and a link that stands on a revoked authorization must go however long it takes.</summary>
    public EffectPolicy Policy { get; } = new() { GiveUpAfter = null };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why) => [];

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        if (await connections.ReadAsync(effect.Resource, cancellation) is not { Resource: var connection })
            return new EffectOutcome.Done();
        Versioned<Circuit>? circuit = await circuits.ReadAsync(connection.Circuit, cancellation);
        if (circuit?.Resource.FindLink(connection.Id) is not null)
            return new EffectOutcome.Done();
        DateTimeOffset now = clock.GetUtcNow();
        return new EffectOutcome.Done(
            To(Connection.ResourceType, connection.Id, new BreakConnection(now, "the circuit's owner revoked the authorization")),
            To(VirtualNetwork.ResourceType, connection.Network, new RemoveLink(now, connection.Id))
        );

        static Addressed To(string type, Primitives.ResourceId id, Signal signal) => new(id, type, signal);
    }
}
