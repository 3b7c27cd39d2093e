using System.Collections.Immutable;

namespace Causeway.Api.Kit;

/// <summary>Tags between the wire and the domain.</summary>
public static class Tags
{
    public static ImmutableSortedDictionary<string, string> None { get; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Absent when there are none, as Azure answers.</summary>
    public static IReadOnlyDictionary<string, string>? Shown(ImmutableSortedDictionary<string, string> tags) => tags.IsEmpty ? null : tags;
}
