namespace Causeway.Primitives.Proof;

/// <summary>
/// The registry a customer says its prefixes are registered in, by the name it has on the wire (<c>routingRegistryName</c>), and the IRR sources that stand
/// for it.
/// </summary>
public sealed record RoutingRegistry
{
    private RoutingRegistry(string name, params string[] sources)
    {
        Name = name;
        Sources = sources;
    }

    /// <summary>No registry was named: every loaded source counts.</summary>
    public static readonly RoutingRegistry None = new("NONE");

    public static readonly IReadOnlyList<RoutingRegistry> All =
    [
        new("ARIN", "ARIN", "ARIN-NONAUTH"),
        new("APNIC", "APNIC"),
        new("AFRINIC", "AFRINIC"),
        new("LACNIC", "LACNIC"),
        new("RIPENCC", "RIPE", "RIPE-NONAUTH"),
        new("RADB", "RADB"),
        new("ALTDB", "ALTDB"),
        new("LEVEL3", "LEVEL3"),
        None,
    ];

    /// <summary>The name on the wire.</summary>
    public string Name { get; }

    /// <summary>The IRR sources that stand for it; empty for <see cref="None"/>, which is all.</summary>
    public IReadOnlyList<string> Sources { get; }

    public bool Includes(string source) => Sources.Count == 0 || Sources.Contains(source, StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds a registry by its wire name in any case; an empty name, or none, is <see cref="None"/>.</summary>
    public static bool TryParse(string? name, out RoutingRegistry registry)
    {
        registry = string.IsNullOrEmpty(name)
            ? None
            : All.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase)) ?? None;
        return string.IsNullOrEmpty(name) || string.Equals(registry.Name, name, StringComparison.OrdinalIgnoreCase);
    }

    public override string ToString() => Name;
}
