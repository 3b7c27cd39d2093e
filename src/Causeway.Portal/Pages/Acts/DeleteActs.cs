using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Identity;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What the viewer owns is deleted: said with what goes along with it, and with what has to go before.</summary>
internal static class DeleteActs
{
    /// <summary>The types that can be deleted here, with the list one is led back to and the command lines; <c>{on}</c> is the id.</summary>
    private static readonly Dictionary<string, (string List, string[] Lines)> Types = new()
    {
        ["microsoft.network/expressroutecircuits"] = (
            "/portal/customer/circuits",
            ["causeway circuit delete {on}", "az network express-route delete --ids {on}"]
        ),
        ["microsoft.network/expressroutecircuits/peerings"] = (
            "",
            ["causeway circuit peering delete {on:parent} --type {on:name}", "az network express-route peering delete --ids {on}"]
        ),
        ["microsoft.network/expressroutecircuits/authorizations"] = (
            "",
            ["causeway circuit auth delete {on:parent} {on:name}", "az network express-route auth delete --ids {on}"]
        ),
        ["microsoft.network/connections"] = (
            "/portal/customer/networks",
            [$"causeway network connection delete {InGroup}", "az network vpn-connection delete --ids {on}"]
        ),
        ["microsoft.network/virtualnetworkgateways"] = (
            "/portal/customer/networks",
            [$"causeway network gateway delete {InGroup}", "az network vnet-gateway delete --ids {on}"]
        ),
        ["microsoft.network/virtualnetworks"] = (
            "/portal/customer/networks",
            [$"causeway network vnet delete {InGroup}", "az network vnet delete --ids {on}"]
        ),
        ["microsoft.network/routefilters"] = (
            "/portal/customer/filters",
            [$"causeway filter delete {InGroup}", "az network route-filter delete --ids {on}"]
        ),
        ["microsoft.peering/peerings"] = ("/portal/peer/peerings", ["causeway peering delete {on}", "az resource delete --ids {on}"]),
        ["microsoft.peering/peerasns"] = (
            "/portal/peer/asns",
            ["causeway peering asn delete {on:name} --subscription {on:subscription}", "az resource delete --ids {on}"]
        ),
        [PrincipalActs.Type] = (
            "/portal/operator/principals",
            [
                "causeway principal delete {on:name}",
                "az rest --method delete --url {on} --url-parameters api-version=" + PrincipalsClient.ApiVersion,
            ]
        ),
        [Assignments] = (
            "/portal/operator/principals",
            ["causeway role remove {role} {principal} --scope {scope}", "az role assignment delete --ids {on}"]
        ),
        ["microsoft.authorization/locks"] = ("", ["az lock delete --ids {on}"]),
        ["microsoft.resources/resourcegroups"] = (
            "/portal/customer",
            [
                "causeway group delete {on:name} --subscription {on:subscription}",
                "az group delete --name {on:name} --subscription {on:subscription}",
            ]
        ),
    };

    private const string Assignments = "microsoft.authorization/roleassignments";

    private const string InGroup = "{on:name} --group {on:group} --subscription {on:subscription}";

    /// <summary>The types of what can be deleted here.</summary>
    public static IReadOnlyList<string> AllTypes => [.. Types.Keys];

    /// <summary>Whether something of a type can be deleted here.</summary>
    public static bool IsFor(string id) => Types.ContainsKey(PortalPages.TypeOf(id) ?? "");

    public static async Task<Act> DeleteAsync(Asked asked, string on)
    {
        string type = PortalPages.TypeOf(on) ?? "";
        (string List, string[] Lines) how = Types[type];
        JsonNode? body =
            type == "microsoft.resources/resourcegroups"
                ? null
                : await asked.Client.Arm.GetAsync(on, AnyPage.VersionOf(on), asked.Cancellation);
        string[] along = [.. await AlongAsync(asked, on, type, body)];
        return new Act(
            "delete",
            type == Assignments
                ? asked.Words["portal act take role", await AnyPage.CalledAsync(asked, on, body!) ?? ""]
                : asked.Words["portal act delete", Ids.NameOf(on)],
            "DELETE",
            "{on}",
            AnyPage.VersionOf(on),
            null,
            [.. how.Lines.Select(l => new Command(l))]
        )
        {
            On = on,
            Given = await GivenAsync(asked, on, type, body),
            Button = asked.Words["portal delete"],
            Side = PortalPages.SideOf(asked, OwnOf(type)),
            Says =
                type == Assignments ? asked.Words["portal help take role"]
                : along.Length > 0 ? asked.Words["portal goes along", string.Join(", ", along)]
                : asked.Words["portal goes alone", Ids.NameOf(on)],
            First = await DeleteFirst.OfAsync(asked, on, type, body),
            // What is a part of something leads back to that.
            Then =
                how.List.Length > 0
                    ? how.List
                    : Cell.PathOf(
                        on[
                            ..on.LastIndexOf(
                                type == "microsoft.authorization/locks" ? "/providers/" : $"/{type.Split('/')[^1]}/",
                                StringComparison.OrdinalIgnoreCase
                            )
                        ]
                    ),
        };
    }

    private static Side OwnOf(string type) =>
        type.StartsWith("microsoft.peering", StringComparison.Ordinal) ? Side.Peer
        : type is PrincipalActs.Type or Assignments ? Side.Operator
        : Side.Customer;

    /// <summary>What the lines name: the id, and of a role that somebody has, which, whose and where.</summary>
    private static async Task<Dictionary<string, string>> GivenAsync(Asked asked, string on, string type, JsonNode? body)
    {
        var given = new Dictionary<string, string> { ["on"] = on };
        if (type != Assignments)
            return given;
        JsonNode? properties = body?["properties"];
        string role = Ids.NameOf(properties?["roleDefinitionId"]?.ToString()) ?? "";
        given["role"] =
            (await asked.Client.Roles.DefinitionsAsync("", asked.Cancellation))
                .FirstOrDefault(r => r.Body.Name.Equals(role, StringComparison.OrdinalIgnoreCase))
                ?.Body.Properties.RoleName
            ?? role;
        given["principal"] = properties?["principalId"]?.ToString() ?? "";
        given["scope"] = properties?["scope"]?.ToString() is { Length: > 0 } scope ? scope : "/";
        return given;
    }

    /// <summary>What is deleted with it.</summary>
    private static async Task<IEnumerable<string>> AlongAsync(Asked asked, string on, string type, JsonNode? body)
    {
        IEnumerable<string> Names(string member) =>
            (body?["properties"]?[member] as JsonArray ?? []).Select(n => n?["name"]?.ToString() ?? "").Where(n => n.Length > 0);
        switch (type)
        {
            case "microsoft.network/expressroutecircuits":
                return Names("peerings").Concat(Names("authorizations"));
            case "microsoft.network/expressroutecircuits/peerings":
                // What it declared is told to nobody any more.
                return (body?["properties"]?["microsoftPeeringConfig"]?["advertisedPublicPrefixes"] as JsonArray ?? [])
                    .Concat(
                        body?["properties"]?["ipv6PeeringConfig"]?["microsoftPeeringConfig"]?["advertisedPublicPrefixes"] as JsonArray ?? []
                    )
                    .Select(p => p?.ToString() ?? "");
            // Who redeemed it is connected by it alone, and is another subscription as a rule.
            case "microsoft.network/expressroutecircuits/authorizations":
                return body?["properties"]?["connectionResourceUri"]?.ToString() is { Length: > 0 } connection
                    ?
                    [
                        asked.Words[
                            "portal goes connection",
                            Ids.NameOf(connection),
                            asked.Viewer.NameOf(CustomerLists.SubscriptionOf(connection))
                        ],
                    ]
                    : [];
            case "microsoft.network/virtualnetworks":
                return Names("subnets");
            case "microsoft.network/routefilters":
                return Names("rules");
            case "microsoft.peering/peerings":
                return ((body?["properties"]?["exchange"] ?? body?["properties"]?["direct"])?["connections"] as JsonArray ?? []).Select(c =>
                    c?["connectionIdentifier"]?.ToString() ?? ""
                );
            case "microsoft.resources/resourcegroups":
                var all = new List<string>();
                await foreach (
                    JsonNode one in asked.Client.Arm.ListAsync($"{on}/resources", ArmClient.ResourcesVersion, asked.Cancellation)
                )
                    all.Add($"{one["name"]} ({TypeNames.Cell(asked.Words, one["id"]!.ToString()).Text})");
                return all;
            case PrincipalActs.Type:
                return (await OperatorLists.RolesAsync(asked))[body?["properties"]?["objectId"]?.ToString() ?? ""].Select(r => r.Text);
            default:
                return [];
        }
    }
}
