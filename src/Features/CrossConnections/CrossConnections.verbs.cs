using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.CrossConnections;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;

namespace Causeway.Cli.CrossConnections;

/// <summary><c>causeway provider …</c>: what was ordered from a connectivity provider, and how far it is.</summary>
internal static class CrossConnectionVerbs
{
    internal const string ExampleKey = "5b7e1cb8-6d1b-4f1c-9d2a-0c8f6a3e2b11";

    private static readonly Column<CrossConnectionBody>[] Order =
    [
        new("serviceKey", o => o.Name),
        new("circuit", o => Ids.NameOf(o.Properties.ExpressRouteCircuit.Id)),
        new("customer", o => o.Properties.ExpressRouteCircuit.Id.Split('/').ElementAtOrDefault(2)),
        new("ordered", o => o.SystemData?.CreatedAt),
        new("peeringLocation", o => o.Properties.PeeringLocation),
        new("mbps", o => o.Properties.BandwidthInMbps),
        new("providerState", o => o.Properties.ServiceProviderProvisioningState),
        new("sTag", o => o.Properties.STag is 0 ? null : o.Properties.STag),
        new("primaryPort", o => o.Properties.PrimaryAzurePort),
        new("secondaryPort", o => o.Properties.SecondaryAzurePort),
        new("providerNotes", o => o.Properties.ServiceProviderNotes),
    ];

    public static IEnumerable<Twig> Twigs =>
        [new("provider", All, As: "provider"), new("provider peering", CrossPeeringVerbs.All, As: "provider")];

    private static IEnumerable<Command> All() =>
        [
            Shape.List(
                "orders",
                ["causeway provider orders", "causeway provider orders --as provider -o json"],
                "no orders",
                call => call.Client.CrossConnections.WholeOrdersAsync(call.Subscription, call.Cancellation),
                Order
            ),
            Shape.One(
                "show",
                [$"causeway provider show {ExampleKey}"],
                "reading",
                async call => await call.Client.CrossConnections.GetAsync((await OrderAsync(call)).Id, call.Cancellation),
                Order,
                [Key()]
            ),
            new Command("provision")
            {
                Move("provision", "start", "Provisioning", (call, key) => call.Next("next complete", key)),
                Move("provision", "complete", "Provisioned", (call, _) => call.Next("next peering")),
            },
            new Command("deprovision")
            {
                Move("deprovision", "start", "Deprovisioning", (call, key) => call.Next("next deprovisioned", key)),
                Move("deprovision", "complete", "NotProvisioned", (call, _) => call.Next("next delete")),
            },
            Shape.One(
                "notes",
                [$"causeway provider notes {ExampleKey} \"cross connect ordered, due Tuesday\""],
                "telling",
                call => MoveAsync(call, null, call.Text("text")),
                Order,
                [Key(), Opt.Argument("text")]
            ),
        ];

    internal static Argument<string> Key() =>
        Suggested.From(
            new Argument<string>("key") { HelpName = "SERVICE-KEY" },
            async call => (await call.Client.CrossConnections.OrdersAsync(call.Subscription, call.Cancellation)).Select(o => o.Body.Name)
        );

    private static Verb Move(string group, string name, string state, Action<CliCall, string> next) =>
        Shape.One(
            name,
            [$"causeway provider {group} {name} {ExampleKey}"],
            "telling",
            call => MoveAsync(call, state, call.Get<string?>("--notes")),
            Order,
            [Key(), Opt.Text("--notes", "TEXT")],
            (call, order) => next(call, order.Name)
        );

    private static async Task<Document<CrossConnectionBody>> MoveAsync(CliCall call, string? state, string? notes)
    {
        CrossConnectionBody order = await OrderAsync(call);
        return await call.Client.CrossConnections.MoveAsync(order, state, notes, call.Wait, call.Cancellation);
    }

    /// <summary>The order that the call names by its service key, as lists show it.</summary>
    internal static async Task<CrossConnectionBody> OrderAsync(CliCall call)
    {
        string key = call.Text("key");
        return (await call.Client.CrossConnections.FindOrderAsync(call.Subscription, key, call.Cancellation))?.Body
            ?? throw new CliException(call.Words["no such order", key], ExitCode.NotFound);
    }
}
