using System.Buffers;
using System.Text.RegularExpressions;
using Causeway.Primitives;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Arm;

/// <summary>From route values to a canonical id.</summary>
internal static partial class ArmPath
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\%?#<>");
    private static readonly string[] Names = ["name0", "name1", "name2", "name3"];

    /// <summary>False with the answer when a segment cannot be a name.</summary>
    public static bool TryId(RouteValueDictionary route, ArmType type, out ResourceId? id, out ArmResult? wrong)
    {
        id = null;
        wrong = null;
        if (route["subscription"] is not string subscription)
            return Tenant(route, type, out id, out wrong);
        if (!Guid.TryParse(subscription, out Guid guid))
        {
            wrong = ArmErrors.InvalidSubscriptionId(subscription);
            return false;
        }
        subscription = guid.ToString("D");
        string? group = route["group"] as string;
        if (group is not null && !IsGroupName(group))
        {
            wrong = ArmErrors.InvalidGroupName(group);
            return false;
        }
        id = group is null ? ResourceId.OfSubscription(subscription) : ResourceId.OfGroup(subscription, group);
        return Below(route, type, ref id, out wrong);
    }

    private static bool Tenant(RouteValueDictionary route, ArmType type, out ResourceId? id, out ArmResult? wrong)
    {
        id = null;
        return Below(route, type, ref id, out wrong);
    }

    private static bool Below(RouteValueDictionary route, ArmType type, ref ResourceId? id, out ArmResult? wrong)
    {
        wrong = null;
        for (int i = 0; i < type.Segments.Count && i < Names.Length && route[Names[i]] is string name; i++)
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

    public static bool IsGroupName(string name) => name.Length <= 90 && GroupName().IsMatch(name);

    private static bool IsSegment(string name) =>
        name.Length is > 0 and <= 260 && !name.AsSpan().ContainsAny(NotInNames) && !name.Any(char.IsControl);

    [GeneratedRegex(@"^[\p{L}\p{Nd}_\-().]*[\p{L}\p{Nd}_\-()]$", RegexOptions.CultureInvariant)]
    private static partial Regex GroupName();
}
