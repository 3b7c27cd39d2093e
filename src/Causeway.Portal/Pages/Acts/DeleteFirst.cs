using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.InternetPeering;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What the API would refuse a delete for, as far as the viewer can see it: said before anybody presses, with where it is dealt with.</summary>
internal static class DeleteFirst
{
    private const string Circuits = "/providers/Microsoft.Network/expressRouteCircuits/";
    private const string Peerings = "/providers/Microsoft.Peering/peerings/";

    /// <summary>Of Microsoft.Authorization/locks.</summary>
    public const string LockVersion = "2020-05-01";

    private const string Locks = "/providers/Microsoft.Authorization/locks";

    /// <summary>What stands in the way, and where it is dealt with; null for nothing that is known.</summary>
    /// <param name="body">Of what is to be deleted; null for a group.</param>
    public static async Task<(string, string, string)?> OfAsync(Asked asked, string on, string type, JsonNode? body)
    {
        if (type != "microsoft.authorization/locks" && await LockAsync(asked, on) is { } held)
            return (asked.Words["portal first unlocked", Ids.NameOf(held)], Ids.NameOf(held), Cell.PathOf(held));
        switch (type)
        {
            case "microsoft.network/expressroutecircuits":
                return OfCircuit(asked, on, body);
            case "microsoft.network/expressroutecircuits/peerings":
                return Used(asked, await UserOfDomainAsync(asked, on, body));
            case "microsoft.network/virtualnetworkgateways":
                return Used(asked, Id((await ConnectionsAsync(asked)).FirstOrDefault(c => Is(on, GatewayOf(c)))));
            case "microsoft.network/virtualnetworks":
                return Used(asked, Id((await GatewaysAsync(asked)).FirstOrDefault(g => SubnetsOf(g).Any(s => IsIn(on, s)))));
            case "microsoft.network/routefilters":
                return Used(asked, UsersOf(body).FirstOrDefault());
            case "microsoft.peering/peerings":
                return OfPeering(asked, on, body);
            case "microsoft.peering/peerasns":
                return Used(asked, (await PeeringsAsync(asked)).FirstOrDefault(p => Is(on, p.PeerAsn?.Id))?.Id);
            case "microsoft.resources/resourcegroups":
                return await OfGroupAsync(asked, on);
            default:
                return null;
        }
    }

    private static (string, string, string)? OfCircuit(Asked asked, string circuit, JsonNode? body) =>
        IsUnprovisioned(body)
            ? null
            : (
                asked.Words[
                    "portal first deprovisioned",
                    Ids.NameOf(circuit),
                    body?["properties"]?["serviceProviderProperties"]?["serviceProviderName"]?.ToString() ?? "",
                    body?["properties"]?["serviceKey"]?.ToString() ?? ""
                ],
                Ids.NameOf(circuit),
                Cell.PathOf(circuit)
            );

    private static (string, string, string)? OfPeering(Asked asked, string peering, JsonNode? body) =>
        CanGo(body) ? null : (asked.Words["portal first left", Ids.NameOf(peering)], Ids.NameOf(peering), Cell.PathOf(peering));

    private static (string, string, string)? Used(Asked asked, string? by) =>
        by is null ? null : (asked.Words["portal first unused", Ids.NameOf(by)], Ids.NameOf(by), Cell.PathOf(by));

    /// <summary>What goes over a private peering: a network's connection, one of another subscription by its authorization, or another circuit.</summary>
    private static async Task<string?> UserOfDomainAsync(Asked asked, string peering, JsonNode? body)
    {
        if (!Ids.NameOf(peering).Equals("AzurePrivatePeering", StringComparison.OrdinalIgnoreCase))
            return null;
        if ((body?["properties"]?["connections"] as JsonArray)?.FirstOrDefault() is { } joined)
            return Id(joined);
        string circuit = peering[..peering.LastIndexOf("/peerings/", StringComparison.OrdinalIgnoreCase)];
        return Id((await ConnectionsAsync(asked)).FirstOrDefault(c => Is(circuit, CircuitOf(c))))
            ?? (await asked.Client.Authorizations.ListAsync(Ids.Authorizations(circuit), asked.Cancellation))
                .FirstOrDefault(a => a.Body.Properties.ConnectionResourceUri is not null)
                ?.Body.Id;
    }

    /// <summary>A group goes with all that is in it, or not at all: what is with a provider or on our routers keeps it, and what is used from outside.</summary>
    private static async Task<(string, string, string)?> OfGroupAsync(Asked asked, string group)
    {
        var filters = new List<string>();
        await foreach (JsonNode one in asked.Client.Arm.ListAsync($"{group}/resources", ArmClient.ResourcesVersion, asked.Cancellation))
        {
            string id = one["id"]!.ToString();
            bool isCircuit = id.Contains(Circuits, StringComparison.OrdinalIgnoreCase);
            if (isCircuit || id.Contains(Peerings, StringComparison.OrdinalIgnoreCase))
            {
                JsonNode? body = await asked.Client.Arm.FindAsync(id, AnyPage.VersionOf(id), asked.Cancellation);
                if (body is not null && (isCircuit ? OfCircuit(asked, id, body) : OfPeering(asked, id, body)) is { } first)
                    return first;
            }
            else if (PortalPages.TypeOf(id) == "microsoft.network/routefilters")
                filters.Add(id);
        }
        foreach (JsonNode connection in await ConnectionsAsync(asked))
            if (!IsIn(group, Id(connection)) && (IsIn(group, CircuitOf(connection)) || IsIn(group, GatewayOf(connection))))
                return Used(asked, Id(connection));
        foreach (JsonNode gateway in await GatewaysAsync(asked))
            if (!IsIn(group, Id(gateway)) && SubnetsOf(gateway).Any(s => IsIn(group, s)))
                return Used(asked, Id(gateway));
        foreach (string filter in filters)
            if (
                UsersOf(await asked.Client.Arm.FindAsync(filter, ArmClient.NetworkVersion, asked.Cancellation))
                    .FirstOrDefault(c => !IsIn(group, c)) is
                { } circuit
            )
                return Used(asked, circuit);
        return null;
    }

    /// <summary>A lock of the thing, of what it stands in, or of something in it; null for none.</summary>
    private static async Task<string?> LockAsync(Asked asked, string on)
    {
        if (
            !on.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase)
            || CustomerLists.SubscriptionOf(on) is not { Length: > 0 } subscription
        )
            return null;
        try
        {
            await foreach (
                JsonNode one in asked.Client.Arm.ListAsync($"{Ids.Subscription(subscription)}{Locks}", LockVersion, asked.Cancellation)
            )
                if (
                    Id(one) is { } id
                    && id[..id.LastIndexOf(Locks, StringComparison.OrdinalIgnoreCase)] is var scope
                    && (Is(scope, on) || IsIn(scope, on) || IsIn(on, scope))
                )
                    return id;
        }
        catch (ArmException e) when (e.Status is 403 or 404)
        {
            // Who may not see the locks is told of them by the API.
        }
        return null;
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

    private static Task<IReadOnlyList<JsonNode>> ConnectionsAsync(Asked asked) => CustomerLists.InGroupsAsync(asked, "connections");

    private static Task<IReadOnlyList<JsonNode>> GatewaysAsync(Asked asked) => CustomerLists.InGroupsAsync(asked, "virtualNetworkGateways");

    private static async Task<IEnumerable<InternetPeeringBody>> PeeringsAsync(Asked asked) =>
        (
            await Lists.OfAllAsync<Document<InternetPeeringBody>>(
                asked,
                s =>
                    asked.Client.InternetPeerings.ListAsync(
                        InternetPeeringsClient.PathOf(Ids.Subscription(s.SubscriptionId), ""),
                        asked.Cancellation
                    )
            )
        ).Select(p => p.Body);

    /// <summary>The circuits whose peerings a filter decides on.</summary>
    private static IEnumerable<string> UsersOf(JsonNode? filter) =>
        (filter?["properties"]?["peerings"] as JsonArray ?? [])
            .Concat(filter?["properties"]?["ipv6Peerings"] as JsonArray ?? [])
            .Select(Id)
            .OfType<string>()
            .Select(p => p[..p.LastIndexOf("/peerings/", StringComparison.OrdinalIgnoreCase)]);

    private static IEnumerable<string> SubnetsOf(JsonNode gateway) =>
        (gateway["properties"]?["ipConfigurations"] as JsonArray ?? []).Select(c => Id(c?["properties"]?["subnet"])).OfType<string>();

    private static string? GatewayOf(JsonNode connection) => Id(connection["properties"]?["virtualNetworkGateway1"]);

    private static string? CircuitOf(JsonNode connection) => Id(connection["properties"]?["peer"]);

    private static string? Id(JsonNode? node) => node?["id"]?.ToString();

    private static bool Is(string on, string? id) => on.Equals(id, StringComparison.OrdinalIgnoreCase);

    private static bool IsIn(string on, string? id) => id?.StartsWith($"{on}/", StringComparison.OrdinalIgnoreCase) == true;
}
