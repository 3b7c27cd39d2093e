using Causeway.Client;
using Causeway.Client.RouteFilters;
using Causeway.Contracts.RouteFilters;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>Which services Microsoft peerings are told of: the viewer's filters, and one of them.</summary>
internal static class RouteFilterPage
{
    public static IReadOnlyList<Fragment> Filters(Asked asked) =>
        [
            Lists.Acts(asked.Viewer.MayMake ? [(asked.Words["portal act filter"], AllActs.PathOf("filter"))] : []),
            Lists.Table(
                "filters",
                asked,
                [Watch.Type("routeFilters")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list filters"],
                        asked.Words["portal no filters"],
                        (await OwnerActs.FiltersAsync(asked)).Select(f =>
                            Document<RouteFilterBody>.Of(f, RouteFiltersContract.Default.RouteFilterBody).Body
                        ),
                        ("name", f => Cell.Link(f.Id)),
                        ("communities", f => Cell.Code(string.Join(", ", f.Properties.Rules.SelectMany(r => r.Properties.Communities)))),
                        ("usedBy", f => Cell.Of(string.Join(", ", CircuitsOf(f).Select(Ids.NameOf)))),
                        ("region", f => Cell.Of(f.Location)),
                        ("configuration", f => Cell.Stored(f.Properties.ProvisioningState))
                    )
            ),
        ];

    public static Page Of(Asked asked, string id)
    {
        string? side = PortalPages.SideOf(asked, Side.Customer);
        Lazy<Task<Document<RouteFilterBody>>> filter = new(() => asked.Client.RouteFilters.GetAsync(id, asked.Cancellation));
        (string, string) Act(string name) => (asked.Words[$"portal act {name}", Ids.NameOf(id)], AllActs.PathOf(name, id));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                new Fragment(
                    "facts",
                    [id],
                    async () =>
                    {
                        RouteFilterBody body = (await filter.Value).Body;
                        return Show.Facts(
                            Facts.Of(
                                asked.Words,
                                ("region", Cell.Of(body.Location)),
                                ("configuration", Cell.Stored(body.Properties.ProvisioningState)),
                                ("id", Cell.Code(body.Id))
                            )
                        );
                    }
                ),
                Lists.Acts(asked.Viewer.May(id) ? [Act("rule"), Act("delete")] : []),
                Lists.Titled(
                    "rules",
                    asked,
                    [id],
                    async () =>
                    {
                        Dictionary<string, BgpCommunityBody> known = (await OwnerActs.ServicesAsync(asked)).ToDictionary(c =>
                            c.CommunityValue
                        );
                        return Table.Of(
                            asked.Words,
                            asked.Words["portal rules"],
                            asked.Words["portal no rules"],
                            (await filter.Value).Body.Properties.Rules.SelectMany(r =>
                                r.Properties.Communities.Select(c => (Rule: r, Community: c, Service: known.GetValueOrDefault(c)))
                            ),
                            ("communities", r => Cell.Code(r.Community)),
                            ("service", r => Cell.Of(r.Service?.CommunityName)),
                            ("prefixes", r => Cell.Code(string.Join(", ", r.Service?.CommunityPrefixes ?? []))),
                            ("access", r => Cell.Of(r.Rule.Properties.Access)),
                            ("configuration", r => Cell.Stored(r.Rule.Properties.ProvisioningState))
                        );
                    }
                ),
                Lists.Titled(
                    "used",
                    asked,
                    [id],
                    async () =>
                        Table.Of(
                            asked.Words,
                            asked.Words["column usedBy"],
                            asked.Words["portal unused filter"],
                            CircuitsOf((await filter.Value).Body),
                            ("circuit", c => Cell.Link(c))
                        )
                ),
                States.Fragment(asked, id, async () => (await filter.Value).Json, () => Journal.WaysAsync(asked, id)),
                .. Journal.OfOperator(asked, id),
            ]
        )
        {
            Above = PortalPages.Above(asked, side, "filters"),
        };
    }

    /// <summary>The circuits whose peerings a filter decides on, each once.</summary>
    private static IEnumerable<string> CircuitsOf(RouteFilterBody filter) =>
        (filter.Properties.Peerings ?? [])
            .Concat(filter.Properties.Ipv6Peerings ?? [])
            .Select(p => p.Id[..p.Id.LastIndexOf("/peerings/", StringComparison.OrdinalIgnoreCase)])
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
