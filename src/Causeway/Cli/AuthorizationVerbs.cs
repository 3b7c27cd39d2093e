using System.CommandLine;
using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary><c>causeway circuit auth …</c>: keys with which other subscriptions link their networks.</summary>
internal static class AuthorizationVerbs
{
    private static readonly Column[] Facts =
    [
        Column.Of("Authorization", "name"),
        Column.Of("Key", "properties.authorizationKey"),
        Column.Of("Use", "properties.authorizationUseStatus"),
        new("Used by", a => Json.NameOf(Json.Text(a, "properties.connectionResourceUri"))),
    ];

    public static Command Command()
    {
        var auth = new Command("auth", "Keys with which other subscriptions link their networks to the circuit.");
        auth.Add(Create());
        auth.Add(List());
        auth.Add(Delete());
        return auth;
    }

    private static Argument<string> Name() => new("name") { Description = "Name of the authorization.", HelpName = "NAME" };

    private static Verb Create()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        Argument<string> name = Name();
        return new Verb(
            "create",
            "Make a key. It serves one connection; give it to whoever shall link.",
            async call =>
                Printer.One(
                    call,
                    await call.PutAsync(
                        $"{call.CircuitPath(call.Get(circuit))}/authorizations/{Uri.EscapeDataString(call.Get(name))}",
                        new JsonObject(),
                        "Making the key"
                    ),
                    Facts
                ),
            circuit,
            name
        )
        {
            Examples =
            [
                "causeway circuit auth create office fabrikam",
                "causeway circuit auth create office fabrikam -o json | jq -r .properties.authorizationKey",
            ],
        };
    }

    private static Verb List()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        return new Verb(
            "list",
            "List authorizations and who uses them.",
            async call =>
                Printer.List(
                    call,
                    await call.ListAsync($"{call.CircuitPath(call.Get(circuit))}/authorizations"),
                    "No authorizations. Make one with 'causeway circuit auth create'.",
                    Facts
                ),
            circuit
        )
        {
            Examples = ["causeway circuit auth list office"],
        };
    }

    private static Verb Delete()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        Argument<string> name = Name();
        return new Verb(
            "delete",
            "Revoke a key. A connection that was made with it ends.",
            call =>
                call.DeleteAsync(
                    $"{call.CircuitPath(call.Get(circuit))}/authorizations/{Uri.EscapeDataString(call.Get(name))}",
                    $"authorization {call.Get(name)}"
                ),
            circuit,
            name
        )
        {
            Examples = ["causeway circuit auth delete office fabrikam"],
        };
    }
}
