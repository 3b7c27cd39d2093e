using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>What circuits ask the outside for.</summary>
public static class CircuitEffects
{
    /// <summary>Ends the connection that <see cref="Effect.Resource"/> names: its authorization was revoked.</summary>
    public const string BreakLink = "BreakLink";

    /// <summary>Ends the join of the circuit that <see cref="Effect.Resource"/> names, with the key that is the body: its authorization was revoked.</summary>
    public const string BreakReach = "BreakReach";

    public static Effect Break(GlobalReach reach) =>
        new($"break-reach/{reach.Key:N}", BreakReach, reach.Peer, System.Text.Encoding.UTF8.GetBytes(reach.Key.ToString("D")), default);

    public static Effect Break(ResourceId connection) => new($"break-link/{connection.Key}", BreakLink, connection, default, default);
}
