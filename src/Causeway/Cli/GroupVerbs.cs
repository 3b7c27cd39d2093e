using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary><c>causeway group …</c>: resource groups.</summary>
internal static class GroupVerbs
{
    private static readonly Column[] Facts =
    [
        Column.Of("Name", "name"),
        Column.Of("Region", "location"),
        Column.Of("State", "properties.provisioningState"),
    ];

    public static Command Command()
    {
        var name = new Argument<string>("name") { HelpName = "NAME" };
        var region = new Option<string>("--location", "--region", "-l")
        {
            Description = "Region.",
            DefaultValueFactory = _ => "westeurope",
        };
        var deleted = new Argument<string>("name") { HelpName = "NAME" };
        return new Command("group", "Resource groups: what belongs together, and is deleted together.")
        {
            new Verb(
                "create",
                "Create a resource group.",
                async call =>
                    Printer.One(
                        call,
                        await call.PutAsync(
                            PathOf(call, call.Get(name)),
                            new JsonObject { ["location"] = call.Get(region) },
                            "Creating the group",
                            ArmClient.ResourcesVersion
                        ),
                        Facts
                    ),
                name,
                region
            )
            {
                Examples = ["causeway group create rg --location westeurope && causeway context set --group rg"],
            },
            new Verb(
                "list",
                "List resource groups.",
                async call =>
                    Printer.List(
                        call,
                        await call.ListAsync($"{call.SubscriptionPath}/resourcegroups", ArmClient.ResourcesVersion),
                        "No resource groups. Create one with 'causeway group create'.",
                        Facts
                    )
            )
            {
                Examples = ["causeway group list --as provider"],
            },
            new Verb(
                "delete",
                "Delete a resource group with everything in it; refused whole when something in it may not be deleted.",
                call => call.DeleteAsync(PathOf(call, call.Get(deleted)), $"group {call.Get(deleted)}", ArmClient.ResourcesVersion),
                deleted
            )
            {
                Examples = ["causeway group delete rg"],
            },
        };
    }

    private static string PathOf(CliCall call, string name) => $"{call.SubscriptionPath}/resourceGroups/{Uri.EscapeDataString(name)}";
}
