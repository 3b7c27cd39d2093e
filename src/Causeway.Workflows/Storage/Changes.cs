using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>
/// Everything one decision changes; committed whole or not at all. Applied in this order: wake-ups that came, writes, completed effects, released claims,
/// taken claims, removed labels, added labels, wake-ups removed and set, effects asked for, operations, journal; so a claim, label or wake-up may name a
/// resource that the same commit puts, and a claim may move from one owner to another in one commit. A resource is written at most once per commit.
/// </summary>
public sealed record Changes
{
    public ImmutableArray<ResourceWrite> Writes { get; init; } = [];
    public ImmutableArray<ClaimChange> Claims { get; init; } = [];
    public ImmutableArray<LabelChange> Labels { get; init; } = [];
    public ImmutableArray<WakeUpChange> WakeUps { get; init; } = [];

    /// <summary>The wake-ups that this commit answers: their rows go. It fails (<see cref="CommitOutcome.WakeUpGone"/>) unless each still has that due time.</summary>
    public ImmutableArray<DueWakeUp> Woken { get; init; } = [];
    public ImmutableArray<Effect> Effects { get; init; } = [];

    /// <summary>The effect that this commit completes: its row goes, unless it was asked for again meanwhile (newer generation).</summary>
    public ImmutableArray<LeasedEffect> Completed { get; init; } = [];
    public ImmutableArray<OperationChange> Operations { get; init; } = [];
    public ImmutableArray<JournalEntry> Journal { get; init; } = [];

    /// <summary>What every node is told once this is committed (<see cref="IStore.Announced"/>).</summary>
    public ImmutableArray<string> Announcements { get; init; } = [];

    /// <summary>Limits that the one resource written here must keep.</summary>
    public ImmutableArray<Quota> Quotas { get; init; } = [];
}

/// <summary>
/// A limit over many resources: a commit that creates one which matches is refused when so many match already. The store looks inside the transaction, so
/// that creators who race cannot pass the limit together. The look costs in proportion to <paramref name="Most"/>.
/// </summary>
public sealed record Quota(ResourceQuery Of, long Most)
{
    /// <summary>False when what the commit writes is not itself one of those that are counted; then 1 means that none may be there.</summary>
    public bool CountsItself { get; init; } = true;
}

/// <summary>Writing or deleting one resource under its optimistic lock.</summary>
public abstract record ResourceWrite(ResourceId Id, long ExpectedRevision)
{
    /// <summary>Stores <paramref name="Resource"/>, whose revision must be <paramref name="ExpectedRevision"/> + 1. Expected 0 means: must not exist.</summary>
    public sealed record Put(StoredResource Resource, long ExpectedRevision) : ResourceWrite(Resource.Id, ExpectedRevision);

    /// <summary>Removes the row; its claims, labels and wake-ups go with it. Effects that await it (<see cref="Effect.Awaits"/>) are tried at once.</summary>
    public sealed record Delete(ResourceId Id, long ExpectedRevision) : ResourceWrite(Id, ExpectedRevision);

    /// <summary>Writes nothing, but the commit fails unless the resource still has this revision, 1 or more (a decision that read it).</summary>
    public sealed record Check(ResourceId Id, long ExpectedRevision) : ResourceWrite(Id, ExpectedRevision);
}

/// <summary>
/// A claim is a fact that may be true of one owner only: a VLAN on a port, an address on a router, a service key. Key example:
/// <c>vlan/ams-1/100</c>. The store enforces uniqueness; a claim that the owner already holds may be taken again. The owner
/// must be stored; its claims go with it. Releasing what another holds does nothing.
/// </summary>
public abstract record ClaimChange(string Key, ResourceId Owner)
{
    public sealed record Take(string Key, ResourceId Owner) : ClaimChange(Key, Owner);

    public sealed record Release(string Key, ResourceId Owner) : ClaimChange(Key, Owner);
}

/// <summary>A label is a non-unique key by which resources are found: <c>circuit/{id}</c> on a connection, <c>provider/{subscription}</c> on a circuit.</summary>
public abstract record LabelChange(string Label, ResourceId Resource)
{
    public sealed record Add(string Label, ResourceId Resource) : LabelChange(Label, Resource);

    public sealed record Remove(string Label, ResourceId Resource) : LabelChange(Label, Resource);
}

/// <summary>What became of a commit.</summary>
public abstract record CommitOutcome
{
    private CommitOutcome() { }

    /// <summary>Durable: on disk (SQLite synchronous=FULL) or acknowledged by PostgreSQL.</summary>
    public sealed record Committed : CommitOutcome;

    /// <summary>Another commit was first; read again and decide again. <paramref name="Actual"/> is 0 when the resource is gone.</summary>
    public sealed record RevisionConflict(ResourceId Id, long Expected, long Actual) : CommitOutcome;

    /// <summary>The claim belongs to another resource.</summary>
    public sealed record ClaimTaken(string Key, ResourceId Owner) : CommitOutcome;

    /// <summary>As many as there may be are there already.</summary>
    public sealed record QuotaExceeded(Quota Quota) : CommitOutcome;

    /// <summary>The completed effect is no longer leased to the caller: somebody else runs it.</summary>
    public sealed record LeaseLost(string EffectName) : CommitOutcome;

    /// <summary>The wake-up was answered by another, moved or taken back.</summary>
    public sealed record WakeUpGone(ResourceId Resource, string Name) : CommitOutcome;
}
