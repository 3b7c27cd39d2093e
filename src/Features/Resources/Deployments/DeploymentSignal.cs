using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Resources;

/// <summary>What can happen to a deployment.</summary>
public abstract record DeploymentSignal(DateTimeOffset At) : Signal(At)
{
    /// <summary>Begin it (PUT).</summary>
    /// <param name="Steps">What is to be made.</param>
    public sealed record Begin(
        ResourceId Id,
        string Location,
        ImmutableSortedDictionary<string, string>? Tags,
        DeploymentRequest Request,
        ImmutableArray<DeploymentStep> Steps,
        Ticket Ticket
    ) : DeploymentSignal(Request.At);

    /// <summary>Begin it again as it was, because another one failed.</summary>
    /// <param name="Instead">The one that failed.</param>
    /// <param name="Caller">Who asked for that one, in whose name it is done: no more than that principal may.</param>
    public sealed record BeginAgain(DateTimeOffset At, ResourceId Instead, Guid Operation, DeploymentCaller Caller) : DeploymentSignal(At);

    /// <summary>One of its resources has come further.</summary>
    public sealed record StepMoved(DateTimeOffset At, int Run, DeploymentStep Step) : DeploymentSignal(At);

    /// <summary>Everything is there.</summary>
    /// <param name="Outputs">As JSON.</param>
    public sealed record Completed(DateTimeOffset At, int Run, string Outputs) : DeploymentSignal(At);

    /// <summary>It cannot be completed.</summary>
    public sealed record GivenUp(DateTimeOffset At, int Run, DeploymentError Error) : DeploymentSignal(At);

    /// <summary>Begin nothing more.</summary>
    public sealed record Cancel(DateTimeOffset At) : DeploymentSignal(At);

    /// <summary>Forget it; its resources stay.</summary>
    /// <param name="WithGroup">Its group goes, so it is not waited for.</param>
    public sealed record Delete(DateTimeOffset At, bool WithGroup = false) : DeploymentSignal(At);
}
