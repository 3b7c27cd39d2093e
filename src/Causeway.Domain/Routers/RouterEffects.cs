using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Routers;

/// <summary>Effects that routers are asked for.</summary>
public static class RouterEffects
{
    /// <summary>Kind of the effect that gives both routers of a circuit's pair their whole intent.</summary>
    public const string ConfigureRouters = "ConfigureRouters";

    /// <summary>One per circuit, however often it is asked for.</summary>
    public static Effect Configure(ResourceId circuit) =>
        new($"configure-routers/{circuit.Key}", ConfigureRouters, circuit, default, default);

    /// <summary>The label by which circuits that must be on a router are found.</summary>
    public static string LabelOf(string router) => $"router/{router.ToLowerInvariant()}";
}
