using System.Buffers;
using System.Text.RegularExpressions;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>From route values to a canonical id.</summary>
internal static partial class ArmPath
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\%?#<>");
    private static readonly string[] Names = ["name0", "name1", "name2", "name3"];

    /// <summary>False with the answer when a segment cannot be a name. A path without subscription and names has no id.</summary>
    public static bool TryId(ArmCall route, ArmType type, ArmTypes types, out ResourceId? id, out ArmResult? wrong)
    {
        id = null;
        wrong = null;
        if (route.Route("subscription") is string subscription)
        {
            if (!GuidText.TryParse(subscription, out Guid guid))
            {
                wrong = ArmErrors.InvalidSubscriptionId(subscription);
                return false;
            }
            subscription = guid.ToString("D");
            string? group = route.Route("group");
            if (group is not null && !IsGroupName(group))
            {
                wrong = ArmErrors.InvalidGroupName(group);
                return false;
            }
            id = group is null ? ResourceId.OfSubscription(subscription) : ResourceId.OfGroup(subscription, group);
        }
        return Below(route, type, ref id, out wrong) && Extended(route, types, ref id, out wrong);
    }

    /// <summary>The resource itself, from its names.</summary>
    private static bool Below(ArmCall route, ArmType type, ref ResourceId? id, out ArmResult? wrong)
    {
        wrong = null;
        for (int i = 0; i < type.Segments.Count && i < Names.Length && route.Route(Names[i]) is string name; i++)
        {
            if (!IsSegment(name))
            {
                wrong = ArmErrors.InvalidName(type, name);
                return false;
            }
            id =
                i == 0
                    ? ResourceId.Parse($"{id?.Text}/providers/{type.Namespace}/{type.Segments[0]}/{name}")
                    : id!.Child(type.Segments[i], name);
        }
        return true;
    }

    /// <summary>The resource that an extension (a role assignment, tags) is about: <c>{ns}/{type}/{resource}[/{childType}/{child}]</c>.</summary>
    private static bool Extended(ArmCall route, ArmTypes types, ref ResourceId? id, out ArmResult? wrong)
    {
        wrong = null;
        if (route.Route("ns") is not string ns || route.Route("type") is not string type || route.Route("resource") is not string resource)
            return true;
        (string? childType, string? child) = (route.Route("childType"), route.Route("child"));
        string path = childType is null ? type : $"{type}/{childType}";
        if (types.Find($"{ns}/{path}") is not { } known)
        {
            wrong = types.Namespace(ns) is { } canonical
                ? ArmErrors.InvalidResourceType(canonical, "")
                : ArmErrors.InvalidResourceNamespace(ns);
            return false;
        }
        if (!IsSegment(resource) || (child is not null && !IsSegment(child)))
        {
            wrong = ArmErrors.InvalidName(known, IsSegment(resource) ? child! : resource);
            return false;
        }
        id = ResourceId.Parse($"{id?.Text}/providers/{known.Namespace}/{known.Segments[0]}/{resource}");
        if (child is not null)
            id = id.Child(known.Segments[1], child);
        return true;
    }

    /// <summary>
    /// How routes write what a resource that is on another is on: nothing for the tenant, a subscription, a group, or a resource of a group at one or two levels. Null for
    /// what no route has.
    /// </summary>
    public static string? PatternOf(ResourceId? scope)
    {
        const string subscription = "/subscriptions/{subscription}";
        const string group = $"{subscription}/resourceGroups/{{group}}";
        const string resource = $"{group}/providers/{{ns}}/{{type}}/{{resource}}";
        return scope switch
        {
            null => "",
            // What is itself on a resource.
            { Scope.Provider: not null } => null,
            { Provider: null, ResourceGroup: null } => subscription,
            { Provider: null } => group,
            { ResourceGroup: not null, Names.Count: 1 } => resource,
            { ResourceGroup: not null, Names.Count: 2 } => $"{resource}/{{childType}}/{{child}}",
            _ => null,
        };
    }

    public static bool IsGroupName(string name) => name.Length <= 90 && GroupName().IsMatch(name);

    private static bool IsSegment(string name) =>
        name.Length is > 0 and <= 260
        && !name.AsSpan().ContainsAny(NotInNames)
        && PlainText.IsPlain(name)
        // The word that separates a scope from what is in it: an id with such a name would mean something else.
        && !name.Equals("providers", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[\p{L}\p{Nd}_\-().]*[\p{L}\p{Nd}_\-()]\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupName();
}
