using Causeway.Domain.Operations;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Operations;

/// <summary>Work on routers; nobody can PUT it: it begins with a POST that drains one.</summary>
internal sealed class RouterMaintenanceSample : Sample<RouterMaintenance>
{
    public override Workflow<RouterMaintenance> Workflow { get; } = new MaintenanceWorkflow();

    public override IReadOnlyList<(string Name, RouterMaintenance? State)> States { get; } =
    [("absent", null), ("primary drained", new RouterMaintenance("ams-1", "ams-1-primary", At, "new software"))];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Drain primary", new DrainRouter(At, "ams-1", "ams-1-primary", "new software", [])),
        ("Drain secondary", new DrainRouter(At, "ams-1", "AMS-1-secondary", "", [])),
        ("Drain primary, secondary away", new DrainRouter(At, "ams-1", "ams-1-primary", "", ["ams-1-secondary"])),
        ("Restore primary", new RestoreRouter(At, "AMS-1-primary")),
        ("Restore secondary", new RestoreRouter(At, "ams-1-secondary")),
    ];

    public override string Describe(RouterMaintenance resource) =>
        $"{resource.StateName} {resource.Router} of {resource.Group}: {resource.Reason}";

    public override IReadOnlyList<Story> Stories => [new("one router after the other is worked on", () => BothInTurn)];

    /// <summary>The other router's turn comes when the first is back, and not before.</summary>
    private static WorkflowStory BothInTurn =>
        new()
        {
            Workflows = [new MaintenanceWorkflow()],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => ToPairAsync(engine, new DrainRouter(At, "ams-1", "ams-1-primary", "", [])),
                async (engine, _) =>
                    Assert.IsType<SendOutcome.Refused>(
                        await engine.SendAsync(
                            s_pair,
                            RouterMaintenance.ResourceType,
                            new DrainRouter(At, "ams-1", "ams-1-secondary", "", []),
                            SendContext.Causeway,
                            CancellationToken.None
                        )
                    ),
                (engine, _) => ToPairAsync(engine, new RestoreRouter(At, "ams-1-primary")),
                (engine, _) => ToPairAsync(engine, new DrainRouter(At, "ams-1", "ams-1-secondary", "", [])),
                (engine, _) => ToPairAsync(engine, new RestoreRouter(At, "ams-1-secondary")),
                (engine, _) => ToPairAsync(engine, new DrainRouter(At, "ams-1", "ams-1-primary", "again", [])),
                (engine, _) => ToPairAsync(engine, new RestoreRouter(At, "ams-1-primary")),
                (engine, _) => ToPairAsync(engine, new DrainRouter(At, "ams-1", "ams-1-secondary", "again", [])),
            ],
            End = async store => new MaintenanceWorkflow().Read((await store.GetAsync(s_pair, default))!).Resource.Router,
        };

    private static readonly ResourceId s_pair = RouterMaintenance.IdOf("ams-1");

    private static Task ToPairAsync(Engine engine, Signal signal) =>
        Scopes.SendAsync(engine, s_pair, RouterMaintenance.ResourceType, signal);
}
