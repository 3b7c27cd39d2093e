using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.RouteFilters;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.RouteFilters;
using static Causeway.Portal.Pages.Acts.Values;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What the owner of a circuit changes of it: its bandwidth, whom it lets in, which services it is told.</summary>
internal static class OwnerActs
{
    public static async Task<Act> ResizeAsync(Asked asked, string circuit)
    {
        JsonNode old = await asked.Client.Arm.GetAsync(circuit, ArmClient.NetworkVersion, asked.Cancellation);
        JsonNode? order = old["properties"]?["serviceProviderProperties"];
        long now = order?["bandwidthInMbps"]?.GetValue<long>() ?? 0;
        string? provider = order?["serviceProviderName"]?.ToString();
        IReadOnlyList<Document<ServiceProviderBody>> offers = await asked.Client.ServiceProviders.ListAsync(
            Ids.OfNetwork(Ids.Subscription(CustomerLists.SubscriptionOf(circuit)), "expressRouteServiceProviders"),
            asked.Cancellation
        );
        return Made.Of(
                asked,
                Side.Customer,
                "resize",
                ("circuit", circuit),
                "PUT {circuit}",
                ArmClient.NetworkVersion,
                JsonNode.Parse("""{"properties":{"serviceProviderProperties":{"bandwidthInMbps":"{bandwidth:number}"}}}"""),
                asked.Words["portal move"],
                [
                    "causeway circuit update {circuit} --bandwidth {bandwidth}",
                    "az network express-route update --ids {circuit} --bandwidth {bandwidth}",
                ],
                [
                    new Field("bandwidth", asked.Words["column bandwidth"], FieldKind.Choice)
                    {
                        Help = asked.Words["portal help resize", now],
                        Choices =
                        [
                            .. offers
                                .Where(o => o.Body.Name.Equals(provider, StringComparison.OrdinalIgnoreCase))
                                .SelectMany(o => o.Body.Properties.BandwidthsOffered)
                                .Where(b => b.ValueInMbps > now)
                                .OrderBy(b => b.ValueInMbps)
                                .Select(b => new Choice(b.ValueInMbps.ToString(CultureInfo.InvariantCulture), b.OfferName, [])),
                        ],
                    },
                ]
            )
            .Over(old);
    }

    public static Act Authorize(Asked asked, string circuit) =>
        Made.Of(
            asked,
            Side.Customer,
            "authorize",
            ("circuit", circuit),
            "PUT {circuit}/authorizations/{name}",
            ArmClient.NetworkVersion,
            new JsonObject(),
            asked.Words["portal create"],
            [
                "causeway circuit auth create {circuit} {name}",
                "az network express-route auth create --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --name {name}",
            ],
            [Name(asked)]
        ) with
        {
            LeadsToMade = true,
            Says = asked.Words["portal help authorize"],
        };

    public static async Task<Act> FilterAsync(Asked asked, string on)
    {
        Task<Choice[]> groups = GroupsAsync(asked);
        Task<Choice[]> regions = RegionsAsync(asked);
        return Made.Of(
            asked,
            Side.Customer,
            "filter",
            null,
            "PUT {group}/providers/Microsoft.Network/routeFilters/{name}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """
                {"location":"{region}","properties":{"rules":[{"name":"allow","properties":{"access":"Allow","routeFilterRuleType":"Community","communities":"{communities:list}"}}]}}
                """
            ),
            asked.Words["portal create"],
            [
                "causeway filter create {name} --service {communities:words} --location {region} --group {group:name} --subscription {group:subscription}",
                "az network route-filter create --name {name} --location {region} --resource-group {group:name} --subscription {group:subscription}",
                "az network route-filter rule create --filter-name {name} --name allow --access Allow --communities {communities:words} --resource-group {group:name} --subscription {group:subscription}",
            ],
            [
                new Field("group", asked.Words["column group"], FieldKind.Choice) { Choices = await groups },
                Name(asked),
                new Field("region", asked.Words["column region"], FieldKind.Choice) { Choices = await regions },
                await CommunitiesAsync(asked, []),
            ]
        ) with
        {
            First = FirstOfGroup(asked, await groups),
        };
    }

    /// <summary>What a filter allows, anew.</summary>
    public static async Task<Act> RuleAsync(Asked asked, string filter)
    {
        RouteFilterBody body = (await asked.Client.RouteFilters.GetAsync(filter, asked.Cancellation)).Body;
        bool isThere = body.Properties.Rules is [{ Name: not null }, ..];
        string rule = isThere ? body.Properties.Rules[0].Name! : "allow";
        Field communities = await CommunitiesAsync(asked, [.. body.Properties.Rules.SelectMany(r => r.Properties.Communities).Distinct()]);
        const string Communities = "communities";
        const string Rule =
            "--filter-name {filter:name} --name {rule} --resource-group {filter:group} --subscription {filter:subscription}";
        JsonNode? old = await asked.Client.Arm.FindAsync($"{filter}/routeFilterRules/{rule}", ArmClient.NetworkVersion, asked.Cancellation);
        return (
            Made.Of(
                asked,
                Side.Customer,
                "rule",
                ("filter", filter),
                "PUT {filter}/routeFilterRules/{rule}",
                ArmClient.NetworkVersion,
                JsonNode.Parse(
                    """{"properties":{"access":"Allow","routeFilterRuleType":"Community","communities":"{communities:list}"}}"""
                ),
                asked.Words["portal move"],
                [
                    new(
                        $"az network route-filter rule create --access Allow --communities {{communities:words}} {Rule}",
                        (Communities, Command.Any)
                    ),
                    // A rule allows something: one that allows nothing is none.
                    .. isThere ? [new Command($"az network route-filter rule delete {Rule}", (Communities, ""))] : Array.Empty<Command>(),
                ],
                [
                    communities with
                    {
                        IsOptional = isThere,
                        Help = isThere ? asked.Words["portal help no communities", communities.Help!] : communities.Help,
                    },
                ]
            ) with
            {
                DeletesWithout = isThere ? Communities : null,
                Given = new Dictionary<string, string> { ["filter"] = filter, ["rule"] = rule },
            }
        ).Over(old);
    }

    /// <summary>Which filter decides what a circuit's Microsoft peering is told, in every family that it has.</summary>
    public static async Task<Act> AttachFilterAsync(Asked asked, string circuit)
    {
        JsonNode? old = await asked.Client.Arm.FindAsync(
            Ids.Peering(circuit, "MicrosoftPeering"),
            ArmClient.NetworkVersion,
            asked.Cancellation
        );
        IReadOnlyList<JsonNode> filters = await FiltersAsync(asked);
        var members = new JsonObject();
        if (old?["properties"]?["primaryPeerAddressPrefix"] is not null || old is null)
            members["routeFilter"] = Filter();
        if (old?["properties"]?["ipv6PeeringConfig"] is not null)
            members["ipv6PeeringConfig"] = new JsonObject { ["routeFilter"] = Filter() };
        return (
            Made.Of(
                asked,
                Side.Customer,
                "attach-filter",
                ("circuit", circuit),
                "PUT {circuit}/peerings/MicrosoftPeering",
                ArmClient.NetworkVersion,
                new JsonObject { ["properties"] = members },
                asked.Words["portal move"],
                [
                    "causeway filter attach {filter:name} --circuit {circuit} --group {filter:group} --subscription {filter:subscription}",
                    "az network express-route peering update --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --name MicrosoftPeering --route-filter {filter}",
                ],
                [
                    new Field("filter", asked.Words["portal filter of services"], FieldKind.Choice)
                    {
                        Value = old?["properties"]?["routeFilter"]?["id"]?.ToString() ?? "",
                        Choices = [.. filters.Select(f => new Choice(f["id"]!.ToString(), f["name"]!.ToString(), []))],
                    },
                ]
            ) with
            {
                First =
                    old is null
                        ? (
                            asked.Words["portal first public"],
                            asked.Words["portal act configure-public", Ids.NameOf(circuit)],
                            AllActs.PathOf("configure-public", circuit)
                        )
                    : filters.Count == 0 ? (asked.Words["portal no filters"], asked.Words["portal act filter"], AllActs.PathOf("filter"))
                    : null,
            }
        ).Over(old);

        static JsonObject Filter() => new() { ["id"] = "{filter}" };
    }

    /// <summary>No filter any more: what a Microsoft peering is told is decided by none.</summary>
    public static async Task<Act> DetachFilterAsync(Asked asked, string circuit)
    {
        JsonNode old = await asked.Client.Arm.GetAsync(
            Ids.Peering(circuit, "MicrosoftPeering"),
            ArmClient.NetworkVersion,
            asked.Cancellation
        );
        var members = new JsonObject { ["routeFilter"] = None };
        if (old["properties"]?["ipv6PeeringConfig"] is not null)
            members["ipv6PeeringConfig"] = new JsonObject { ["routeFilter"] = None };
        return (
            Made.Of(
                asked,
                Side.Customer,
                "detach-filter",
                ("circuit", circuit),
                "PUT {circuit}/peerings/MicrosoftPeering",
                ArmClient.NetworkVersion,
                new JsonObject { ["properties"] = members },
                asked.Words["portal detach"],
                [
                    "causeway filter detach --circuit {circuit}",
                    "az network express-route peering update --circuit-name {circuit:name} --resource-group {circuit:group} --subscription {circuit:subscription} --name MicrosoftPeering --route-filter null",
                ],
                []
            ) with
            {
                Says = asked.Words["portal help detach"],
            }
        ).Over(old);
    }

    /// <summary>A place that has no value: what stood there goes.</summary>
    private const string None = "{none?}";

    /// <summary>The viewer's route filters.</summary>
    public static Task<IReadOnlyList<JsonNode>> FiltersAsync(Asked asked) => CustomerLists.InGroupsAsync(asked, "routeFilters");

    /// <summary>The services that there are, by community; of the viewer's first subscription.</summary>
    public static async Task<IReadOnlyList<BgpCommunityBody>> ServicesAsync(Asked asked) =>
        asked.Viewer.Subscriptions is not [var any, ..]
            ? []
            :
            [
                .. (
                    await asked.Client.ServiceCommunities.ListAsync(
                        Ids.OfNetwork(Ids.Subscription(any.SubscriptionId), "bgpServiceCommunities"),
                        asked.Cancellation
                    )
                )
                    .SelectMany(s => s.Body.Properties.BgpCommunities)
                    .DistinctBy(c => c.CommunityValue),
            ];

    /// <summary>Those that may be used, and those that are: a filter may hold what nobody may choose any more.</summary>
    private static async Task<Field> CommunitiesAsync(Asked asked, IReadOnlyList<string> now)
    {
        Choice[] offered =
        [
            .. (await ServicesAsync(asked))
                .Where(c => c.IsAuthorizedToUse || now.Contains(c.CommunityValue))
                .Select(c => new Choice(c.CommunityValue, $"{c.CommunityName} ({c.CommunityValue})", [])),
        ];
        return new("communities", asked.Words["column communities"], FieldKind.Many)
        {
            Value = string.Join('\n', now),
            Choices = [.. offered, .. now.Where(c => offered.All(o => o.Value != c)).Select(c => new Choice(c, c, []))],
            Help = asked.Words["portal help communities"],
        };
    }
}
