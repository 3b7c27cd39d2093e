using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>What circuits ask the outside for.</summary>
public static class CircuitEffects
{
    /// <summary>Ends the connection that <see cref="Effect.Resource"/> names: its authorization was revoked.</summary>
    public const string BreakLink = "BreakLink";

    public static Effect Break(ResourceId connection) => new($"break-link/{connection.Key}", BreakLink, connection, default, default);
}
