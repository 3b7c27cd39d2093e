using Causeway.Identity.Roles;
using Causeway.Workflows;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.Identity;

internal sealed class RoleAssignmentSample : Sample<RoleAssignment>
{
    public override Workflow<RoleAssignment> Workflow { get; } = new RoleAssignmentWorkflow();

    public override IReadOnlyList<(string Name, RoleAssignment? State)> States { get; } = [("absent", null), ("assigned", Scopes.Reader)];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Assign the same", new RoleAssignmentSignal.Assign(Scopes.Reader, At)),
        ("Assign another role", new RoleAssignmentSignal.Assign(Scopes.Reader with { RoleId = BuiltInRoles.Owner.Id }, At)),
        ("Assign to another", new RoleAssignmentSignal.Assign(Scopes.Reader with { PrincipalId = "bob" }, At)),
        ("Remove", new RoleAssignmentSignal.Remove(At)),
    ];

    public override string Describe(RoleAssignment resource) =>
        $"{resource.StateName} {BuiltInRoles.Find(resource.RoleId)!.Name} to {resource.PrincipalId} on {resource.Scope}";

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(
            new SamplePut(
                $"{stage.Group}/providers/{Type}/{Guid.NewGuid()}",
                "2022-04-01",
                $$$$"""
                {"properties":{"roleDefinitionId":"{{{{stage.Subscription}}}}/providers/Microsoft.Authorization/roleDefinitions/{{{{BuiltInRoles.Reader.Id}}}}",
                "principalId":"sample{{{{stage.Number}}}}","principalType":"User"}}
                """
            )
        );
}
