using System.Collections.Immutable;
using Causeway.Workflows;

namespace Causeway.Domain;

/// <summary>Replaces all tags of a resource of any type (PATCH).</summary>
public sealed record ReplaceTags(DateTimeOffset At, ImmutableSortedDictionary<string, string> Tags) : Signal(At);
