using System.Text.RegularExpressions;
using Causeway.Api.Kit;
using Causeway.Arm;

namespace Causeway.Api.Resources;

/// <summary>ARM's own types.</summary>
public static partial class ResourceTypes
{
    public static ArmType Tenants { get; } = Own("tenants");

    public static ArmType Subscriptions { get; } = Own("subscriptions");

    public static ArmType Locations { get; } = Own("subscriptions/locations");

    public static ArmType Providers { get; } = Own("subscriptions/providers");

    public static ArmType Resources { get; } = Own("subscriptions/resources");

    public static ArmType OperationResults { get; } = Own("subscriptions/operationresults");

    /// <summary>As stored and as answered; its permissions are <c>Microsoft.Resources/subscriptions/resourceGroups/…</c>.</summary>
    public static ArmType Groups { get; } =
        Namespaces.Resources.Type("resourceGroups") with
        {
            Name = GroupName(),
            NameInWords = "1 to 90 letters, digits, '-', '_', '.', '(' and ')', not ending with '.'",
        };

    /// <summary>There is one on each subscription, group and resource.</summary>
    public static ArmType Tags { get; } = Own("tags") with { Name = TagsName(), NameInWords = "'default'" };

    public static ArmType[] All { get; } = [Tenants, Subscriptions, Locations, Providers, Resources, OperationResults, Groups, Tags];

    private static ArmType Own(string path) => Namespaces.Resources.Type(path) with { Locations = [], SupportsTags = false };

    [GeneratedRegex(@"\Adefault\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex TagsName();

    [GeneratedRegex(@"\A[\p{L}\p{Nd}_\-().]{0,89}[\p{L}\p{Nd}_\-()]\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupName();
}
