using Causeway.Identity.Directory;
using Causeway.Identity.Principals;
using Causeway.Identity.Roles;
using Causeway.Identity.Secrets;
using Causeway.Identity.Tls;
using Causeway.Identity.Tokens;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Identity;

/// <summary>What identity reads from the store, or makes at first start, before the server takes requests.</summary>
public sealed record IdentityState(
    Installation Installation,
    Applications Applications,
    SigningKeys SigningKeys,
    CertificateAuthority Authority
) : IDisposable
{
    private const string PrincipalsAdded = "identity/first-principals-added";
    private const string RolesAssigned = "identity/first-roles-assigned";

    /// <summary>All of it, but for the signing keys, which may still be <see cref="SigningKeys.Loaded"/> beside what follows.</summary>
    /// <exception cref="SecretException">The installation's key is not the one this store was made with.</exception>
    public static async Task<IdentityState> LoadAsync(
        IStore store,
        Applications applications,
        ISecretProtector secrets,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        SigningKeys keys = await SigningKeys.BeginAsync(store, secrets, clock, cancellation);
        Installation installation = await Installer.LoadOrCreateAsync(store, secrets, cancellation);
        CertificateAuthority authority = await CertificateAuthority.LoadOrCreateAsync(store, secrets, clock, cancellation);
        return new(installation, applications, keys, authority);
    }

    /// <summary>Whether the store has been worked with before this start: its first principals were made.</summary>
    public static async Task<bool> HasStartedAsync(IStore store, CancellationToken cancellation) =>
        await store.GetSettingAsync(PrincipalsAdded, cancellation) is not null;

    /// <summary>
    /// Makes the first principals and gives them their roles, once: what the operator later changes or removes stays so. A crash in between only repeats
    /// what is there.
    /// </summary>
    public async Task AddFirstPrincipalsAsync(Engine engine, TimeProvider clock, CancellationToken cancellation)
    {
        if (await engine.Store.GetSettingAsync(PrincipalsAdded, cancellation) is null)
        {
            foreach ((string name, Application first) in Installation.Principals)
            {
                DateTimeOffset now = clock.GetUtcNow();
                ResourceId id = ServicePrincipal.IdOf(name);
                var made = new ServicePrincipal(id.Text, first.ClientId, first.ObjectId, first.ProtectedSecret, now, null, true, now);
                var create = new PrincipalSignal.Create(made, now);
                await engine.SendAsync(id, ServicePrincipal.Type, create, SendContext.Causeway, cancellation);
            }
            await engine.Store.GetOrAddSettingAsync(PrincipalsAdded, "done"u8.ToArray(), cancellation);
        }
        if (await engine.Store.GetSettingAsync(RolesAssigned, cancellation) is not null)
            return;
        foreach ((string name, RoleDefinition role, string? subscription) in FirstRoles)
        {
            ResourceId? scope = subscription is null ? null : ResourceId.OfSubscription(Installation.Subscriptions[subscription].Id);
            string principal = Installation.Principals[name].ObjectId;
            // The name follows from what it says, so that nodes that start at once write the same assignment.
            ResourceId id = RoleAssignment.IdOf(scope, DeterministicGuid.Of($"{principal}/{role.Id}/{scope?.Key}").ToString());
            DateTimeOffset now = clock.GetUtcNow();
            var assign = new RoleAssignmentSignal.Assign(new RoleAssignment(id.Text, role.Id, principal, "ServicePrincipal", now), now);
            await engine.SendAsync(id, RoleAssignment.Type, assign, SendContext.Causeway, cancellation);
        }
        await engine.Store.GetOrAddSettingAsync(RolesAssigned, "done"u8.ToArray(), cancellation);
    }

    private static IEnumerable<(string Principal, RoleDefinition Role, string? Subscription)> FirstRoles =>
        [
            ("customer", BuiltInRoles.Owner, "customer"),
            ("otherCustomer", BuiltInRoles.Owner, "otherCustomer"),
            ("provider", BuiltInRoles.ConnectivityProvider, "provider"),
            ("operator", BuiltInRoles.Operator, null),
        ];

    public void Dispose() => Authority.Dispose();
}
