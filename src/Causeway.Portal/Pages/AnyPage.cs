using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Client;
using Causeway.Client.Identity;
using Causeway.Portal.Components;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>A resource that has no page of its own: what people look for in it, and everything the API shows of it, folded.</summary>
internal static partial class AnyPage
{
    public static Page Of(Asked asked, string id)
    {
        string lower = id.ToLowerInvariant();
        Side own =
            lower.Contains("/microsoft.peering/", StringComparison.Ordinal) ? Side.Peer
            : lower.StartsWith("/providers/", StringComparison.Ordinal) ? Side.Operator
            : Side.Customer;
        string? side = PortalPages.SideOf(asked, own);
        Lazy<Task<JsonNode>> read = new(() => asked.Client.Arm.GetAsync(id, VersionOf(id), asked.Cancellation));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                FactsFragment(asked, id, read),
                ActsFragment(asked, id, read),
                .. IsPrincipal(id) ? [RolesOf(asked, read)] : Array.Empty<Fragment>(),
                States.Fragment(asked, id, () => read.Value, () => Journal.WaysAsync(asked, id)),
                .. Journal.OfOwner(asked, id, () => Journal.ExplainedAsync(asked, id, VersionOf(id))),
            ]
        )
        {
            Called = async () => await CalledAsync(asked, id, await read.Value),
            Above = IsPrincipal(id) ? PortalPages.Above(asked, side, "principals") : AboveOf(asked, id),
        };
    }

    /// <summary>What people call what has a number for a name; null where its name is one.</summary>
    public static async Task<string?> CalledAsync(Asked asked, string id, JsonNode body)
    {
        if (!Guid.TryParse(Ids.NameOf(id), out _))
            return null;
        JsonNode? properties = body["properties"];
        if (PortalPages.TypeOf(id) != "microsoft.authorization/roleassignments")
            return (properties?["roleName"] ?? properties?["displayName"] ?? body["displayName"])?.ToString();
        string role = Ids.NameOf(properties?["roleDefinitionId"]?.ToString()) ?? "";
        string principal = properties?["principalId"]?.ToString() ?? "";
        string? roleName = (await asked.Client.Roles.DefinitionsAsync("", asked.Cancellation))
            .FirstOrDefault(d => d.Body.Name.Equals(role, StringComparison.OrdinalIgnoreCase))
            ?.Body.Properties.RoleName;
        string what = roleName is null ? role : Viewer.RoleOf(asked.Words, roleName);
        return asked.Words["portal assignment called", await WhoAsync(asked, principal), what];
    }

    /// <summary>A principal by name; by object id to whoever may not read who there is.</summary>
    private static async Task<string> WhoAsync(Asked asked, string principal)
    {
        try
        {
            return (await asked.Client.Principals.AllAsync(asked.Cancellation))
                    .FirstOrDefault(p => p.Body.Properties.ObjectId.Equals(principal, StringComparison.OrdinalIgnoreCase))
                    ?.Body.Name
                ?? principal;
        }
        catch (ArmException e) when (e.Status is 403 or 404)
        {
            return principal;
        }
    }

    private static bool IsPrincipal(string id) => PortalPages.TypeOf(id)?.EndsWith("/principals", StringComparison.Ordinal) == true;

    /// <summary>What a principal may do, and where.</summary>
    private static Fragment RolesOf(Asked asked, Lazy<Task<JsonNode>> read) =>
        Lists.Titled(
            "roles",
            asked,
            [Watch.Type("roleAssignments")],
            async () =>
                Table.Of(
                    asked.Words,
                    asked.Words["column role"],
                    asked.Words["portal who none"],
                    (await OperatorLists.RolesAsync(asked))[(await read.Value)["properties"]?["objectId"]?.ToString() ?? ""],
                    ("role", ((string Text, string Id) r) => Cell.Link(r.Id, r.Text))
                )
        );

    /// <summary>What it is a part of: a group of its subscription, or the resource whose member it is.</summary>
    private static IReadOnlyList<(string, string)> AboveOf(Asked asked, string id)
    {
        string[] segments = id.Split('/');
        if (segments.Length < 4)
            return [];
        string parent = string.Join('/', segments[..^2]);
        if (PortalPages.HasPage(parent))
            return [(Ids.NameOf(parent) is var name && Guid.TryParse(name, out _) ? asked.Viewer.NameOf(name) : name, Cell.PathOf(parent))];
        // What stands first under a provider is of its group.
        int provider = id.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        return provider > 0 && PortalPages.HasPage(id[..provider])
            ?
            [
                (
                    Ids.NameOf(id[..provider]) is var group && Guid.TryParse(group, out _) ? asked.Viewer.NameOf(group) : group,
                    Cell.PathOf(id[..provider])
                ),
            ]
            : [];
    }

    /// <summary>What people look for in a resource, and everything that the API shows of it, folded.</summary>
    /// <param name="factsOf">What matters of it; null for what can be said of anything.</param>
    /// <param name="watch">Of what changes it is renewed; null for the resource.</param>
    public static Fragment FactsFragment(
        Asked asked,
        string id,
        Lazy<Task<JsonNode>> read,
        Func<JsonNode, Facts>? factsOf = null,
        string? watch = null
    ) =>
        new(
            "facts",
            [watch ?? id],
            async () =>
                Show.All(
                    Show.Facts(factsOf?.Invoke(await read.Value) ?? FactsOf(asked, await read.Value)),
                    Show.Of<AsJson>((nameof(AsJson.Words), asked.Words), (nameof(AsJson.Body), WithoutSecrets(await read.Value)))
                )
        );

    /// <summary>What can be done with it.</summary>
    /// <param name="before">What can be done with this alone, before what can be done with anything; null for nothing.</param>
    public static Fragment ActsFragment(
        Asked asked,
        string id,
        Lazy<Task<JsonNode>> read,
        string? watch = null,
        Func<Task<IEnumerable<(string Text, string Path)>>>? before = null
    ) =>
        new(
            "acts",
            [watch ?? id],
            async () =>
                before is null
                    ? Show.Acts([.. ActsOf(asked, id, await read.Value)])
                    // None of them is what comes next.
                    : Show.Acts([.. await before(), .. ActsOf(asked, id, await read.Value)], next: null)
        );

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
        if (PortalPages.TypeOf(id) == "microsoft.resources/subscriptions" && asked.Viewer.May(id))
            yield return (asked.Words["portal act group"], AllActs.PathOf("group", within: id));
        if (IsPrincipal(id) && asked.Viewer.Decides(id))
            yield return (asked.Words["portal act grant to", Ids.NameOf(id)], AllActs.PathOf("grant", id));
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
                // What says that something is not, or is none, says what everybody takes it for.
                case JsonValue when !IsState(name) && !IsOurs(name) && value.ToString() is not ("false" or "False" or "0"):
                    Add(MemberNames.Of(asked.Words, name), CellOf(value!.ToString()));
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
        text.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase) ? Cell.Link(text)
        : Instant().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? Cell.Time(at)
        : Cell.Of(text);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")]
    private static partial Regex Instant();

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
