using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Identity.Secrets;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>What the endpoints around circuits need besides the circuits: the installation's topology and secrets, and finding by service key.</summary>
public sealed class CircuitDesk(IStore store, Tracked<Circuit> circuits, Func<NetworkTopology> topology, ISecretProtector secrets)
{
    public IStore Store => store;

    public NetworkTopology Topology => topology();

    /// <summary>The circuit that a service key was issued for; null when there is none.</summary>
    public async ValueTask<Versioned<Circuit>?> FindByServiceKeyAsync(Guid key, CancellationToken cancellation) =>
        await store.ClaimOwnerAsync(Circuit.ServiceKeyClaim(key), cancellation) is { } id
            ? await circuits.ReadAsync(id, cancellation)
            : null;

    public KeyChange SharedKey(string key) =>
        new KeyChange.Set(secrets.Protect(key, SecretPurposes.BgpKey), secrets.Fingerprint(key, SecretPurposes.BgpKey));

    public AuthorizationKey NewAuthorizationKey() =>
        AuthorizationKey.Of(Guid.NewGuid(), key => secrets.Protect(key, SecretPurposes.AuthorizationKey));

    public string Reveal(AuthorizationKey key) => secrets.Unprotect(key.Protected, SecretPurposes.AuthorizationKey);
}
