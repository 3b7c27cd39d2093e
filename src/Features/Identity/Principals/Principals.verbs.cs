using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Cli.Resources;
using Causeway.Client;
using Causeway.Client.Identity;
using Causeway.Contracts.Identity;

namespace Causeway.Cli.Identity;

/// <summary><c>causeway principal …</c>: who may sign in; the operator's. A secret is shown by the verb that makes it, once.</summary>
internal static class PrincipalVerbs
{
    private static readonly Column<PrincipalBody>[] Facts =
    [
        new("principal", p => p.Name),
        new("clientId", p => p.Properties.ClientId),
        new("clientSecret", p => p.Properties.ClientSecret),
        new("objectId", p => p.Properties.ObjectId),
        new("state", p => p.Properties.State),
        new("createdAt", p => p.Properties.CreatedAt),
        new("secretSince", p => p.Properties.SecretSince),
        new("previousSecretUntil", p => p.Properties.PreviousSecretUntil),
    ];

    public static IEnumerable<Twig> Twigs => [new("principal", All, As: "operator")];

    private static IEnumerable<Command> All() =>
        [
            Create(),
            Shape.One(
                "show",
                ["causeway principal show acme"],
                "reading",
                call => call.Client.Principals.GetAsync(PathOf(call), call.Cancellation),
                Facts,
                [Opt.Argument("name")]
            ),
            Shape.List(
                "list",
                ["causeway principal list"],
                "no principals",
                call => call.Client.Principals.AllAsync(call.Cancellation),
                [.. Facts.Where(f => f.Key is not ("clientSecret" or "previousSecretUntil"))]
            ),
            Rotate(),
            Shape.One(
                "disable",
                ["causeway principal disable acme"],
                "changing",
                call => call.Client.Principals.DisableAsync(call.Text("name"), call.Cancellation),
                Facts,
                [Opt.Argument("name")],
                (call, principal) => call.Next("next enable", principal.Name)
            ),
            Shape.One(
                "enable",
                ["causeway principal enable acme"],
                "changing",
                call => call.Client.Principals.EnableAsync(call.Text("name"), call.Cancellation),
                Facts,
                [Opt.Argument("name")]
            ),
            Shape.Delete(
                "delete",
                ["causeway principal delete acme"],
                call => call.Client.Principals.DeleteAsync(PathOf(call), wait: true, call.Cancellation),
                call => $"{call.Words["thing principal"]} {call.Text("name")}",
                Opt.Argument("name")
            ),
        ];

    private static Verb Create() =>
        Shape.One(
            "create",
            ["causeway principal create acme", "causeway principal create acme --owner-of \"Acme Logistics\" --save acme.json"],
            "creating",
            async call =>
            {
                string? owned = call.Get<string?>("--owner-of") is { } which ? await call.SubscriptionOfAsync(which) : null;
                Document<PrincipalBody> made = await call.Client.Principals.CreateAsync(call.Text("name"), call.Cancellation);
                if (owned is not null)
                    await RoleVerbs.AssignAsync(call, Ids.Subscription(owned), "Owner", made.Body.Properties.ObjectId);
                if (call.Get<string?>("--save") is { } file)
                    Save(call, made.Body, owned, file);
                return made;
            },
            Facts,
            [Opt.Argument("name"), Opt.Text("--owner-of", "SUBSCRIPTION"), Opt.Text("--save", "FILE")],
            (call, made) =>
            {
                if (made.Properties.ClientSecret is null)
                    call.Next("secret not shown", made.Name);
                else if (call.Get<string?>("--save") is { } file)
                    call.Next("next login", file, made.Name);
                else
                    call.Next("next role", made.Name);
            }
        );

    private static Verb Rotate() =>
        Shape.One(
            "rotate",
            ["causeway principal rotate acme", "causeway principal rotate acme --keep-old-for 24"],
            "changing",
            async call =>
            {
                Document<PrincipalBody> rotated = await call.Client.Principals.RotateAsync(
                    call.Text("name"),
                    (int)call.Get<long>("--keep-old-for"),
                    call.Cancellation
                );
                // Whoever keeps its own login in this access file goes on being able to use it.
                AccessFile access = call.Client.Arm.Access;
                string? mine = access.Principals.FirstOrDefault(p => p.Value.ClientId == rotated.Body.Properties.ClientId).Key;
                if (mine is not null)
                {
                    access.Principals[mine] = new PrincipalSecret(rotated.Body.Properties.ClientId, rotated.Body.Properties.ClientSecret!);
                    access.Save(call.AccessPath);
                }
                return rotated;
            },
            Facts,
            [Opt.Argument("name"), Opt.Number("--keep-old-for")],
            (call, _) => call.Next("secret shown once")
        );

    /// <summary>An access file with this principal alone, to be handed to whoever it is for.</summary>
    private static void Save(CliCall call, PrincipalBody made, string? subscription, string file)
    {
        if (made.Properties.ClientSecret is not { } secret)
            throw new CliException(call.Words["secret not shown", made.Name]);
        AccessFile own = call.Client.Arm.Access;
        var access = own with
        {
            Subscriptions = subscription is null ? [] : new() { [made.Name] = subscription },
            Principals = new() { [made.Name] = new PrincipalSecret(made.Properties.ClientId, secret) },
        };
        access.Save(file);
    }

    private static string PathOf(CliCall call) => PrincipalsClient.PathOf(call.Text("name"));
}
