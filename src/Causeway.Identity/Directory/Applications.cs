using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Causeway.Identity.Secrets;

namespace Causeway.Identity.Directory;

/// <summary>The applications that may sign in, by client id.</summary>
public sealed class Applications
{
    private readonly Dictionary<string, Application> _byClientId = new(StringComparer.OrdinalIgnoreCase);
    private readonly ISecretProtector _secrets;
    private readonly ILookup<string, X509Certificate2> _certificates;

    /// <param name="certificates">Certificates that prove a client id, beside its secret.</param>
    public Applications(
        Installation installation,
        ISecretProtector secrets,
        IEnumerable<(string ClientId, X509Certificate2 Certificate)> certificates
    )
    {
        _secrets = secrets;
        foreach (Application application in installation.Principals.Values)
            _byClientId[application.ClientId] = application;
        _certificates = certificates.ToLookup(c => c.ClientId, c => c.Certificate, StringComparer.OrdinalIgnoreCase);
    }

    public Application? Find(string clientId) => _byClientId.GetValueOrDefault(clientId);

    public string SecretOf(Application application) =>
        _secrets.Unprotect(application.ProtectedSecret, Installer.SecretPurpose(application.ClientId));

    public bool HasSecret(Application application, string secret) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(SecretOf(application))),
            SHA256.HashData(Encoding.UTF8.GetBytes(secret))
        );

    public IEnumerable<X509Certificate2> CertificatesOf(Application application) => _certificates[application.ClientId];
}
