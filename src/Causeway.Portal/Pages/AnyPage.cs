using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Portal.Components;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>A resource that has no page of its own: what people look for in it, and everything the API shows of it, folded.</summary>
internal static class AnyPage
{
    public static Page Of(Asked asked, string id)
    {
        string lower = id.ToLowerInvariant();
        bool isDesk = PortalPages.TypeOf(id) == "microsoft.peering/peerasns" && PeeringPage.IsDesk(asked, id);
        Side own =
            isDesk ? Side.Operator
            : lower.Contains("/microsoft.peering/", StringComparison.Ordinal) ? Side.Peer
            : lower.StartsWith("/providers/", StringComparison.Ordinal) ? Side.Operator
            : Side.Customer;
        string? side = PortalPages.SideOf(asked, own);
        Lazy<Task<JsonNode>> read = new(() => asked.Client.Arm.GetAsync(id, VersionOf(id), asked.Cancellation));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                new Fragment(
                    "facts",
                    [id],
                    async () =>
                        Show.All(
                            Show.Facts(FactsOf(asked, await read.Value)),
                            Show.Of<AsJson>((nameof(AsJson.Words), asked.Words), (nameof(AsJson.Body), WithoutSecrets(await read.Value)))
                        )
                ),
                new Fragment("acts", [id], async () => Show.Acts([.. ActsOf(asked, id, await read.Value)])),
                States.Fragment(asked, id, () => read.Value, () => Journal.WaysAsync(asked, id)),
                .. Journal.OfOperator(asked, id),
            ]
        )
        {
            Above = isDesk ? PortalPages.Above(asked, side, "requests") : [],
        };
    }

    /// <summary>What can be done with it as it is now, by this viewer.</summary>
    private static IEnumerable<(string Text, string Path)> ActsOf(Asked asked, string id, JsonNode body)
    {
        (string, string) Act(string name) => (asked.Words[$"portal act {name}", Ids.NameOf(id)], AllActs.PathOf(name, id));
        if (PortalPages.TypeOf(id) == "microsoft.peering/peerasns" && asked.Viewer.Decides(id))
        {
            string? state = body["properties"]?["validationState"]?.ToString();
            if (state != "Approved")
                yield return Act("approve");
            if (state is "Pending" or "Approved")
                yield return Act("reject");
        }
        if (
            DeleteActs.IsFor(id)
            && asked.Viewer.May(id)
            && !(PortalPages.TypeOf(id) == "microsoft.peering/peerasns" && PeeringPage.IsDesk(asked, id))
        )
            yield return Act("delete");
    }

    /// <summary>The version that Causeway's own clients speak of each provider.</summary>
    internal static string VersionOf(string id) =>
        PortalPages.TypeOf(id)!.Split('/')[0] switch
        {
            "microsoft.resources" => ArmClient.ResourcesVersion,
            "microsoft.network" => ArmClient.NetworkVersion,
            "microsoft.peering" => Client.InternetPeering.InternetPeeringsClient.PeeringVersion,
            "microsoft.support" => TicketActs.Version,
            "microsoft.authorization" when PortalPages.TypeOf(id) == "microsoft.authorization/locks" => DeleteFirst.LockVersion,
            "microsoft.authorization" => "2022-04-01",
            _ => Client.Identity.PrincipalsClient.ApiVersion,
        };

    /// <summary>
    /// What people look for in anything, in words: the states that matter first, then the plain members of what it is, those of Causeway's and Azure's own bookkeeping left to the JSON below.
    /// </summary>
    private static Facts FactsOf(Asked asked, JsonNode body)
    {
        JsonObject properties = body["properties"] as JsonObject ?? [];
        var all = new List<(string, Cell)>();
        void Add(string? label, Cell value)
        {
            if (label is not null && value.Text.Length > 0)
                all.Add((label, value));
        }
        foreach ((string name, JsonNode? value) in properties)
            if (value is JsonValue && IsState(name) && name != Stored)
                Add(MemberNames.Of(asked.Words, name), Cell.State(value.ToString()));
        Add(asked.Words["column region"], Cell.Of(body["location"]?.ToString()));
        if (body["sku"] is JsonObject sku)
            Add(asked.Words["column sku"], Cell.Of(sku["name"]?.ToString()));
        foreach ((string name, JsonNode? value) in properties)
            switch (value)
            {
                case JsonValue when !IsState(name) && !IsOurs(name):
                    Add(MemberNames.Of(asked.Words, name), CellOf(value.ToString()));
                    break;
                case JsonObject { Count: 1 } reference when reference["id"]?.ToString() is { } id:
                    Add(MemberNames.Of(asked.Words, name), Cell.Link(id));
                    break;
                case JsonObject wrapped when wrapped.Count == 1 && wrapped.First() is { Value: JsonArray list }:
                    Add(MemberNames.Of(asked.Words, name), Joined(list));
                    break;
                case JsonArray list:
                    Add(MemberNames.Of(asked.Words, name), Joined(list));
                    break;
            }
        Add(asked.Words["column tags"], Cell.Of(string.Join(", ", (body["tags"] as JsonObject ?? []).Select(t => $"{t.Key}={t.Value}"))));
        Add(asked.Words["column configuration"], Cell.Stored(properties[Stored]?.ToString()));
        Add(asked.Words["column id"], Cell.Code(body["id"]?.ToString()));
        return new Facts(all);
    }

    private const string Stored = "provisioningState";

    private static bool IsState(string name) =>
        name.EndsWith("tate", StringComparison.Ordinal) || name.EndsWith("tatus", StringComparison.Ordinal);

    /// <summary>What only programs use, and what nobody is to see by the way.</summary>
    private static bool IsOurs(string name) => name is "resourceGuid" or "etag" or "gatewayManagerEtag" || IsSecret(name);

    private static bool IsSecret(string name) =>
        name.EndsWith("Key", StringComparison.Ordinal) && name != "serviceKey"
        || name.Contains("ecret", StringComparison.Ordinal) && !name.StartsWith("secretSince", StringComparison.Ordinal);

    private static Cell CellOf(string text) =>
        text.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase) ? Cell.Link(text) : Cell.Of(text);

    /// <summary>Of a list its names or values.</summary>
    private static Cell Joined(JsonArray list) =>
        Cell.Of(
            string.Join(
                ", ",
                list.Select(one =>
                        one is JsonObject named ? named["name"]?.ToString() ?? Ids.NameOf(named["id"]?.ToString()) : one?.ToString()
                    )
                    .Where(n => !string.IsNullOrEmpty(n))
            )
        );

    /// <summary>As the API shows it, less the keys, which are asked for where they are meant to be seen.</summary>
    private static JsonNode WithoutSecrets(JsonNode body)
    {
        JsonNode copy = body.DeepClone();
        Hide(copy);
        return copy;

        static void Hide(JsonNode? node)
        {
            if (node is JsonObject members)
                foreach (string name in members.Select(m => m.Key).ToArray())
                    if (members[name] is JsonValue && IsSecret(name))
                        members[name] = "…";
                    else
                        Hide(members[name]);
            else if (node is JsonArray list)
                foreach (JsonNode? one in list)
                    Hide(one);
        }
    }
}
