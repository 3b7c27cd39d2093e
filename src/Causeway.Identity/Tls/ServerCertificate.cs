using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Causeway.Identity.Secrets;

namespace Causeway.Identity.Tls;

/// <summary>
/// What the server shows at a TLS handshake: a certificate of the local CA kept in the data folder (<c>server.pem</c>, <c>server.key</c>) and renewed
/// while the server runs, or one that the operator brings, read again when its files change.
/// </summary>
public sealed class ServerCertificate : IDisposable
{
    /// <summary>In the data folder: the certificate that the local authority signed.</summary>
    public const string CertificateName = "server.pem";

    /// <summary>In the data folder: its key.</summary>
    public const string KeyName = "server.key";

    /// <summary>As long as clients accept (398 days is the limit of the large ones).</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(6);

    private readonly Func<(X509Certificate2 Certificate, X509Certificate2Collection Chain)> _load;
    private readonly ITimer _timer;
    private volatile Shown _shown;

    private ServerCertificate(Func<(X509Certificate2, X509Certificate2Collection)> load, TimeProvider clock)
    {
        _load = load;
        _shown = Load();
        _timer = clock.CreateTimer(_ => Reload(), null, LookEvery, LookEvery);
    }

    /// <summary>The certificate with its chain, ready for handshakes; at the first start of a process a moment later than everything else.</summary>
    public Task<SslStreamCertificateContext> Current => _shown.Context;

    /// <summary>Host names and addresses that the certificate is for; of a wildcard none.</summary>
    public IReadOnlyList<string> Names => [.. NamesOf(_shown.Certificate)];

    public bool IsSelfSigned => _shown.Certificate.SubjectName.RawData.AsSpan().SequenceEqual(_shown.Certificate.IssuerName.RawData);

    /// <summary>Whether a client that calls the server by this name or address takes its certificate.</summary>
    public bool IsFor(string host) => _shown.Certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false);

    /// <param name="names">Host names and addresses beside localhost.</param>
    public static ServerCertificate Local(
        CertificateAuthority authority,
        string dataFolder,
        IReadOnlyList<string> names,
        TimeProvider clock
    ) => new(() => (LoadOrSign(authority, dataFolder, names, clock.GetUtcNow()), [authority.Certificate]), clock);

    /// <param name="certificateFile">PEM: the server's certificate first, then the chain.</param>
    public static ServerCertificate Given(string certificateFile, string keyFile, TimeProvider clock) =>
        new(
            () =>
            {
                var chain = new X509Certificate2Collection();
                chain.ImportFromPemFile(certificateFile);
                if (chain.Count > 0)
                    chain.RemoveAt(0);
                return (X509Certificate2.CreateFromPemFile(certificateFile, keyFile), chain);
            },
            clock
        );

    /// <summary>
    /// Fails at once where the files cannot be used. The chain is built beside what else there is to do: for that the library reads all roots of the system,
    /// whoever signed the certificate, and that takes longer than anything else at a start.
    /// </summary>
    private Shown Load()
    {
        (X509Certificate2 certificate, X509Certificate2Collection chain) = _load();
        return new(certificate, Task.Run(() => SslStreamCertificateContext.Create(certificate, chain, offline: true)));
    }

    private sealed record Shown(X509Certificate2 Certificate, Task<SslStreamCertificateContext> Context);

    /// <summary>Reads it again now, as a timer does anyway. One that cannot be read leaves the present one in use.</summary>
    /// <returns>What came of it, for people.</returns>
    public string Reload()
    {
        try
        {
            Shown next = Load();
            next.Context.GetAwaiter().GetResult();
            _shown = next;
            return $"the certificate is now one that is good until {next.Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC";
        }
        // The last one: a key of another certificate.
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            return $"the certificate stays what it was, for the files cannot be used: {e.Message}";
        }
    }

    private static X509Certificate2 LoadOrSign(
        CertificateAuthority authority,
        string dataFolder,
        IReadOnlyList<string> names,
        DateTimeOffset now
    )
    {
        string certificateFile = Path.Combine(dataFolder, CertificateName);
        string keyFile = Path.Combine(dataFolder, KeyName);
        string[] wanted = [.. names.Prepend("::1").Prepend("127.0.0.1").Prepend("localhost").Distinct(StringComparer.OrdinalIgnoreCase)];
        if (File.Exists(certificateFile) && File.Exists(keyFile))
        {
            X509Certificate2? kept = TryLoad(certificateFile, keyFile);
            if (kept is not null && IsGood(kept, authority, wanted, now))
                return kept;
            kept?.Dispose();
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in wanted)
            if (IPAddress.TryParse(name, out IPAddress? address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        using X509Certificate2 signed = authority.Sign(wanted[0], alternatives, key, now.AddDays(-1), now + Lifetime);
        PrivateFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        PrivateFile.Write(certificateFile, $"{signed.ExportCertificatePem()}\n{authority.Certificate.ExportCertificatePem()}\n");
        return signed.CopyWithPrivateKey(key);
    }

    private static X509Certificate2? TryLoad(string certificateFile, string keyFile)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (CryptographicException)
        {
            // Cut short by a crash, or of two different makings: sign a new one.
            return null;
        }
    }

    private static bool IsGood(X509Certificate2 kept, CertificateAuthority authority, string[] wanted, DateTimeOffset now)
    {
        if (kept.NotAfter.ToUniversalTime() < (now + RenewBefore).UtcDateTime || kept.NotBefore.ToUniversalTime() > now.UtcDateTime)
            return false;
        if (!kept.IssuerName.RawData.AsSpan().SequenceEqual(authority.Certificate.SubjectName.RawData))
            return false;
        string? keyId = kept.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } id
            ? Convert.ToHexString(id.Span)
            : null;
        if (keyId != authority.Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().First().SubjectKeyIdentifier)
            return false;
        string[] present = [.. NamesOf(kept)];
        return wanted.All(w =>
            present.Contains(IPAddress.TryParse(w, out IPAddress? a) ? a.ToString() : w, StringComparer.OrdinalIgnoreCase)
        );
    }

    private static IEnumerable<string> NamesOf(X509Certificate2 certificate) =>
        certificate
            .Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(a => a.ToString())));

    public void Dispose() => _timer.Dispose();
}
