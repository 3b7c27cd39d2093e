using System.CommandLine;
using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary><c>causeway network …</c>: virtual networks, gateways, and their connections to circuits.</summary>
internal static class NetworkVerbs
{
    private static readonly Column[] Network =
    [
        Column.Of("Name", "name"),
        Column.Of("Region", "location"),
        Column.Of("Address space", "properties.addressSpace.addressPrefixes"),
        new("Subnets", n => string.Join(", ", (Json.At(n, "properties.subnets") as JsonArray ?? []).Select(Subnet))),
        Column.Of("State", "properties.provisioningState"),
    ];

    private static readonly Column[] Gateway =
    [
        Column.Of("Name", "name"),
        Column.Of("Region", "location"),
        Column.Of("Size", "properties.sku.name"),
        new("Network", g => (Json.At(g, "properties.ipConfigurations") as JsonArray) is [var first, ..] ? NetworkOf(first) : ""),
        Column.Of("State", "properties.provisioningState"),
    ];

    private static readonly Column[] Link =
    [
        Column.Of("Name", "name"),
        new("Gateway", c => Json.NameOf(Json.Text(c, "properties.virtualNetworkGateway1.id"))),
        new("Circuit", c => Json.NameOf(Json.Text(c, "properties.peer.id"))),
        Column.Of("Weight", "properties.routingWeight"),
        Column.Of("Status", "properties.connectionStatus"),
        Column.Of("State", "properties.provisioningState"),
    ];

    public static Command Command()
    {
        var network = new Command("network", "Virtual networks, their gateways, and connections to circuits.");
        network.Add(
            Kind("vnet", "virtualNetworks", "virtual network", "Virtual networks: address space and subnets.", CreateNetwork(), Network)
        );
        network.Add(
            Kind(
                "gateway",
                "virtualNetworkGateways",
                "gateway",
                "ExpressRoute gateways: what a network is linked through.",
                CreateGateway(),
                Gateway
            )
        );
        network.Add(
            Kind("connection", "connections", "connection", "Connections: a network linked to a circuit.", CreateConnection(), Link)
        );
        return network;
    }

    /// <summary>A kind of resource with the usual verbs and its own create.</summary>
    private static Command Kind(string word, string type, string what, string help, Verb create, Column[] columns)
    {
        Argument<string> Name() => new("name") { Description = "Name in the group, or a whole id.", HelpName = "NAME" };
        var kind = new Command(word, help) { create };
        Argument<string> shown = Name();
        kind.Add(
            new Verb(
                "show",
                $"Show a {what}.",
                async call => Printer.One(call, await call.GetAsync(call.PathOf(type, call.Get(shown))), columns),
                shown
            )
            {
                Examples = [$"causeway network {word} show apps"],
            }
        );
        kind.Add(
            new Verb(
                "list",
                $"List {what}s of a group.",
                async call =>
                    Printer.List(
                        call,
                        await call.ListAsync($"{call.GroupPath}/providers/Microsoft.Network/{type}"),
                        $"No {what}s in this group.",
                        columns
                    )
            )
            {
                Examples = [$"causeway network {word} list --group rg"],
            }
        );
        Argument<string> deleted = Name();
        kind.Add(
            new Verb(
                "delete",
                $"Delete a {what}.",
                call => call.DeleteAsync(call.PathOf(type, call.Get(deleted)), $"{what} {call.Get(deleted)}"),
                deleted
            )
            {
                Examples = [$"causeway network {word} delete apps"],
            }
        );
        return kind;
    }

    private static Verb CreateNetwork()
    {
        var name = new Argument<string>("name") { HelpName = "NAME" };
        var prefixes = new Option<string[]>("--prefix")
        {
            Description = "Address space, IPv4 or IPv6; may be given again.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var subnets = new Option<string[]>("--subnet")
        {
            Description = "Subnets as name=prefix; may be given again.",
            HelpName = "NAME=PREFIX",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var gateway = new Option<string?>("--gateway-subnet") { Description = "Prefix of GatewaySubnet, /27 or larger, for a gateway." };
        Option<string?> region = Options.Region();
        Option<string[]> tags = Options.Tags();
        return new Verb(
            "create",
            "Create a virtual network, or change it.",
            async call =>
            {
                var list = new JsonArray();
                foreach (string subnet in call.Get(subnets) ?? [])
                    list.Add(SubnetBody(subnet));
                if (call.Get(gateway) is { } prefix)
                    list.Add(SubnetBody($"GatewaySubnet={prefix}"));
                var body = new JsonObject
                {
                    ["location"] = await Options.RegionAsync(call, region),
                    ["tags"] = Options.TagsOf(call, tags),
                    ["properties"] = new JsonObject
                    {
                        ["addressSpace"] = new JsonObject
                        {
                            ["addressPrefixes"] = new JsonArray([.. (call.Get(prefixes) ?? []).Select(p => (JsonNode)p)]),
                        },
                        ["subnets"] = list.Count > 0 ? list : null,
                    },
                };
                Printer.One(
                    call,
                    await call.PutAsync(call.PathOf("virtualNetworks", call.Get(name)), body, "Storing the network"),
                    Network
                );
            },
            name,
            prefixes,
            subnets,
            gateway,
            region,
            tags
        )
        {
            Examples = ["causeway network vnet create apps --prefix 10.1.0.0/16 --subnet web=10.1.0.0/24 --gateway-subnet 10.1.255.0/27"],
        };
    }

    private static Verb CreateGateway()
    {
        var name = new Argument<string>("name") { HelpName = "NAME" };
        var vnet = new Option<string>("--vnet") { Description = "Network it stands in: name, or whole id.", Required = true };
        var sku = new Option<string>("--sku")
        {
            Description = "Standard, HighPerformance, UltraPerformance, ErGw1AZ, ErGw2AZ or ErGw3AZ.",
            DefaultValueFactory = _ => "Standard",
        };
        Option<string?> region = Options.Region();
        return new Verb(
            "create",
            "Put an ExpressRoute gateway into a network, or resize it.",
            async call =>
            {
                string network = call.PathOf("virtualNetworks", call.Get(vnet)!);
                var body = new JsonObject
                {
                    ["location"] = call.Get(region) ?? Json.Text(await call.GetAsync(network), "location"),
                    ["properties"] = new JsonObject
                    {
                        ["gatewayType"] = "ExpressRoute",
                        ["sku"] = new JsonObject { ["name"] = call.Get(sku), ["tier"] = call.Get(sku) },
                        ["ipConfigurations"] = new JsonArray(
                            new JsonObject
                            {
                                ["name"] = "default",
                                ["properties"] = new JsonObject { ["subnet"] = Json.Reference($"{network}/subnets/GatewaySubnet") },
                            }
                        ),
                    },
                };
                Printer.One(
                    call,
                    await call.PutAsync(call.PathOf("virtualNetworkGateways", call.Get(name)), body, "Placing the gateway"),
                    Gateway
                );
            },
            name,
            vnet,
            sku,
            region
        )
        {
            Examples = ["causeway network gateway create apps-gw --vnet apps"],
        };
    }

    private static Verb CreateConnection()
    {
        var name = new Argument<string>("name") { HelpName = "NAME" };
        var gateway = new Option<string>("--gateway") { Description = "Gateway of the network: name, or whole id.", Required = true };
        var circuit = new Option<string>("--circuit") { Description = "Circuit: name in the group, or whole id.", Required = true };
        var key = new Option<string?>("--authorization-key") { Description = "For a circuit of another subscription." };
        var weight = new Option<int>("--weight") { Description = "Routing weight, 0 to 32000; the higher is preferred." };
        return new Verb(
            "create",
            "Link a network to a circuit through its gateway.",
            async call =>
            {
                string from = call.PathOf("virtualNetworkGateways", call.Get(gateway)!);
                var properties = new JsonObject
                {
                    ["connectionType"] = "ExpressRoute",
                    ["virtualNetworkGateway1"] = Json.Reference(from),
                    ["peer"] = Json.Reference(call.CircuitPath(call.Get(circuit)!)),
                    ["routingWeight"] = call.Get(weight),
                };
                if (call.Get(key) is { } given)
                    properties["authorizationKey"] = given;
                var body = new JsonObject { ["location"] = Json.Text(await call.GetAsync(from), "location"), ["properties"] = properties };
                Printer.One(call, await call.PutAsync(call.PathOf("connections", call.Get(name)), body, "Linking the network"), Link);
            },
            name,
            gateway,
            circuit,
            key,
            weight
        )
        {
            Examples =
            [
                "causeway network connection create apps-office --gateway apps-gw --circuit office",
                "causeway network connection create theirs --gateway gw --circuit /subscriptions/…/expressRouteCircuits/office --authorization-key KEY --as otherCustomer",
            ],
        };
    }

    private static JsonObject SubnetBody(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new CliException($"'{text}' is not a subnet: write name=prefix, such as web=10.1.0.0/24.");
        return new JsonObject
        {
            ["name"] = text[..equals],
            ["properties"] = new JsonObject { ["addressPrefix"] = text[(equals + 1)..] },
        };
    }

    private static string Subnet(JsonNode? subnet) =>
        $"{Json.Text(subnet, "name")} {Json.Text(subnet, "properties.addressPrefix")}{Json.Text(subnet, "properties.addressPrefixes")}";

    private static string NetworkOf(JsonNode? configuration)
    {
        string[] segments = Json.Text(configuration, "properties.subnet.id").Split('/');
        return segments.Length > 2 ? segments[^3] : "";
    }
}
