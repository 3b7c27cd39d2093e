using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.RouteFilters;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.RouteFilters;

namespace Causeway.Cli.RouteFilters;

/// <summary><c>causeway filter …</c>: which services a Microsoft peering announces; and <c>causeway service list</c>: which there are.</summary>
internal static class RouteFilterVerbs
{
    private const string Type = "routeFilters";

    /// <summary>The rule that the verbs write; a rule of another name, made by another client, is written under its own.</summary>
    private const string RuleName = "allow";

    private static readonly Column<RouteFilterBody>[] Filter =
    [
        new("name", f => f.Name),
        new("region", f => f.Location),
        new("communities", f => f.Properties.Rules.SelectMany(r => r.Properties.Communities)),
        new("usedBy", f => (f.Properties.Peerings ?? []).Concat(f.Properties.Ipv6Peerings ?? []).Select(p => Circuit(p.Id)).Distinct()),
        new("state", f => f.Properties.ProvisioningState),
    ];

    public static IEnumerable<Twig> Twigs => [new("filter", All), new("service", () => [Services()])];

    private static IEnumerable<Command> All() =>
        [
            Create(),
            Shape.One(
                "show",
                ["causeway filter show office"],
                "reading",
                call => call.Client.RouteFilters.GetAsync(PathOf(call), call.Cancellation),
                Filter,
                [Name()]
            ),
            Shape.List(
                "list",
                ["causeway filter list --group rg"],
                "no filters",
                call => call.Client.RouteFilters.ListAsync(Ids.OfNetwork(call.GroupPath, Type), call.Cancellation),
                Filter
            ),
            Change("allow", (communities, these) => communities.Union(these)),
            Change("deny", (communities, these) => communities.Except(these)),
            Attaching("attach", "causeway filter attach office --circuit c1", [Name()], call => new JsonObject { ["id"] = PathOf(call) }),
            Attaching("detach", "causeway filter detach --circuit c1", [], _ => null),
            Shape.Delete(
                "delete",
                ["causeway filter delete office"],
                call => call.Client.RouteFilters.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing filter"]} {call.Text("filter")}",
                Name()
            ),
        ];

    private static Verb Create() =>
        Shape.One(
            "create",
            ["causeway filter create office --service Exchange 12076:5020"],
            "storing the filter",
            async call =>
            {
                string[] communities = await CommunitiesAsync(call);
                var body = new RouteFilterBody
                {
                    Location = await Opt.RegionAsync(call),
                    Tags = Opt.TagsOf(call),
                    Properties = new() { Rules = communities.Length == 0 ? [] : [Rule(communities)] },
                };
                return await call.Client.RouteFilters.PutAsync(
                    PathOf(call),
                    body,
                    RouteFiltersContract.Default.RouteFilterBody,
                    call.Wait,
                    call.Cancellation
                );
            },
            Filter,
            [Name(), ServiceOption(), Opt.Region(), Opt.Tags()],
            (call, filter) => call.Next("next attach", filter.Name!)
        );

    /// <summary>Writes the rule anew with more or fewer communities; without any left, none.</summary>
    private static Verb Change(string name, Func<IEnumerable<string>, string[], IEnumerable<string>> change) =>
        Shape.One(
            name,
            [$"causeway filter {name} office --service SharePoint"],
            "storing the filter",
            async call =>
            {
                string[] these = await CommunitiesAsync(call);
                return await call.Client.RouteFilters.ChangeAsync(
                    PathOf(call),
                    filter =>
                    {
                        JsonArray rules = filter["properties"]!["rules"]!.AsArray();
                        string[] communities =
                        [
                            .. change(rules.SelectMany(r => r!["properties"]!["communities"]!.AsArray()).Select(c => c!.ToString()), these),
                        ];
                        string rule = rules.FirstOrDefault()?["name"]?.ToString() ?? RuleName;
                        filter["properties"]!["rules"] = communities.Length == 0 ? [] : new JsonArray(Json(rule, communities));
                    },
                    call.Wait,
                    call.Cancellation
                );
            },
            Filter,
            [Name(), ServiceOption(required: true)]
        );

    /// <summary>Writes the filter of a circuit's Microsoft peering, for each family that it has or for one.</summary>
    private static Verb Attaching(string name, string example, Symbol[] which, Func<CliCall, JsonObject?> filter) =>
        Shape.One(
            name,
            [example],
            "configuring",
            call =>
                call.Client.Peerings.ChangeAsync(
                    Ids.Peering(call.Circuit("--circuit"), "MicrosoftPeering"),
                    peering =>
                    {
                        JsonObject properties = peering["properties"]!.AsObject();
                        string family = call.Text("--family").ToUpperInvariant();
                        if (family != "IPV6" && properties["primaryPeerAddressPrefix"] is not null)
                            properties["routeFilter"] = filter(call);
                        if (family != "IPV4" && properties["ipv6PeeringConfig"] is JsonObject v6)
                            v6["routeFilter"] = filter(call);
                    },
                    call.Wait,
                    call.Cancellation
                ),
            [
                new Column<PeeringBody>("peering", p => p.Name),
                new Column<PeeringBody>("filterV4", p => Ids.NameOf(p.Properties.RouteFilter?.Id)),
                new Column<PeeringBody>("filterV6", p => Ids.NameOf(p.Properties.Ipv6PeeringConfig?.RouteFilter?.Id)),
                new Column<PeeringBody>("configuration", p => p.Properties.ProvisioningState),
            ],
            [.. which, Opt.Needed("--circuit", "CIRCUIT"), Opt.OneOf("--family", "both", "both", "ipv4", "ipv6")]
        );

    private static Verb Services() =>
        Shape.List(
            "list",
            ["causeway service list"],
            "no services",
            ServicesAsync,
            [
                new("service", s => s.Name),
                new("serviceGroup", s => s.Properties.BgpCommunities.Select(c => c.ServiceGroup).Distinct()),
                new("communities", s => s.Properties.BgpCommunities.Select(Community).Distinct()),
                new("prefixes", s => s.Properties.BgpCommunities.SelectMany(c => c.CommunityPrefixes)),
                new("usable", s => s.Properties.BgpCommunities.All(c => c.IsAuthorizedToUse) ? "Yes" : "No"),
            ]
        );

    private static string Community(BgpCommunityBody community) => $"{community.CommunityValue} {community.ServiceSupportedRegion}";

    private static Task<IReadOnlyList<Document<ServiceCommunityBody>>> ServicesAsync(CliCall call) =>
        call.Client.ServiceCommunities.ListAsync(Ids.OfNetwork(call.SubscriptionPath, "bgpServiceCommunities"), call.Cancellation);

    /// <summary>The communities of the services that were named, in whatever way: <c>Storage</c>, <c>Storage West Europe</c>, <c>12076:52002</c>.</summary>
    private static async Task<string[]> CommunitiesAsync(CliCall call)
    {
        string[] given = call.Get<string[]>("--service") ?? [];
        if (given.All(g => g.Contains(':', StringComparison.Ordinal)))
            return given;
        IReadOnlyList<Document<ServiceCommunityBody>> services = await call.Reading(ServicesAsync(call));
        return [.. given.SelectMany(Of).Distinct()];

        IEnumerable<string> Of(string text)
        {
            if (text.Contains(':', StringComparison.Ordinal))
                return [text];
            string[] found =
            [
                .. from service in services
                from community in service.Body.Properties.BgpCommunities
                where Is(service.Body.Name) || Is(community.CommunityName)
                select community.CommunityValue,
            ];
            return found.Length > 0 ? found : throw new CliException(call.Words["no such service", text]);

            bool Is(string name) => name.Equals(text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static RouteFilterRuleBody Rule(string[] communities) =>
        new()
        {
            Name = RuleName,
            Properties = new()
            {
                Access = "Allow",
                RouteFilterRuleType = "Community",
                Communities = communities,
            },
        };

    private static JsonObject Json(string rule, string[] communities) =>
        new()
        {
            ["name"] = rule,
            ["properties"] = new JsonObject
            {
                ["access"] = "Allow",
                ["routeFilterRuleType"] = "Community",
                ["communities"] = new JsonArray([.. communities.Select(c => JsonValue.Create(c))]),
            },
        };

    private static Argument<string> Name() => Opt.Argument("filter");

    private static Option<string[]> ServiceOption(bool required = false) => Opt.Many("--service", "SERVICE", required);

    private static string PathOf(CliCall call) => call.PathOf(Type, call.Text("filter"));

    /// <summary>The circuit's name in the id of a peering.</summary>
    private static string Circuit(string peering) => peering.Split('/') is { Length: > 3 } segments ? segments[^3] : peering;
}
