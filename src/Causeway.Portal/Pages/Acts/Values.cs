using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Portal.Pages.Acts;

/// <summary>Fields and choices that several acts have.</summary>
internal static class Values
{
    private const string ResourceName = "[A-Za-z0-9]([A-Za-z0-9._\\-]{0,78}[A-Za-z0-9_])?";

    public static Field Name(Asked asked) =>
        new("name", asked.Words["column name"]) { Pattern = ResourceName, Help = asked.Words["portal help name"] };

    public static Field Subscription(Asked asked) =>
        new("subscription", asked.Words["column subscription"], FieldKind.Choice)
        {
            Choices = [.. asked.Viewer.Subscriptions.Select(s => new Choice(s.SubscriptionId, s.DisplayName, []))],
        };

    /// <summary>What is made in a group begins with one; null where there is one.</summary>
    public static (string Says, string Text, string Path)? FirstOfGroup(Asked asked, Choice[] groups) =>
        groups.Length > 0 ? null : (asked.Words["portal first group"], asked.Words["portal act group"], AllActs.PathOf("group"));

    public static Choice[] Plain(params IReadOnlyList<string> values) => [.. values.Select(v => new Choice(v, v, []))];

    public static async Task<Choice[]> GroupsAsync(Asked asked) =>
        [
            .. (
                await Pages.Lists.OfAllAsync<string>(
                    asked,
                    async s => [.. (await CustomerLists.GroupsAsync(asked, s.SubscriptionId)).Select(g => Ids.Group(s.SubscriptionId, g))]
                )
            ).Select(id => new Choice(id, $"{Ids.NameOf(id)} ({asked.Viewer.NameOf(CustomerLists.SubscriptionOf(id))})", [])),
        ];

    public static async Task<Choice[]> RegionsAsync(Asked asked)
    {
        if (asked.Viewer.Subscriptions is not [var any, ..])
            return [];
        var regions = new List<Choice>();
        await foreach (
            JsonNode region in asked.Client.Arm.ListAsync(
                $"{Ids.Subscription(any.SubscriptionId)}/locations",
                ArmClient.ResourcesVersion,
                asked.Cancellation
            )
        )
            regions.Add(new Choice(region["name"]!.ToString(), region["displayName"]?.ToString() ?? region["name"]!.ToString(), []));
        return [.. regions];
    }
}
