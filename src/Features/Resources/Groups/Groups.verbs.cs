using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Resources;

/// <summary><c>causeway group …</c>: resource groups.</summary>
internal static class GroupVerbs
{
    private static readonly Column<GroupBody>[] Facts =
    [
        new("name", g => g.Name),
        new("region", g => g.Location),
        new("state", g => g.Properties?.ProvisioningState),
    ];

    public static IEnumerable<Twig> Twigs => [new("group", All)];

    private static IEnumerable<Command> All() =>
        [
            Shape.One(
                "create",
                ["causeway group create rg --location westeurope && causeway context set --group rg"],
                "creating",
                call =>
                    call.Client.Groups.PutAsync(
                        PathOf(call),
                        new GroupBody { Location = call.Get<string?>("--location") ?? "westeurope" },
                        ResourcesContract.Default.GroupBody,
                        wait: true,
                        call.Cancellation
                    ),
                Facts,
                [Opt.Argument("name"), Opt.Region()],
                (call, group) => call.Next("next context", group.Name!)
            ),
            Shape.List(
                "list",
                ["causeway group list --as provider"],
                "no groups",
                call => call.Client.Groups.ListAsync($"{call.SubscriptionPath}/resourcegroups", call.Cancellation),
                Facts
            ),
            Shape.Delete(
                "delete",
                ["causeway group delete rg"],
                call => call.Client.Groups.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing group"]} {call.Text("name")}",
                Opt.Argument("name")
            ),
        ];

    private static string PathOf(CliCall call) => Ids.Group(call.Subscription, call.Text("name"));
}
