using System.Diagnostics.CodeAnalysis;

namespace Causeway.Primitives;

/// <summary>
/// An Azure Resource Manager resource id, such as
/// <c>/subscriptions/{s}/resourceGroups/{rg}/providers/Microsoft.Network/expressRouteCircuits/{name}</c>. Compared case-insensitively (ARM RPC);
/// the casing it was made with is kept for people. Parse once at the edge, then ask it questions.
/// </summary>
public sealed class ResourceId : IEquatable<ResourceId>
{
    /// <summary>Longest id accepted, in characters.</summary>
    public const int MaximumLength = 2048;

    private ResourceId(string text, string? subscription, string? resourceGroup, string? provider, string[] types, string[] names)
    {
        Text = text;
        Key = text.ToLowerInvariant();
        Subscription = subscription?.ToLowerInvariant();
        ResourceGroup = resourceGroup;
        Provider = provider;
        TypeSegments = types;
        Names = names;
    }

    /// <summary>The id as text, canonical segment names, names as first given.</summary>
    public string Text { get; }

    /// <summary>The id in lower case: what rows, claims and dictionaries are keyed by.</summary>
    public string Key { get; }

    /// <summary>Subscription id, lower case; null for tenant-level resources.</summary>
    public string? Subscription { get; }

    /// <summary>Resource group name as given; null at subscription or tenant scope.</summary>
    public string? ResourceGroup { get; }

    /// <summary>Provider namespace (<c>Microsoft.Network</c>); null for subscriptions and resource groups themselves.</summary>
    public string? Provider { get; }

    public IReadOnlyList<string> TypeSegments { get; }

    /// <summary>Names, parent first; as many as <see cref="TypeSegments"/>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The resource's own name.</summary>
    public string Name => Names.Count > 0 ? Names[^1] : ResourceGroup ?? Subscription ?? "";

    /// <summary>The full type, such as <c>Microsoft.Network/expressRouteCircuits/peerings</c>.</summary>
    public string Type =>
        Provider is not null ? Provider + "/" + string.Join('/', TypeSegments)
        : ResourceGroup is not null ? "Microsoft.Resources/resourceGroups"
        : "Microsoft.Resources/subscriptions";

    /// <summary>The enclosing resource for a child resource; null for a top-level one.</summary>
    public ResourceId? Parent =>
        Names.Count < 2
            ? null
            : new(
                Text[..Text.LastIndexOf('/', Text.LastIndexOf('/') - 1)],
                Subscription,
                ResourceGroup,
                Provider,
                [.. TypeSegments.SkipLast(1)],
                [.. Names.SkipLast(1)]
            );

    /// <summary>What a resource of a provider is in or on: what stands before its provider. Null at the tenant, and for what has no provider.</summary>
    public ResourceId? Scope =>
        Provider is not null && Text.LastIndexOf("/providers/", StringComparison.Ordinal) is > 0 and var end ? Parse(Text[..end]) : null;

    public static ResourceId OfSubscription(string subscription) => new($"/subscriptions/{subscription}", subscription, null, null, [], []);

    public static ResourceId OfGroup(string subscription, string group) =>
        new($"/subscriptions/{subscription}/resourceGroups/{group}", subscription, group, null, [], []);

    /// <summary>A top-level resource of a resource group.</summary>
    public static ResourceId Of(string subscription, string group, string provider, string type, string name) =>
        new(
            $"/subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/{type}/{name}",
            subscription,
            group,
            provider,
            [type],
            [name]
        );

    /// <summary>A child of this resource.</summary>
    public ResourceId Child(string type, string name) =>
        new($"{Text}/{type}/{name}", Subscription, ResourceGroup, Provider, [.. TypeSegments, type], [.. Names, name]);

    public ResourceId? GroupId => ResourceGroup is null ? null : OfGroup(Subscription!, ResourceGroup);

    /// <summary>True when <paramref name="other"/> is this id or lies below it (a scope contains what is in it).</summary>
    public bool Contains(ResourceId other) =>
        other.Key.StartsWith(Key, StringComparison.Ordinal) && (other.Key.Length == Key.Length || other.Key[Key.Length] == '/');

    /// <summary>Parses an id; segment names in any case; a trailing slash is ignored. Extension resources take the last provider as theirs.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ResourceId? id)
    {
        id = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaximumLength || text[0] != '/')
            return false;
        string[] s = text.TrimEnd('/').Split('/');
        int i = 1;
        string? subscription = null,
            group = null;
        var canonical = new System.Text.StringBuilder();
        if (i + 1 < s.Length && Is(s[i], "subscriptions"))
        {
            subscription = s[i + 1];
            canonical.Append("/subscriptions/").Append(subscription);
            i += 2;
            if (i + 1 < s.Length && Is(s[i], "resourceGroups"))
            {
                group = s[i + 1];
                canonical.Append("/resourceGroups/").Append(group);
                i += 2;
            }
        }
        if (i == s.Length)
        {
            if (subscription is not { Length: > 0 } || group is { Length: 0 })
                return false;
            id = new ResourceId(canonical.ToString(), subscription, group, null, [], []);
            return true;
        }
        int provider = Array.FindLastIndex(s, x => Is(x, "providers"));
        if (provider < i || (s.Length - provider) % 2 != 0 || s.Length - provider < 4)
            return false;
        for (int k = i; k < provider; k++)
            canonical.Append('/').Append(s[k]);
        string ns = s[provider + 1];
        canonical.Append("/providers/").Append(ns);
        var types = new List<string>();
        var names = new List<string>();
        for (int k = provider + 2; k < s.Length; k += 2)
        {
            if (s[k].Length == 0 || s[k + 1].Length == 0)
                return false;
            types.Add(s[k]);
            names.Add(s[k + 1]);
            canonical.Append('/').Append(s[k]).Append('/').Append(s[k + 1]);
        }
        id = new ResourceId(canonical.ToString(), subscription, group, ns, [.. types], [.. names]);
        return true;
    }

    /// <exception cref="FormatException">Not a resource id.</exception>
    public static ResourceId Parse(string text) =>
        TryParse(text, out ResourceId? id)
            ? id
            : throw new FormatException(
                $"'{text}' is not a resource id: write /subscriptions/{{id}}/resourceGroups/{{group}}/providers/{{namespace}}/{{type}}/{{name}}."
            );

    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);

    public bool Equals(ResourceId? other) => other is not null && Key == other.Key;

    public override bool Equals(object? obj) => Equals(obj as ResourceId);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(ResourceId? left, ResourceId? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(ResourceId? left, ResourceId? right) => !(left == right);

    public override string ToString() => Text;
}
