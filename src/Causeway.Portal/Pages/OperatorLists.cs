using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.Identity;
using Causeway.Client.InternetPeering;
using Causeway.Client.Operations;
using Causeway.Client.Support;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Identity;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Operations;
using Causeway.Portal.Components;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>What the operator's day is made of.</summary>
internal static class OperatorLists
{
    public static IReadOnlyList<Fragment> Requests(Asked asked) =>
        [
            Lists.Table(
                "requests",
                asked,
                ["*/Microsoft.Peering/"],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list requests"],
                        asked.Words["portal no requests"],
                        await asked.Client.PeerRequests.ListAsync(asked.Cancellation),
                        ("name", r => Cell.Link(r.Body.Id)),
                        ("what", r => Cell.Of(r.Body.WaitsFor)),
                        ("asn", r => Cell.Number(r.Body.PeerAsn)),
                        ("networkName", r => Cell.Of(r.Body.PeerName)),
                        ("since", r => Cell.Time(r.Body.Since)),
                        ("missing", r => Cell.Said(asked.Words, string.Join(" ", r.Body.Missing))),
                        ("oddities", r => Cell.Said(asked.Words, string.Join(" ", r.Body.Oddities)))
                    )
            ),
        ];

    public static IReadOnlyList<Fragment> Queue(Asked asked)
    {
        bool isAll = asked.Http.Request.Query.ContainsKey("closed");
        return
        [
            Lists.Acts(
                isAll
                    ? (asked.Words["portal open only"], "/portal/operator/queue")
                    : (asked.Words["portal closed too"], "/portal/operator/queue?closed")
            ),
            Lists.Table(
                "queue",
                asked,
                [Watch.Type("supportTickets")],
                async () =>
                    CustomerLists.TicketTable(
                        asked,
                        asked.Words["portal list queue"],
                        await asked.Client.Tickets.QueueAsync(isAll, asked.Cancellation)
                    )
            ),
        ];
    }

    public static IReadOnlyList<Fragment> Routers(Asked asked)
    {
        string[] watches = [Watch.Type("expressRouteCircuits"), "*/Microsoft.Peering/"];
        Lazy<Task<Document<StatusBody>>> status = new(() => asked.Client.Operations.StatusAsync(asked.Cancellation));
        Task<MaintenanceBody[]> drained = DrainedAsync(asked);
        return
        [
            new Fragment(
                "pairs",
                [.. watches, Watch.Type("maintenances")],
                async () =>
                    Show.Of<RouterPairs>(
                        (nameof(RouterPairs.Words), asked.Words),
                        (nameof(RouterPairs.MayWork), asked.Viewer.Decides("/")),
                        (nameof(RouterPairs.Works), await drained),
                        (nameof(RouterPairs.Routers), (await status.Value).Body.Routers ?? [])
                    )
            ),
            Lists.Table(
                "routers",
                asked,
                watches,
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list routers"],
                        asked.Words["portal no routers"],
                        (await status.Value).Body.Routers ?? [],
                        ("router", r => Cell.Of(r.Name)),
                        ("pair", r => Cell.Of(r.Pair)),
                        ("state", r => new Cell(asked.Words[Says(r)], CellKind.State, Tone: ToneOf(r))),
                        ("owner", r => Cell.Of(r.Owner)),
                        ("wanted", r => Cell.Code(Short(r.Wanted))),
                        ("applied", r => Cell.Code(Short(r.Applied))),
                        ("seenAt", r => Cell.Time(r.At)),
                        ("problem", r => Cell.Said(asked.Words, r.Problem))
                    )
            ),
        ];
    }

    /// <summary>The routers that are worked on; none to who may not see that.</summary>
    private static async Task<MaintenanceBody[]> DrainedAsync(Asked asked)
    {
        try
        {
            return [.. (await asked.Client.Maintenance.ListAsync(asked.Cancellation)).Select(m => m.Body)];
        }
        catch (ArmException e) when (e.Status is 403)
        {
            return [];
        }
    }

    /// <summary>Whether it says that a router is drained, or is being.</summary>
    public static bool IsDrained(MaintenanceBody work, string router) =>
        work.Status != "Restoring" && work.Router.Equals(router, StringComparison.OrdinalIgnoreCase);

    /// <summary>The word of how a router stands to what is wanted of it.</summary>
    internal static string Says(RouterStandingBody router) =>
        router.Problem is not null ? "portal router problem"
        : router.Owner is null ? "portal router undriven"
        : router.Wanted == router.Applied ? "portal router in place"
        : "portal router following";

    internal static string ToneOf(RouterStandingBody router) =>
        Says(router) switch
        {
            "portal router problem" => "bad",
            "portal router in place" => "good",
            _ => "wait",
        };

    public static IReadOnlyList<Fragment> Capacity(Asked asked) =>
        [
            Lists.Table(
                "capacity",
                asked,
                [Watch.Type("expressRouteCircuits")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list capacity"],
                        asked.Words["portal no routers"],
                        await asked.Client.Circuits.CapacityAsync(asked.Cancellation),
                        ("pair", (Document<PortLoadBody> p) => Cell.Of(p.Body.Pair)),
                        ("peeringLocation", p => Cell.Of(p.Body.PeeringLocation)),
                        ("capacityMbps", p => Cell.Amount(p.Body.CapacityInMbps)),
                        ("usedMbps", p => Cell.Amount(p.Body.UsedBandwidthInMbps)),
                        ("remainingMbps", p => Cell.Amount(p.Body.RemainingBandwidthInMbps)),
                        ("circuits", p => Cell.Amount(p.Body.Circuits)),
                        ("freeSTags", p => Cell.Amount(p.Body.FreeSTags))
                    )
            ),
        ];

    /// <summary>Where customers and peers are met: what there is at each place, and how full it is.</summary>
    public static IReadOnlyList<Fragment> Locations(Asked asked) =>
        [
            Lists.Titled(
                "places",
                asked,
                [Watch.Type("expressRouteCircuits")],
                async () =>
                {
                    Task<IReadOnlyList<Document<PortLoadBody>>> loads = asked.Client.Circuits.CapacityAsync(asked.Cancellation);
                    IReadOnlyList<Document<ServiceProviderBody>> offers = asked.Viewer.Subscriptions is [var any, ..]
                        ? await asked.Client.ServiceProviders.ListAsync(
                            Ids.OfNetwork(Ids.Subscription(any.SubscriptionId), "expressRouteServiceProviders"),
                            asked.Cancellation
                        )
                        : [];
                    return Table.Of(
                        asked.Words,
                        asked.Words["portal places"],
                        asked.Words["portal no routers"],
                        (await loads).Select(l => l.Body).GroupBy(l => l.PeeringLocation).OrderBy(l => l.Key, StringComparer.Ordinal),
                        ("peeringLocation", (IGrouping<string, PortLoadBody> l) => Cell.Of(l.Key)),
                        ("pair", l => Cell.Of(string.Join(", ", l.Select(p => p.Pair)))),
                        (
                            "provider",
                            l =>
                                Cell.Of(
                                    string.Join(
                                        ", ",
                                        offers.Where(o => o.Body.Properties.PeeringLocations.Contains(l.Key)).Select(o => o.Body.Name)
                                    )
                                )
                        ),
                        ("capacityMbps", l => Cell.Amount(l.Sum(p => p.CapacityInMbps))),
                        ("usedMbps", l => Cell.Amount(l.Sum(p => p.UsedBandwidthInMbps))),
                        ("circuits", l => Cell.Amount(l.Sum(p => p.Circuits)))
                    );
                }
            ),
            PeerLists.LocationTable(asked),
        ];

    public static IReadOnlyList<Fragment> Status(Asked asked)
    {
        Lazy<Task<Document<StatusBody>>> status = new(() => asked.Client.Operations.StatusAsync(asked.Cancellation));
        return
        [
            Lists.Titled(
                "loops",
                asked,
                [],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal loops"],
                        asked.Words["portal none"],
                        (await status.Value).Body.Loops,
                        ("loop", l => Cell.Of(l.Name)),
                        ("state", l => Cell.Loop(l.State)),
                        ("since", l => Cell.Time(l.Since)),
                        ("says", l => Cell.Said(asked.Words, l.Says)),
                        ("failures", l => Cell.Number(l.Failures)),
                        ("lastProblem", l => Cell.Said(asked.Words, l.LastProblem))
                    )
            ),
            Lists.Titled(
                "sources",
                asked,
                [],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal sources"],
                        asked.Words["portal no sources"],
                        (await status.Value).Body.Sources,
                        ("registrySource", s => Cell.Of(s.Name)),
                        ("kind", s => Cell.Of(s.Kind)),
                        ("records", s => Cell.Number(s.Records)),
                        ("asOf", s => Cell.Time(s.AsOf)),
                        ("problem", s => Cell.Said(asked.Words, s.Problem))
                    )
            ),
            Lists.Titled(
                "effects",
                asked,
                [],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal effects"],
                        asked.Words["portal no effects"],
                        (await status.Value).Body.Effects ?? [],
                        ("kind", e => Cell.Of(e.Kind)),
                        ("waiting", e => Cell.Number(e.Waiting)),
                        ("running", e => Cell.Number(e.Running)),
                        ("oldestDue", e => Cell.Time(e.OldestDue)),
                        ("gaveUp", e => Cell.Number(e.GaveUp)),
                        ("lastProblem", e => Cell.Said(asked.Words, e.OldestProblem))
                    )
            ),
        ];
    }

    public static IReadOnlyList<Fragment> Journal(Asked asked)
    {
        string? of = asked.Http.Request.Query[Pages.Journal.Of].ToString() is { Length: > 0 } id && Template.IsId(id) ? id : null;
        return
        [
            Lists.Acts(of is null ? [] : [(asked.Words["portal whole journal"], "/portal/operator/journal")]),
            Pages.Journal.Fragment(
                asked,
                [of ?? "*/"],
                async most =>
                    [
                        .. (await asked.Client.Operations.JournalAsync(of, null, null, most, asked.Cancellation)).Select(e =>
                            Pages.Journal.Row.Of(e.Body)
                        ),
                    ]
            ),
        ];
    }

    public static IReadOnlyList<Fragment> Principals(Asked asked)
    {
        Lazy<Task<ILookup<string, (string Text, string Id)>>> roles = new(() => RolesAsync(asked));
        return
        [
            Lists.Acts(
                asked.Viewer.Decides("/")
                    ?
                    [
                        (asked.Words["portal act principal"], AllActs.PathOf("principal")),
                        (asked.Words["portal act grant"], AllActs.PathOf("grant")),
                    ]
                    : []
            ),
            Lists.Table(
                "principals",
                asked,
                [Watch.Type("principals"), Watch.Type("roleAssignments")],
                async () =>
                {
                    ILookup<string, (string Text, string Id)> held = await roles.Value;
                    return Table.Of(
                        asked.Words,
                        asked.Words["portal list principals"],
                        asked.Words["portal none"],
                        await asked.Client.Principals.AllAsync(asked.Cancellation),
                        ("principal", (Document<PrincipalBody> p) => Cell.Link(p.Body.Id)),
                        ("state", p => Cell.State(p.Body.Properties.State)),
                        (
                            "role",
                            p =>
                                Cell.Of(
                                    string.Join("; ", held[p.Body.Properties.ObjectId].Select(r => r.Text).Order(StringComparer.Ordinal))
                                )
                        ),
                        ("clientId", p => Cell.Code(p.Body.Properties.ClientId)),
                        ("objectId", p => Cell.Code(p.Body.Properties.ObjectId)),
                        ("createdAt", p => Cell.Time(p.Body.Properties.CreatedAt)),
                        ("secretSince", p => Cell.Time(p.Body.Properties.SecretSince))
                    );
                }
            ),
        ];
    }

    /// <summary>Each role that somebody has and where it counts, with the id of its assignment, by object id: on the whole installation, on subscriptions, and below.</summary>
    public static async Task<ILookup<string, (string Text, string Id)>> RolesAsync(Asked asked)
    {
        var names = (await asked.Client.Roles.DefinitionsAsync("", asked.Cancellation)).ToDictionary(
            d => d.Body.Name,
            d => d.Body.Properties.RoleName,
            StringComparer.OrdinalIgnoreCase
        );
        IReadOnlyList<Document<RoleAssignmentBody>> everywhere = await asked.Client.Roles.AssignmentsAsync("", asked.Cancellation);
        IReadOnlyList<Document<RoleAssignmentBody>> below = await Lists.OfAllAsync<Document<RoleAssignmentBody>>(
            asked,
            s => asked.Client.Roles.AssignmentsAsync(Ids.Subscription(s.SubscriptionId), asked.Cancellation)
        );
        return everywhere
            .Concat(below)
            .DistinctBy(a => a.Body.Id, StringComparer.OrdinalIgnoreCase)
            .ToLookup(
                a => a.Body.Properties.PrincipalId,
                a =>
                    (
                        $"{Viewer.RoleOf(asked.Words, names.GetValueOrDefault(Ids.NameOf(a.Body.Properties.RoleDefinitionId), Ids.NameOf(a.Body.Properties.RoleDefinitionId)))}: {asked.Viewer.Where(asked.Words, a.Body.Properties.Scope)}",
                        a.Body.Id!
                    ),
                StringComparer.OrdinalIgnoreCase
            );
    }

    internal static string? Short(string? fingerprint) => fingerprint is { Length: > 8 } ? fingerprint[..8] : fingerprint;
}
