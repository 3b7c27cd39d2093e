using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Identity;
using Causeway.Contracts.Identity;
using Causeway.Portal.Components;

namespace Causeway.Portal.Pages.Acts;

/// <summary>Who may sign in, and what they may do where.</summary>
internal static class PrincipalActs
{
    public const string Type = "causeway.identity/principals";

    private const string List = "/portal/operator/principals";

    public static Task<Act> PrincipalAsync(Asked asked, string on) =>
        Task.FromResult(
            Made.Of(
                asked,
                Side.Operator,
                "principal",
                null,
                "PUT /providers/Causeway.Identity/principals/{name}",
                PrincipalsClient.ApiVersion,
                new JsonObject(),
                asked.Words["portal create"],
                ["causeway principal create {name}"],
                [Values.Name(asked)]
            ) with
            {
                Says = asked.Words["portal help principal"],
                Tells = answer => Told(asked, answer),
            }
        );

    /// <summary>The secret, which nobody is shown again; of one who was there already, that there is none to be shown.</summary>
    private static (Page?, string?, int) Told(Asked asked, JsonNode? answer)
    {
        string id = answer?["id"]?.ToString() ?? PrincipalsClient.PathOf("");
        string name = Ids.NameOf(id) ?? "";
        string? secret = answer?["properties"]?["clientSecret"]?.ToString();
        return (
            new Page(
                name,
                PortalPages.SideOf(asked, Side.Operator),
                [
                    new Fragment(
                        "made",
                        [],
                        () =>
                            Task.FromResult(
                                secret is null
                                    ? Show.Of<Notice>(
                                        (nameof(Notice.Text), asked.Words["portal exists already"]),
                                        (nameof(Notice.Tone), "bad")
                                    )
                                    : Show.Of<MadeOnce>(
                                        (nameof(MadeOnce.Words), asked.Words),
                                        (nameof(MadeOnce.Says), asked.Words["portal secret once", name]),
                                        (nameof(MadeOnce.ClientId), answer!["properties"]!["clientId"]!.ToString()),
                                        (nameof(MadeOnce.Secret), secret)
                                    )
                            )
                    ),
                    Lists.Acts(
                        (asked.Words["portal act grant to", name], AllActs.PathOf("grant", id)),
                        (asked.Words["portal list principals"], List)
                    ),
                ]
            )
            {
                Above = PortalPages.Above(asked, PortalPages.SideOf(asked, Side.Operator), "principals"),
            },
            null,
            secret is null ? 409 : 200
        );
    }

    public static async Task<Act> GrantAsync(Asked asked, string on)
    {
        IReadOnlyList<Document<PrincipalBody>> principals = await asked.Client.Principals.AllAsync(asked.Cancellation);
        IReadOnlyList<Document<RoleDefinitionBody>> roles = await asked.Client.Roles.DefinitionsAsync("", asked.Cancellation);
        return Made.Of(
            asked,
            Side.Operator,
            "grant",
            null,
            "PUT {scope:scope}/providers/Microsoft.Authorization/roleAssignments/{assignment}",
            RolesClient.ApiVersion,
            JsonNode.Parse("""{"properties":{"roleDefinitionId":"{role}","principalId":"{principal}"}}"""),
            asked.Words["portal grant"],
            [
                "causeway role assign {role:name} {principal} --scope {scope}",
                "az role assignment create --role {role:name} --assignee-object-id {principal} --assignee-principal-type ServicePrincipal --scope {scope}",
            ],
            [
                new Field("assignment", "", FieldKind.Hidden) { Value = $"{Guid.NewGuid()}" },
                new Field("principal", asked.Words["column principal"], FieldKind.Choice)
                {
                    Value =
                        principals.FirstOrDefault(p => p.Body.Id.Equals(on, StringComparison.OrdinalIgnoreCase))?.Body.Properties.ObjectId
                        ?? "",
                    Choices = [.. principals.Select(p => new Choice(p.Body.Properties.ObjectId, p.Body.Name, []))],
                },
                new Field("role", asked.Words["column role"], FieldKind.Choice)
                {
                    // Whoever presses at once gives the least.
                    Value = roles.FirstOrDefault(r => r.Body.Properties.RoleName == "Reader")?.Body.Id ?? "",
                    Choices = [.. roles.Select(r => new Choice(r.Body.Id, Viewer.RoleOf(asked.Words, r.Body.Properties.RoleName), []))],
                },
                new Field("scope", asked.Words["column scope"], FieldKind.Choice)
                {
                    // What counts everywhere is not what one gives by pressing at once.
                    Choices =
                    [
                        .. asked.Viewer.Subscriptions.Select(s => new Choice(Ids.Subscription(s.SubscriptionId), s.DisplayName, [])),
                        new Choice("/", asked.Words["portal everywhere"], []),
                    ],
                    Help = asked.Words["portal help scope"],
                },
            ]
        ) with
        {
            On = on,
            Title = on.Length > 0 ? asked.Words["portal act grant to", Ids.NameOf(on)] : asked.Words["portal act grant"],
            Then = on.Length > 0 ? Cell.PathOf(on) : List,
        };
    }
}
