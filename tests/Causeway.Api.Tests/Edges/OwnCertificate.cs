using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Causeway.Api.Tests.Edges;

/// <summary>Certificates that an operator brings.</summary>
internal static class OwnCertificate
{
    /// <summary>One that is signed by itself, or by an authority; as PEM files.</summary>
    /// <param name="names">Host names and addresses that it is for.</param>
    public static (string Certificate, string Key) Write(string folder, string name, params string[] names) =>
        Write(folder, name, null, names);

    /// <inheritdoc cref="Write(string, string, string[])"/>
    public static (string Certificate, string Key) Write(string folder, string name, X509Certificate2? authority, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string each in names)
            if (IPAddress.TryParse(each, out IPAddress? address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(each);
        request.CertificateExtensions.Add(alternatives.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = authority is null
            ? request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30))
            : request.Create(authority, now.AddHours(-12), now.AddDays(20), RandomNumberGenerator.GetBytes(8));
        (string Certificate, string Key) files = (Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(files.Certificate, made.ExportCertificatePem() + "\n");
        File.WriteAllText(files.Key, key.ExportPkcs8PrivateKeyPem() + "\n");
        return files;
    }

    /// <summary>An authority of somebody's own, with its key.</summary>
    public static X509Certificate2 Authority()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=An authority of our own", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }
}
