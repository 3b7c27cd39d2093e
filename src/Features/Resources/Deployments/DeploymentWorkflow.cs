using System.Diagnostics;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Resources;

/// <summary>
/// A deployment is <c>Running</c> until it <c>Succeeded</c>, <c>Failed</c> or was <c>Canceled</c>; then it may be begun again under its name. Which resource is
/// next is not decided here but worked out from the template by the effect, which may die and do it again; here stands what is known to be done.
/// </summary>
public sealed class DeploymentWorkflow : Workflow<Deployment>
{
    private const string Overdue = "deployment-overdue";

    /// <summary>A little longer than the effect tries, whose reason is the better one.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(25);

    public override string Type => Deployment.ResourceType;

    /// <summary>Documents hold whole templates.</summary>
    public override int RowsAtOnce => 20;

    protected override JsonTypeInfo<Deployment> Json => DeploymentJson.Default.Deployment;

    public override Decision<Deployment> Decide(Deployment? current, Signal signal) =>
        (current, signal) switch
        {
            (null, DeploymentSignal.Begin begin) => Begin(null, begin),
            ({ State: DeploymentState.Running } running, DeploymentSignal.Begin begin) when IsSame(running, begin) => Stay(
                "it is running already"
            ),
            ({ State: DeploymentState.Running } running, DeploymentSignal.Begin) => new Decision<Deployment>.Refuse(
                Active(running, "edit or replace")
            ),
            ({ }, DeploymentSignal.Begin begin) => Elsewhere(begin.Id.Name, current.Location, begin.Location) is { } elsewhere
                ? new Decision<Deployment>.Refuse(elsewhere)
                : Begin(current, begin),

            ({ State: DeploymentState.Running }, DeploymentSignal.BeginAgain) => Stay("it is running already"),
            ({ }, DeploymentSignal.BeginAgain again) => BeginAgain(current, again),

            ({ State: DeploymentState.Running } running, DeploymentSignal.StepMoved moved) when moved.Run == running.Run => Step(
                running,
                moved.Step
            ),
            ({ State: DeploymentState.Running state } running, DeploymentSignal.Completed done) when done.Run == running.Run =>
                new Decision<Deployment>.Move(
                    running with
                    {
                        State = new DeploymentState.Succeeded(done.At),
                        Outputs = done.Outputs,
                    },
                    "everything is there"
                )
                {
                    Operations = [new OperationChange.Finish(state.Operation, done.At)],
                },
            ({ State: DeploymentState.Running state } running, DeploymentSignal.GivenUp failed) when failed.Run == running.Run => Fail(
                running,
                state,
                failed.At,
                failed.Error
            ),
            ({ State: DeploymentState.Running state } running, WokenUp { What: Overdue } woken)
                when woken.At >= running.Request.At + Longest => Fail(
                running,
                state,
                woken.At,
                new DeploymentError("DeploymentTimeout", $"The deployment did not end within {Longest.TotalHours} hours.")
            ),

            ({ State: DeploymentState.Running state } running, DeploymentSignal.Cancel cancel) => Cancel(running, state, cancel.At),
            ({ }, DeploymentSignal.Cancel) => new Decision<Deployment>.Refuse(
                Refusal.Conflict(
                    "DeploymentCannotBeCancelled",
                    $"The deployment '{current.Id.Name}' cannot be cancelled: its provisioning state is '{current.StateName}'."
                )
            ),

            ({ State: DeploymentState.Running state }, DeploymentSignal.Delete { WithGroup: true } delete) => new Decision<Deployment>.End(
                "its group goes"
            )
            {
                Operations = [new OperationChange.Finish(state.Operation, delete.At, Canceled(current).Refusal)],
            },
            ({ State: DeploymentState.Running }, DeploymentSignal.Delete) => new Decision<Deployment>.Refuse(Active(current, "delete")),
            ({ }, DeploymentSignal.Delete) => new Decision<Deployment>.End("forgotten; its resources stay"),

            (null, DeploymentSignal.Cancel) => new Decision<Deployment>.Refuse(
                Refusal.NotFound("DeploymentNotFound", "There is no such deployment.")
            ),
            (
                _,
                DeploymentSignal.Delete
                    or DeploymentSignal.BeginAgain
                    or DeploymentSignal.StepMoved
                    or DeploymentSignal.Completed
                    or DeploymentSignal.GivenUp
                    or WokenUp
            ) => Stay("that run is over"),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    public override IEnumerable<string> LabelsOf(Deployment resource) => [Deployment.ScopeLabel(resource.Scope)];

    public override IEnumerable<WakeUp> WakeUpsOf(Deployment resource) =>
        resource.State is DeploymentState.Running ? [new WakeUp(Overdue, resource.Request.At + Longest)] : [];

    public override IEnumerable<Quota> QuotasOf(Deployment resource) =>
        [new Quota(new ResourceQuery { Label = Deployment.ScopeLabel(resource.Scope) }, Deployment.MostInScope)];

    public override Refusal OverQuota(Deployment resource, Quota quota) =>
        Refusal.Conflict(
            "DeploymentQuotaExceeded",
            $"Creating the deployment '{resource.Id.Name}' would exceed the quota of '{quota.Most}'. The current deployment count is '{quota.Most}', please delete some deployments before creating a new one. Please see https://aka.ms/arm-deploy for usage details."
        );

    /// <summary>Deployments within one that is cancelled are cancelled with it; one that fails may have another begun again in its place.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(Deployment? before, Deployment? after, DateTimeOffset at)
    {
        if (before?.State is not DeploymentState.Running)
            yield break;
        if (after?.State is DeploymentState.Canceled)
            foreach (DeploymentStep step in before.Steps.Where(s => s.State == StepState.Running && IsDeployment(s.Id)))
                yield return new Addressed(
                    step.Id,
                    Type,
                    (row, _) =>
                        new(
                            row is Versioned<Deployment> { Resource.State: DeploymentState.Running }
                                ? new DeploymentSignal.Cancel(at)
                                : new DeploymentSignal.StepMoved(at, 0, step)
                        )
                );
        if (
            after is { State: DeploymentState.Failed, Request.OnError.Deployment: { } other }
            && before.State is DeploymentState.Running { Operation: var operation }
        )
            yield return new Addressed(other, Type, new DeploymentSignal.BeginAgain(at, after.Id, Next(operation), after.Request.Caller));
    }

    private static bool IsDeployment(ResourceId id) => id.Type.Equals(Deployment.ResourceType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The id of an operation that follows from another, always the same.</summary>
    private static Guid Next(Guid operation)
    {
        byte[] bytes = operation.ToByteArray();
        bytes[^1] ^= 0xff;
        return new Guid(bytes);
    }

    private static Decision<Deployment> Begin(Deployment? current, DeploymentSignal.Begin begin)
    {
        var next = new Deployment
        {
            Id = current?.Id ?? begin.Id,
            Location = current?.Location ?? begin.Location,
            Tags = begin.Tags,
            Run = (current?.Run ?? 0) + 1,
            Request = begin.Request,
            State = new DeploymentState.Running(begin.Ticket.Id),
            Steps = begin.Steps,
        };
        return new Decision<Deployment>.Move(next, $"deploys {begin.Steps.Length} resources")
        {
            Effects = [Effect(next)],
            Operations = [begin.Ticket.Begun(begin.At)],
        };
    }

    private static Decision<Deployment> BeginAgain(Deployment current, DeploymentSignal.BeginAgain again)
    {
        Deployment next = current with
        {
            Run = current.Run + 1,
            // It must not have a third one begun, and so on.
            Request = current.Request with
            {
                At = again.At,
                Caller = again.Caller,
                OnError = null,
            },
            State = new DeploymentState.Running(again.Operation),
            Steps =
            [
                .. current.Steps.Select(s =>
                    s.State == StepState.Skipped ? s : new DeploymentStep(s.Key, s.Id) { DependsOn = s.DependsOn }
                ),
            ],
        };
        var ticket = new Ticket(again.Operation, current.Id, $"PUT {Deployment.ResourceType}", again.Caller.ObjectId);
        return new Decision<Deployment>.Move(next, $"deployed again, as '{again.Instead.Name}' failed")
        {
            Effects = [Effect(next)],
            Operations = [ticket.Begun(again.At)],
        };
    }

    private static Decision<Deployment> Step(Deployment running, DeploymentStep step) =>
        running.FindStep(step.Key) is { IsEnded: false } before
            ? new Decision<Deployment>.Move(running with { Steps = running.Steps.Replace(before, step) }, $"{step.Id.Name}: {step.State}")
            : Stay("that resource has come to its end");

    private static Decision<Deployment> Fail(Deployment running, DeploymentState.Running state, DateTimeOffset at, DeploymentError error) =>
        new Decision<Deployment>.Move(running with { State = new DeploymentState.Failed(at, error) }, error.Message)
        {
            Operations = [new OperationChange.Finish(state.Operation, at, error.Refusal)],
        };

    private static Decision<Deployment> Cancel(Deployment running, DeploymentState.Running state, DateTimeOffset at) =>
        new Decision<Deployment>.Move(
            running with
            {
                State = new DeploymentState.Canceled(at),
                Steps = [.. running.Steps.Select(s => s.IsEnded ? s : s with { State = StepState.Canceled, Ended = at })],
            },
            "cancelled"
        )
        {
            Operations = [new OperationChange.Finish(state.Operation, at, Canceled(running).Refusal)],
        };

    private static DeploymentError Canceled(Deployment deployment) =>
        new("DeploymentCanceled", $"The deployment '{deployment.Id.Name}' was cancelled.");

    private static Effect Effect(Deployment next) =>
        new(
            $"{Deployment.DeployEffect}/{next.Id.Key}",
            Deployment.DeployEffect,
            next.Id,
            Encoding.UTF8.GetBytes($$"""{"run":{{next.Run}}}"""),
            default
        );

    /// <summary>The same asked again in the same name, while it runs: a client, or a deployment around this one, that lost the answer.</summary>
    private static bool IsSame(Deployment running, DeploymentSignal.Begin begin) =>
        running.Request.CorrelationId == begin.Request.CorrelationId
        && running.Request.Fingerprint == begin.Request.Fingerprint
        && running.Request.Caller == begin.Request.Caller
        && running.Request.IsComplete == begin.Request.IsComplete;

    /// <summary>The record of a deployment stays where it was first made: refused is its name in another place. Null when it is the same.</summary>
    public static Refusal? Elsewhere(string name, string present, string wanted) =>
        present.Equals(wanted, StringComparison.OrdinalIgnoreCase)
            ? null
            : Refusal.Conflict(
                "InvalidDeploymentLocation",
                $"Invalid deployment location '{wanted}'. The deployment '{name}' already exists in location '{present}'. Use another name, or the same location."
            );

    private static Refusal Active(Deployment running, string what) =>
        Refusal.Conflict(
            "DeploymentActive",
            $"Unable to {what} deployment '{running.Id.Name}': previous deployment from '{running.Request.At:O}' is still active (expiration time is '{running.Request.At + Longest:O}'). Please see https://aka.ms/arm-deploy for usage details."
        );

    private static Decision<Deployment>.Stay Stay(string why) => new(why);
}
