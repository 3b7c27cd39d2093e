using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Networks;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>A customer's networks, the gateways in them, and the connections of those to circuits: each shows what matters of it, and leads to the others.</summary>
internal static class NetworkPages
{
    /// <summary>In the query of who wants to see what a gateway has learned.</summary>
    private const string Routes = "routes";

    public static Page Network(Asked asked, string id)
    {
        Lazy<Task<JsonNode>> read = Reading(asked, id);
        return Of(
            asked,
            id,
            read,
            () => ActsInAsync(asked, id, read),
            body =>
                [
                    ("addressSpace", Cell.Code(Joined(body["properties"]?["addressSpace"]?["addressPrefixes"]))),
                    ("subnets", Cell.Of(Joined(body["properties"]?["subnets"]))),
                    ("dnsServers", Cell.Code(Joined(body["properties"]?["dhcpOptions"]?["dnsServers"]))),
                    ("virtualNetworkPeerings", Cell.Of(Joined(body["properties"]?["virtualNetworkPeerings"]))),
                ],
            Lists.Titled(
                "subnets",
                asked,
                [id],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["column subnets"],
                        asked.Words["portal none"],
                        (await read.Value)["properties"]?["subnets"] as JsonArray ?? [],
                        ("name", (JsonNode? s) => Cell.Of(s?["name"]?.ToString())),
                        (
                            "prefix",
                            s => Cell.Code(s?["properties"]?["addressPrefix"]?.ToString() ?? Joined(s?["properties"]?["addressPrefixes"]))
                        )
                    )
            ),
            Lists.Titled(
                "gateways",
                asked,
                [id, Watch.Type("virtualNetworkGateways")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal gateways"],
                        asked.Words["portal no gateways"],
                        await GatewaysAsync(asked, id),
                        ("name", g => Cell.Link(g["id"]?.ToString())),
                        ("size", g => Cell.Of(g["properties"]?["sku"]?["name"]?.ToString())),
                        ("configuration", g => Cell.Stored(g["properties"]?["provisioningState"]?.ToString()))
                    )
            ),
            Lists.Titled(
                "links",
                asked,
                [id, Watch.Type("connections")],
                async () =>
                {
                    HashSet<string> gateways = new(
                        (await GatewaysAsync(asked, id)).Select(g => g["id"]!.ToString()),
                        StringComparer.OrdinalIgnoreCase
                    );
                    return await LinksAsync(asked, id, c => gateways.Contains(c.Properties.VirtualNetworkGateway1.Id));
                }
            )
        );
    }

    public static Page Gateway(Asked asked, string id)
    {
        Lazy<Task<JsonNode>> read = Reading(asked, id);
        bool isAsked = asked.Http.Request.Query[Routes] == "learned";
        return Of(
            asked,
            id,
            read,
            () =>
                Task.FromResult<IEnumerable<(string, string)>>(
                    asked.Viewer.May(id) ? [(asked.Words["portal act redeem"], AllActs.PathOf("redeem", within: id))] : []
                ),
            body =>
                [
                    ("size", Cell.Of(body["properties"]?["sku"]?["name"]?.ToString())),
                    ("network", Cell.Link(CustomerLists.NetworkOf(body))),
                    ("type", Cell.Of(body["properties"]?["gatewayType"]?.ToString())),
                ],
            Lists.Titled(
                "links",
                asked,
                [id, Watch.Type("connections")],
                () => LinksAsync(asked, id, c => c.Properties.VirtualNetworkGateway1.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
            ),
            new Fragment(
                "routes",
                [],
                async () =>
                    Show.All(
                        Show.Heading(asked.Words["portal learned"]),
                        isAsked
                            ? Show.Table(asked, "routes", await LearnedAsync(asked, id))
                            : Show.Acts([(asked.Words["portal look up"], $"{Cell.PathOf(id)}?{Routes}=learned#part-routes")])
                    )
            )
            {
                Whole = () => LearnedAsync(asked, id),
            }
        );
    }

    public static Page Connection(Asked asked, string id)
    {
        Lazy<Task<JsonNode>> read = Reading(asked, id);
        Lazy<Task<ExplainBody?>> explained = new(() => Journal.ExplainedAsync(asked, id, ArmClient.NetworkVersion));
        return
            Of(
                asked,
                id,
                read,
                null,
                body =>
                    [
                        ("status", Cell.State(body["properties"]?["connectionStatus"]?.ToString())),
                        ("circuit", Cell.Link(body["properties"]?["peer"]?["id"]?.ToString())),
                        ("gateway", Cell.Link(body["properties"]?["virtualNetworkGateway1"]?["id"]?.ToString())),
                        ("weight", Cell.Of(body["properties"]?["routingWeight"]?.ToString())),
                        (
                            "expressRouteGatewayBypass",
                            Cell.Of(
                                body["properties"]?["expressRouteGatewayBypass"]?.ToString() == "true" ? asked.Words["portal yes"] : null
                            )
                        ),
                    ],
                new Fragment(
                    "network",
                    [id],
                    async () =>
                        (await read.Value)["properties"]?["virtualNetworkGateway1"]?["id"]?.ToString() is { } gateway
                        && await LinkedNetwork.NetworkAsync(asked, gateway) is var network
                        && network != gateway
                            ? Show.Facts(Facts.Of(asked.Words, ("network", Cell.Link(network))))
                            : static _ => { }
                )
            )
                is var page
            ? page with
            {
                Fragments =
                [
                    new Fragment(
                        "explain",
                        [id],
                        async () =>
                            await explained.Value is null
                                ? static _ => { }
                                : await SharePage.Explained(asked, id, async () => (await explained.Value)!).Read()
                    ),
                    .. page.Fragments,
                ],
            }
            : page;
    }

    private static Lazy<Task<JsonNode>> Reading(Asked asked, string id) =>
        new(() => asked.Client.Arm.GetAsync(id, ArmClient.NetworkVersion, asked.Cancellation));

    /// <summary>What is said of each, and what each has of its own between.</summary>
    private static Page Of(
        Asked asked,
        string id,
        Lazy<Task<JsonNode>> read,
        Func<Task<IEnumerable<(string Text, string Path)>>>? before,
        Func<JsonNode, (string, Cell)[]> factsOf,
        params ReadOnlySpan<Fragment> parts
    )
    {
        string? side = PortalPages.SideOf(asked, Side.Customer);
        return new Page(
            Ids.NameOf(id),
            side,
            [
                AnyPage.FactsFragment(asked, id, read, body => Facts.Of(asked.Words, [.. factsOf(body), .. Last(asked, body)])),
                AnyPage.ActsFragment(asked, id, read, before: before),
                .. parts,
                .. Journal.OfOwner(asked, id, () => Journal.ExplainedAsync(asked, id, ArmClient.NetworkVersion)),
            ]
        )
        {
            Above = PortalPages.Above(asked, side, "networks"),
        };
    }

    /// <summary>What is made in a network: a gateway, where there is room for one and none yet.</summary>
    private static async Task<IEnumerable<(string Text, string Path)>> ActsInAsync(
        Asked asked,
        string network,
        Lazy<Task<JsonNode>> read
    ) =>
        asked.Viewer.May(network) && NetworkActs.HasRoom(await read.Value) && (await GatewaysAsync(asked, network)).Count == 0
            ? [(asked.Words["portal act gateway"], AllActs.PathOf("gateway", within: network))]
            : [];

    /// <summary>What everything has, after what matters of it.</summary>
    private static (string, Cell)[] Last(Asked asked, JsonNode body) =>
        [
            ("region", Cell.Of(body["location"]?.ToString())),
            ("tags", Cell.Of(string.Join(", ", (body["tags"] as JsonObject ?? []).Select(t => $"{t.Key}={t.Value}")))),
            ("configuration", Cell.Stored(body["properties"]?["provisioningState"]?.ToString())),
            ("subscription", Cell.Of(asked.Viewer.NameOf(CustomerLists.SubscriptionOf(body["id"]?.ToString() ?? "")))),
            ("id", Cell.Code(body["id"]?.ToString())),
        ];

    private static async Task<IReadOnlyList<JsonNode>> GatewaysAsync(Asked asked, string network) =>
        [
            .. (await LinkedNetwork.InSubscriptionAsync(asked, network, "virtualNetworkGateways") ?? []).Where(g =>
                network.Equals(CustomerLists.NetworkOf(g), StringComparison.OrdinalIgnoreCase)
            ),
        ];

    private static async Task<Table> LinksAsync(Asked asked, string id, Func<ConnectionBody, bool> isOf) =>
        LinkedNetwork.TableOf(asked, (await LinkedNetwork.ConnectionsAsync(asked, id) ?? []).Where(isOf), asked.Words["portal no links"]);

    /// <summary>What came over its circuits, and what is its network's own.</summary>
    private static async Task<Table> LearnedAsync(Asked asked, string id) =>
        Table.Of(
            asked.Words,
            asked.Words["portal learned"],
            asked.Words["portal none"],
            (await asked.Client.Arm.PostAsync($"{id}/getLearnedRoutes", ArmClient.NetworkVersion, null, asked.Cancellation))?["value"]
                as JsonArray
                ?? [],
            ("prefix", (JsonNode? r) => Cell.Code(r?["network"]?.ToString())),
            ("nextHop", r => Cell.Code(r?["nextHop"]?.ToString())),
            ("asPath", r => Cell.Code(r?["asPath"]?.ToString())),
            ("source", r => Cell.Of(r?["origin"]?.ToString())),
            ("weight", r => Cell.Of(r?["weight"]?.ToString()))
        );

    private static string Joined(JsonNode? list) =>
        string.Join(", ", (list as JsonArray ?? []).Select(n => n is JsonObject named ? named["name"]?.ToString() : n?.ToString()));
}
