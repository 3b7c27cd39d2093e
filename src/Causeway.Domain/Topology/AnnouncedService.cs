using System.Globalization;
using Causeway.Primitives;

namespace Causeway.Domain.Topology;

/// <summary>Prefixes of a service of ours, which Microsoft and public peering announce to customers, marked with the community that route filters name.</summary>
/// <param name="Name">As clients list it: <c>Exchange</c>, <c>Storage</c>.</param>
/// <param name="Group">What it belongs to: <c>O365</c>.</param>
/// <param name="Region">Display name of a region, or <see cref="Everywhere"/>.</param>
/// <param name="Community">RFC 1997. Services may share one.</param>
/// <param name="Prefixes">Of both families, ascending.</param>
/// <param name="Subscriptions">Who may use it, lower case; empty is everybody.</param>
public sealed record AnnouncedService(
    string Name,
    string Group,
    string Region,
    uint Community,
    EquatableArray<IpPrefix> Prefixes,
    EquatableArray<string> Subscriptions = default
)
{
    /// <summary>The region of what is in none.</summary>
    public const string Everywhere = "Global";

    /// <summary>For people: its name, and its region if it has one.</summary>
    public string Title => Region == Everywhere ? Name : $"{Name} {Region}";

    public bool IsFor(string subscription) =>
        Subscriptions.IsEmpty || Subscriptions.Contains(subscription, StringComparer.OrdinalIgnoreCase);

    /// <summary>A community as clients write it: <c>12076:5010</c>.</summary>
    public static string Text(uint community) => string.Create(CultureInfo.InvariantCulture, $"{community >> 16}:{community & 0xffff}");

    /// <summary>False for what is not two numbers of 0 to 65535 with a colon between.</summary>
    public static bool TryParse(string? text, out uint community)
    {
        community = 0;
        if (text?.Split(':') is not [var high, var low] || !Half(high, out ushort h) || !Half(low, out ushort l))
            return false;
        community = ((uint)h << 16) | l;
        return true;

        static bool Half(string digits, out ushort half) =>
            ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out half);
    }
}
