using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary><c>causeway login</c> and <c>causeway context …</c>: which server, as whom, in which group.</summary>
internal static class ContextVerbs
{
    public static Command Login() =>
        new Verb(
            "login",
            "Try the credentials of an access file, and remember which file and role to use. No secret is copied.",
            async call =>
            {
                List<JsonNode> subscriptions = await call.ListAsync("/subscriptions", ArmClient.ResourcesVersion);
                (CliContext.ReadFile() with { Access = call.AccessPath, As = call.Principal }).Save();
                Printer.List(
                    call,
                    subscriptions,
                    "Logged in. No subscription is visible to this principal.",
                    Column.Of("Subscription", "subscriptionId"),
                    Column.Of("Name", "displayName"),
                    Column.Of("State", "state")
                );
            }
        )
        {
            Examples = ["causeway login --access ./data/access.json --as customer"],
        };

    public static Command Command() =>
        new("context", "What need not be typed each time.")
        {
            new Verb(
                "show",
                "Show the saved context, with the environment over it.",
                call =>
                {
                    CliContext context = CliContext.Load();
                    Printer.One(
                        call,
                        new JsonObject
                        {
                            ["file"] = CliContext.FilePath,
                            ["access"] = context.Access,
                            ["as"] = context.As,
                            ["group"] = context.Group,
                        },
                        Column.Of("File", "file"),
                        Column.Of("Access", "access"),
                        Column.Of("As", "as"),
                        Column.Of("Group", "group")
                    );
                    return Task.CompletedTask;
                }
            )
            {
                Examples = ["causeway context show"],
            },
            new Verb(
                "set",
                "Save --access, --as and --group for later commands.",
                call =>
                {
                    CliContext context = CliContext.ReadFile();
                    if (call.Has(CommonOptions.Access))
                        context = context with { Access = call.AccessPath };
                    if (call.Has(CommonOptions.As))
                        context = context with { As = call.Principal };
                    if (call.Has(CommonOptions.Group))
                        context = context with { Group = call.Group };
                    context.Save();
                    return Task.CompletedTask;
                }
            )
            {
                Examples = ["causeway context set --group rg", "causeway context set --as otherCustomer"],
            },
            new Verb(
                "clear",
                "Forget the saved context.",
                _ =>
                {
                    File.Delete(CliContext.FilePath);
                    return Task.CompletedTask;
                }
            )
            {
                Examples = ["causeway context clear"],
            },
        };
}
