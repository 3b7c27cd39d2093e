using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain;

/// <summary>What ARM calls a tracked resource: it has a group, a location that is fixed at its creation, and tags.</summary>
public interface ITracked<out TSelf> : IResource
    where TSelf : class, ITracked<TSelf>
{
    /// <summary>The same with other tags.</summary>
    TSelf With(ImmutableSortedDictionary<string, string> tags);
}

/// <summary>A whole tracked resource as wanted (PUT).</summary>
public interface IPut
{
    /// <summary>Azure region, normalised.</summary>
    string Location { get; }
}

/// <summary>Tags of a resource: null where nobody said any.</summary>
public static class ResourceTags
{
    public static bool AreSame(ImmutableSortedDictionary<string, string>? a, ImmutableSortedDictionary<string, string>? b) =>
        a is null ? b is null : b is not null && a.SequenceEqual(b);
}

/// <summary>Replaces all tags of a tracked resource (PATCH).</summary>
public sealed record ReplaceTags(DateTimeOffset At, ImmutableSortedDictionary<string, string> Tags) : Signal(At);

/// <summary>Deletes a tracked resource, or begins to.</summary>
/// <param name="Ticket">The operation of the one who asked; null when nobody polls.</param>
public sealed record DeleteResource(DateTimeOffset At, Ticket? Ticket = null) : Signal(At);

/// <summary>
/// The workflow of a tracked resource: what is the same for all of them is decided here, what is its own in <see cref="DecideOn"/>. A location never changes;
/// deleting what is not there is fine; tags are replaced whole; everything else that is asked of what is not there and does not make it is a 404.
/// </summary>
public abstract class TrackedWorkflow<T> : Workflow<T>
    where T : class, ITracked<T>
{
    /// <summary>What it is called in a sentence: <c>public IP address</c>.</summary>
    protected abstract string Called { get; }

    public sealed override Decision<T> Decide(T? current, Signal signal) =>
        (current, signal) switch
        {
            (null, DeleteResource delete) => new Decision<T>.Stay($"there is no such {Called}")
            {
                // It went between the look and the decision: the caller was promised an operation, and what it asked for is so.
                Operations = delete.Ticket is { } ticket ? [ticket.Done(delete.At)] : [],
            },
            (null, ReplaceTags) => Refuse(Refusal.NotFound("ResourceNotFound", $"There is no such {Called}.")),
            ({ } c, IPut put) when c.Location != put.Location => Refuse(LocationFixed(c, put.Location)),
            ({ } c, ReplaceTags tags) => Tag(c, tags),
            ({ }, DeleteResource { Ticket: { } ticket } delete) => Ended(DecideOn(current, delete), ticket, delete.At),
            _ => DecideOn(current, signal),
        };

    /// <summary>What ends at once ends the operation of the one who asked; what takes longer says itself when.</summary>
    private static Decision<T> Ended(Decision<T> decision, Ticket ticket, DateTimeOffset at) =>
        decision is Decision<T>.End { Operations: [] } end ? end with { Operations = [ticket.Done(at)] } : decision;

    /// <summary>The one visible switch over what is the type's own. <paramref name="current"/> is null when the resource does not exist.</summary>
    protected abstract Decision<T> DecideOn(T? current, Signal signal);

    /// <summary>Replaces the tags.</summary>
    protected virtual Decision<T> Tag(T current, ReplaceTags tags) => Move(current.With(tags.Tags), "tags replaced");

    /// <summary>What has to be asked for it to be deleted: of itself, and of what it stands in or holds, in one commit. The same for DELETE and for its group's end.</summary>
    public virtual Asked Deletion(T resource, DateTimeOffset at, Ticket? ticket) => new DeleteResource(at, ticket);

    protected static Decision<T>.Move Move(T next, string why) => new(next, why);

    protected static Decision<T>.Stay Stay(string why) => new(why);

    protected static Decision<T>.End End(string why) => new(why);

    protected static Decision<T>.Refuse Refuse(Refusal refusal) => new(refusal);

    private static Refusal LocationFixed(T resource, string asked) =>
        Refusal.Conflict(
            "InvalidResourceLocation",
            $"The resource '{resource.Id.Name}' already exists in location '{resource.Location}' and cannot be created in '{asked}'. Please select a new resource name.",
            "location"
        );
}
