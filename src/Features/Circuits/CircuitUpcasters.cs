using System.Text.Json.Nodes;
using Causeway.Workflows.Documents;

namespace Causeway.Domain.Circuits;

/// <summary>Brings circuits' documents of older schemas to the present one.</summary>
internal static class CircuitUpcasters
{
    public static readonly IReadOnlyList<Upcaster> All = [FollowPerSide];

    /// <summary>
    /// 2: how far the routers have followed was one number and is one for each side; an operation that waits for them has a time at which it fails. Those
    /// that waited before had none, and keep waiting for both routers.
    /// </summary>
    private static void FollowPerSide(JsonObject circuit)
    {
        if (circuit["applied"] is { } applied)
        {
            long generation = applied.GetValue<long>();
            circuit.Remove("applied");
            circuit["primary"] = new JsonObject { ["applied"] = generation };
            circuit["secondary"] = new JsonObject { ["applied"] = generation };
        }
        if (circuit["pending"] is JsonArray pending)
            foreach (JsonObject operation in pending.OfType<JsonObject>())
                operation["until"] ??= "9999-12-31T00:00:00+00:00";
    }
}
