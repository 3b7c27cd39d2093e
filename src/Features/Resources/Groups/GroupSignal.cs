using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Resources;

/// <summary>What can happen to a resource group.</summary>
public abstract record GroupSignal(DateTimeOffset At) : Signal(At)
{
    public sealed record Put(ResourceId Id, string Location, ImmutableSortedDictionary<string, string>? Tags, DateTimeOffset At)
        : GroupSignal(At);

    public sealed record SetTags(ImmutableSortedDictionary<string, string>? Tags, DateTimeOffset At) : GroupSignal(At);

    public sealed record Delete(GroupDeletion Deletion) : GroupSignal(Deletion.Since);

    /// <summary>Nothing is left in it.</summary>
    public sealed record Emptied(DateTimeOffset At) : GroupSignal(At);

    /// <summary>Something in it would not go.</summary>
    public sealed record Stuck(Refusal Why, DateTimeOffset At) : GroupSignal(At);
}
