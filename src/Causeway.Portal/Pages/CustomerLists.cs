using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.Networks;
using Causeway.Client.Support;
using Causeway.Client.Usage;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Support;
using Causeway.Contracts.Usage;
using Causeway.Portal.Pages.Acts;
using Causeway.Portal.Pages.Graphs;

namespace Causeway.Portal.Pages;

/// <summary>What a customer has.</summary>
internal static class CustomerLists
{
    public static IReadOnlyList<Fragment> Circuits(Asked asked) =>
        [
            Lists.Acts(asked.Viewer.MayMake ? [(asked.Words["portal act order"], AllActs.PathOf("order"))] : []),
            Lists.Table(
                "circuits",
                asked,
                [Watch.Type("expressRouteCircuits")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list circuits"],
                        asked.Words["portal no circuits"],
                        await Lists.OfAllAsync<Document<CircuitBody>>(
                            asked,
                            s =>
                                asked.Client.Circuits.FirstAsync(
                                    Ids.Circuits(Ids.Subscription(s.SubscriptionId)),
                                    Lists.Wanted(asked),
                                    asked.Cancellation
                                ),
                            Lists.Wanted(asked)
                        ),
                        ("name", c => Cell.Link(c.Body.Id)),
                        ("providerState", c => Cell.State(c.Body.Properties.ServiceProviderProvisioningState)),
                        ("circuitState", c => Cell.State(c.Body.Properties.CircuitProvisioningState)),
                        ("provider", c => Cell.Of(c.Body.Properties.ServiceProviderProperties?.ServiceProviderName)),
                        ("peeringLocation", c => Cell.Of(c.Body.Properties.ServiceProviderProperties?.PeeringLocation)),
                        ("mbps", c => Cell.Amount(c.Body.Properties.BandwidthInMbps)),
                        ("sku", c => Cell.Of(c.Body.Sku.Name.Replace('_', ' '))),
                        ("subscription", c => Cell.Of(asked.Viewer.NameOf(SubscriptionOf(c.Body.Id))))
                    )
            ),
        ];

    public static IReadOnlyList<Fragment> Networks(Asked asked) =>
        [
            Lists.Acts(
                asked.Viewer.MayMake
                    ?
                    [
                        (asked.Words["portal act network"], AllActs.PathOf("network")),
                        (asked.Words["portal act gateway"], AllActs.PathOf("gateway")),
                        (asked.Words["portal act redeem"], AllActs.PathOf("redeem")),
                    ]
                    : []
            ),
            Lists.Titled(
                "networks",
                asked,
                [Watch.Type("virtualNetworks")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal networks"],
                        asked.Words["portal no networks"],
                        await Lists.OfAllAsync<Document<VirtualNetworkBody>>(
                            asked,
                            s => asked.Client.VirtualNetworks.ListAsync(In(s.SubscriptionId, "virtualNetworks"), asked.Cancellation)
                        ),
                        ("name", n => Cell.Link(Text(n.Json, "id"))),
                        ("addressSpace", n => Cell.Code(Joined(n.Json["properties"]?["addressSpace"]?["addressPrefixes"]))),
                        ("region", n => Cell.Of(Text(n.Json, "location"))),
                        ("configuration", n => Cell.Stored(Text(n.Json["properties"], "provisioningState")))
                    )
            ),
            Lists.Titled(
                "gateways",
                asked,
                [Watch.Type("virtualNetworkGateways")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal gateways"],
                        asked.Words["portal no gateways"],
                        await InGroupsAsync(asked, "virtualNetworkGateways"),
                        ("name", g => Cell.Link(Text(g, "id"))),
                        ("network", g => Cell.Link(NetworkOf(g))),
                        ("type", g => Cell.Of(Text(g["properties"], "gatewayType"))),
                        ("sku", g => Cell.Of(Text(g["properties"]?["sku"], "name"))),
                        ("region", g => Cell.Of(Text(g, "location"))),
                        ("configuration", g => Cell.Stored(Text(g["properties"], "provisioningState")))
                    )
            ),
            Lists.Titled(
                "connections",
                asked,
                [Watch.Type("connections")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal links"],
                        asked.Words["portal no links"],
                        (await InGroupsAsync(asked, "connections")).Select(c =>
                            Document<ConnectionBody>.Of(c, NetworksContract.Default.ConnectionBody).Body
                        ),
                        ("name", c => Cell.Link(c.Id)),
                        ("status", c => Cell.State(c.Properties.ConnectionStatus)),
                        ("circuit", c => Cell.Link(c.Properties.Peer.Id)),
                        ("gateway", c => Cell.Link(c.Properties.VirtualNetworkGateway1.Id)),
                        ("weight", c => Cell.Number(c.Properties.RoutingWeight))
                    )
            ),
        ];

    public static IReadOnlyList<Fragment> Tickets(Asked asked) =>
        [
            Lists.Acts(
                asked.Viewer.MayMake || asked.Viewer.Sides.Contains(Side.Provider)
                    ? [(asked.Words["portal act ticket"], AllActs.PathOf("ticket"))]
                    : []
            ),
            Lists.Table(
                "tickets",
                asked,
                [Watch.Type("supportTickets")],
                async () =>
                    TicketTable(
                        asked,
                        asked.Words["portal list tickets"],
                        await Lists.OfAllAsync<Document<SupportTicketBody>>(
                            asked,
                            s => asked.Client.Tickets.OfAsync(Ids.Subscription(s.SubscriptionId), asked.Cancellation)
                        )
                    )
            ),
        ];

    public static Table TicketTable(Asked asked, string caption, IReadOnlyList<Document<SupportTicketBody>> tickets) =>
        Table.Of(
            asked.Words,
            caption,
            asked.Words["portal no tickets"],
            tickets,
            ("title", t => Cell.Link(t.Body.Id, t.Body.Properties.Title)),
            ("ticketNumber", t => Cell.Code(t.Body.Properties.SupportTicketId)),
            ("status", t => Cell.Of(t.Body.Properties.Status)),
            ("actsNext", t => Cell.Of(t.Body.Properties.ActsNext is { Length: > 0 } who ? asked.Words[$"the {who}"] : null)),
            ("about", t => TicketPage.AboutOf(t.Body.Properties)),
            ("asked", t => Cell.Code(string.Join(", ", (t.Body.Properties.AskedPrefixes ?? []).Select(a => a.Prefix)))),
            ("decided", t => Cell.State(t.Body.Properties.Decisions is [.., var last] ? last.Decision : null)),
            ("subscription", t => Cell.Of(asked.Viewer.NameOf(SubscriptionOf(t.Body.Id!)))),
            ("createdAt", t => Cell.Time(t.Body.Properties.CreatedDate))
        );

    public static IReadOnlyList<Fragment> Usage(Asked asked)
    {
        Lazy<Task<IReadOnlyList<Document<UsageRecordBody>>>> records = new(() =>
            Lists.OfAllAsync<Document<UsageRecordBody>>(
                asked,
                s => asked.Client.Usage.RecordsAsync(s.SubscriptionId, null, null, asked.Cancellation)
            )
        );
        return
        [
            new Fragment("month", [], async () => Show.Facts(await MonthAsync(asked))),
            UsageGraph.Fragment(asked),
            Lists.Table(
                "usage",
                asked,
                [],
                async () =>
                {
                    IReadOnlyList<Document<UsageRecordBody>> all = await records.Value;
                    // A circuit or port runs some meter for as long as it is there; one that has taken the name of another has a key of its own.
                    HashSet<string> there = [.. all.Where(r => r.Body.Properties.Running).Select(r => r.Body.Properties.ServiceKey)];
                    (string, Func<Document<UsageRecordBody>, Cell>)[] columns =
                    [
                        (
                            "resource",
                            u =>
                                there.Contains(u.Body.Properties.ServiceKey)
                                    ? Cell.Link(u.Body.Properties.ResourceId)
                                    : Cell.Of(Ids.NameOf(u.Body.Properties.ResourceId))
                        ),
                        ("meter", u => Cell.Of(u.Body.Properties.MeterName)),
                        ("from", u => Cell.Time(u.Body.Properties.UsageStart)),
                        ("to", u => Cell.Time(u.Body.Properties.UsageEnd)),
                        ("hours", u => Cell.Amount(asked.Words, u.Body.Properties.Quantity)),
                        ("cost", u => CostOf(asked, u.Body.Properties.Cost, u.Body.Properties.Currency)),
                    ];
                    bool hasPrices = all.Any(u => u.Body.Properties.Cost is not null);
                    return Table.Of(
                        asked.Words,
                        asked.Words["portal list usage"],
                        asked.Words["portal no usage"],
                        all,
                        // Where nothing has a price, that is said once, above.
                        [.. columns.Where(c => c.Item1 != "cost" || hasPrices)]
                    );
                }
            ),
        ];

        // What this month comes to so far.
        async Task<Facts> MonthAsync(Asked asked)
        {
            DateTimeOffset now = asked.Clock.GetUtcNow();
            var first = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
            UsageProperties[] month =
            [
                .. (
                    await Lists.OfAllAsync<Document<UsageRecordBody>>(
                        asked,
                        s => asked.Client.Usage.RecordsAsync(s.SubscriptionId, $"{first:yyyy-MM-dd}", null, asked.Cancellation)
                    )
                ).Select(r => r.Body.Properties),
            ];
            return Facts.Of(
                asked.Words,
                ("month", Cell.Of($"{first:yyyy-MM}")),
                ("hours", Cell.Amount(asked.Words, month.Sum(u => u.Quantity))),
                (
                    "cost",
                    month.All(u => u.Cost is null)
                        ? Cell.Of(asked.Words["portal no prices"])
                        : Cell.Of(
                            string.Join(
                                " + ",
                                month
                                    .Where(u => u.Cost is not null)
                                    .GroupBy(u => u.Currency)
                                    .Select(c => CostOf(asked, c.Sum(u => u.Cost!.Value), c.Key).Text)
                            )
                        )
                )
            );
        }
    }

    private static Cell CostOf(Asked asked, decimal? cost, string? currency) => Cell.Amount(asked.Words, cost, "0.00", currency);

    /// <summary>The names of a subscription's groups, in order.</summary>
    public static async Task<IReadOnlyCollection<string>> GroupsAsync(Asked asked, string subscription)
    {
        var groups = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (
            JsonNode group in asked.Client.Arm.ListAsync(
                $"{Ids.Subscription(subscription)}/resourceGroups",
                ArmClient.ResourcesVersion,
                asked.Cancellation
            )
        )
            groups.Add(group["name"]!.ToString());
        return groups;
    }

    /// <summary>All of a type of Microsoft.Network that is listed group by group.</summary>
    public static Task<IReadOnlyList<JsonNode>> InGroupsAsync(Asked asked, string type) =>
        Lists.OfAllAsync<JsonNode>(
            asked,
            async s =>
            {
                var all = new List<JsonNode>();
                foreach (string group in await GroupsAsync(asked, s.SubscriptionId))
                await foreach (
                    JsonNode one in asked.Client.Arm.ListAsync(
                        Ids.OfNetwork(Ids.Group(s.SubscriptionId, group), type),
                        ArmClient.NetworkVersion,
                        asked.Cancellation
                    )
                )
                    all.Add(one);
                return all;
            }
        );

    /// <summary>The network in whose subnet a gateway stands; null for one that stands in none.</summary>
    public static string? NetworkOf(JsonNode gateway) =>
        (gateway["properties"]?["ipConfigurations"] as JsonArray)?.FirstOrDefault()?["properties"]?["subnet"]?["id"]?.ToString()
            is { } subnet
        && subnet.LastIndexOf("/subnets/", StringComparison.OrdinalIgnoreCase) is > 0 and var end
            ? subnet[..end]
            : null;

    public static string SubscriptionOf(string id) => id.Split('/') is [_, _, var subscription, ..] ? subscription : "";

    private static string In(string subscription, string type) => Ids.OfNetwork(Ids.Subscription(subscription), type);

    private static string? Text(JsonNode? node, string member) => (node as JsonObject)?[member]?.ToString();

    private static string Joined(JsonNode? list) => string.Join(", ", (list as JsonArray ?? []).Select(n => n?.ToString()));
}
