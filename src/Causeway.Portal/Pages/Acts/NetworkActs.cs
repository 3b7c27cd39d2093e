using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Networks;
using Causeway.Contracts.Networks;
using static Causeway.Portal.Pages.Acts.Values;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What a customer connects to circuits: networks, and the gateways in them.</summary>
internal static class NetworkActs
{
    private const string GatewaySubnet = "GatewaySubnet";

    public static async Task<Act> NetworkAsync(Asked asked, string on)
    {
        Task<Choice[]> groups = GroupsAsync(asked);
        Task<Choice[]> regions = RegionsAsync(asked);
        return Made.Of(
            asked,
            Side.Customer,
            "network",
            null,
            "PUT {group}/providers/Microsoft.Network/virtualNetworks/{name}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","properties":{"addressSpace":{"addressPrefixes":"{space:list}"},
                 "subnets":[{"name":"GatewaySubnet","properties":{"addressPrefix":"{subnet}"}}]}}
                """
            ),
            asked.Words["portal create"],
            [
                "causeway network vnet create {name} --prefix {space:words} --gateway-subnet {subnet} --location {region} --group {group:name} --subscription {group:subscription}",
                "az network vnet create --name {name} --address-prefixes {space:words} --subnet-name GatewaySubnet --subnet-prefixes {subnet} --location {region} --resource-group {group:name} --subscription {group:subscription}",
            ],
            new Field("group", asked.Words["column group"], FieldKind.Choice) { Choices = await groups },
            Name(asked),
            new Field("region", asked.Words["column region"], FieldKind.Choice) { Choices = await regions },
            new Field("space", asked.Words["column addressSpace"], FieldKind.Long) { Help = asked.Words["portal help space"] },
            new Field("subnet", asked.Words["portal gateway subnet"]) { Help = asked.Words["portal help gateway subnet"] }
        ) with
        {
            First = FirstOfGroup(asked, await groups),
            Then = "/portal/customer/networks",
        };
    }

    public static async Task<Act> GatewayAsync(Asked asked, string on)
    {
        HashSet<string?> taken = new(
            (await CustomerLists.InGroupsAsync(asked, "virtualNetworkGateways")).Select(CustomerLists.NetworkOf),
            StringComparer.OrdinalIgnoreCase
        );
        // A network has one gateway, which stands in a subnet of its own.
        JsonNode[] networks =
        [
            .. (
                await Lists.OfAllAsync<Document<VirtualNetworkBody>>(
                    asked,
                    s =>
                        asked.Client.VirtualNetworks.ListAsync(
                            Ids.OfNetwork(Ids.Subscription(s.SubscriptionId), "virtualNetworks"),
                            asked.Cancellation
                        )
                )
            )
                .Select(n => n.Json)
                .Where(n => !taken.Contains(n["id"]!.ToString()) && HasRoom(n)),
        ];
        return Made.Of(
            asked,
            Side.Customer,
            "gateway",
            null,
            "PUT {network:container}/providers/Microsoft.Network/virtualNetworkGateways/{name}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","properties":{"gatewayType":"ExpressRoute","sku":{"name":"{sku}","tier":"{sku}"},
                 "ipConfigurations":[{"name":"default","properties":{"subnet":{"id":"{network}/subnets/GatewaySubnet"}}}]}}
                """
            ),
            asked.Words["portal create"],
            [
                "causeway network gateway create {name} --vnet {network} --sku {sku} --location {region} --group {network:group} --subscription {network:subscription}",
                "az network vnet-gateway create --name {name} --vnet {network} --gateway-type ExpressRoute --sku {sku} --location {region} --resource-group {network:group} --subscription {network:subscription}",
            ],
            new Field("network", asked.Words["column network"], FieldKind.Choice)
            {
                Choices = [.. networks.Select(n => new Choice(n["id"]!.ToString(), n["name"]!.ToString(), []))],
            },
            Name(asked),
            new Field("sku", asked.Words["column size"], FieldKind.Choice)
            {
                Choices = Plain("Standard", "HighPerformance", "UltraPerformance", "ErGw1AZ", "ErGw2AZ", "ErGw3AZ"),
            },
            new Field("region", asked.Words["column region"], FieldKind.Choice)
            {
                DependsOn = "network",
                Choices =
                [
                    .. networks
                        .GroupBy(n => n["location"]!.ToString())
                        .Select(g => new Choice(g.Key, g.Key, [.. g.Select(n => n["id"]!.ToString())])),
                ],
            }
        ) with
        {
            First =
                networks.Length > 0
                    ? null
                    : (asked.Words["portal first network"], asked.Words["portal act network"], AllActs.PathOf("network")),
            Then = "/portal/customer/networks",
        };
    }

    /// <summary>Whether a network has a subnet for a gateway.</summary>
    public static bool HasRoom(JsonNode network) =>
        (network["properties"]?["subnets"] as JsonArray ?? []).Any(s => s?["name"]?.ToString() == GatewaySubnet);
}
