using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Causeway.Arm;

/// <summary>
/// A resource type as the provider list shows it and as requests are checked against it. Declared once, as data, beside the endpoints of the type.
/// </summary>
/// <param name="Provider">The namespace that it belongs to.</param>
/// <param name="Path">The type below the namespace, canonical casing, such as <c>expressRouteCircuits/peerings</c>.</param>
/// <param name="ApiVersions">Every version that works, newest first: clients take the first one that is not a preview.</param>
public sealed partial record ArmType(ArmNamespace Provider, string Path, IReadOnlyList<string> ApiVersions)
{
    /// <summary>Canonical casing, such as <c>Microsoft.Network</c>.</summary>
    public string Namespace => Provider.Name;

    /// <summary>Where it can be: <c>null</c> is every region of the installation; empty is a type without location.</summary>
    public IReadOnlyList<string>? Locations { get; init; }

    /// <summary>What the name in the path of a PUT must match.</summary>
    public Regex Name { get; init; } = OrdinaryName();

    /// <summary>The rule of <see cref="Name"/> in words, for the error.</summary>
    public string NameInWords { get; init; } =
        "1 to 80 letters, digits, '_', '.' and '-', beginning with a letter or digit and ending with a letter, digit or '_'";

    /// <summary>False where the group is only part of the name, as for cross connections: it need not exist, and is never what is missing.</summary>
    public bool GroupsAreStored { get; init; } = true;

    /// <summary>False for entries that stand in provider lists only (<c>locations/operations</c>).</summary>
    public bool SupportsTags { get; init; } = true;

    /// <summary>The full type, such as <c>Microsoft.Network/expressRouteCircuits/peerings</c>.</summary>
    public string FullName { get; } = $"{Provider.Name}/{Path}";

    /// <summary>Type segments, parent first.</summary>
    public IReadOnlyList<string> Segments { get; } = Path.Split('/');

    private FrozenSet<string> Versions { get; } = ApiVersions.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public bool Supports(string apiVersion) => Versions.Contains(apiVersion);

    /// <summary>A child type with the parent's versions, locations and groups.</summary>
    public ArmType Child(string segment) =>
        new(Provider, $"{Path}/{segment}", ApiVersions) { Locations = Locations, GroupsAreStored = GroupsAreStored };

    public override string ToString() => FullName;

    [GeneratedRegex(@"\A(?!(?i:providers)\z)[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex OrdinaryName();
}
