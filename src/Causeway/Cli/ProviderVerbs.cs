using System.CommandLine;
using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary><c>causeway provider …</c>: the connectivity provider's side, and the list of providers.</summary>
internal static class ProviderVerbs
{
    private static readonly Column[] Order =
    [
        Column.Of("Service key", "name"),
        Column.Of("Location", "properties.peeringLocation"),
        Column.Of("Mbps", "properties.bandwidthInMbps"),
        Column.Of("Provider state", "properties.serviceProviderProvisioningState"),
        Column.Of("S-tag", "properties.sTag"),
        Column.Of("Primary port", "properties.primaryAzurePort"),
        Column.Of("Secondary port", "properties.secondaryAzurePort"),
        Column.Of("Notes", "properties.serviceProviderNotes"),
    ];

    public static Command Command()
    {
        var provider = new Command("provider", "Connectivity providers: who there is, and (as a provider) the orders to provision.");
        provider.Add(List());
        provider.Add(Orders());
        var provision = new Command("provision", "Provision the circuit of a service key.");
        provision.Add(Move("start", "Provisioning", "Take the order: the circuit gets its S-tag and ports.", "provision"));
        provision.Add(Move("complete", "Provisioned", "Say that your side is done: the circuit can be used.", "provision"));
        provider.Add(provision);
        var deprovision = new Command("deprovision", "Take your side of a circuit down.");
        deprovision.Add(Move("start", "Deprovisioning", "Begin: the circuit carries nothing any more.", "deprovision"));
        deprovision.Add(
            Move("complete", "NotProvisioned", "Say that your side is gone: the customer can delete the circuit.", "deprovision")
        );
        provider.Add(deprovision);
        provider.Add(Notes());
        return provider;
    }

    private static Argument<string> Key() => new("key") { Description = "Service key of the circuit.", HelpName = "SERVICE-KEY" };

    private static Option<string?> NotesOption() => new("--notes") { Description = "Words for the customer, shown on the circuit." };

    private static Verb List() =>
        new(
            "list",
            "List connectivity providers, where they are and what they offer.",
            async call =>
                Printer.List(
                    call,
                    await call.ListAsync($"{call.SubscriptionPath}/providers/Microsoft.Network/expressRouteServiceProviders"),
                    "No providers: the operator's topology names none.",
                    Column.Of("Provider", "name"),
                    Column.Of("Locations", "properties.peeringLocations"),
                    new Column(
                        "Bandwidths",
                        p =>
                            string.Join(
                                ", ",
                                (Json.At(p, "properties.bandwidthsOffered") as JsonArray ?? []).Select(b => Json.Text(b, "offerName"))
                            )
                    )
                )
        )
        {
            Examples = ["causeway provider list"],
        };

    private static Verb Orders() =>
        new("orders", "List the circuits ordered from you.", async call => Printer.List(call, await OrdersAsync(call), "No orders.", Order))
        {
            Examples = ["causeway provider orders", "causeway provider orders --as provider -o json"],
        };

    private static Verb Move(string name, string state, string help, string group)
    {
        Argument<string> key = Key();
        Option<string?> notes = NotesOption();
        return new Verb(name, help, call => WriteAsync(call, call.Get(key), state, call.Get(notes)), key, notes)
        {
            Examples = [$"causeway provider {group} {name} 5b7e1cb8-6d1b-4f1c-9d2a-0c8f6a3e2b11"],
        };
    }

    private static Verb Notes()
    {
        Argument<string> key = Key();
        var text = new Argument<string>("text") { Description = "What the customer shall read.", HelpName = "TEXT" };
        return new Verb("notes", "Leave a note on a circuit.", call => WriteAsync(call, call.Get(key), null, call.Get(text)), key, text)
        {
            Examples = ["causeway provider notes 5b7e1cb8-6d1b-4f1c-9d2a-0c8f6a3e2b11 \"cross connect ordered, due Tuesday\""],
        };
    }

    private static Task<List<JsonNode>> OrdersAsync(CliCall call) =>
        call.ListAsync($"{call.SubscriptionPath}/providers/Microsoft.Network/expressRouteCrossConnections");

    private static async Task WriteAsync(CliCall call, string key, string? state, string? notes)
    {
        JsonNode order =
            (await OrdersAsync(call)).FirstOrDefault(o => Json.Text(o, "name").Equals(key, StringComparison.OrdinalIgnoreCase))
            ?? throw new CliException(
                $"There is no order with service key '{key}' among yours: look at 'causeway provider orders'.",
                ExitCode.NotFound
            );
        var properties = new JsonObject
        {
            ["serviceProviderProvisioningState"] = state ?? Json.Text(order, "properties.serviceProviderProvisioningState"),
        };
        if (notes is not null)
            properties["serviceProviderNotes"] = notes;
        var body = new JsonObject { ["location"] = Json.Text(order, "location"), ["properties"] = properties };
        Printer.One(call, await call.PutAsync(Json.Text(order, "id"), body, "Telling Causeway", etag: order["etag"]?.ToString()), Order);
    }
}
