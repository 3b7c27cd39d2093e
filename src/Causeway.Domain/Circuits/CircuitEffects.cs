using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>What circuits ask the outside for.</summary>
public static class CircuitEffects
{
    /// <summary>
    /// Brings both routers of the circuit's <see cref="Circuit.Edge"/> to what is stored, then sends <see cref="RoutersConfigured"/> with the generation
    /// that was read before. The circuit may have left the routers meanwhile; its edge is kept.
    /// </summary>
    public const string ConfigureRouters = "ConfigureRouters";

    /// <summary>Ends the connection that <see cref="Effect.Resource"/> names: its authorization was revoked.</summary>
    public const string BreakLink = "BreakLink";

    /// <param name="edge">The routers that are configured: whoever drives them does it.</param>
    public static Effect Configure(ResourceId circuit, Edge? edge) =>
        new($"configure-routers/{circuit.Key}", ConfigureRouters, circuit, default, default)
        {
            Needs = edge is null ? null : $"routers/{edge.Pair.ToLowerInvariant()}",
        };

    public static Effect Break(ResourceId connection) => new($"break-link/{connection.Key}", BreakLink, connection, default, default);
}
