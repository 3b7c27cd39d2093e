using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Templates;
using Causeway.Templates.Language;
using Causeway.Templates.Values;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>
/// Theory of operation. A run opens what is to be deployed, works out the plan anew, and turns: what is ready (everything before it is there) is asked for, what
/// goes on is looked at, and each step forward is written down before the next. When all that is left goes on elsewhere the run ends and comes back a moment
/// later, so that a deployment within another never waits for the one around it. PUTs may be repeated: whatever was not written down is asked for again.
/// When something fails, what does not depend on it is still made.
/// </summary>
internal sealed class DeployHandler(
    IStore store,
    Engine engine,
    DeploymentWorkflow workflow,
    DeploymentContents contents,
    DeploymentAsking asking,
    Cascades cascades,
    ArmTypes types,
    TimeProvider clock
) : IEffectHandler
{
    /// <summary>How many resources of one deployment are asked for at once.</summary>
    private const int AtOnce = 4;

    /// <summary>How often questions may lead to further questions.</summary>
    private const int MostRounds = 16;

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    public string Kind => Deployment.DeployEffect;

    public EffectPolicy Policy { get; } =
        new()
        {
            Deadline = TimeSpan.FromMinutes(10),
            GiveUpAfter = TimeSpan.FromHours(24),
            Parallel = 16,
        };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why) =>
        [
            new Addressed(
                effect.Resource,
                Deployment.ResourceType,
                (row, _) =>
                    new(
                        new DeploymentSignal.GivenUp(
                            clock.GetUtcNow(),
                            (row as Versioned<Deployment>)?.Resource.Run ?? 0,
                            new DeploymentError("DeploymentTimeout", why)
                        )
                    )
            ),
        ];

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        (int Run, DeploymentPlan Plan)? opened = null;
        while (
            await engine.ReadAsync(workflow, effect.Resource, cancellation) is { Resource: { State: DeploymentState.Running } deployment }
        )
        {
            try
            {
                if (opened?.Run != deployment.Run)
                    opened = (deployment.Run, Plan(deployment));
                (bool moved, EffectOutcome? outcome) = await TurnAsync(deployment, opened.Value.Plan, cancellation);
                if (!moved)
                    return outcome!;
            }
            catch (TemplateException e)
            {
                return Failed(deployment, DeploymentError.Of(DeploymentReading.Wrong(e)));
            }
            catch (SecretException e)
            {
                return Failed(deployment, new DeploymentError("DeploymentUnreadable", e.Message));
            }
        }
        return new EffectOutcome.Done();
    }

    /// <summary>As it was worked out when it was asked for.</summary>
    private DeploymentPlan Plan(Deployment deployment)
    {
        DeploymentContent content = contents.Open(deployment);
        Template template = Template.Read(content.Template);
        return DeploymentPlan.Make(
            template,
            content.Parameters,
            DeploymentKnowledge.Of(
                deployment.Id,
                deployment.Location,
                deployment.Request.At,
                deployment.Request.Caller,
                deployment.Request.Endpoint,
                deployment.Request.IsComplete,
                template.Json,
                deployment.Request.TemplateHash,
                content.Group,
                content.Subscription,
                types,
                TemplateParameters.Show(template, content.Parameters)
            )
        );
    }

    /// <summary>One turn: whether anything moved, and otherwise what is to be done with the effect.</summary>
    private async Task<(bool Moved, EffectOutcome? Outcome)> TurnAsync(
        Deployment deployment,
        DeploymentPlan plan,
        CancellationToken cancellation
    )
    {
        HashSet<string> there = [.. deployment.Steps.Where(s => s.IsThere).Select(s => s.Key)];
        DeploymentStep[] ready = [.. deployment.Steps.Where(s => s.State == StepState.Waiting && s.DependsOn.All(there.Contains))];
        DeploymentStep[] going = [.. deployment.Steps.Where(s => s.State == StepState.Running)];
        if (ready.Length == 0 && going.Length == 0)
            return (false, await EndAsync(deployment, plan, cancellation));

        TimeSpan? later = null;
        string why = "";
        bool moved = false;
        Dictionary<string, PlannedResource> planned = plan.Resources.ToDictionary(r => r.Key);
        await Parallel.ForEachAsync(
            ready.Concat(going),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (step, stop) =>
            {
                (DeploymentStep? next, Asking.Later? rest) =
                    step.State == StepState.Waiting
                        ? await AskForAsync(deployment, plan, planned[step.Key], step, stop)
                        : await LookAtAsync(deployment, planned[step.Key], step, stop);
                if (next is not null)
                    await SendAsync(
                        deployment,
                        // A resource may say what it was sent, and that may have been a secret.
                        next.Error
                            is { } error
                            ? next with
                            {
                                Error = error.With(plan.WithoutSecrets),
                            }
                            : next
                    );
                lock (planned)
                {
                    moved |= next is not null;
                    if (rest is not null && (later is null || rest.After < later))
                        (later, why) = (rest.After, rest.Why);
                }
            }
        );
        return moved ? (true, null) : (false, new EffectOutcome.Retry(why, later ?? ShortestRest));
    }

    private Task<SendOutcome> SendAsync(Deployment deployment, DeploymentStep step) =>
        engine.SendAsync(
            deployment.Id,
            Deployment.ResourceType,
            new DeploymentSignal.StepMoved(clock.GetUtcNow(), deployment.Run, step),
            SendContext.Causeway with
            {
                CorrelationId = deployment.Request.CorrelationId,
            },
            CancellationToken.None
        );

    private async Task<(DeploymentStep?, Asking.Later?)> AskForAsync(
        Deployment deployment,
        DeploymentPlan plan,
        PlannedResource resource,
        DeploymentStep step,
        CancellationToken cancellation
    )
    {
        if (resource.IsExisting || resource.IsSkipped)
            return (step with { State = StepState.Skipped, Began = clock.GetUtcNow(), Ended = clock.GetUtcNow() }, null);
        DeploymentStep begun = step with { Began = clock.GetUtcNow() };
        Asking asked;
        try
        {
            (Value.Object? body, Asking? no) = await AnsweredAsync(
                deployment,
                plan,
                answers => (plan.Body(resource, answers, out IReadOnlyList<Question> questions), questions),
                cancellation
            );
            asked = no ?? await asking.PutAsync(deployment, resource, body!, cancellation);
        }
        catch (TemplateException e)
        {
            asked = new Asking.Refused(400, DeploymentError.Of(DeploymentReading.Wrong(e)) with { Target = resource.Id.Text });
        }
        return asked switch
        {
            Asking.Taken { IsEnded: true } taken => (Ended(begun, taken), null),
            Asking.Taken taken => (begun with { State = StepState.Running, Operation = taken.Operation, Status = taken.Status }, null),
            // Of a template within the template the target would be a place in it, and nobody would know in which.
            Asking.Refused refused when IsDeployment(resource.Id) => (
                Refused(begun, refused with { Error = refused.Error with { Target = resource.Id.Text } }),
                null
            ),
            Asking.Refused refused => (Refused(begun, refused), null),
            _ => (null, (Asking.Later)asked),
        };
    }

    /// <summary>How far a resource has come that was accepted.</summary>
    private async Task<(DeploymentStep?, Asking.Later?)> LookAtAsync(
        Deployment deployment,
        PlannedResource resource,
        DeploymentStep step,
        CancellationToken cancellation
    )
    {
        if (step.Operation is { } id && await store.GetOperationAsync(id, cancellation) is { } operation)
            return operation.Status switch
            {
                OperationStatus.InProgress => (null, StillGoing(step)),
                OperationStatus.Succeeded => (step with { State = StepState.Succeeded, Ended = clock.GetUtcNow() }, null),
                _ => (
                    step with
                    {
                        State = StepState.Failed,
                        Ended = clock.GetUtcNow(),
                        Status = 409,
                        Error = DeploymentError.Of(operation.Error!) with { Target = step.Id.Text },
                    },
                    null
                ),
            };
        return await asking.GetAsync(deployment, resource.Id, resource.ApiVersion, cancellation) switch
        {
            Asking.Taken { IsEnded: true } taken => (Ended(step, taken), null),
            Asking.Taken => (null, StillGoing(step)),
            Asking.Refused refused => (Refused(step, refused), null),
            Asking.Later later => (null, later),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private DeploymentStep Ended(DeploymentStep step, Asking.Taken taken) =>
        taken.ProvisioningState is "Failed" or "Canceled"
            ? step with
            {
                State = StepState.Failed,
                Ended = clock.GetUtcNow(),
                Status = 409,
                Error = ErrorOf(taken, step.Id),
            }
            : step with
            {
                State = StepState.Succeeded,
                Ended = clock.GetUtcNow(),
                Status = step.Status > 0 ? step.Status : taken.Status,
            };

    private DeploymentStep Refused(DeploymentStep step, Asking.Refused refused) =>
        step with
        {
            State = StepState.Failed,
            Ended = clock.GetUtcNow(),
            Status = refused.Status,
            Error = refused.Error,
        };

    /// <summary>What a resource that failed says of it (a deployment does).</summary>
    private static DeploymentError ErrorOf(Asking.Taken taken, ResourceId id) =>
        (taken.Body?.Get("properties") as Value.Object)?.Get("error") is Value.Object error
            ? Read(error) with
            {
                Target = id.Text,
            }
            : new DeploymentError(
                "ResourceDeploymentFailure",
                $"The resource operation completed with terminal provisioning state '{taken.ProvisioningState}'.",
                id.Text
            );

    private static DeploymentError Read(Value.Object error) =>
        new(
            (error.Get("code") as Value.Text)?.Characters ?? "",
            (error.Get("message") as Value.Text)?.Characters ?? "",
            (error.Get("target") as Value.Text)?.Characters
        )
        {
            Details = [.. ((error.Get("details") as Value.Array)?.Items ?? []).OfType<Value.Object>().SelectMany(d => Read(d).Flat)],
        };

    private Asking.Later StillGoing(DeploymentStep step)
    {
        TimeSpan since = clock.GetUtcNow() - (step.Began ?? clock.GetUtcNow());
        return new(
            $"'{step.Id.Text}' is not there yet",
            TimeSpan.FromTicks(Math.Clamp(since.Ticks / 10, ShortestRest.Ticks, LongestRest.Ticks))
        );
    }

    /// <summary>Nothing can be begun and nothing goes on: it has failed, or what is left is to be cleared away and said.</summary>
    private async Task<EffectOutcome> EndAsync(Deployment deployment, DeploymentPlan plan, CancellationToken cancellation)
    {
        DeploymentStep[] failed = [.. deployment.Steps.Where(s => s.State == StepState.Failed)];
        if (failed.Length > 0)
            return Failed(deployment, Summary(failed.Select(f => f.Error!)));
        if (deployment.Request.IsComplete && await ClearAsync(deployment, plan, cancellation) is { } outcome)
            return outcome;
        try
        {
            (Value.Object? outputs, Asking? no) = await AnsweredAsync(
                deployment,
                plan,
                answers => (plan.Outputs(answers, out IReadOnlyList<Question> questions), questions),
                cancellation
            );
            return no switch
            {
                null => new EffectOutcome.Done(
                    To(deployment, new DeploymentSignal.Completed(clock.GetUtcNow(), deployment.Run, outputs!.ToString()))
                ),
                Asking.Later later => new EffectOutcome.Retry(later.Why, later.After),
                _ => Failed(deployment, OutputsFailed(((Asking.Refused)no).Error).With(plan.WithoutSecrets)),
            };
        }
        catch (TemplateException e)
        {
            return Failed(deployment, OutputsFailed(DeploymentError.Of(DeploymentReading.Wrong(e))).With(plan.WithoutSecrets));
        }
    }

    private static DeploymentError Summary(IEnumerable<DeploymentError> details) =>
        new(
            "DeploymentFailed",
            "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details."
        )
        {
            Details = [.. details.SelectMany(d => d.Flat)],
        };

    private static DeploymentError OutputsFailed(DeploymentError why) =>
        new(
            DeploymentError.OutputsCode,
            "Unable to evaluate template outputs. Please see error details and deployment operations. Please see https://aka.ms/arm-common-errors for usage details."
        )
        {
            Details = [.. why.Flat],
        };

    /// <summary>Complete mode: deletes what the template does not name, what uses others first. Null when nothing is left to go.</summary>
    private async Task<EffectOutcome?> ClearAsync(Deployment deployment, DeploymentPlan plan, CancellationToken cancellation)
    {
        HashSet<ResourceId> kept = [.. plan.Resources.Where(r => !r.IsSkipped).Select(r => r.Id)];
        foreach (PlannedResource nested in plan.Resources.Where(r => IsDeployment(r.Id)))
            if (await engine.ReadAsync(workflow, nested.Id, cancellation) is { } inner)
                kept.UnionWith(inner.Resource.Steps.Select(s => s.Id));
        GroupContents all = await GroupContents.ReadAsync(store, cascades, deployment.Scope, cancellation);
        (StoredResource Resource, ICascade Cascade, int Rank)[] gone =
        [
            .. all.Resources.Where(r => r.Resource.Id.Names.Count == 1 && !IsDeployment(r.Resource.Id) && !kept.Contains(r.Resource.Id)),
        ];
        if (gone.Length == 0)
            return null;
        foreach ((StoredResource resource, _, _) in gone.TakeWhile(g => g.Rank == gone[0].Rank))
            switch (await asking.DeleteAsync(deployment, resource.Id, cancellation))
            {
                case Asking.Refused refused:
                    return Failed(deployment, Summary([refused.Error]));
                case Asking.Later later:
                    return new EffectOutcome.Retry(later.Why, later.After);
            }
        return new EffectOutcome.Retry($"'{gone[0].Resource.Id.Text}' is not gone yet", ShortestRest);
    }

    private static bool IsDeployment(ResourceId id) => id.Type.Equals(Deployment.ResourceType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Evaluates something, asking what it needs to know until it needs nothing more.</summary>
    private async Task<(Value.Object? Value, Asking? No)> AnsweredAsync(
        Deployment deployment,
        DeploymentPlan plan,
        Func<IReadOnlyDictionary<string, Value>, (Value.Object?, IReadOnlyList<Question>)> evaluate,
        CancellationToken cancellation
    )
    {
        var answers = new Dictionary<string, Value>();
        for (int round = 0; round < MostRounds; round++)
        {
            Value.Object? value;
            IReadOnlyList<Question> questions;
            // The plan evaluates one thing at a time.
            lock (plan)
                (value, questions) = evaluate(answers);
            if (value is not null)
                return (value, null);
            foreach (Question question in questions)
                switch (await asking.AnswerAsync(deployment, question, cancellation))
                {
                    case Asking.Taken taken:
                        answers[question.Key] = taken.Body ?? (Value)Value.Null.Value;
                        break;
                    case var no:
                        return (null, no);
                }
        }
        throw new TemplateException($"References lead to further references more than {MostRounds} times.");
    }

    private EffectOutcome.Done Failed(Deployment deployment, DeploymentError error) =>
        new(To(deployment, new DeploymentSignal.GivenUp(clock.GetUtcNow(), deployment.Run, error)));

    private static Addressed To(Deployment deployment, DeploymentSignal signal) => new(deployment.Id, Deployment.ResourceType, signal);
}
