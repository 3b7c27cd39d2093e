using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows.Documents;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows;

/// <summary>
/// One workflow: the pure decision of a resource type, and what follows from a state. Claims (unique facts) and labels (ways to be found) are
/// functions of the state; the engine takes and releases the difference, so they can never be forgotten on one path.
/// </summary>
public abstract class Workflow<T> : IWorkflow
    where T : class, IResource
{
    public abstract string Type { get; }

    /// <inheritdoc />
    public virtual int RowsAtOnce => 500;

    /// <summary>How the resource is written to and read from its document.</summary>
    protected abstract JsonTypeInfo<T> Json { get; }

    /// <summary>What brings documents of older schemas to the present one; the first makes schema 2 of schema 1. Add to it, never change it.</summary>
    protected virtual IReadOnlyList<Upcaster> Upcasters => [];

    private DocumentFormat<T> Format => field ??= new DocumentFormat<T>(Json, Upcasters);

    JsonTypeInfo IWorkflow.Document => Json;

    byte[] IWorkflow.Rewrite(ResourceId id, ReadOnlySpan<byte> document, out bool isNewer)
    {
        Document<T> read = Format.Read(id, document);
        isNewer = read.IsNewer;
        return Format.Write(read.Value);
    }

    /// <summary>The one visible switch. <paramref name="current"/> is null when the resource does not exist.</summary>
    public abstract Decision<T> Decide(T? current, Signal signal);

    /// <summary>
    /// The decision as it is carried out. A move that would write what is there already, and nothing else, is none: a request that is sent again as it was leaves
    /// etag, journal and routers alone, whatever the type.
    /// </summary>
    public Decision<T> DecideWhole(T? current, Signal signal)
    {
        Decision<T> decision = Decide(current, signal);
        return
            decision is Decision<T>.Move { Effects.IsEmpty: true, Operations.IsEmpty: true, Facts.IsEmpty: true } move
            && current is not null
            && Format.Write(current).AsSpan().SequenceEqual(Format.Write(move.Next))
            ? new Decision<T>.Stay("nothing changes")
            : decision;
    }

    /// <summary>What only this resource may hold while it is in this state.</summary>
    public virtual IEnumerable<string> ClaimsOf(T resource) => [];

    /// <summary>Labels that this resource is found by.</summary>
    public virtual IEnumerable<string> LabelsOf(T resource) => [];

    /// <summary>
    /// The instants for which this resource waits while it is in this state: at each, <see cref="WokenUp"/> comes, once. Names are unique among them. What has to
    /// come again is another instant in the next state.
    /// </summary>
    public virtual IEnumerable<WakeUp> WakeUpsOf(T resource) => [];

    /// <summary>
    /// True for claims whose value was chosen by us (an S-tag): when taken, the signal is made anew with another choice instead of refusing.
    /// </summary>
    /// <param name="signal">What is being decided on.</param>
    public virtual bool IsChosen(string claim, Signal signal) => false;

    /// <summary>The error for a claim that another resource holds.</summary>
    public virtual Refusal ClaimTaken(T resource, string claim, ResourceId owner) =>
        Refusal.Conflict("Conflict", $"'{claim}' is already in use.");

    /// <summary>True when what a node remembers of these resources must be forgotten everywhere as soon as one changes: the type is announced.</summary>
    protected virtual bool IsAnnounced => false;

    /// <summary>What every node is told when the resource changes from one state to another; null is absent.</summary>
    protected virtual IEnumerable<string> AnnouncementsOf(T? before, T? after) => IsAnnounced ? [Type] : [];

    /// <summary>
    /// What other resources must be asked, in the same commit, because this one changes from one state to another; null is absent. As a function of the states it
    /// cannot be forgotten on one path: what a circuit takes of its ports is accounted for so.
    /// </summary>
    protected virtual IEnumerable<Addressed> ConsequencesOf(T? before, T? after, DateTimeOffset at) => [];

    /// <inheritdoc />
    public virtual IReadOnlyList<string> Told => [];

    private ToldPaths Telling => field ??= new ToldPaths(Told);

    /// <param name="after">The document as it is written; empty when there is none any more.</param>
    private ImmutableArray<Difference> Differences(T? before, ReadOnlyMemory<byte> after) =>
        Telling.IsEmpty ? [] : Telling.Between(before is null ? default : Format.Write(before), after);

    /// <summary>The limits that this resource must keep when it is created; later changes do not count again.</summary>
    public virtual IEnumerable<Quota> QuotasOf(T resource) => [];

    /// <summary>The error for a limit that is reached.</summary>
    public virtual Refusal OverQuota(T resource, Quota quota) =>
        Refusal.Conflict("OperationNotAllowed", $"There are {quota.Most} already, the limit.");

    /// <exception cref="UnreadableDocumentException">This one document cannot be read.</exception>
    public Versioned<T> Read(StoredResource row)
    {
        Document<T> document = Format.Read(row.Id, row.Body.Span);
        return new(document.Value, row.Revision, row.ETag, row.Created, row.Changed) { IsNewer = document.IsNewer };
    }

    /// <summary>False, without a value, for a document that cannot be read: where one of many must not stop the others.</summary>
    public bool TryRead(StoredResource row, [NotNullWhen(true)] out Versioned<T>? read)
    {
        try
        {
            read = Read(row);
            return true;
        }
        catch (UnreadableDocumentException)
        {
            read = null;
            return false;
        }
    }

    Changes IWorkflow.Derive(StoredResource row)
    {
        T resource = Read(row).Resource;
        return new Changes
        {
            Writes = [new ResourceWrite.Check(row.Id, row.Revision)],
            Claims = [.. ClaimsOf(resource).Distinct().Select(c => new ClaimChange.Take(c, row.Id))],
            Labels = [.. LabelsOf(resource).Distinct().Select(l => new LabelChange.Add(l, row.Id))],
            WakeUps = [.. WakeUpsOf(resource).Select(w => new WakeUpChange.Set(row.Id, w.Name, w.Due))],
        };
    }

    Versioned IWorkflow.Read(StoredResource row) => Read(row);

    WorkflowStep IWorkflow.Step(ResourceId id, Versioned? before, Signal signal, string actor, string? correlationId)
    {
        var current = (Versioned<T>?)before;
        string from = current?.Resource.StateName ?? "";
        long revision = current?.Revision ?? 0;
        Decision<T> decision = DecideWhole(current?.Resource, signal);
        if (current is { IsNewer: true } && decision is Decision<T>.Move or Decision<T>.End)
            throw new NewerDocumentException(id);
        switch (decision)
        {
            case Decision<T>.Refuse refuse:
                return new WorkflowStep { Refusal = refuse.Refusal };
            case Decision<T>.Again:
                return new WorkflowStep { IsOutdated = true };
            case Decision<T>.Stay stay:
                return new WorkflowStep
                {
                    Changes = new Changes { Operations = stay.Operations },
                    Before = current,
                    After = current,
                };
            case Decision<T>.Move move:
            {
                var next = new StoredResource
                {
                    Id = move.Next.Id,
                    Type = Type,
                    Location = move.Next.Location,
                    Tags = move.Next.Tags ?? ImmutableSortedDictionary<string, string>.Empty,
                    Revision = revision + 1,
                    ETag = Guid.NewGuid(),
                    State = move.Next.StateName,
                    Body = Format.Write(move.Next),
                    Created = current?.Created ?? signal.At,
                    Changed = signal.At,
                };
                HashSet<string> claims = [.. ClaimsOf(move.Next)];
                HashSet<string> labels = [.. LabelsOf(move.Next)];
                WakeUp[] wakeUps = [.. WakeUpsOf(move.Next)];
                WakeUp[] oldWakeUps = current is null ? [] : [.. WakeUpsOf(current.Resource)];
                Quota[] quotas = [.. current is null ? QuotasOf(move.Next) : [], .. move.Quotas];
                HashSet<string> oldClaims = current is null ? [] : [.. ClaimsOf(current.Resource)];
                HashSet<string> oldLabels = current is null ? [] : [.. LabelsOf(current.Resource)];
                return new WorkflowStep
                {
                    Before = current,
                    After = new Versioned<T>(move.Next, next.Revision, next.ETag, next.Created, next.Changed),
                    Also = [.. ConsequencesOf(current?.Resource, move.Next, signal.At)],
                    OnRefused = outcome =>
                        outcome switch
                        {
                            CommitOutcome.ClaimTaken(var claim, var owner) when claims.Contains(claim) && !IsChosen(claim, signal) =>
                                ClaimTaken(move.Next, claim, owner),
                            CommitOutcome.QuotaExceeded(var quota) when quotas.Contains(quota) => OverQuota(move.Next, quota),
                            _ => null,
                        },
                    Changes = new Changes
                    {
                        Writes = [new ResourceWrite.Put(next, revision), .. move.Checks],
                        Claims =
                        [
                            .. oldClaims.Except(claims).Select(c => new ClaimChange.Release(c, id)),
                            .. claims.Except(oldClaims).Select(c => new ClaimChange.Take(c, id)),
                        ],
                        Labels =
                        [
                            .. oldLabels.Except(labels).Select(l => new LabelChange.Remove(l, id)),
                            .. labels.Except(oldLabels).Select(l => new LabelChange.Add(l, id)),
                        ],
                        WakeUps =
                        [
                            .. oldWakeUps
                                .ExceptBy(wakeUps.Select(w => w.Name), w => w.Name)
                                .Select(w => new WakeUpChange.Remove(id, w.Name)),
                            .. wakeUps.Except(oldWakeUps).Select(w => new WakeUpChange.Set(id, w.Name, w.Due)),
                        ],
                        Effects = move.Effects,
                        Operations = move.Operations,
                        Journal = [Entry(next, move.Why, next.Revision, move.Facts)],
                        Quotas = [.. quotas],
                        Announcements = [.. AnnouncementsOf(current?.Resource, move.Next)],
                    },
                };
            }
            case Decision<T>.End when current is null:
                return new WorkflowStep { Changes = new Changes() };
            case Decision<T>.End end:
                return new WorkflowStep
                {
                    Before = current,
                    Also = [.. ConsequencesOf(current!.Resource, null, signal.At)],
                    Changes = new Changes
                    {
                        Writes = [new ResourceWrite.Delete(id, revision)],
                        Effects = end.Effects,
                        Operations = end.Operations,
                        Journal = [Entry(null, end.Why, revision + 1, end.Facts)],
                        Announcements = [.. AnnouncementsOf(current?.Resource, null)],
                    },
                };
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        JournalEntry Entry(StoredResource? next, string why, long after, ReadOnlyMemory<byte> facts) =>
            new(signal.At, actor, id, signal.Name, from, next?.State ?? "", why, after, facts)
            {
                CorrelationId = correlationId,
                Differences = Differences(current?.Resource, next?.Body ?? default),
            };
    }
}

/// <summary>The engine's view of a workflow, whatever its resource.</summary>
public interface IWorkflow
{
    /// <summary>Canonical resource type that this workflow decides about.</summary>
    string Type { get; }

    /// <summary>How many documents of all may be read into memory at once: fewer where each is large. 1 to 1000.</summary>
    int RowsAtOnce => 500;

    /// <summary>How its resources stand in their documents.</summary>
    JsonTypeInfo Document { get; }

    /// <summary>What of the documents the journal tells when it changes: paths as <see cref="ToldPaths"/> has them.</summary>
    IReadOnlyList<string> Told { get; }

    /// <summary>A document as this program would write it, having read it; and whether that would lose what it does not know.</summary>
    /// <exception cref="UnreadableDocumentException">It cannot be read.</exception>
    byte[] Rewrite(ResourceId id, ReadOnlySpan<byte> document, out bool isNewer);

    /// <summary>What follows from a stored state, whole: taking and adding what is there already changes nothing.</summary>
    /// <exception cref="UnreadableDocumentException">It cannot be read.</exception>
    Changes Derive(StoredResource row);

    /// <summary>Decides, and turns the decision into changes. Pure.</summary>
    /// <param name="before">As <see cref="Read"/> read it; null when it is not there.</param>
    /// <exception cref="NewerDocumentException">The decision would write a document that holds what this program does not know.</exception>
    WorkflowStep Step(ResourceId id, Versioned? before, Signal signal, string actor, string? correlationId);

    /// <exception cref="UnreadableDocumentException">This one document cannot be read.</exception>
    Versioned Read(StoredResource row);
}

/// <summary>One decision, ready to be committed; or its refusal.</summary>
public sealed record WorkflowStep
{
    /// <summary>What it was asked with is not so any more: everything is asked anew.</summary>
    public bool IsOutdated { get; init; }

    public Refusal? Refusal { get; init; }
    public Changes Changes { get; init; } = new();

    /// <summary>The resource before; null when it was not there.</summary>
    public Versioned? Before { get; init; }

    /// <summary>The resource after the commit; null when it is gone, or was refused.</summary>
    public Versioned? After { get; init; }

    /// <summary>What must be asked of others in the same commit.</summary>
    public ImmutableArray<Addressed> Also { get; init; } = [];

    /// <summary>The error when the store refuses the commit for this step's sake; null means: decide again.</summary>
    public Func<CommitOutcome, Refusal?>? OnRefused { get; init; }
}
