using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;

namespace Causeway.Cli.Circuits;

/// <summary><c>causeway circuit auth …</c>: keys with which other subscriptions link their networks.</summary>
internal static class AuthorizationVerbs
{
    private static readonly Column<AuthorizationBody>[] Facts =
    [
        new("authorization", a => a.Name),
        new("key", a => a.Properties.AuthorizationKey),
        new("use", a => a.Properties.AuthorizationUseStatus),
        new("usedBy", a => Ids.NameOf(a.Properties.ConnectionResourceUri)),
    ];

    public static IEnumerable<Twig> Twigs => [new("circuit auth", All)];

    private static IEnumerable<Command> All() =>
        [
            Shape.One(
                "create",
                [
                    "causeway circuit auth create office fabrikam",
                    "causeway circuit auth create office fabrikam -o json | jq -r .properties.authorizationKey",
                ],
                "making the key",
                call => call.Client.Authorizations.PutAsync(PathOf(call), new JsonObject(), call.Wait, call.Cancellation),
                Facts,
                [CircuitVerbs.Circuit(), Opt.Argument("name")],
                (call, made) => call.Next("next link theirs", call.Circuit(), made.Properties.AuthorizationKey ?? "KEY")
            ),
            Shape.List(
                "list",
                ["causeway circuit auth list office"],
                "no authorizations",
                call => call.Client.Authorizations.ListAsync(Ids.Authorizations(call.Circuit()), call.Cancellation),
                Facts,
                CircuitVerbs.Circuit()
            ),
            Shape.Delete(
                "delete",
                ["causeway circuit auth delete office fabrikam"],
                call => call.Client.Authorizations.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing authorization"]} {call.Text("name")}",
                CircuitVerbs.Circuit(),
                Opt.Argument("name")
            ),
        ];

    private static string PathOf(CliCall call) => Ids.Authorization(call.Circuit(), call.Text("name"));
}
