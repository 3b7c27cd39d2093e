using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>
/// One line of the append-only journal: who, when, what, from, to, why, and what is other than before. Meters, timelines and "why is this not usable" are computed from it.
/// </summary>
/// <param name="At">When, UTC.</param>
/// <param name="Actor">Who: a principal's object id, or <c>causeway</c> for our own effects.</param>
/// <param name="Resource">The aggregate.</param>
/// <param name="Signal">What happened, the signal's stable name.</param>
/// <param name="From">State before; empty when it did not exist.</param>
/// <param name="To">State after; empty when it is gone.</param>
/// <param name="Why">In words, English.</param>
/// <param name="Revision">The resource's revision after it.</param>
/// <param name="Facts">UTF-8 JSON of what later computations need (SKU, bandwidth); never a secret's value.</param>
public sealed record JournalEntry(
    DateTimeOffset At,
    string Actor,
    ResourceId Resource,
    string Signal,
    string From,
    string To,
    string Why,
    long Revision,
    ReadOnlyMemory<byte> Facts = default
)
{
    /// <summary>Position in the journal, set by the store; strictly increasing in commit order.</summary>
    public long Position { get; init; }

    /// <summary>The request's correlation id, when a request caused it.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What it made other than it was, of what the type tells (<see cref="Documents.ToldPaths"/>).</summary>
    public ImmutableArray<Difference> Differences { get; init; } = [];
}
