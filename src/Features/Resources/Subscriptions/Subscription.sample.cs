using Causeway.Domain.Resources;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.Resources;

internal sealed class SubscriptionSample : Sample<Subscription>
{
    private static readonly Subscription s_open = new(SubscriptionId.Text, "Contoso", "t", [], NoTags);

    public override Workflow<Subscription> Workflow { get; } = new SubscriptionWorkflow();

    public override IReadOnlyList<(string Name, Subscription? State)> States { get; } =
    [
        ("absent", null),
        ("open", s_open),
        ("Microsoft.Peering unregistered", s_open with { Unregistered = ["Microsoft.Peering"] }),
        ("Microsoft.Compute registered", s_open with { Foreign = ["Microsoft.Compute"] }),
        ("canceled", s_open with { CanceledOn = At }),
        ("env defined", s_open with { TagNames = s_open.TagNames.Add("env", ["prod"]) }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Open", new SubscriptionSignal.Open(SubscriptionId, "Contoso", "t", At)),
        ("Rename", new SubscriptionSignal.Rename("Fabrikam", At)),
        ("Cancel", new SubscriptionSignal.Cancel(At)),
        ("Enable", new SubscriptionSignal.Enable(At)),
        ("SetTags", new SubscriptionSignal.SetTags(Tagged, At)),
        ("DefineTag", new SubscriptionSignal.DefineTag("Env", null, At)),
        ("DefineTag with a value", new SubscriptionSignal.DefineTag("env", "lab", At)),
        ("ForgetTag", new SubscriptionSignal.ForgetTag("env", null, At)),
        ("ForgetTag of a value", new SubscriptionSignal.ForgetTag("env", "prod", At)),
        ("Register Microsoft.Peering", new SubscriptionSignal.Register("Microsoft.Peering", At)),
        ("SetForeign Microsoft.Compute", new SubscriptionSignal.SetForeign("Microsoft.Compute", true, At)),
        ("SetForeign Microsoft.Compute away", new SubscriptionSignal.SetForeign("Microsoft.Compute", false, At)),
        ("Unregister Microsoft.Peering", new SubscriptionSignal.Unregister("Microsoft.Peering", At)),
    ];

    public override string Describe(Subscription resource) =>
        $"{resource.StateName} {resource.DisplayName} not: {string.Join(' ', resource.Unregistered)} foreign: {string.Join(' ', resource.Foreign)} tags: {string.Join(' ', resource.Tags.Keys)} defined: {string.Join(' ', resource.TagNames.Select(t => $"{t.Key}={string.Join(',', t.Value)}"))}";

    public override IReadOnlyList<Story> Stories => [new("a subscription in use", () => SubscriptionInUse)];

    /// <summary>A subscription and a role on it: opened under an alias, renamed, tagged, providers unregistered and registered, the role given and taken.</summary>
    private static WorkflowStory SubscriptionInUse =>
        new()
        {
            Workflows = [new AliasWorkflow(), new SubscriptionWorkflow(), new RoleAssignmentWorkflow()],
            Handlers = (_, _) => [],
            Requests =
            [
                OpenUnderAliasAsync,
                (engine, _) => ToSubscription(engine, new SubscriptionSignal.Rename("Fabrikam", At)),
                (engine, _) => SendAsync(engine, RoleId, RoleAssignment.Type, new RoleAssignmentSignal.Assign(Reader, At)),
                (engine, _) => ToSubscription(engine, new SubscriptionSignal.SetTags(NoTags.Add("env", "prod"), At)),
                (engine, _) => ToSubscription(engine, new SubscriptionSignal.Unregister("Microsoft.Peering", At)),
                (engine, _) => ToSubscription(engine, new SubscriptionSignal.Unregister("Microsoft.Network", At)),
                (engine, _) => ToSubscription(engine, new SubscriptionSignal.Register("Microsoft.Network", At)),
                (engine, _) => ToSubscription(engine, new SubscriptionSignal.Cancel(At)),
                (engine, _) => ToSubscription(engine, new SubscriptionSignal.Enable(At)),
                (engine, _) => SendAsync(engine, AliasId, SubscriptionAlias.Type, new AliasSignal.Remove(At)),
                (engine, _) => SendAsync(engine, RoleId, RoleAssignment.Type, new RoleAssignmentSignal.Remove(At)),
            ],
            End = async store =>
            {
                Assert.Null(await store.GetAsync(AliasId, default));
                Subscription s = new SubscriptionWorkflow().Read((await store.GetAsync(SubscriptionId, default))!).Resource;
                Assert.Null(await store.GetAsync(RoleId, default));
                Assert.Empty(await store.ClaimsAsync("", default));
                return $"{s.DisplayName} {string.Join(' ', s.Tags)} {string.Join(' ', s.Unregistered)}";
            },
        };

    private static ResourceId AliasId => ResourceId.Parse($"/providers/{SubscriptionAlias.Type}/contoso");

    /// <summary>Both or neither. A client that lost the answer is told that the alias exists.</summary>
    private static async Task OpenUnderAliasAsync(Engine engine, TimeProvider time)
    {
        var alias = new SubscriptionAlias(AliasId.Text, Mine, "Contoso", "Production", At);
        var open = new SubscriptionSignal.Open(SubscriptionId, "Contoso", "t", At);
        SendOutcome outcome = await engine.SendAsync(
            [new(AliasId, SubscriptionAlias.Type, new AliasSignal.Create(alias, At)), new(SubscriptionId, Subscription.ResourceType, open)],
            Me,
            CancellationToken.None
        );
        Assert.True(outcome is SendOutcome.Delivered or SendOutcome.Refused { Refusal.Code: AliasWorkflow.Exists }, $"{outcome}");
        Assert.NotNull(await engine.Store.GetAsync(SubscriptionId, default));
    }

    private static Task ToSubscription(Engine engine, Signal signal) =>
        SendAsync(engine, SubscriptionId, Subscription.ResourceType, signal);
}
