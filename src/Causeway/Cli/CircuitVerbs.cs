using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary><c>causeway circuit …</c>: what a customer does with circuits.</summary>
internal static class CircuitVerbs
{
    private static readonly string[] Tiers = ["Standard", "Premium", "Local", "Basic"];
    private static readonly string[] Families = ["MeteredData", "UnlimitedData"];

    internal static readonly Column[] Facts =
    [
        Column.Of("Name", "name"),
        Column.Of("Id", "id"),
        Column.Of("Service key", "properties.serviceKey"),
        Column.Of("Provider", "properties.serviceProviderProperties.serviceProviderName"),
        Column.Of("Peering location", "properties.serviceProviderProperties.peeringLocation"),
        new("Bandwidth", i => Json.Text(i, "properties.serviceProviderProperties.bandwidthInMbps") + " Mbps"),
        Column.Of("SKU", "sku.name"),
        Column.Of("Region", "location"),
        Column.Of("Circuit state", "properties.circuitProvisioningState"),
        Column.Of("Provider state", "properties.serviceProviderProvisioningState"),
        Column.Of("Provider notes", "properties.serviceProviderNotes"),
        Column.Of("S-tag", "properties.stag"),
        new("Peerings", i => Names(i, "properties.peerings")),
        new("Authorizations", i => Names(i, "properties.authorizations")),
        Column.Of("State", "properties.provisioningState"),
        new("Tags", i => string.Join(", ", (i["tags"] as JsonObject ?? []).Select(t => $"{t.Key}={t.Value}"))),
    ];

    public static Command Command()
    {
        var circuit = new Command("circuit", "Circuits: order, look at, change, delete.");
        circuit.Add(Create());
        circuit.Add(Show());
        circuit.Add(List());
        circuit.Add(Update());
        circuit.Add(Delete());
        circuit.Add(ExplainVerb.Explain());
        circuit.Add(ReadingVerbs.Journal());
        circuit.Add(PeeringVerbs.Command());
        circuit.Add(AuthorizationVerbs.Command());
        circuit.Add(ReadingVerbs.Routes());
        circuit.Add(ReadingVerbs.Summary());
        circuit.Add(ReadingVerbs.Arp());
        circuit.Add(ReadingVerbs.Stats());
        circuit.Add(ReadingVerbs.Sessions());
        return circuit;
    }

    internal static Argument<string> Name() => new("circuit") { Description = "Name in the group, or a whole id.", HelpName = "CIRCUIT" };

    private static Verb Create()
    {
        Argument<string> name = Name();
        var provider = new Option<string>("--provider")
        {
            Description = "Connectivity provider, as in 'causeway provider list'.",
            Required = true,
        };
        var location = new Option<string>("--peering-location") { Description = "Where it lands, such as Amsterdam.", Required = true };
        var bandwidth = new Option<string>("--bandwidth") { Description = "50Mbps to 10Gbps; a bare number is Mbps.", Required = true };
        var tier = new Option<string>("--tier") { Description = "How far it reaches.", DefaultValueFactory = _ => "Standard" };
        tier.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Tiers);
        var family = new Option<string>("--family") { Description = "Data plan.", DefaultValueFactory = _ => "MeteredData" };
        family.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Families);
        Option<string?> region = Options.Region();
        Option<string[]> tags = Options.Tags();
        return new Verb(
            "create",
            "Order a circuit. The answer holds its service key, which you give to the provider.",
            async call =>
            {
                string path = call.CircuitPath(call.Get(name));
                string sku = Tiers.First(t => t.Equals(call.Get(tier), StringComparison.OrdinalIgnoreCase));
                string plan = Families.First(f => f.Equals(call.Get(family), StringComparison.OrdinalIgnoreCase));
                var body = new JsonObject
                {
                    ["location"] = await Options.RegionAsync(call, region),
                    ["tags"] = Options.TagsOf(call, tags),
                    ["sku"] = Sku(sku, plan),
                    ["properties"] = new JsonObject
                    {
                        ["serviceProviderProperties"] = new JsonObject
                        {
                            ["serviceProviderName"] = call.Get(provider),
                            ["peeringLocation"] = call.Get(location),
                            ["bandwidthInMbps"] = Options.Mbps(call.Get(bandwidth)!),
                        },
                    },
                };
                JsonNode made = await call.PutAsync(path, body, "Ordering the circuit");
                Printer.One(call, made, Facts);
                if (call.Form == OutputForm.Table)
                    call.Out.WriteLine(
                        $"\nNext: give the service key to {call.Get(provider)}, who provisions it: causeway provider provision start {Json.Text(made, "properties.serviceKey")}"
                    );
            },
            name,
            provider,
            location,
            bandwidth,
            tier,
            family,
            region,
            tags
        )
        {
            Examples =
            [
                "causeway circuit create office --provider Equinix --peering-location Amsterdam --bandwidth 200",
                "causeway circuit create hq --provider Megaport --peering-location Stockholm --bandwidth 1Gbps --tier Premium --output json",
            ],
        };
    }

    private static Verb Show()
    {
        Argument<string> name = Name();
        return new Verb(
            "show",
            "Show a circuit.",
            async call => Printer.One(call, await call.GetAsync(call.CircuitPath(call.Get(name))), Facts),
            name
        )
        {
            Examples = ["causeway circuit show office", "causeway circuit show office -o json | jq -r .properties.serviceKey"],
        };
    }

    private static Verb List()
    {
        var all = new Option<bool>("--all") { Description = "Of the whole subscription, also when a group is known." };
        return new Verb(
            "list",
            "List circuits.",
            async call =>
                Printer.List(
                    call,
                    await call.ListAsync(
                        $"{(call.Get(all) || call.KnownGroup is null ? call.SubscriptionPath : call.GroupPath)}/providers/Microsoft.Network/expressRouteCircuits"
                    ),
                    "No circuits. Order one with 'causeway circuit create'.",
                    Column.Of("Name", "name"),
                    Column.Of("Provider", "properties.serviceProviderProperties.serviceProviderName"),
                    Column.Of("Location", "properties.serviceProviderProperties.peeringLocation"),
                    Column.Of("Mbps", "properties.serviceProviderProperties.bandwidthInMbps"),
                    Column.Of("SKU", "sku.name"),
                    Column.Of("Circuit", "properties.circuitProvisioningState"),
                    Column.Of("Provider state", "properties.serviceProviderProvisioningState")
                ),
            all
        )
        {
            Examples = ["causeway circuit list", "causeway circuit list --all --output yaml"],
        };
    }

    private static Verb Update()
    {
        Argument<string> name = Name();
        var bandwidth = new Option<string?>("--bandwidth") { Description = "A larger one; a smaller needs a new circuit." };
        var tier = new Option<string?>("--tier") { Description = "Standard, Premium, Local." };
        var family = new Option<string?>("--family") { Description = "UnlimitedData; there is no way back to MeteredData." };
        Option<string[]> tags = Options.Tags();
        return new Verb(
            "update",
            "Change bandwidth, tier, data plan or tags of a circuit.",
            async call =>
            {
                if (!call.Has(bandwidth) && !call.Has(tier) && !call.Has(family) && !call.Has(tags))
                    throw new CliException("Nothing to change: give --bandwidth, --tier, --family or --tags.");
                JsonNode changed = await call.ChangeAsync(
                    call.CircuitPath(call.Get(name)),
                    "Changing the circuit",
                    circuit =>
                    {
                        if (call.Get(bandwidth) is { } rate && Json.At(circuit, "properties.serviceProviderProperties") is JsonObject order)
                            order["bandwidthInMbps"] = Options.Mbps(rate);
                        circuit["sku"] = Sku(
                            call.Get(tier) ?? Json.Text(circuit, "sku.tier"),
                            call.Get(family) ?? Json.Text(circuit, "sku.family")
                        );
                        if (call.Has(tags))
                            circuit["tags"] = Options.TagsOf(call, tags);
                    }
                );
                Printer.One(call, changed, Facts);
            },
            name,
            bandwidth,
            tier,
            family,
            tags
        )
        {
            Examples = ["causeway circuit update office --bandwidth 500", "causeway circuit update office --tier Premium"],
        };
    }

    private static Verb Delete()
    {
        Argument<string> name = Name();
        return new Verb(
            "delete",
            "Delete a circuit that its provider has deprovisioned. Billing ends.",
            call => call.DeleteAsync(call.CircuitPath(call.Get(name)), $"circuit {call.Get(name)}"),
            name
        )
        {
            Examples = ["causeway circuit delete office"],
        };
    }

    private static JsonObject Sku(string tier, string family) =>
        new()
        {
            ["name"] = $"{tier}_{family}",
            ["tier"] = tier,
            ["family"] = family,
        };

    private static string Names(JsonNode item, string path) =>
        Json.At(item, path) is JsonArray children ? string.Join(", ", children.Select(c => Json.Text(c, "name"))) : "";
}
