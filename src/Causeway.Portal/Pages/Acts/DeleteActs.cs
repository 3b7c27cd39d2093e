using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;

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
        ["microsoft.resources/resourcegroups"] = (
            "/portal/customer",
            [
                "causeway group delete {on:name} --subscription {on:subscription}",
                "az group delete --name {on:name} --subscription {on:subscription}",
            ]
        ),
    };

    private const string InGroup = "{on:name} --group {on:group} --subscription {on:subscription}";

    /// <summary>Whether something of a type can be deleted here.</summary>
    public static bool IsFor(string id) => Types.ContainsKey(PortalPages.TypeOf(id) ?? "");

    public static async Task<Act> DeleteAsync(Asked asked, string on)
    {
        string type = PortalPages.TypeOf(on) ?? "";
        if (!Types.TryGetValue(type, out (string List, string[] Lines) how))
            throw new ClientException(asked.Words["portal not found text"]);
        JsonNode? body =
            type == "microsoft.resources/resourcegroups"
                ? null
                : await asked.Client.Arm.GetAsync(on, AnyPage.VersionOf(on), asked.Cancellation);
        string[] along = [.. await AlongAsync(asked, on, type, body)];
        return new Act(
            "delete",
            asked.Words["portal act delete", Ids.NameOf(on)],
            "DELETE",
            "{on}",
            AnyPage.VersionOf(on),
            null,
            [.. how.Lines.Select(l => new Command(l))]
        )
        {
            On = on,
            Given = new Dictionary<string, string> { ["on"] = on },
            Button = asked.Words["portal delete"],
            Side = PortalPages.SideOf(asked, type.StartsWith("microsoft.peering", StringComparison.Ordinal) ? Side.Peer : Side.Customer),
            Says =
                along.Length > 0
                    ? asked.Words["portal goes along", string.Join(", ", along)]
                    : asked.Words["portal goes alone", Ids.NameOf(on)],
            First = await FirstAsync(asked, on, type, body),
            // What is a part of something leads back to that.
            Then = how.List.Length > 0 ? how.List : Cell.PathOf(on[..on[..on.LastIndexOf('/')].LastIndexOf('/')]),
        };
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
                    all.Add($"{one["name"]} ({one["type"]?.ToString().Split('/')[^1]})");
                return all;
            default:
                return [];
        }
    }

    /// <summary>What stands in the way, and where it is dealt with; null for nothing that is known.</summary>
    private static async Task<(string, string, string)?> FirstAsync(Asked asked, string on, string type, JsonNode? body)
    {
        bool Is(string? id) => on.Equals(id, StringComparison.OrdinalIgnoreCase);
        (string, string, string)? Used(string? by) =>
            by is null ? null : (asked.Words["portal first unused", Ids.NameOf(by)], Ids.NameOf(by), Cell.PathOf(by));
        switch (type)
        {
            case "microsoft.network/expressroutecircuits" when !IsUnprovisioned(body):
                return (asked.Words["portal first deprovisioned"], Ids.NameOf(on), Cell.PathOf(on));
            case "microsoft.network/virtualnetworkgateways":
                return Used(
                    (await CustomerLists.InGroupsAsync(asked, "connections"))
                        .FirstOrDefault(c => Is(c["properties"]?["virtualNetworkGateway1"]?["id"]?.ToString()))
                        ?["id"]?.ToString()
                );
            case "microsoft.network/virtualnetworks":
                return Used(
                    (await CustomerLists.InGroupsAsync(asked, "virtualNetworkGateways"))
                        .FirstOrDefault(g =>
                            (g["properties"]?["ipConfigurations"] as JsonArray ?? []).Any(c =>
                                c?["properties"]?["subnet"]?["id"]?.ToString().StartsWith($"{on}/", StringComparison.OrdinalIgnoreCase)
                                == true
                            )
                        )
                        ?["id"]?.ToString()
                );
            case "microsoft.network/routefilters":
                string? peering = (body?["properties"]?["peerings"] as JsonArray ?? [])
                    .Concat(body?["properties"]?["ipv6Peerings"] as JsonArray ?? [])
                    .Select(p => p?["id"]?.ToString())
                    .FirstOrDefault();
                return Used(peering is null ? null : peering[..peering.LastIndexOf("/peerings/", StringComparison.OrdinalIgnoreCase)]);
            case "microsoft.peering/peerings" when !CanGo(body):
                return (asked.Words["portal first left"], Ids.NameOf(on), Cell.PathOf(on));
            case "microsoft.peering/peerasns":
                return Used(
                    (
                        await Lists.OfAllAsync<Document<InternetPeeringBody>>(
                            asked,
                            s =>
                                asked.Client.InternetPeerings.ListAsync(
                                    InternetPeeringsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""),
                                    asked.Cancellation
                                )
                        )
                    )
                        .FirstOrDefault(p => Is(p.Body.PeerAsn?.Id))
                        ?.Body.Id
                );
            default:
                return null;
        }
    }

    /// <summary>Whether nothing of a circuit is with its provider: one of a provider's that is not provisioned, or one that is on a port of the customer's own.</summary>
    private static bool IsUnprovisioned(JsonNode? circuit) =>
        circuit?["properties"]?["serviceProviderProperties"] is null
        || circuit["properties"]!["serviceProviderProvisioningState"]?.ToString() == "NotProvisioned";

    /// <summary>Whether a peering has nothing on our routers, as far as its connections say.</summary>
    private static bool CanGo(JsonNode? peering) =>
        ((peering?["properties"]?["exchange"] ?? peering?["properties"]?["direct"])?["connections"] as JsonArray ?? []).All(c =>
            IsOffRouters(c?["connectionState"]?.ToString())
        );

    /// <summary>Whether a connection in a state is on no router of ours.</summary>
    public static bool IsOffRouters(string? state) => state is null or "None" or "PendingApproval" or "Approved" or "ProvisioningFailed";
}
