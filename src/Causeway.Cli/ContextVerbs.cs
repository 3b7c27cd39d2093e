using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Cli.Resources;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Contracts.Resources;

namespace Causeway.Cli;

/// <summary><c>causeway login</c> and <c>causeway context …</c>: which server, as whom, in which group.</summary>
internal static class ContextVerbs
{
    public static IEnumerable<Twig> Twigs => [Twig.Whole("login", Login), new("context", All)];

    private static Verb Login() =>
        new(
            "login",
            ["causeway login --access ./data/access.json --as customer"],
            async call =>
            {
                IReadOnlyList<Document<SubscriptionBody>> subscriptions = await call.Reading(
                    call.Client.Subscriptions.AllAsync(call.Cancellation)
                );
                CliContext context = CliContext.ReadFile() with { Access = call.AccessPath, As = call.Principal };
                (call.Has(CommonOptions.Group) ? context with { Group = call.Group } : context).Save();
                Printer.List(call, subscriptions, "logged in without", SubscriptionVerbs.Facts);
            }
        );

    private static IEnumerable<Command> All() =>
        [
            new Verb("show", ["causeway context show"], Show),
            new Verb(
                "set",
                ["causeway context set --group rg", "causeway context set --as otherCustomer"],
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
            ),
            new Verb(
                "clear",
                ["causeway context clear"],
                _ =>
                {
                    File.Delete(CliContext.FilePath);
                    return Task.CompletedTask;
                }
            ),
        ];

    private static Task Show(CliCall call)
    {
        CliContext context = CliContext.Load();
        var json = new JsonObject
        {
            ["file"] = CliContext.FilePath,
            ["access"] = context.Access,
            ["as"] = context.As,
            ["group"] = context.Group,
        };
        Printer.One(
            call,
            new Document<CliContext>(context, json),
            [new("file", _ => CliContext.FilePath), new("access", c => c.Access), new("as", c => c.As), new("group", c => c.Group)]
        );
        return Task.CompletedTask;
    }
}
