using System.Collections.Frozen;

namespace Causeway.Arm;

/// <summary>Every resource type of the installation, by any casing of its name. Filled at start from what each feature registers.</summary>
public sealed class ArmTypes
{
    private static readonly string[] s_polling = ["locations/operations", "locations/operationResults", "operations"];

    private readonly FrozenDictionary<string, ArmType> _byName;
    private readonly FrozenDictionary<string, string> _namespaces;

    /// <exception cref="ArgumentException">A type is registered twice.</exception>
    public ArmTypes(IEnumerable<ArmType> types, Regions regions)
    {
        ArmType[] registered = [.. types];
        All = [.. registered.Concat(Polling(registered)).OrderBy(t => t.FullName, StringComparer.OrdinalIgnoreCase)];
        Regions = regions;
        _byName = All.ToFrozenDictionary(t => t.FullName, StringComparer.OrdinalIgnoreCase);
        _namespaces = All.Select(t => t.Namespace)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(n => n, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Every provider with resources has operations that are polled, in all of its versions; provider lists show them.</summary>
    private static IEnumerable<ArmType> Polling(ArmType[] registered) =>
        registered
            .Where(t => t.Provider.HasOperations)
            .GroupBy(t => t.Provider)
            .SelectMany(ns =>
            {
                string[] versions = [.. ns.SelectMany(t => t.ApiVersions).Distinct().OrderDescending(StringComparer.Ordinal)];
                return s_polling.Select(path => new ArmType(ns.Key, path, versions) { SupportsTags = false });
            });

    public IReadOnlyList<ArmType> All { get; }

    public Regions Regions { get; }

    /// <summary>Namespaces in canonical casing.</summary>
    public IEnumerable<string> Namespaces => _namespaces.Values.Order(StringComparer.OrdinalIgnoreCase);

    public ArmType? Find(string fullName) => _byName.GetValueOrDefault(fullName);

    /// <summary>The canonical casing of a namespace; null when there is no such provider.</summary>
    public string? Namespace(string anyCase) => _namespaces.GetValueOrDefault(anyCase);

    /// <summary>Regions of a type, normalised names.</summary>
    public IReadOnlyList<string> LocationsOf(ArmType type) => type.Locations ?? Regions.Names;
}
