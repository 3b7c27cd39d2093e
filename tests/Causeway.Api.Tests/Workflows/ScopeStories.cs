using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Api.Networks;
using Causeway.Api.Resources;
using Causeway.Domain.Networks;
using Causeway.Domain.Resources;
using Causeway.Domain.Topology;
using Causeway.Identity.Principals;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Tests.Workflows;

/// <summary>Stories of what holds resources.</summary>
internal static class ScopeStories
{
    private const string Mine = "11111111-1111-1111-1111-111111111111";
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly SendContext Me = new("me");
    private static readonly ResourceId SubscriptionId = ResourceId.OfSubscription(Mine);
    private static readonly ResourceId GroupId = ResourceId.OfGroup(Mine, "rg");
    private static readonly ResourceId RoleId = RoleAssignment.IdOf(GroupId, "22222222-2222-2222-2222-222222222222");
    private static readonly Guid Deletion = Guid.Parse("33333333-3333-3333-3333-333333333333");
    private static readonly ImmutableSortedDictionary<string, string> NoTags = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>A group that goes with all that is in it: a network, an address, a role.</summary>
    public static WorkflowStory GroupThatGoes =>
        new()
        {
            Workflows =
            [
                new ResourceGroupWorkflow(),
                new VirtualNetworkWorkflow(new NetworkLimits()),
                new PublicIpAddressWorkflow(),
                new RoleAssignmentWorkflow(),
            ],
            Handlers = (engine, time) =>
                [
                    new DeleteGroupHandler(
                        engine.Store,
                        engine,
                        new ResourceGroupWorkflow(),
                        new Cascades(
                            [
                                new VirtualNetworkCascade(engine, new VirtualNetworkWorkflow(new NetworkLimits()), time),
                                new PublicIpAddressCascade(engine, new PublicIpAddressWorkflow(), time),
                            ],
                            []
                        ),
                        time
                    ),
                ],
            Requests =
            [
                (engine, _) =>
                    SendAsync(engine, GroupId, ResourceGroup.ResourceType, new GroupSignal.Put(GroupId, "westeurope", NoTags, At)),
                (engine, _) => SendAsync(engine, NetworkId, VirtualNetwork.ResourceType, PutNetwork()),
                (engine, _) => SendAsync(engine, AddressId, PublicIpAddress.ResourceType, PutAddress()),
                (engine, _) => SendAsync(engine, RoleId, RoleAssignment.Type, new RoleAssignmentSignal.Assign(Role(), At)),
                DeleteGroupAsync,
            ],
            End = async store =>
            {
                Assert.Empty((await store.ListAsync(new ResourceQuery(), default)).Items);
                Assert.Empty(await store.ClaimsAsync("", default));
                Assert.Empty(await store.PendingEffectsAsync(null, 10, default));
                return $"{(await store.GetOperationAsync(Deletion, default))?.Status}";
            },
        };

    /// <summary>The topology of an installation: the built-in one, then its operator's.</summary>
    public static WorkflowStory TopologyThatChanges =>
        new()
        {
            Workflows = [new TopologyWorkflow()],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64496", "the built-in topology", BuiltIn: true)),
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64497", "own.yaml", BuiltIn: false)),
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64498", "own.yaml", BuiltIn: false)),
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64499", "own.yaml", BuiltIn: false)),
                (engine, _) => ApplyAsync(engine, new InstalledTopology("asn: 64496", "the built-in topology", BuiltIn: true)),
            ],
            End = async store => $"{(await store.GetAsync(InstalledTopology.Only, default))?.Revision}",
        };

    private static Task ApplyAsync(Engine engine, InstalledTopology topology) =>
        SendAsync(engine, InstalledTopology.Only, InstalledTopology.ResourceType, new ApplyTopology(At, topology, [], []));

    /// <summary>A subscription and a role on it: opened under an alias, renamed, tagged, providers unregistered and registered, the role given and taken.</summary>
    public static WorkflowStory SubscriptionInUse =>
        new()
        {
            Workflows = [new AliasWorkflow(), new SubscriptionWorkflow(), new RoleAssignmentWorkflow()],
            Handlers = (_, _) => [],
            Requests =
            [
                OpenUnderAliasAsync,
                (engine, _) => ToSubscription(engine, new SubscriptionSignal.Rename("Fabrikam", At)),
                (engine, _) => SendAsync(engine, RoleId, RoleAssignment.Type, new RoleAssignmentSignal.Assign(Role(), At)),
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

    /// <summary>A principal from its creation to its end, with a role that goes with it.</summary>
    public static WorkflowStory PrincipalThatGoes =>
        new()
        {
            Workflows = [new PrincipalWorkflow(), new RoleAssignmentWorkflow()],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => ToPrincipal(engine, new PrincipalSignal.Create(Principal(), At)),
                (engine, _) => SendAsync(engine, RoleId, RoleAssignment.Type, new RoleAssignmentSignal.Assign(Role(), At)),
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

    private static ResourceId PrincipalId => ServicePrincipal.IdOf("robot");

    private static ServicePrincipal Principal() => new(PrincipalId.Text, "client", "object", "secret 1", At, null, true, At);

    private static Task ToPrincipal(Engine engine, Signal signal) => SendAsync(engine, PrincipalId, ServicePrincipal.Type, signal);

    private static ResourceId NetworkId => ResourceId.Of(Mine, "rg", "Microsoft.Network", "virtualNetworks", "net");

    private static ResourceId AddressId => ResourceId.Of(Mine, "rg", "Microsoft.Network", "publicIPAddresses", "ip");

    private static RoleAssignment Role() => new(RoleId.Text, BuiltInRoles.Reader.Id, "ann", "User", At);

    private static PutVirtualNetwork PutNetwork() =>
        new(At, NetworkId, "westeurope", NoTags, [IpPrefix.Parse("10.1.0.0/16")], [], [], Guid.Empty);

    private static PutPublicIp PutAddress() => new(At, AddressId, "westeurope", NoTags, "Basic", "Dynamic", "IPv4", 4, [], Guid.Empty);

    /// <summary>A client that lost the answer asks again under a new operation.</summary>
    private static async Task DeleteGroupAsync(Engine engine, TimeProvider time)
    {
        Guid operation = await engine.Store.GetOperationAsync(Deletion, default) is null ? Deletion : Guid.NewGuid();
        var deletion = new GroupDeletion(operation, "me", null, time.GetUtcNow());
        await SendAsync(engine, GroupId, ResourceGroup.ResourceType, new GroupSignal.Delete(deletion));
    }

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

    private static async Task SendAsync(Engine engine, ResourceId id, string type, Signal signal)
    {
        SendOutcome outcome = await engine.SendAsync(id, type, signal, Me, CancellationToken.None);
        Assert.True(outcome is SendOutcome.Delivered, $"{outcome}");
    }
}
