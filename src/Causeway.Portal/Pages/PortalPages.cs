using Causeway.Client;

namespace Causeway.Portal.Pages;

/// <summary>Which page a path names. Lists stand under their side; a resource has one page, at its id.</summary>
internal static class PortalPages
{
    private static readonly Dictionary<string, (string List, Func<Asked, IReadOnlyList<Fragment>> Fragments)[]> Lists = new()
    {
        [Side.Customer.Key] =
        [
            ("circuits", CustomerLists.Circuits),
            ("networks", CustomerLists.Networks),
            ("filters", RouteFilterPage.Filters),
            ("groups", GroupPage.Groups),
            ("tickets", CustomerLists.Tickets),
            ("usage", CustomerLists.Usage),
            ("whatif", WhatIfPage.Fragments),
        ],
        [Side.Provider.Key] =
        [
            ("orders", ProviderLists.Orders),
            ("ports", ProviderLists.Ports),
            ("offers", ProviderLists.Offers),
            ("tickets", CustomerLists.Tickets),
        ],
        [Side.Peer.Key] =
        [
            ("peerings", PeerLists.Peerings),
            ("exchanges", PeerLists.Exchanges),
            ("asns", PeerLists.Asns),
            ("locations", PeerLists.Locations),
            ("policy", PeerLists.Policy),
            ("tickets", CustomerLists.Tickets),
        ],
        [Side.Operator.Key] =
        [
            ("requests", OperatorLists.Requests),
            ("queue", OperatorLists.Queue),
            ("exchanges", PeerLists.Exchanges),
            ("routers", OperatorLists.Routers),
            ("capacity", OperatorLists.Capacity),
            ("locations", OperatorLists.Locations),
            ("status", OperatorLists.Status),
            ("journal", OperatorLists.Journal),
            ("principals", OperatorLists.Principals),
        ],
    };

    public static IEnumerable<string> ListsOf(string side) => Lists[side].Select(l => l.List);

    /// <summary>Null for a path that names no page, and for a side that is not the viewer's.</summary>
    public static Page? Find(Asked asked, string path)
    {
        string[] segments = path.Split('/');
        if (segments is ["nothing"])
            return Notices.Page(asked.Words["portal nothing"], asked.Words["portal nothing text"]);
        if (segments[0] == "r")
            return Resource(asked, string.Concat(segments[1..].Select(s => $"/{s}")));
        if (asked.Viewer.Sides.All(s => s.Key != segments[0]))
            return null;
        string side = segments[0];
        return segments switch
        {
            [_] => List(asked, side, Lists[side][0]),
            [_, var name] when Lists[side].FirstOrDefault(l => l.List == name) is { List: not null } list => List(asked, side, list),
            _ => null,
        };
    }

    private static Page List(Asked asked, string side, (string List, Func<Asked, IReadOnlyList<Fragment>> Fragments) list) =>
        new(asked.Words[$"portal list {list.List}"], side, list.Fragments(asked));

    /// <param name="id">As the path has it, decoded.</param>
    private static Page? Resource(Asked asked, string id) =>
        !HasPage(id)
            ? null
            : TypeOf(id) switch
            {
                "microsoft.network/expressroutecircuits" => CircuitPage.Of(asked, id),
                "microsoft.network/expressroutecircuits/peerings" => RoutingDomainPage.Of(asked, id),
                "microsoft.network/expressroutecrossconnections" => OrderPage.Of(asked, id),
                "microsoft.network/expressroutecrossconnections/peerings" => OrderPage.Peering(asked, id),
                "microsoft.network/virtualnetworks" => NetworkPages.Network(asked, id),
                "microsoft.network/virtualnetworkgateways" => NetworkPages.Gateway(asked, id),
                "microsoft.network/connections" => NetworkPages.Connection(asked, id),
                "microsoft.peering/peerasns" => AsnPage.Of(asked, id),
                "microsoft.peering/peerings" => PeeringPage.Of(asked, id),
                "microsoft.network/expressroutecircuits/authorizations" => AuthorizationPage.Of(asked, id),
                "microsoft.network/routefilters" => RouteFilterPage.Of(asked, id),
                "microsoft.support/supporttickets" => TicketPage.Of(asked, id),
                "microsoft.resources/resourcegroups" => GroupPage.Of(asked, id),
                _ => AnyPage.Of(asked, id),
            };

    /// <summary>
    /// Whether an id is one of something that is shown: a resource, a group, a subscription; no list, not the whole installation, and nothing that the server keeps for itself.
    /// </summary>
    public static bool HasPage(string id) =>
        TypeOf(id) is { } type
        && !type.StartsWith("causeway.operations/", StringComparison.Ordinal)
        && !type.StartsWith("causeway.support/", StringComparison.Ordinal);

    /// <summary>The type that an id is of, in small letters, such as <c>microsoft.network/expressroutecircuits</c>; null for none.</summary>
    public static string? TypeOf(string id)
    {
        string lower = id.ToLowerInvariant();
        int provider = lower.LastIndexOf("/providers/", StringComparison.Ordinal);
        if (provider < 0)
            return lower.Split('/') switch
            {
                ["", "subscriptions", { Length: > 0 }] => "microsoft.resources/subscriptions",
                ["", "subscriptions", { Length: > 0 }, "resourcegroups", { Length: > 0 }] => "microsoft.resources/resourcegroups",
                _ => null,
            };
        string[] rest = lower[(provider + "/providers/".Length)..].Split('/');
        return rest.Length >= 3 && rest.Length % 2 == 1 && rest.All(r => r.Length > 0)
            ? $"{rest[0]}/{string.Join('/', rest.Where((_, i) => i % 2 == 1))}"
            : null;
    }

    /// <summary>The side at which a resource is looked at: its own, when it is the viewer's.</summary>
    public static string? SideOf(Asked asked, Side own) =>
        asked.Viewer.Sides.Contains(own) ? own.Key
        : asked.Viewer.Sides is [var first, ..] ? first.Key
        : null;

    /// <summary>The list above a resource's page.</summary>
    public static IReadOnlyList<(string, string)> Above(Asked asked, string? side, string list) =>
        side is not null && Lists[side].Any(l => l.List == list) ? [(asked.Words[$"portal list {list}"], $"/portal/{side}/{list}")] : [];
}
