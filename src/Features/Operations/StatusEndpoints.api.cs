using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Operations;
using Causeway.Contracts.Resources;
using Causeway.Domain.Operations;
using Causeway.Domain.Routers;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Operations;

/// <summary>
/// <c>GET /providers/Causeway.Operations/status</c>: the loops of this node, what waits and runs, the routers, the store; and <c>…/effects</c>, the effects one
/// by one. For the Operator, and for a Reader on the whole installation (<c>/</c>). It answers when the store does not, with what it knows without it.
/// </summary>
public sealed class StatusEndpoints(Supervisor supervisor, IStore store, IRouterStatus routers, StatusSources sources, TimeProvider clock)
    : IEndpoints
{
    /// <summary>The status has to say within a moment that the store does not answer.</summary>
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(3);
    private const int MostEffects = 1000;

    public static ArmType Status { get; } = Namespaces.Operations.Type("status") with { Locations = [], SupportsTags = false };

    public static ArmType Effects { get; } = Namespaces.Operations.Type("effects") with { Locations = [], SupportsTags = false };

    /// <summary>The action that lets one read the status, here and as numbers over time.</summary>
    public static string ReadAction => $"{Status.FullName}/read";

    public void Map(IEndpointRouteBuilder routes)
    {
        var status = new ArmContract("Get", "Says how the installation does its work, as the node that answers sees it.")
        {
            Answer = () => StatusContract.Default.StatusBody,
        };
        routes.MapArm($"/providers/{Status.FullName}", Read(Status, status), StatusAsync);
        var effects = new ArmContract("List", "Lists what is to be done outside, that waits or runs: the first thousand.")
        {
            Answer = () => StatusContract.Default.ListBodyEffectBody,
        };
        routes.MapArm($"/providers/{Effects.FullName}", Read(Effects, effects), EffectsAsync);
    }

    /// <summary>A scope, not a list: there is nothing to be filtered down to what a role on one subscription would show.</summary>
    private static ArmEndpoint Read(ArmType type, ArmContract contract) =>
        new(type, "GET", $"{type.FullName}/read", ArmTarget.Scope) { NeedsGroup = false, Contract = contract };

    private async ValueTask<ArmResult> StatusAsync(ArmRequest request)
    {
        var body = new StatusBody
        {
            Node = sources.Node.Label,
            NodeId = sources.Node.Id,
            At = clock.GetUtcNow(),
            Loops = [.. supervisor.Status.Select(Loop)],
            Sources = sources.Sources(),
            Store = new StoreBody { Name = sources.Store().Name, Answers = true },
            Topology = sources.Topology(),
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        patience.CancelAfter(StorePatience);
        try
        {
            IReadOnlyDictionary<string, long> gaveUp = sources.GaveUp();
            WakeUpsPending wakeUps = await store.WakeUpsPendingAsync(patience.Token);
            body = body with
            {
                Effects = Kinds(await store.EffectsByKindAsync(patience.Token), gaveUp),
                WakeUps = new WakeUpsBody { Waiting = wakeUps.Waiting, Next = wakeUps.Next },
                Routers = [.. (await routers.AllAsync(patience.Token)).Select(Router)],
            };
        }
#pragma warning disable CA1031 // Whatever is wrong with the store is part of the answer.
        catch (Exception e) when (!request.Aborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            string problem = e is OperationCanceledException ? $"no answer within {StorePatience.TotalSeconds:0} s" : Problem.Text(e);
            body = body with { Store = body.Store with { Answers = false, Problem = problem } };
        }
        return ArmResult.Of(body, StatusContract.Default.StatusBody);
    }

    private async ValueTask<ArmResult> EffectsAsync(ArmRequest request)
    {
        IReadOnlyList<PendingEffect> pending = await store.PendingEffectsAsync(null, MostEffects, request.Aborted);
        return ArmResult.Of(new ListBody<EffectBody>([.. pending.Select(Effect)]), StatusContract.Default.ListBodyEffectBody);
    }

    private static List<EffectsBody> Kinds(IReadOnlyList<EffectsOfKind> kinds, IReadOnlyDictionary<string, long> gaveUp)
    {
        var all = kinds
            .Select(k => new EffectsBody
            {
                Kind = k.Kind,
                Waiting = k.Waiting,
                Running = k.Running,
                OldestDue = k.OldestDue,
                OldestProblem = k.OldestProblem,
                GaveUp = gaveUp.GetValueOrDefault(k.Kind),
            })
            .ToList();
        // Of what was given up nothing waits any more; it has to be seen all the same.
        foreach ((string kind, long count) in gaveUp)
            if (count > 0 && kinds.All(k => k.Kind != kind))
                all.Add(
                    new EffectsBody
                    {
                        Kind = kind,
                        Waiting = 0,
                        Running = 0,
                        GaveUp = count,
                    }
                );
        return all;
    }

    private static LoopBody Loop(LoopStatus loop) =>
        new()
        {
            Name = loop.Name,
            State = loop.State.ToString(),
            Since = loop.Since,
            Needed = loop.IsNeeded,
            Turns = loop.Turns,
            LastRunAt = loop.LastRunAt,
            LastRunSeconds = loop.LastRunAt is null ? null : Math.Round(loop.LastTook.TotalSeconds, 3),
            Says = loop.Says,
            Failures = loop.Failures,
            LastProblem = loop.LastProblem?.Text,
            LastProblemAt = loop.LastProblem?.At,
        };

    private static RouterStandingBody Router(RouterStanding router) =>
        new()
        {
            Name = router.Router,
            Pair = router.Pair,
            Owner = router.Owner,
            Epoch = router.Epoch,
            Wanted = router.Wanted,
            Applied = router.Applied,
            At = router.At,
            Problem = router.Problem,
        };

    private static EffectBody Effect(PendingEffect pending) =>
        new()
        {
            Name = pending.Effect.Name,
            Kind = pending.Effect.Kind,
            ResourceId = pending.Effect.Resource.Text,
            Due = pending.Effect.Due,
            Attempts = pending.Attempts,
            LeasedUntil = pending.LeasedUntil,
            LastProblem = pending.LastProblem,
        };
}

/// <summary>The operator's view of the installation. Needs a <see cref="StatusSources"/>, an <see cref="IRouterStatus"/> and a <see cref="Supervisor"/>.</summary>
public sealed class Operations : Feature
{
    protected internal override void Define(FeatureBuilder f) =>
        f.Types(
                StatusEndpoints.Status,
                StatusEndpoints.Effects,
                JournalEndpoints.Type,
                MaintenanceEndpoints.Type,
                ChangeEndpoints.Type,
                MeEndpoint.Type,
                StateTables.Type
            )
            .Workflow<MaintenanceWorkflow>()
            .Endpoints<MaintenanceEndpoints>()
            .Endpoints<StatusEndpoints>()
            .Endpoints<JournalEndpoints>()
            .Endpoints<ChangeEndpoints>()
            .Endpoints<MeEndpoint>()
            .Endpoints<StateTables>()
            .Services.AddSingleton<ChangeNotes>()
            .AddSingleton<Loop>(s => s.GetRequiredService<ChangeNotes>())
            .AddSingleton<ChangeFeed>()
            .AddSingleton<Loop>(s => s.GetRequiredService<ChangeFeed>());
}
