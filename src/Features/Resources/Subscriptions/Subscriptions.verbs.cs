using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Resources;

/// <summary><c>causeway subscription …</c>: who is billed; how a customer or a provider is added after first start.</summary>
internal static class SubscriptionVerbs
{
    internal static readonly Column<SubscriptionBody>[] Facts =
    [
        new("subscription", s => s.SubscriptionId),
        new("name", s => s.DisplayName),
        new("state", s => s.State),
    ];

    public static IEnumerable<Twig> Twigs =>
        [
            new("subscription", () => [Open()], As: "operator"),
            new("subscription", () => [All()]),
            new("subscription", Changes, As: "operator"),
        ];

    private static Verb Open() =>
        Shape.One(
            "create",
            ["causeway subscription create acme --display-name \"Acme Logistics\""],
            "creating",
            call =>
                call.Client.Subscriptions.OpenAsync(
                    call.Text("alias"),
                    call.Get<string?>("--display-name") ?? call.Text("alias"),
                    call.Cancellation
                ),
            [
                new("name", a => a.Properties.DisplayName),
                new("subscription", a => a.Properties.SubscriptionId),
                new("state", a => a.Properties.ProvisioningState),
            ],
            [Opt.Argument("alias"), Opt.Text("--display-name", "NAME")],
            (call, made) => call.Next("next principal", made.Name!, made.Properties.SubscriptionId!)
        );

    private static Verb All() =>
        Shape.List(
            "list",
            ["causeway subscription list", "causeway subscription list --as operator"],
            "no subscriptions",
            call => call.Client.Subscriptions.AllAsync(call.Cancellation),
            Facts
        );

    private static IEnumerable<Command> Changes() =>
        [
            Change(
                "rename",
                ["causeway subscription rename 5b7e1cb8-6d1b-4f1c-9d2a-0c8f6a3e2b11 \"Acme Europe\""],
                (call, id) => call.Client.Subscriptions.RenameAsync(id, call.Text("new-name"), call.Cancellation),
                Opt.Argument("new-name")
            ),
            Change(
                "cancel",
                ["causeway subscription cancel 5b7e1cb8-6d1b-4f1c-9d2a-0c8f6a3e2b11"],
                (call, id) => call.Client.Subscriptions.CancelAsync(id, call.Cancellation)
            ),
            Change(
                "enable",
                ["causeway subscription enable 5b7e1cb8-6d1b-4f1c-9d2a-0c8f6a3e2b11"],
                (call, id) => call.Client.Subscriptions.EnableAsync(id, call.Cancellation)
            ),
        ];

    private static Verb Change(string name, string[] examples, Func<CliCall, string, Task> change, params Symbol[] symbols) =>
        Shape.One(
            name,
            examples,
            "changing",
            async call =>
            {
                string id = await call.SubscriptionOfAsync(call.Text("which"));
                await change(call, id);
                return await call.Client.Subscriptions.GetAsync(Ids.Subscription(id), call.Cancellation);
            },
            Facts,
            [Opt.Argument("which"), .. symbols]
        );
}
