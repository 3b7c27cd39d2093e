using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Domain.Resources;
using Causeway.Identity.Principals;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;

namespace Causeway.Api.Tests.Workflows;

/// <summary>The full state × signal tables of what holds resources and who may touch them: subscriptions, groups, roles, principals.</summary>
public sealed class ScopeTableTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ResourceId SubscriptionId = ResourceId.OfSubscription("11111111-1111-1111-1111-111111111111");
    private static readonly ResourceId GroupId = ResourceId.OfGroup("11111111-1111-1111-1111-111111111111", "rg");
    private static readonly ImmutableSortedDictionary<string, string> NoTags = ImmutableSortedDictionary<string, string>.Empty;
    private static readonly ImmutableSortedDictionary<string, string> Tagged = NoTags.Add("env", "prod");

    [Fact]
    public void A_subscription_decides_as_its_table_says()
    {
        var open = new Subscription(SubscriptionId.Text, "Contoso", "t", [], NoTags);
        WorkflowTable.Verify(
            new SubscriptionWorkflow(),
            [
                ("absent", null),
                ("open", open),
                ("Microsoft.Peering unregistered", open with { Unregistered = ["Microsoft.Peering"] }),
                ("canceled", open with { CanceledOn = At }),
            ],
            [
                ("Open", new SubscriptionSignal.Open(SubscriptionId, "Contoso", "t", At)),
                ("Rename", new SubscriptionSignal.Rename("Fabrikam", At)),
                ("Cancel", new SubscriptionSignal.Cancel(At)),
                ("Enable", new SubscriptionSignal.Enable(At)),
                ("SetTags", new SubscriptionSignal.SetTags(Tagged, At)),
                ("Register Microsoft.Peering", new SubscriptionSignal.Register("Microsoft.Peering", At)),
                ("Unregister Microsoft.Peering", new SubscriptionSignal.Unregister("Microsoft.Peering", At)),
            ],
            s => $"{s.StateName} {s.DisplayName} not: {string.Join(' ', s.Unregistered)} tags: {string.Join(' ', s.Tags.Keys)}"
        );
    }

    [Fact]
    public void An_alias_decides_as_its_table_says()
    {
        var alias = new SubscriptionAlias("/providers/Microsoft.Subscription/aliases/contoso", "s", "Contoso", "Production", At);
        WorkflowTable.Verify(
            new AliasWorkflow(),
            [("absent", null), ("there", alias)],
            [("Create", new AliasSignal.Create(alias, At)), ("Remove", new AliasSignal.Remove(At))],
            a => $"{a.StateName} {a.DisplayName} is {a.SubscriptionId}"
        );
    }

    [Fact]
    public void A_group_decides_as_its_table_says()
    {
        var group = new ResourceGroup(GroupId.Text, "westeurope", NoTags);
        var deletion = new GroupDeletion(Guid.Empty, "me", null, At);
        WorkflowTable.Verify(
            new ResourceGroupWorkflow(),
            [("absent", null), ("there", group), ("being deleted", group with { Deletion = deletion })],
            [
                ("Put", new GroupSignal.Put(GroupId, "westeurope", Tagged, At)),
                ("SetTags", new GroupSignal.SetTags(Tagged, At)),
                ("Delete", new GroupSignal.Delete(deletion)),
                ("Emptied", new GroupSignal.Emptied(At)),
                ("WokenUp, overdue", new WokenUp(At.AddHours(1), "deletion-overdue")),
                ("WokenUp, of a deletion before", new WokenUp(At.AddMinutes(-1), "deletion-overdue")),
                ("Stuck", new GroupSignal.Stuck(Refusal.Conflict("InUse", "The circuit is in use."), At)),
            ],
            g => $"{g.StateName} {g.Location} tags: {string.Join(' ', g.Tags.Keys)}"
        );
    }

    [Fact]
    public void A_principal_decides_as_its_table_says()
    {
        var principal = new ServicePrincipal(ServicePrincipal.IdOf("robot").Text, "client", "object", "secret 1", At, null, true, At);
        WorkflowTable.Verify(
            new PrincipalWorkflow(),
            [("absent", null), ("enabled", principal), ("disabled", principal with { Enabled = false })],
            [
                ("Create", new PrincipalSignal.Create(principal, At)),
                ("RotateSecret", new PrincipalSignal.RotateSecret("secret 2", null, At.AddDays(1))),
                ("RotateSecret, the old one for a day", new PrincipalSignal.RotateSecret("secret 2", At.AddDays(2), At.AddDays(1))),
                ("Enable", new PrincipalSignal.Enable(At)),
                ("Disable", new PrincipalSignal.Disable(At)),
                ("Remove", new PrincipalSignal.Remove(At)),
            ],
            p =>
                $"{p.StateName} {p.ProtectedSecret} since {p.SecretSince:u}{(p.Previous is { } old ? $", {old.ProtectedSecret} until {old.Until:u}" : "")}"
        );
    }

    [Fact]
    public void A_role_assignment_decides_as_its_table_says()
    {
        ResourceId id = RoleAssignment.IdOf(GroupId, "22222222-2222-2222-2222-222222222222");
        var reader = new RoleAssignment(id.Text, BuiltInRoles.Reader.Id, "ann", "User", At);
        WorkflowTable.Verify(
            new RoleAssignmentWorkflow(),
            [("absent", null), ("assigned", reader)],
            [
                ("Assign the same", new RoleAssignmentSignal.Assign(reader, At)),
                ("Assign another role", new RoleAssignmentSignal.Assign(reader with { RoleId = BuiltInRoles.Owner.Id }, At)),
                ("Assign to another", new RoleAssignmentSignal.Assign(reader with { PrincipalId = "bob" }, At)),
                ("Remove", new RoleAssignmentSignal.Remove(At)),
            ],
            r => $"{r.StateName} {BuiltInRoles.Find(r.RoleId)!.Name} to {r.PrincipalId} on {r.Scope}"
        );
    }
}
