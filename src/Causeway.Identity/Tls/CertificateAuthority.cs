using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Identity.Secrets;
using Causeway.Workflows.Storage;

namespace Causeway.Identity.Tls;

/// <summary>
/// The installation's own certificate authority. Its key is kept encrypted in the store, so that all nodes share it; its certificate is written as
/// <c>ca.pem</c> into each data folder, for clients to trust.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    public const string FileName = "ca.pem";

    private const string Setting = "identity/certificate-authority";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    private CertificateAuthority(X509Certificate2 certificate) => Certificate = certificate;

    public X509Certificate2 Certificate { get; }

    /// <summary>Whether the store has one: it is made with the first start.</summary>
    public static async Task<bool> IsThereAsync(IStore store, CancellationToken cancellation) =>
        await store.GetSettingAsync(Setting, cancellation) is not null;

    public static async Task<CertificateAuthority> LoadOrCreateAsync(
        IStore store,
        ISecretProtector secrets,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        byte[] stored =
            await store.GetSettingAsync(Setting, cancellation)
            ?? await store.GetOrAddSettingAsync(Setting, Make(secrets, clock.GetUtcNow()), cancellation);
        StoredAuthority kept = JsonSerializer.Deserialize(stored, AuthorityJson.Default.StoredAuthority)!;
        return new(X509Certificate2.CreateFromPem(kept.Certificate, secrets.Unprotect(kept.ProtectedKey, Setting)));
    }

    /// <summary>Signs a server certificate; serverAuth, with the given names and addresses.</summary>
    internal X509Certificate2 Sign(
        string commonName,
        SubjectAlternativeNameBuilder names,
        ECDsa key,
        DateTimeOffset from,
        DateTimeOffset until
    )
    {
        var request = new CertificateRequest($"CN={commonName}, O=Causeway", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        DateTimeOffset last = new(Certificate.NotAfter.ToUniversalTime());
        return request.Create(Certificate, from, until < last ? until : last, serial);
    }

    private static byte[] Make(ISecretProtector secrets, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Causeway local CA, O=Causeway", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);
        return JsonSerializer.SerializeToUtf8Bytes(
            new StoredAuthority(certificate.ExportCertificatePem(), secrets.Protect(key.ExportPkcs8PrivateKeyPem(), Setting)),
            AuthorityJson.Default.StoredAuthority
        );
    }

    public void Dispose() => Certificate.Dispose();
}

internal sealed record StoredAuthority(string Certificate, string ProtectedKey);

[JsonSerializable(typeof(StoredAuthority))]
internal sealed partial class AuthorityJson : JsonSerializerContext;
