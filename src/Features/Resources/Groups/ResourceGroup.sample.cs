using Causeway.Api.Kit;
using Causeway.Api.Networks;
using Causeway.Api.Resources;
using Causeway.Domain.Networks;
using Causeway.Domain.Resources;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.Resources;

internal sealed class ResourceGroupSample : Sample<ResourceGroup>
{
    private static readonly Guid Deletion = Guid.Parse("33333333-3333-3333-3333-333333333333");
    private static readonly ResourceGroup s_group = new(GroupId.Text, "westeurope", NoTags);
    private static readonly GroupDeletion s_deletion = new(Guid.Empty, "me", null, At);

    public override Workflow<ResourceGroup> Workflow { get; } = new ResourceGroupWorkflow();

    public override IReadOnlyList<(string Name, ResourceGroup? State)> States { get; } =
    [("absent", null), ("there", s_group), ("being deleted", s_group with { Deletion = s_deletion })];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put", new GroupSignal.Put(GroupId, "westeurope", Tagged, At)),
        ("SetTags", new GroupSignal.SetTags(Tagged, At)),
        ("Delete", new GroupSignal.Delete(s_deletion)),
        ("Emptied", new GroupSignal.Emptied(At)),
        ("WokenUp, overdue", new WokenUp(At.AddHours(1), "deletion-overdue")),
        ("WokenUp, of a deletion before", new WokenUp(At.AddMinutes(-1), "deletion-overdue")),
        ("Stuck", new GroupSignal.Stuck(Refusal.Conflict("InUse", "The circuit is in use."), At)),
    ];

    public override string Describe(ResourceGroup resource) =>
        $"{resource.StateName} {resource.Location} tags: {string.Join(' ', resource.Tags?.Keys ?? [])}";

    public override IReadOnlyList<Story> Stories => [new("a group that goes with what is in it", () => GroupThatGoes)];

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(
            new SamplePut(
                $"{stage.Subscription}/resourceGroups/sample{stage.Number}",
                "2022-09-01",
                """{"location":"westeurope","tags":{"a":"b"}}"""
            )
            {
                Changed = """{"location":"westeurope","tags":{"a":"c"}}""",
                IsGone = 404,
            }
        );

    /// <summary>A group that goes with all that is in it: a network, an address, a role.</summary>
    private static WorkflowStory GroupThatGoes =>
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
                (engine, _) => SendAsync(engine, RoleId, RoleAssignment.Type, new RoleAssignmentSignal.Assign(Reader, At)),
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

    private static ResourceId NetworkId => ResourceId.Of(Mine, "rg", "Microsoft.Network", "virtualNetworks", "net");

    private static ResourceId AddressId => ResourceId.Of(Mine, "rg", "Microsoft.Network", "publicIPAddresses", "ip");

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
}
