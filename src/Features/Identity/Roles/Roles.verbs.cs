using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Identity;
using Causeway.Contracts.Identity;

namespace Causeway.Cli.Identity;

/// <summary><c>causeway role …</c>: who may do what, where. On the subscription, unless --scope says otherwise.</summary>
internal static class RoleVerbs
{
    /// <summary>An assignment with names in place of ids, as far as the caller may know them.</summary>
    private sealed record Named(RoleAssignmentBody Assignment, string Role, string Principal);

    private static readonly Column<Named>[] Facts =
    [
        new("role", a => a.Role),
        new("principal", a => a.Principal),
        new("scope", a => a.Assignment.Properties.Scope),
        new("since", a => a.Assignment.Properties.CreatedOn),
        new("assignment", a => a.Assignment.Name),
    ];

    public static IEnumerable<Twig> Twigs => [new("role", All)];

    private static IEnumerable<Command> All() =>
        [
            Shape.List(
                "definitions",
                ["causeway role definitions"],
                "no roles",
                call => call.Client.Roles.DefinitionsAsync(Scope(call), call.Cancellation),
                [new("role", r => r.Properties.RoleName), new("meaning", r => r.Properties.Description)],
                Opt.Text("--scope", "ID")
            ),
            Shape.One(
                "assign",
                [
                    "causeway role assign Reader acme",
                    "causeway role assign \"Connectivity Provider\" telia --subscription 5b7e1cb8-6d1b-4f1c-9d2a-0c8f6a3e2b11 --as operator",
                ],
                "changing",
                async call =>
                {
                    Document<RoleAssignmentBody> made = await AssignAsync(
                        call,
                        Scope(call),
                        call.Text("role"),
                        await ObjectIdAsync(call, call.Text("principal"))
                    );
                    return new Document<Named>(new Named(made.Body, call.Text("role"), call.Text("principal")), made.Json);
                },
                Facts,
                [Opt.Argument("role"), Opt.Argument("principal"), Opt.Text("--scope", "ID")]
            ),
            Shape.List(
                "list",
                ["causeway role list", "causeway role list --scope /"],
                "no assignments",
                ListAsync,
                Facts,
                Opt.Text("--scope", "ID")
            ),
            Shape.Delete(
                "remove",
                ["causeway role remove Reader acme"],
                async call =>
                {
                    (string role, string principal) = (call.Text("role"), call.Text("principal"));
                    Document<Named>[] all =
                    [
                        .. (await ListAsync(call)).Where(a =>
                            a.Body.Role.Equals(role, StringComparison.OrdinalIgnoreCase)
                            && (
                                a.Body.Principal.Equals(principal, StringComparison.OrdinalIgnoreCase)
                                || a.Body.Assignment.Properties.PrincipalId.Equals(principal, StringComparison.OrdinalIgnoreCase)
                            )
                            && (a.Body.Assignment.Properties.Scope ?? "")
                                .TrimEnd('/')
                                .Equals(Scope(call), StringComparison.OrdinalIgnoreCase)
                        ),
                    ];
                    foreach (Document<Named> one in all)
                        await call.Client.Roles.DeleteAsync(one.Body.Assignment.Id!, wait: true, call.Cancellation);
                    return all.Length > 0;
                },
                call => $"{call.Words["thing role"]} {call.Text("role")} ({call.Text("principal")})",
                Opt.Argument("role"),
                Opt.Argument("principal"),
                Opt.Text("--scope", "ID")
            ),
        ];

    public static async Task<Document<RoleAssignmentBody>> AssignAsync(CliCall call, string scope, string role, string objectId)
    {
        IReadOnlyList<Document<RoleDefinitionBody>> all = await call.Client.Roles.DefinitionsAsync(scope, call.Cancellation);
        RoleDefinitionBody definition =
            all.Select(r => r.Body)
                .FirstOrDefault(r =>
                    r.Properties.RoleName.Equals(role, StringComparison.OrdinalIgnoreCase)
                    || r.Name.Equals(role, StringComparison.OrdinalIgnoreCase)
                )
            ?? throw new CliException(
                call.Words["no such role", role, string.Join(", ", all.Select(r => r.Body.Properties.RoleName))],
                ExitCode.NotFound,
                DidYouMean.Of(call.Words, role, all.Select(r => r.Body.Properties.RoleName))
            );
        return await call.Client.Roles.AssignAsync(scope, definition.Id, objectId, call.Cancellation);
    }

    /// <summary>What is given with --scope; <c>/</c> is the whole installation.</summary>
    private static string Scope(CliCall call) => (call.Get<string?>("--scope") ?? call.SubscriptionPath).TrimEnd('/');

    /// <summary>A principal by its name, which only the operator can look up; anybody can give an object id.</summary>
    private static async Task<string> ObjectIdAsync(CliCall call, string principal)
    {
        if (Guid.TryParse(principal, out _))
            return principal;
        IReadOnlyList<Document<PrincipalBody>> all = await call.Client.Principals.AllAsync(call.Cancellation);
        return all.FirstOrDefault(p => p.Body.Name.Equals(principal, StringComparison.OrdinalIgnoreCase))?.Body.Properties.ObjectId
            ?? throw new CliException(
                call.Words["no such principal", principal],
                ExitCode.NotFound,
                DidYouMean.Of(call.Words, principal, all.Select(p => p.Body.Name))
            );
    }

    private static async Task<IReadOnlyList<Document<Named>>> ListAsync(CliCall call)
    {
        string scope = Scope(call);
        Dictionary<string, string> roles = (await call.Client.Roles.DefinitionsAsync(scope, call.Cancellation)).ToDictionary(
            r => r.Body.Name,
            r => r.Body.Properties.RoleName,
            StringComparer.OrdinalIgnoreCase
        );
        Dictionary<string, string> names = new(StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (Document<PrincipalBody> p in await call.Client.Principals.AllAsync(call.Cancellation))
                names[p.Body.Properties.ObjectId] = p.Body.Name;
        }
        catch (ArmException e) when (e.Status == 403)
        {
            // Names of principals are the operator's to know; ids do for others.
        }
        return
        [
            .. (await call.Client.Roles.AssignmentsAsync(scope, call.Cancellation)).Select(a => new Document<Named>(
                new Named(
                    a.Body,
                    roles.GetValueOrDefault(Ids.NameOf(a.Body.Properties.RoleDefinitionId), a.Body.Properties.RoleDefinitionId),
                    names.GetValueOrDefault(a.Body.Properties.PrincipalId, a.Body.Properties.PrincipalId)
                ),
                a.Json
            )),
        ];
    }
}
