using System.CommandLine;
using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary><c>causeway circuit peering …</c>: the routing domains of a circuit.</summary>
internal static class PeeringVerbs
{
    private static readonly Column[] Facts =
    [
        Column.Of("Peering", "name"),
        Column.Of("State", "properties.state"),
        Column.Of("Peer ASN", "properties.peerASN"),
        Column.Of("Our ASN", "properties.azureASN"),
        Column.Of("VLAN", "properties.vlanId"),
        Column.Of("Primary subnet", "properties.primaryPeerAddressPrefix"),
        Column.Of("Secondary subnet", "properties.secondaryPeerAddressPrefix"),
        Column.Of("Primary subnet (IPv6)", "properties.ipv6PeeringConfig.primaryPeerAddressPrefix"),
        Column.Of("Secondary subnet (IPv6)", "properties.ipv6PeeringConfig.secondaryPeerAddressPrefix"),
        Column.Of("Primary port", "properties.primaryAzurePort"),
        Column.Of("Secondary port", "properties.secondaryAzurePort"),
        Column.Of("Last modified by", "properties.lastModifiedBy"),
        Column.Of("Configuration", "properties.provisioningState"),
    ];

    public static Command Command()
    {
        var peering = new Command("peering", "Routing domains of a circuit: each lands on both routers of its pair.");
        peering.Add(Create());
        peering.Add(Show());
        peering.Add(List());
        peering.Add(Delete());
        peering.Add(Switch("enable", "Enabled", "Bring the sessions of a disabled peering up again."));
        peering.Add(Switch("disable", "Disabled", "Hold the sessions of a peering down, keeping its configuration."));
        return peering;
    }

    internal static Option<string> Type() =>
        new("--type")
        {
            Description = "private (AzurePrivatePeering) or microsoft (MicrosoftPeering).",
            HelpName = "TYPE",
            DefaultValueFactory = _ => "private",
        };

    internal static string TypeName(string type) =>
        type.ToUpperInvariant() switch
        {
            "PRIVATE" or "AZUREPRIVATEPEERING" => "AzurePrivatePeering",
            "MICROSOFT" or "MICROSOFTPEERING" => "MicrosoftPeering",
            _ => throw new CliException($"'{type}' is not a peering type: write private or microsoft."),
        };

    internal static string PathOf(CliCall call, Argument<string> circuit, Option<string> type) =>
        $"{call.CircuitPath(call.Get(circuit))}/peerings/{TypeName(call.Get(type)!)}";

    private static Verb Create()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        Option<string> type = Type();
        var asn = new Option<long>("--peer-asn") { Description = "AS number of your routers.", Required = true };
        var vlan = new Option<int>("--vlan") { Description = "C-tag, 1 to 4094, unique inside the circuit.", Required = true };
        var primary = new Option<string?>("--primary")
        {
            Description = "/30 of the primary link: the first address is yours, the second ours.",
        };
        var secondary = new Option<string?>("--secondary") { Description = "/30 of the secondary link." };
        var primary6 = new Option<string?>("--primary-v6") { Description = "/126 of the primary link." };
        var secondary6 = new Option<string?>("--secondary-v6") { Description = "/126 of the secondary link." };
        var key = new Option<string?>("--md5-key") { Description = "TCP MD5 key, up to 25 letters and digits." };
        return new Verb(
            "create",
            "Configure a peering, or change it.",
            async call =>
            {
                var properties = new JsonObject
                {
                    ["peeringType"] = TypeName(call.Get(type)!),
                    ["peerASN"] = call.Get(asn),
                    ["vlanId"] = call.Get(vlan),
                };
                if (call.Get(primary) is { } p4)
                    properties["primaryPeerAddressPrefix"] = p4;
                if (call.Get(secondary) is { } s4)
                    properties["secondaryPeerAddressPrefix"] = s4;
                if (call.Get(key) is { } secret)
                    properties["sharedKey"] = secret;
                if (call.Has(primary6) || call.Has(secondary6))
                    properties["ipv6PeeringConfig"] = new JsonObject
                    {
                        ["primaryPeerAddressPrefix"] = call.Get(primary6),
                        ["secondaryPeerAddressPrefix"] = call.Get(secondary6),
                    };
                Printer.One(
                    call,
                    await call.PutAsync(
                        PathOf(call, circuit, type),
                        new JsonObject { ["properties"] = properties },
                        "Configuring both routers"
                    ),
                    Facts
                );
            },
            circuit,
            type,
            asn,
            vlan,
            primary,
            secondary,
            primary6,
            secondary6,
            key
        )
        {
            Examples =
            [
                "causeway circuit peering create office --peer-asn 65010 --vlan 100 --primary 192.168.15.16/30 --secondary 192.168.15.20/30",
                "causeway circuit peering create office --peer-asn 65010 --vlan 100 --primary 192.168.15.16/30 --secondary 192.168.15.20/30 --md5-key Secret123",
            ],
        };
    }

    private static Verb Show()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        Option<string> type = Type();
        return new Verb(
            "show",
            "Show a peering.",
            async call => Printer.One(call, await call.GetAsync(PathOf(call, circuit, type)), Facts),
            circuit,
            type
        )
        {
            Examples = ["causeway circuit peering show office"],
        };
    }

    private static Verb List()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        return new Verb(
            "list",
            "List the peerings of a circuit.",
            async call =>
                Printer.List(
                    call,
                    await call.ListAsync($"{call.CircuitPath(call.Get(circuit))}/peerings"),
                    "No peerings. Configure one with 'causeway circuit peering create'.",
                    [.. Facts.Where(f => !f.Title.Contains("IPv6", StringComparison.Ordinal) && f.Title != "Last modified by")]
                ),
            circuit
        )
        {
            Examples = ["causeway circuit peering list office"],
        };
    }

    private static Verb Delete()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        Option<string> type = Type();
        return new Verb(
            "delete",
            "Take a peering off both routers.",
            call => call.DeleteAsync(PathOf(call, circuit, type), $"{TypeName(call.Get(type)!)} of {call.Get(circuit)}"),
            circuit,
            type
        )
        {
            Examples = ["causeway circuit peering delete office"],
        };
    }

    private static Verb Switch(string name, string state, string help)
    {
        Argument<string> circuit = CircuitVerbs.Name();
        Option<string> type = Type();
        return new Verb(
            name,
            help,
            async call =>
                Printer.One(
                    call,
                    await call.ChangeAsync(
                        PathOf(call, circuit, type),
                        "Telling both routers",
                        peering =>
                        {
                            JsonObject properties = peering["properties"]!.AsObject();
                            properties["state"] = state;
                            if (properties["ipv6PeeringConfig"] is JsonObject v6)
                                v6["state"] = state;
                        }
                    ),
                    Facts
                ),
            circuit,
            type
        )
        {
            Examples = [$"causeway circuit peering {name} office"],
        };
    }
}
