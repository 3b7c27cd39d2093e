using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Contracts.Resources;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>Resource groups, and what is in one: what belongs together, and is deleted together.</summary>
internal static class GroupPage
{
    private const string List = "groups";

    public static IReadOnlyList<Fragment> Groups(Asked asked) =>
        [
            Lists.Acts(asked.Viewer.MayMake ? [(asked.Words["portal act group"], AllActs.PathOf("group"))] : []),
            Lists.Table(
                List,
                asked,
                [Watch.Type("resourceGroups")],
                async () =>
                    Table.Of(
                        asked.Words,
                        asked.Words["portal list groups"],
                        asked.Words["portal no groups"],
                        await Lists.OfAllAsync<Document<GroupBody>>(
                            asked,
                            s =>
                                asked.Client.Groups.FirstAsync(
                                    $"{Ids.Subscription(s.SubscriptionId)}/resourceGroups",
                                    Lists.Wanted(asked),
                                    asked.Cancellation
                                ),
                            Lists.Wanted(asked)
                        ),
                        ("name", (Document<GroupBody> g) => Cell.Link(g.Body.Id!)),
                        ("region", g => Cell.Of(g.Body.Location)),
                        ("subscription", g => Cell.Of(asked.Viewer.NameOf(CustomerLists.SubscriptionOf(g.Body.Id!))))
                    )
            ),
        ];

    public static Page Of(Asked asked, string id)
    {
        string? side = PortalPages.SideOf(asked, Side.Customer);
        Lazy<Task<JsonNode>> read = new(() => asked.Client.Arm.GetAsync(id, ArmClient.ResourcesVersion, asked.Cancellation));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                AnyPage.FactsFragment(asked, id, read),
                AnyPage.ActsFragment(asked, id, read, before: () => Task.FromResult(ActsIn(asked, id))),
                Lists.Titled("contents", asked, [id], async () => await ContentsAsync(asked, id)),
            ]
        )
        {
            Above = PortalPages.Above(asked, side, List),
        };
    }

    /// <summary>What is made in a group.</summary>
    private static IEnumerable<(string Text, string Path)> ActsIn(Asked asked, string group) =>
        asked.Viewer.May(group)
            ?
            [
                (asked.Words["portal act order"], AllActs.PathOf("order", within: group)),
                (asked.Words["portal act network"], AllActs.PathOf("network", within: group)),
                (asked.Words["portal act filter"], AllActs.PathOf("filter", within: group)),
                (asked.Words["portal act request"], AllActs.PathOf("request", within: group)),
            ]
            : [];

    private static async Task<Table> ContentsAsync(Asked asked, string id)
    {
        var resources = new List<string>();
        await foreach (JsonNode resource in asked.Client.Arm.ListAsync($"{id}/resources", ArmClient.ResourcesVersion, asked.Cancellation))
            resources.Add(resource["id"]!.ToString());
        return Table.Of(
            asked.Words,
            asked.Words["portal group contents"],
            asked.Words["portal group empty"],
            resources,
            ("name", (string r) => Cell.Link(r)),
            ("type", r => TypeNames.Cell(asked.Words, r))
        );
    }
}
