using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>
/// Where everything is kept. Two implementations (SQLite, PostgreSQL), one conformance suite. All methods are safe for concurrent use; reads see
/// every commit that was answered before they began.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Whether other nodes may be working on it at the same time.</summary>
    bool IsShared { get; }

    /// <summary>The time by the clock that all nodes share; null where there is one node, and no clock but its own.</summary>
    ValueTask<DateTimeOffset?> ClockAsync(CancellationToken cancellation);

    /// <summary>Brings an empty or older database to the present schema. Idempotent; safe when several nodes start at once.</summary>
    Task MigrateAsync(CancellationToken cancellation);

    /// <summary>Which store this is and in what condition, for people.</summary>
    ValueTask<StoreDescription> DescribeAsync(CancellationToken cancellation);

    ValueTask<StoredResource?> GetAsync(ResourceId id, CancellationToken cancellation);

    /// <summary>Resources in order of their key.</summary>
    ValueTask<Page<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellation);

    /// <summary>How many resources match; cheap enough for limits (uses an index).</summary>
    ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellation);

    /// <summary>Who holds a claim; null when nobody does.</summary>
    ValueTask<ResourceId?> ClaimOwnerAsync(string key, CancellationToken cancellation);

    /// <summary>Claims whose keys begin with a prefix, in ordinal order; to choose a free number.</summary>
    ValueTask<IReadOnlyList<string>> ClaimsAsync(string keyPrefix, CancellationToken cancellation);

    ValueTask<Operation?> GetOperationAsync(Guid id, CancellationToken cancellation);

    /// <summary>One transaction. Concurrent commits may share one disk flush (group commit); each is answered only when durable.</summary>
    Task<CommitOutcome> CommitAsync(Changes changes, CancellationToken cancellation);

    /// <summary>
    /// Leases effects that are due and not leased (or whose lease ran out): of the kinds, and at most as many of each, as are wanted; oldest due first; of one
    /// key one at a time; and those that need a lease only when the wanting node holds it. Judged by the store's clock.
    /// </summary>
    Task<IReadOnlyList<LeasedEffect>> LeaseEffectsAsync(EffectsWanted wanted, CancellationToken cancellation);

    /// <summary>Prolongs the lease of an effect that is running, from now. False when it was lost.</summary>
    Task<bool> RenewEffectAsync(LeasedEffect effect, TimeSpan leaseFor, CancellationToken cancellation);

    /// <summary>Puts a leased effect back, to be tried again after a time. False when the lease was lost.</summary>
    Task<bool> RetryEffectAsync(LeasedEffect effect, TimeSpan after, string why, CancellationToken cancellation);

    /// <summary>
    /// How long until <see cref="LeaseEffectsAsync"/> would find something (zero or less: now), if nothing else happens; null when there is nothing. What waits
    /// for another of its key or for a lease does not count: <see cref="EffectsEnqueued"/> tells when it may run.
    /// </summary>
    ValueTask<TimeSpan?> NextEffectDueAsync(EffectsWanted wanted, CancellationToken cancellation);

    /// <summary>Effects that wait or run, for the operator; with the reason of the last retry.</summary>
    ValueTask<IReadOnlyList<PendingEffect>> PendingEffectsAsync(ResourceId? resource, int most, CancellationToken cancellation);

    /// <summary>Effects that wait and run, by kind, for the operator; costs in proportion to their number.</summary>
    ValueTask<IReadOnlyList<EffectsOfKind>> EffectsByKindAsync(CancellationToken cancellation);

    /// <summary>Wake-ups whose time has come by the store's clock, earliest first. Two nodes may see the same: the commit decides (<see cref="Changes.Woken"/>).</summary>
    ValueTask<IReadOnlyList<DueWakeUp>> DueWakeUpsAsync(int most, CancellationToken cancellation);

    /// <summary>How long until the next wake-up is due, zero or less when one is; null when nothing waits.</summary>
    ValueTask<TimeSpan?> NextWakeUpAsync(CancellationToken cancellation);

    /// <summary>How many wake-ups there are, for the operator.</summary>
    ValueTask<WakeUpsPending> WakeUpsPendingAsync(CancellationToken cancellation);

    /// <summary>
    /// Raised after commits that enqueue effects or set wake-ups, by this node or (PostgreSQL: LISTEN/NOTIFY) another, and when a lease was taken or became
    /// free, so that what needs it may run. May be raised too often, never too seldom.
    /// </summary>
    event Action? EffectsEnqueued;

    /// <summary>
    /// Raised after commits that announced something (<see cref="Changes.Announcements"/>), with each text: on the committing node before the commit is
    /// answered, on others soon after. Raised with null when this node may have missed some. May be raised too often.
    /// </summary>
    event Action<string?>? Announced;

    /// <summary>Journal entries after a position, oldest first; optionally of one resource and what lies below it, optionally only the latest.</summary>
    ValueTask<IReadOnlyList<JournalEntry>> JournalAsync(JournalQuery query, CancellationToken cancellation);

    /// <summary>The journal entries that carry facts or end a resource: by resource in order of its key, and of one resource oldest first.</summary>
    ValueTask<IReadOnlyList<JournalEntry>> FactsAsync(FactsQuery query, CancellationToken cancellation);

    /// <summary>Removes operations that finished before an instant, oldest first. What it costs is bounded by <paramref name="most"/>.</summary>
    /// <returns>How many it removed; fewer than <paramref name="most"/> when none is left.</returns>
    Task<int> PruneOperationsAsync(DateTimeOffset finishedBefore, int most, CancellationToken cancellation);

    /// <summary>
    /// Takes or renews a named lease. Null when another holder has it. It is judged by the store's clock (PostgreSQL: the database's), counted from the moment
    /// the store is asked; the one who asks counts from before. A lease is free when it ran out, was given back, or (PostgreSQL) its node's session has been
    /// gone for a second. A store that one process has to itself answers from memory.
    /// </summary>
    Task<Lease?> TryLeaseAsync(string name, string holder, TimeSpan leaseFor, CancellationToken cancellation);

    /// <summary>Leases that somebody holds now, whose names begin with a prefix, in order of their names.</summary>
    ValueTask<IReadOnlyList<Lease>> LeasesAsync(string prefix, CancellationToken cancellation);

    /// <summary>Gives a lease back: it is free at once. False when it was somebody else's by then.</summary>
    Task<bool> ReleaseLeaseAsync(Lease lease, CancellationToken cancellation);

    /// <summary>
    /// Stores what was seen, each unless what is stored under its key is of a newer epoch, or of the same epoch and seen later. Of two with one key in a list
    /// the last counts.
    /// </summary>
    Task PutObservationsAsync(IReadOnlyList<Observation> observations, CancellationToken cancellation);

    ValueTask<Observation?> GetObservationAsync(string key, CancellationToken cancellation);

    /// <summary>Observations whose keys begin with a prefix, in order of their keys.</summary>
    /// <param name="after">Only keys greater than this one (from <see cref="Page{T}.After"/>).</param>
    /// <param name="most">Page size, 1–1000.</param>
    ValueTask<Page<Observation>> ObservationsAsync(string prefix, string? after, int most, CancellationToken cancellation);

    /// <summary>Forgets what begins with a prefix (a router that is no longer there).</summary>
    /// <returns>How many there were.</returns>
    Task<int> DeleteObservationsAsync(string prefix, CancellationToken cancellation);

    /// <summary>Small settings of the installation (signing key, ids made at first start).</summary>
    ValueTask<byte[]?> GetSettingAsync(string key, CancellationToken cancellation);

    /// <summary>Stores a setting unless it exists; returns what is stored, so that concurrent first starts agree.</summary>
    Task<byte[]> GetOrAddSettingAsync(string key, byte[] value, CancellationToken cancellation);
}

/// <summary>What a store says of itself.</summary>
/// <param name="Name">Engine, version and place; without credentials.</param>
/// <param name="Warnings">What the operator should know of how safe it is, a sentence each.</param>
public sealed record StoreDescription(string Name, IReadOnlyList<string> Warnings);

/// <summary>A query over resources. All given conditions hold together.</summary>
public sealed record ResourceQuery
{
    /// <summary>Canonical type, compared case-insensitively; null for any.</summary>
    public string? Type { get; init; }

    /// <summary>Only below this subscription or resource group (lower-cased comparison).</summary>
    public ResourceId? Scope { get; init; }

    /// <summary>Only resources that carry this label.</summary>
    public string? Label { get; init; }

    /// <summary>Only keys greater than this one (from <see cref="Page{T}.After"/>).</summary>
    public string? After { get; init; }

    /// <summary>Page size, 1–1000.</summary>
    public int Most { get; init; } = 100;

    /// <summary>Counting stops at this number: a limit of 50 needs to know of 50, not of 100,000.</summary>
    public long CountUpTo { get; init; } = long.MaxValue;
}

/// <summary>A page; <paramref name="After"/> is null on the last one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? After);

public sealed record PendingEffect(Effect Effect, int Attempts, DateTimeOffset? LeasedUntil, string? LastProblem);

/// <summary>The effects of one kind, for the operator.</summary>
/// <param name="Waiting">Not leased; due or not.</param>
/// <param name="Running">Leased.</param>
/// <param name="OldestDue">The earliest due time of those that wait; null when none does.</param>
/// <param name="OldestProblem">What the one that has been tried in vain for longest last said; null when none failed.</param>
public sealed record EffectsOfKind(string Kind, long Waiting, long Running, DateTimeOffset? OldestDue, string? OldestProblem);

public sealed record JournalQuery
{
    public long AfterPosition { get; init; }

    /// <summary>Only entries of this resource or of what lies below it.</summary>
    public ResourceId? Resource { get; init; }

    public int Most { get; init; } = 1000;

    /// <summary>When there are more than <see cref="Most"/>: the latest of them rather than the first. They come oldest first all the same.</summary>
    public bool Latest { get; init; }
}

/// <summary>A query over the facts in the journal: entries that carry facts, and those that end a resource.</summary>
/// <param name="Scope">Only resources below this subscription or group.</param>
public sealed record FactsQuery(ResourceId Scope)
{
    /// <summary>Begins at this resource's key; empty for the first.</summary>
    public string Key { get; init; } = "";

    /// <summary>Of the resource at <see cref="Key"/>, only entries after this position.</summary>
    public long AfterPosition { get; init; }

    public int Most { get; init; } = 1000;
}
