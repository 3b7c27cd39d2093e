using Causeway.Domain.Operations;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Operations;

/// <summary>Work on routers; nobody can PUT it: it begins with a POST that drains one.</summary>
internal sealed class RouterMaintenanceSample : Sample<RouterMaintenance>
{
    public override Workflow<RouterMaintenance> Workflow { get; } = new MaintenanceWorkflow();

    public override IReadOnlyList<(string Name, RouterMaintenance? State)> States { get; } =
    [
        ("absent", null),
        ("leant on", new RouterMaintenance("ams-1", 0, null, [s_test])),
        ("primary drained", new RouterMaintenance("ams-1", 1, new RouterWork.Drained("ams-1-primary", At, "new software"), [])),
        ("primary restored", new RouterMaintenance("ams-1", 2, new RouterWork.Restored("ams-1-primary", At), [])),
        ("primary restored, secondary leant on", new RouterMaintenance("ams-1", 2, new RouterWork.Restored("ams-1-primary", At), [s_test])),
    ];

    /// <summary>The circuit's primary link is tested.</summary>
    private static readonly Leaning s_test = new(CircuitStates.Id, "ams-1-secondary");

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Drain primary", Drain("ams-1-primary", "AMS-1-secondary")),
        ("Drain secondary", Drain("AMS-1-secondary", "ams-1-primary")),
        ("Drain secondary, a test leans on it", Drain("ams-1-secondary", "ams-1-primary") with { Leaning = [s_test] }),
        ("Drain primary, secondary lacks sessions", Lacking("ams-1-primary", "ams-1-secondary")),
        ("Drain primary anyway", Lacking("ams-1-primary", "ams-1-secondary") with { Anyway = true }),
        ("Drain secondary, primary still follows", Drain("ams-1-secondary", "ams-1-primary", followed: 1)),
        ("Drain primary, secondary away", Drain("ams-1-primary", "ams-1-secondary", "is driven by nobody just now")),
        ("Drain secondary, primary replaced", Drain("ams-1-secondary", "ams-1-third")),
        ("Restore primary", new RestoreRouter(At, "AMS-1-primary")),
        ("Restore secondary", new RestoreRouter(At, "ams-1-secondary")),
        ("Primary link is tested", new LeanOn(At, "ams-1", s_test)),
        ("Secondary link is tested", new LeanOn(At, "ams-1", s_test with { On = "AMS-1-primary" })),
        ("The test is over", new LeanNoMore(At, CircuitStates.Id)),
    ];

    private static DrainRouter Drain(string router, string other, string? problem = null, long followed = 2) =>
        new(At, "ams-1", router, "new software", [new OtherRouter(other, problem, followed)], []);

    private static DrainRouter Lacking(string router, string other) =>
        Drain(router, other) with
        {
            Others = [new OtherRouter(other, null, 2) { Misses = ["c1", "c2", "c3", "c4", "c5", "c6"] }],
        };

    public override string Describe(RouterMaintenance resource) =>
        $"{resource.StateName} {resource.Work?.Router} of {resource.Group}, generation {resource.Generation}{string.Concat(resource.Leaning.Select(l => $"; {l.Who.Name} leans on {l.On}"))}";

    public override IReadOnlyList<Story> Stories => [new("one router after the other is worked on", () => BothInTurn)];

    /// <summary>The other router's turn comes when the first is back, and not before.</summary>
    private static WorkflowStory BothInTurn =>
        new()
        {
            Workflows = [new MaintenanceWorkflow()],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => ToPairAsync(engine, Drain("ams-1-primary", "ams-1-secondary", followed: 0)),
                (engine, _) => RefusedAsync(engine, Drain("ams-1-secondary", "ams-1-primary", followed: 1)),
                (engine, _) => ToPairAsync(engine, new RestoreRouter(At, "ams-1-primary")),
                (engine, _) => RefusedAsync(engine, Drain("ams-1-secondary", "ams-1-primary", followed: 1)),
                (engine, _) => ToPairAsync(engine, new LeanOn(At, "ams-1", s_test)),
                (engine, _) => RefusedAsync(engine, Drain("ams-1-secondary", "ams-1-primary") with { Leaning = [s_test] }),
                (engine, _) => RefusedAsync(engine, Lacking("ams-1-secondary", "ams-1-primary")),
                (engine, _) => ToPairAsync(engine, new LeanNoMore(At, CircuitStates.Id)),
                (engine, _) => ToPairAsync(engine, Drain("ams-1-secondary", "ams-1-primary")),
                (engine, _) => RefusedAsync(engine, new LeanOn(At, "ams-1", s_test)),
            ],
            End = async store => new MaintenanceWorkflow().Read((await store.GetAsync(s_pair, default))!).Resource.Work!.Router,
        };

    private static readonly ResourceId s_pair = RouterMaintenance.IdOf("ams-1");

    private static Task ToPairAsync(Engine engine, Signal signal) =>
        Scopes.SendAsync(engine, s_pair, RouterMaintenance.ResourceType, signal);

    private static async Task RefusedAsync(Engine engine, Signal signal) =>
        Assert.IsType<SendOutcome.Refused>(
            await engine.SendAsync(s_pair, RouterMaintenance.ResourceType, signal, SendContext.Causeway, CancellationToken.None)
        );
}
