using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows;

/// <summary>
/// Theory of operation. A request reads resources, decides, and commits everything that follows in one transaction under the revisions that were
/// read. When another writer was first, it reads and decides again: a write is never lost and never refused merely for being second. Preconditions
/// (If-Match) are judged on each read. Several signals to several resources can be one decision: all move, or none.
/// </summary>
public sealed class Engine(IStore store, IEnumerable<IWorkflow> workflows)
{
    /// <summary>For how long a decision is made anew because another writer was first.</summary>
    private static readonly TimeSpan LongestContention = TimeSpan.FromSeconds(20);

    /// <summary>Tries without a pause; after those, writers of other nodes need a moment.</summary>
    private const int Eager = 5;

    /// <summary>
    /// Where writers of this process queue once they have lost a race, by resource: a hundred writers of one resource take turns instead of losing
    /// to each other until they give up. Who has not lost yet goes without queueing.
    /// </summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    private readonly FrozenDictionary<string, IWorkflow> _workflows = workflows.ToFrozenDictionary(
        w => w.Type,
        StringComparer.OrdinalIgnoreCase
    );

    public IStore Store => store;

    /// <summary>The workflow of a type; an unknown type is a bug of the caller.</summary>
    public IWorkflow WorkflowOf(string type) => _workflows[type];

    public async ValueTask<Versioned<T>?> ReadAsync<T>(Workflow<T> workflow, ResourceId id, CancellationToken cancellation)
        where T : class, IResource => await store.GetAsync(id, cancellation) is { } row ? workflow.Read(row) : null;

    public Task<SendOutcome> SendAsync(ResourceId id, string type, Signal signal, SendContext context, CancellationToken cancellation) =>
        SendAsync([new Addressed(id, type, signal)], context, cancellation);

    /// <summary>Delivers signals and commits what they cause, atomically.</summary>
    /// <exception cref="StoreUnavailableException">Other writers were first all the time.</exception>
    public async Task<SendOutcome> SendAsync(ImmutableArray<Addressed> signals, SendContext context, CancellationToken cancellation)
    {
        using Activity? activity = WorkflowTelemetry.Decide(signals);
        SemaphoreSlim? turn = null;
        try
        {
            long began = TimeProvider.System.GetTimestamp();
            for (int attempt = 1; TimeProvider.System.GetElapsedTime(began) < LongestContention; attempt++)
            {
                if (await TrySendAsync(signals, context, cancellation) is { } outcome)
                {
                    activity?.SetTag("causeway.attempts", attempt).SetTag("causeway.outcome", outcome.GetType().Name);
                    return outcome;
                }
                if (attempt > Eager)
                    await PauseAsync(attempt - Eager, cancellation);
                if (turn is null && !signals.IsEmpty)
                {
                    SemaphoreSlim mine = _turns[(uint)signals[0].Id.GetHashCode() % _turns.Length];
                    await mine.WaitAsync(cancellation);
                    turn = mine;
                }
            }
        }
        finally
        {
            turn?.Release();
        }
        throw new StoreUnavailableException(
            StoreProblem.Busy,
            $"Other writers were first for {LongestContention.TotalSeconds:0} s: {string.Join(", ", signals.Select(s => s.Id))} was not written."
        );
    }

    /// <summary>Milliseconds of real time, whatever clock the domain has: 1, 2, 4 up to 64, and as much again at random.</summary>
    private static Task PauseAsync(int nth, CancellationToken cancellation)
    {
        double most = Math.Min(64, Math.Pow(2, Math.Min(nth, 10) - 1));
#pragma warning disable CA5394 // Jitter needs no cryptography.
        return Task.Delay(TimeSpan.FromMilliseconds(most * (1 + Random.Shared.NextDouble())), TimeProvider.System, cancellation);
#pragma warning restore CA5394
    }

    /// <summary>Reads, decides, commits; null when another writer was first.</summary>
    private async Task<SendOutcome?> TrySendAsync(ImmutableArray<Addressed> signals, SendContext context, CancellationToken cancellation)
    {
        var steps = new List<WorkflowStep>(signals.Length);
        var read = new List<ResourceWrite.Check>(signals.Length);
        // What a resource is asked may name more to ask; those come behind what stands here.
        var asked = new List<Addressed>(signals);
        for (int i = 0; i < asked.Count; i++)
        {
            Addressed to = asked[i];
            IWorkflow workflow = WorkflowOf(to.Type);
            StoredResource? row = await store.GetAsync(to.Id, cancellation);
            if (row is not null)
                read.Add(new ResourceWrite.Check(to.Id, row.Revision));
            Versioned? before = row is null ? null : workflow.Read(row);
            if (i == 0 && context.Precondition?.Invoke(before) is { } unmet)
                return new SendOutcome.Refused(unmet);
            Asked ask = await to.Ask(before, cancellation);
            if (ask.Refusal is { } senseless)
                return new SendOutcome.Refused(senseless);
            WorkflowStep step = workflow.Step(to.Id, before, ask.Signal!, context.Actor, context.CorrelationId);
            if (step.Refusal is { } refusal)
                return new SendOutcome.Refused(refusal);
            if (step.IsOutdated)
                return null;
            steps.Add(step);
            asked.AddRange(ask.Also);
            asked.AddRange(step.Also);
        }

        Changes changes = Merge(steps, context);
        if (context.Container is { } container && Creates(changes, signals[0].Id))
        {
            StoredResource? box = await store.GetAsync(container.Id, cancellation);
            if (container.Judge(box) is { } closed)
                return new SendOutcome.Refused(closed);
            changes = changes with { Writes = changes.Writes.Add(new ResourceWrite.Check(container.Id, box?.Revision ?? 0)) };
        }
        if (IsEmpty(changes))
            return Delivered(steps, changes);
        // What stays was decided on as it was read: all or none holds only if it still is. One that stays alone has nothing to hold.
        if (steps.Count > 1 || context.Answers is not null)
            changes = changes with { Writes = [.. changes.Writes, .. read.ExceptBy(changes.Writes.Select(w => w.Id), c => c.Id)] };
        CommitOutcome committed = await CommitAsync(changes, cancellation);
        return committed switch
        {
            CommitOutcome.Committed => Delivered(steps, changes),
            CommitOutcome.LeaseLost => new SendOutcome.LeaseLost(),
            CommitOutcome.WakeUpGone => new SendOutcome.WakeUpGone(),
            _ when steps.Select(s => s.OnRefused?.Invoke(committed)).FirstOrDefault(r => r is not null) is { } no =>
                new SendOutcome.Refused(no),
            _ => null,
        };
    }

    private static SendOutcome.Delivered Delivered(List<WorkflowStep> steps, Changes changes) =>
        new([.. steps.Select(s => new Sent(s.Before, s.After))], changes.Operations);

    private async Task<CommitOutcome> CommitAsync(Changes changes, CancellationToken cancellation)
    {
        using Activity? activity = WorkflowTelemetry.Commit();
        long began = TimeProvider.System.GetTimestamp();
        CommitOutcome? outcome = null;
        try
        {
            return outcome = await store.CommitAsync(WorkflowTelemetry.Traced(changes), cancellation);
        }
        finally
        {
            WorkflowTelemetry.Committed(activity, TimeProvider.System.GetElapsedTime(began), outcome);
        }
    }

    private static bool Creates(Changes changes, ResourceId id) =>
        changes.Writes.Any(w => w is ResourceWrite.Put { ExpectedRevision: 0 } && w.Id == id);

    private static bool IsEmpty(Changes c) =>
        c.Writes.IsEmpty && c.Effects.IsEmpty && c.Completed.IsEmpty && c.Operations.IsEmpty && c.Journal.IsEmpty && c.Woken.IsEmpty;

    private static Changes Merge(List<WorkflowStep> steps, SendContext context)
    {
        Changes first = steps.Count == 1 ? steps[0].Changes : steps.Select(s => s.Changes).Aggregate(new Changes(), Concat);
        if (context.Completes is not null)
            first = first with { Completed = [context.Completes] };
        if (context.Answers is not null)
            first = first with { Woken = [context.Answers] };
        if (context.Otherwise is { } ended && first.Operations.All(o => o.Id != ended.Id))
            first = first with { Operations = first.Operations.Add(ended) };
        return context.Operations.IsEmpty ? first : first with { Operations = first.Operations.AddRange(context.Operations) };
    }

    private static Changes Concat(Changes a, Changes b) =>
        new()
        {
            Writes = [.. a.Writes, .. b.Writes.Except(a.Writes.OfType<ResourceWrite.Check>())],
            Claims = a.Claims.AddRange(b.Claims),
            Labels = a.Labels.AddRange(b.Labels),
            WakeUps = a.WakeUps.AddRange(b.WakeUps),
            Effects = a.Effects.AddRange(b.Effects),
            Operations = a.Operations.AddRange(b.Operations),
            Journal = a.Journal.AddRange(b.Journal),
            Quotas = a.Quotas.AddRange(b.Quotas),
            Announcements = a.Announcements.AddRange(b.Announcements),
        };
}

/// <summary>
/// Something asked of one resource. What exactly is made per try, from the resource as it was read for it: what is left out of a request is filled in from what
/// is there, and a choice that lost a race is made anew.
/// </summary>
public sealed record Addressed(ResourceId Id, string Type, Func<Versioned?, CancellationToken, ValueTask<Asked>> Ask)
{
    /// <summary>Always the same signal.</summary>
    public Addressed(ResourceId id, string type, Signal signal)
        : this(id, type, (_, _) => ValueTask.FromResult<Asked>(signal)) { }
}

/// <summary>What is asked of a resource: a signal for its workflow to decide on; or a refusal, when what was sent makes no sense for it.</summary>
public readonly record struct Asked(Signal? Signal, Refusal? Refusal)
{
    private readonly ImmutableArray<Addressed> _also;

    /// <summary>What has to be asked of other resources in the same commit: all move, or none.</summary>
    public ImmutableArray<Addressed> Also
    {
        get => _also.IsDefault ? [] : _also;
        init => _also = value;
    }

    public static implicit operator Asked(Signal signal) => new(signal, null);

    public static implicit operator Asked(Refusal refusal) => new(null, refusal);

    public static Asked FromSignal(Signal signal) => signal;

    public static Asked FromRefusal(Refusal refusal) => refusal;
}

/// <summary>Who sends, and under what conditions.</summary>
/// <param name="Actor">Principal's object id, or <c>causeway</c>.</param>
public sealed record SendContext(string Actor, string? CorrelationId = null)
{
    /// <summary>Our own effects and sweeps.</summary>
    public static readonly SendContext Causeway = new("causeway");

    /// <summary>Judges the first resource as read (null: absent): null to go on, or the refusal (412).</summary>
    public Func<Versioned?, Refusal?>? Precondition { get; init; }

    /// <summary>What a new resource is put into; null when nothing has to hold it.</summary>
    public Container? Container { get; init; }

    /// <summary>The effect that this delivery completes.</summary>
    public LeasedEffect? Completes { get; init; }

    /// <summary>The wake-up that this delivery answers.</summary>
    public DueWakeUp? Answers { get; init; }

    /// <summary>The operation of the caller, as it stands when no decision begins it: what was asked for is so with the commit.</summary>
    public OperationChange? Otherwise { get; init; }

    /// <summary>Operations to start or finish together with it.</summary>
    public ImmutableArray<OperationChange> Operations { get; init; } = [];
}

/// <summary>
/// Where a new resource goes, such as a resource group. Judged on each try when the first signal creates its resource (null: it is not there), and held to
/// that revision by the commit, so that nothing is put into what is going away.
/// </summary>
public sealed record Container(ResourceId Id, Func<StoredResource?, Refusal?> Judge);

/// <summary>What became of a delivery.</summary>
public abstract record SendOutcome
{
    private SendOutcome() { }

    /// <summary>Decided and durable: what became of each resource, in the order of the signals, and the operations that began or ended with it.</summary>
    public sealed record Delivered(ImmutableArray<Sent> Resources, ImmutableArray<OperationChange> Operations) : SendOutcome
    {
        /// <summary>The operation of this id that began with it, as it stands now; null when none did.</summary>
        public Operation? Begun(Guid id) =>
            Operations.OfType<OperationChange.Start>().FirstOrDefault(o => o.Id == id)?.Operation is not { } begun ? null
            : Operations.OfType<OperationChange.Finish>().FirstOrDefault(o => o.Id == id) is { } end
                ? begun with
                {
                    Status = end.Error is null ? OperationStatus.Succeeded : OperationStatus.Failed,
                    Finished = end.At,
                    Error = end.Error,
                }
            : begun;
    }

    public sealed record Refused(Refusal Refusal) : SendOutcome;

    /// <summary>The completed effect belongs to another runner now; nothing was written.</summary>
    public sealed record LeaseLost : SendOutcome;

    /// <summary>The wake-up was answered by another, moved or taken back; nothing was written.</summary>
    public sealed record WakeUpGone : SendOutcome;
}

/// <summary>What became of a resource that something was asked of. Null is absent.</summary>
public sealed record Sent(Versioned? Before, Versioned? After)
{
    /// <summary>It was not there before.</summary>
    public bool IsNew => Before is null && After is not null;
}
