using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows;

/// <summary>What a workflow decides on a signal. Claims and labels are not decided: they follow from the next state (see <see cref="Workflow{T}"/>).</summary>
public abstract record Decision<T>
    where T : class, IResource
{
    private Decision() { }

    /// <summary>Go to a next state, saved with its effects, operations and journal entry in one transaction.</summary>
    /// <param name="Next">The resource after it.</param>
    /// <param name="Why">The journal's words.</param>
    public sealed record Move(T Next, string Why) : Decision<T>
    {
        public ImmutableArray<Effect> Effects { get; init; } = [];
        public ImmutableArray<OperationChange> Operations { get; init; } = [];

        /// <summary>UTF-8 JSON for the journal: what meters and timelines need; never a secret.</summary>
        public ReadOnlyMemory<byte> Facts { get; init; }

        /// <summary>Limits that this move must keep, beside those of a new resource (<see cref="Workflow{T}.QuotasOf"/>).</summary>
        public ImmutableArray<Quota> Quotas { get; init; } = [];

        /// <summary>What was read for this decision beside the resource itself: the commit holds it to these revisions, or the decision is made anew.</summary>
        public ImmutableArray<ResourceWrite.Check> Checks { get; init; } = [];
    }

    /// <summary>The resource is gone: its row, claims and labels are removed.</summary>
    public sealed record End(string Why) : Decision<T>
    {
        public ImmutableArray<Effect> Effects { get; init; } = [];
        public ImmutableArray<OperationChange> Operations { get; init; } = [];
        public ReadOnlyMemory<byte> Facts { get; init; }
    }

    /// <summary>Nothing changes, and that is right: a late answer, a repetition.</summary>
    public sealed record Stay(string Why) : Decision<T>
    {
        public ImmutableArray<OperationChange> Operations { get; init; } = [];
    }

    /// <summary>
    /// What the sender looked at for this signal is not so any more: all that was asked is asked anew, and nothing is committed. Only for signals that are made
    /// per try (<see cref="Addressed"/>), whose next one will be another.
    /// </summary>
    public sealed record Again(string Why) : Decision<T>;

    /// <summary>No, with a coded error for the one who asked. Nothing changes.</summary>
    public sealed record Refuse(Refusal Refusal) : Decision<T>;
}
