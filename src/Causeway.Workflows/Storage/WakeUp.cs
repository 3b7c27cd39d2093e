using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>An instant for which a resource waits. Its workflow says so as a function of the state (<c>Workflow.WakeUpsOf</c>).</summary>
/// <param name="Name">Unique within the resource, such as <c>overdue</c>.</param>
/// <param name="Due">UTC.</param>
public sealed record WakeUp(string Name, DateTimeOffset Due);

/// <summary>A change of what one resource waits for. The resource must be stored; its wake-ups go with it.</summary>
public abstract record WakeUpChange(ResourceId Resource, string Name)
{
    /// <summary>Waits for this instant from now on, instead of any that stood under the name before.</summary>
    public sealed record Set(ResourceId Resource, string Name, DateTimeOffset Due) : WakeUpChange(Resource, Name);

    /// <summary>Waits no more; does nothing when it did not.</summary>
    public sealed record Remove(ResourceId Resource, string Name) : WakeUpChange(Resource, Name);
}

/// <summary>A wake-up whose time has come.</summary>
/// <param name="Type">The resource's type, by which its workflow is found.</param>
public sealed record DueWakeUp(ResourceId Resource, string Type, string Name, DateTimeOffset Due);

/// <summary>How many wake-ups there are, for the operator.</summary>
/// <param name="Waiting">All of them.</param>
/// <param name="Next">The earliest due time; in the past when it is late.</param>
public sealed record WakeUpsPending(long Waiting, DateTimeOffset? Next);
