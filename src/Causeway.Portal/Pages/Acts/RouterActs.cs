using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Operations;

namespace Causeway.Portal.Pages.Acts;

/// <summary>Work on a router: its peers send over the others of its pair while it is drained.</summary>
internal static class RouterActs
{
    public const string Type = "causeway.operations/maintenances";

    private const string Anyway = "anyway";

    /// <summary>What stands for a router while it is worked on.</summary>
    public static string IdOf(string router) => $"{MaintenanceClient.Path}/{router}";

    public static Act Drain(Asked asked, string router) =>
        Made.Of(
            asked,
            Side.Operator,
            "drain",
            ("router", router),
            "POST {router}/drain",
            MaintenanceClient.ApiVersion,
            JsonNode.Parse("""{"reason":"{reason?}","anyway":"{anyway:boolean?}"}"""),
            asked.Words["portal drain"],
            [
                new("causeway operator drain {router:name} [--because {reason}]", (Anyway, "")),
                new("causeway operator drain {router:name} [--because {reason}] --anyway", (Anyway, "true")),
            ],
            [
                new Field("reason", asked.Words["column reason"], FieldKind.Long)
                {
                    IsOptional = true,
                    Help = asked.Words["portal help because"],
                },
                new Field(Anyway, asked.Words["portal anyway"], FieldKind.Many)
                {
                    IsOptional = true,
                    Choices = [new Choice("true", asked.Words["portal drain anyway"], [])],
                    Help = asked.Words["portal help anyway"],
                },
            ]
        ) with
        {
            Says = asked.Words["portal help drain"],
            Then = List,
        };

    public static Act Restore(Asked asked, string router) =>
        Made.Of(
            asked,
            Side.Operator,
            "restore",
            ("router", router),
            "DELETE {router}",
            MaintenanceClient.ApiVersion,
            null,
            asked.Words["portal restore"],
            ["causeway operator restore {router:name}"],
            []
        ) with
        {
            Says = asked.Words["portal help restore"],
            Then = List,
        };

    private const string List = "/portal/operator/routers";
}
