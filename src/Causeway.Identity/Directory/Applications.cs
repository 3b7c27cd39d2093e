using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Causeway.Identity.Principals;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Identity.Directory;

/// <summary>
/// The applications that may sign in, by client id. Read from the store and kept for a moment, because every request asks whether its principal still
/// stands. A change is announced by the store, as with roles (<c>Authorizer</c>).
/// </summary>
public sealed class Applications : IDisposable
{
    private const int MostRemembered = 10_000;

    /// <summary>How long a change may go unnoticed when its announcement is lost.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (ServicePrincipal? Found, long At, long Generation)> _known = new(
        StringComparer.OrdinalIgnoreCase
    );
    private readonly ILookup<string, X509Certificate2> _certificates;
    private readonly IStore _store;
    private readonly PrincipalWorkflow _workflow;
    private readonly ISecretProtector _secrets;
    private readonly TimeProvider _clock;
    private long _generation;

    /// <param name="certificates">Certificates that prove a client id, beside its secret.</param>
    public Applications(
        IStore store,
        PrincipalWorkflow workflow,
        ISecretProtector secrets,
        IEnumerable<(string ClientId, X509Certificate2 Certificate)> certificates,
        TimeProvider clock
    )
    {
        (_store, _workflow, _secrets, _clock) = (store, workflow, secrets, clock);
        _certificates = certificates.ToLookup(c => c.ClientId, c => c.Certificate, StringComparer.OrdinalIgnoreCase);
        store.Announced += Forget;
    }

    public void Dispose() => _store.Announced -= Forget;

    public ValueTask<ServicePrincipal?> FindAsync(string clientId, CancellationToken cancellation) =>
        // Client ids are GUIDs; nothing else is worth asking the store for.
        !GuidText.TryParse(clientId, out _) ? ValueTask.FromResult<ServicePrincipal?>(null)
        // What was read before a change does not count after it, also when it was put here after the change was announced.
        : _known.TryGetValue(clientId, out var known)
        && known.Generation == Interlocked.Read(ref _generation)
        && _clock.GetElapsedTime(known.At) < KeptFor
            ? ValueTask.FromResult(known.Found)
        : ReadAsync(clientId, cancellation);

    private void Forget(string? announcement)
    {
        if (announcement is not (null or ServicePrincipal.Type))
            return;
        Interlocked.Increment(ref _generation);
        _known.Clear();
    }

    /// <summary>Whether an object id is that of an application of ours, which only we may speak for.</summary>
    public async ValueTask<bool> IsOursAsync(string objectId, CancellationToken cancellation) =>
        await _store.CountAsync(
            new ResourceQuery { Label = ServicePrincipal.ObjectLabel(objectId), Type = ServicePrincipal.Type },
            cancellation
        ) > 0;

    /// <summary>What applications of ours are called, by object id; others are left out.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> NamesAsync(IEnumerable<string> objectIds, CancellationToken cancellation)
    {
        var names = new Dictionary<string, string>();
        foreach (string id in objectIds.Distinct())
            if (GuidText.TryParse(id, out _))
            {
                Page<StoredResource> page = await _store.ListAsync(
                    new ResourceQuery
                    {
                        Label = ServicePrincipal.ObjectLabel(id),
                        Type = ServicePrincipal.Type,
                        Most = 1,
                    },
                    cancellation
                );
                if (page.Items is [var row, ..])
                    names[id] = row.Id.Name;
            }
        return names;
    }

    public bool HasSecret(ServicePrincipal principal, string secret)
    {
        byte[] given = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        return Is(principal.ProtectedSecret)
            || (principal.Previous is { } before && before.Until > _clock.GetUtcNow() && Is(before.ProtectedSecret));

        bool Is(string stored) =>
            CryptographicOperations.FixedTimeEquals(
                given,
                SHA256.HashData(Encoding.UTF8.GetBytes(_secrets.Unprotect(stored, ServicePrincipal.Purpose(principal.ClientId))))
            );
    }

    public string SecretOf(ServicePrincipal principal) =>
        _secrets.Unprotect(principal.ProtectedSecret, ServicePrincipal.Purpose(principal.ClientId));

    /// <summary>The secret that one of the first principals was made with.</summary>
    public string SecretOf(Application application) =>
        _secrets.Unprotect(application.ProtectedSecret, ServicePrincipal.Purpose(application.ClientId));

    public IEnumerable<X509Certificate2> CertificatesOf(ServicePrincipal principal) => _certificates[principal.ClientId];

    private async ValueTask<ServicePrincipal?> ReadAsync(string clientId, CancellationToken cancellation)
    {
        long generation = Interlocked.Read(ref _generation);
        long at = _clock.GetTimestamp();
        Page<StoredResource> page = await _store.ListAsync(
            new ResourceQuery
            {
                Label = ServicePrincipal.Label(clientId),
                Type = ServicePrincipal.Type,
                Most = 1,
            },
            cancellation
        );
        ServicePrincipal? found = page.Items.Count == 0 ? null : _workflow.Read(page.Items[0]).Resource;
        if (_known.Count >= MostRemembered)
            _known.Clear();
        _known[clientId] = (found, at, generation);
        return found;
    }
}
