using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway circuit peering …</c>: the routing domains of a circuit.</summary>
internal static class PeeringVerbs
{
    internal static readonly Column<PeeringBody>[] Facts =
    [
        new("peering", p => p.Name),
        new("state", p => p.Properties.State),
        new("peerAsn", p => p.Properties.PeerASN),
        new("ourAsn", p => p.Properties.AzureASN),
        new("vlan", p => p.Properties.VlanId),
        new("primarySubnet", p => p.Properties.PrimaryPeerAddressPrefix),
        new("secondarySubnet", p => p.Properties.SecondaryPeerAddressPrefix),
        new("primarySubnetV6", p => p.Properties.Ipv6PeeringConfig?.PrimaryPeerAddressPrefix),
        new("secondarySubnetV6", p => p.Properties.Ipv6PeeringConfig?.SecondaryPeerAddressPrefix),
        new("primaryPort", p => p.Properties.PrimaryAzurePort),
        new("secondaryPort", p => p.Properties.SecondaryAzurePort),
        new("lastModifiedBy", p => p.Properties.LastModifiedBy),
        new("configuration", p => p.Properties.ProvisioningState),
    ];

    private static readonly Column<PeeringBody>[] Columns =
    [
        .. Facts.Where(f => f.Key is not ("primarySubnetV6" or "secondarySubnetV6" or "lastModifiedBy")),
    ];

    public static IEnumerable<Twig> Twigs => [new("circuit peering", All)];

    private static IEnumerable<Command> All() =>
        [
            Create(),
            Shape.One(
                "show",
                ["causeway circuit peering show office"],
                "reading",
                call => call.Client.Peerings.GetAsync(PathOf(call), call.Cancellation),
                Facts,
                [CircuitVerbs.Circuit(), Type()]
            ),
            Shape.List(
                "list",
                ["causeway circuit peering list office"],
                "no peerings",
                call => call.Client.Peerings.ListAsync(Ids.Peerings(call.Circuit()), call.Cancellation),
                Columns,
                CircuitVerbs.Circuit()
            ),
            Shape.Delete(
                "delete",
                ["causeway circuit peering delete office"],
                call => call.Client.Peerings.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{TypeName(call)} ({call.Text("circuit")})",
                CircuitVerbs.Circuit(),
                Type()
            ),
            Switch("enable", "Enabled"),
            Switch("disable", "Disabled"),
        ];

    internal static Option<string?> Type() =>
        Opt.OneOf("--type", "private", "private", "microsoft", "AzurePrivatePeering", "MicrosoftPeering");

    internal static string PathOf(CliCall call) => Ids.Peering(call.Circuit(), TypeName(call));

    internal static string TypeName(CliCall call) =>
        call.Text("--type").StartsWith("m", StringComparison.OrdinalIgnoreCase) ? "MicrosoftPeering" : "AzurePrivatePeering";

    private static Verb Create() =>
        Shape.One(
            "create",
            [
                "causeway circuit peering create office --peer-asn 65010 --vlan 100 --primary 192.168.15.16/30 --secondary 192.168.15.20/30",
                "causeway circuit peering create office --peer-asn 65010 --vlan 100 --primary 192.168.15.16/30 --secondary 192.168.15.20/30 --md5-key-file key.txt",
            ],
            "configuring",
            call => call.Client.Peerings.ConfigureAsync(PathOf(call), OrderOf(call), call.Wait, call.Cancellation),
            Facts,
            [CircuitVerbs.Circuit(), .. OrderOptions()],
            (call, _) => call.Next("next sessions", call.Text("circuit"))
        );

    /// <summary>What says how a peering shall be, whoever configures it.</summary>
    internal static Symbol[] OrderOptions() =>
        [
            Type(),
            Opt.Number("--peer-asn", required: true),
            Opt.Number("--vlan", required: true),
            Opt.Text("--primary", "PREFIX"),
            Opt.Text("--secondary", "PREFIX"),
            Opt.Text("--primary-v6", "PREFIX"),
            Opt.Text("--secondary-v6", "PREFIX"),
            Opt.Text("--md5-key", "KEY"),
            Opt.Text("--md5-key-file", "FILE"),
        ];

    /// <summary>What <see cref="OrderOptions"/> were given.</summary>
    internal static PeeringOrder OrderOf(CliCall call) =>
        new()
        {
            PeeringType = TypeName(call),
            PeerASN = call.Get<long>("--peer-asn"),
            VlanId = (int)call.Get<long>("--vlan"),
            PrimaryPeerAddressPrefix = call.Get<string?>("--primary"),
            SecondaryPeerAddressPrefix = call.Get<string?>("--secondary"),
            SharedKey = SecretFile.Of(call, "--md5-key", "CAUSEWAY_MD5_KEY"),
            Ipv6PeeringConfig =
                call.Has("--primary-v6") || call.Has("--secondary-v6")
                    ? new Ipv6PeeringOrder(call.Get<string?>("--primary-v6"), call.Get<string?>("--secondary-v6"))
                    : null,
        };

    private static Verb Switch(string name, string state) =>
        Shape.One(
            name,
            [$"causeway circuit peering {name} office"],
            "configuring",
            call =>
                call.Client.Peerings.ChangeAsync(
                    PathOf(call),
                    peering =>
                    {
                        JsonObject properties = peering["properties"]!.AsObject();
                        properties["state"] = state;
                        if (properties["ipv6PeeringConfig"] is JsonObject v6)
                            v6["state"] = state;
                    },
                    call.Wait,
                    call.Cancellation
                ),
            Facts,
            [CircuitVerbs.Circuit(), Type()]
        );
}
