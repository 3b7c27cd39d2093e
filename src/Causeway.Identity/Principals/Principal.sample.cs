using Causeway.Identity.Principals;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.Identity;

internal sealed class PrincipalSample : Sample<ServicePrincipal>
{
    private static readonly ResourceId PrincipalId = ServicePrincipal.IdOf("robot");
    private static readonly ServicePrincipal s_principal = new(PrincipalId.Text, "client", "object", "secret 1", At, null, true, At);

    public override Workflow<ServicePrincipal> Workflow { get; } = new PrincipalWorkflow();

    public override IReadOnlyList<(string Name, ServicePrincipal? State)> States { get; } =
    [("absent", null), ("enabled", s_principal), ("disabled", s_principal with { Enabled = false })];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Create", new PrincipalSignal.Create(s_principal, At)),
        ("RotateSecret", new PrincipalSignal.RotateSecret("secret 2", null, At.AddDays(1))),
        ("RotateSecret, the old one for a day", new PrincipalSignal.RotateSecret("secret 2", At.AddDays(2), At.AddDays(1))),
        ("Enable", new PrincipalSignal.Enable(At)),
        ("Disable", new PrincipalSignal.Disable(At)),
        ("Remove", new PrincipalSignal.Remove(At)),
    ];

    public override string Describe(ServicePrincipal resource) =>
        $"{resource.StateName} {resource.ProtectedSecret} since {resource.SecretSince:u}{(resource.Previous is { } old ? $", {old.ProtectedSecret} until {old.Until:u}" : "")}";

    public override IReadOnlyList<Story> Stories => [new("a principal that goes", () => PrincipalThatGoes)];

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut($"/providers/{Type}/sample{stage.Number}", "2026-11-01", "{}") { By = "operator" });

    /// <summary>A principal from its creation to its end, with a role that goes with it.</summary>
    private static WorkflowStory PrincipalThatGoes =>
        new()
        {
            Workflows = [new PrincipalWorkflow(), new RoleAssignmentWorkflow()],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => ToPrincipal(engine, new PrincipalSignal.Create(s_principal, At)),
                (engine, _) => SendAsync(engine, RoleId, RoleAssignment.Type, new RoleAssignmentSignal.Assign(Reader, At)),
                (engine, _) => ToPrincipal(engine, new PrincipalSignal.RotateSecret("secret 2", null, At)),
                (engine, _) => ToPrincipal(engine, new PrincipalSignal.Disable(At)),
                (engine, _) => ToPrincipal(engine, new PrincipalSignal.Enable(At)),
                async (engine, _) =>
                    Assert.IsType<SendOutcome.Delivered>(
                        await engine.SendAsync(
                            [
                                new(PrincipalId, ServicePrincipal.Type, new PrincipalSignal.Remove(At)),
                                new(RoleId, RoleAssignment.Type, new RoleAssignmentSignal.Remove(At)),
                            ],
                            Me,
                            CancellationToken.None
                        )
                    ),
            ],
            End = async store =>
            {
                Assert.Empty((await store.ListAsync(new ResourceQuery(), default)).Items);
                IReadOnlyList<JournalEntry> journal = await store.JournalAsync(new JournalQuery { Resource = PrincipalId }, default);
                return string.Join('\n', journal.Select(e => $"{e.Signal} {e.From}->{e.To}").Distinct());
            },
        };

    private static Task ToPrincipal(Engine engine, Signal signal) => SendAsync(engine, PrincipalId, ServicePrincipal.Type, signal);
}
