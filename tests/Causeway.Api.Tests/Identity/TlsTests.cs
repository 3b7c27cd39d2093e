using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Causeway.Api.Tests.Edges;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Identity.Secrets;
using Causeway.Identity.Tls;
using Causeway.Server;
using Causeway.Server.Configuration;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Identity;

/// <summary>The certificate that is shown, and its chain.</summary>
public sealed class TlsTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task The_certificate_is_for_the_local_names_and_its_chain_is_sent(string name)
    {
        using var socket = new TcpClient("127.0.0.1", new Uri(api.Server.Endpoint).Port);
        X509Certificate2? shown = null;
        int sent = 0;
        await using var tls = new SslStream(
            socket.GetStream(),
            false,
            (_, certificate, chain, errors) =>
            {
                shown = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
                sent = chain!.ChainPolicy.ExtraStore.Count;
                return (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0;
            }
        );
        await tls.AuthenticateAsClientAsync(name, null, SslProtocols.None, checkCertificateRevocation: false);
        Assert.True(sent >= 1, "the CA's certificate was not sent");
        Assert.True(shown!.MatchesHostname(name));
        Assert.Contains(
            shown.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>(),
            o => o.Value == "1.3.6.1.5.5.7.3.1"
        );
        X509SubjectAlternativeNameExtension names = shown.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Contains("localhost", names.EnumerateDnsNames());
        Assert.Contains("::1", names.EnumerateIPAddresses().Select(a => a.ToString()));
        Assert.True(api.Server.Authority.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Both_http_versions_are_spoken(string version)
    {
        using HttpClient client = api.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Equal("ok\n", await response.Content.ReadAsStringAsync());
        Assert.Equal(System.Net.HttpStatusCode.OK, (await client.GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task The_certificate_and_the_authority_outlive_a_restart()
    {
        (string certificate, string authority) = (Read("server.pem"), Read("ca.pem"));
        await api.RestartAsync();
        Assert.Equal(certificate, Read("server.pem"));
        Assert.Equal(authority, Read("ca.pem"));
        // One that is lost or damaged is made anew, by the same authority.
        await File.WriteAllTextAsync(Path.Combine(api.DataFolder, "server.pem"), certificate[..100]);
        await api.RestartAsync();
        Assert.NotEqual(certificate, Read("server.pem"));
        Assert.Equal(authority, Read("ca.pem"));
        Assert.Equal("ok\n", await api.Anonymous.GetStringAsync("/healthz"));
        foreach (string open in (string[])["/healthz", "/readyz", "/docs", "/openapi/Microsoft.Network.json"])
        {
            using var head = new HttpRequestMessage(HttpMethod.Head, open);
            using HttpResponseMessage answer = await api.Anonymous.SendAsync(head, TestContext.Current.CancellationToken);
            Assert.Equal((open, 200), (open, (int)answer.StatusCode));
        }
    }

    [Fact]
    public async Task The_certificate_is_for_every_name_that_the_server_goes_by()
    {
        string folder = Directory.CreateTempSubdirectory("causeway-tls-").FullName;
        try
        {
            var settings = new ServerSettings
            {
                DataFolder = folder,
                Listen = new IPEndPoint(IPAddress.Parse("127.0.0.3"), 0),
                TlsNames = ["given.example.net"],
            };
            await using (ServerHost server = await ServerHost.StartAsync(settings, TestContext.Current.CancellationToken))
            {
                // As its access file says, so it can be reached.
                Assert.StartsWith("https://127.0.0.3:", server.Endpoint, StringComparison.Ordinal);
                using var client = new CausewayClient(Client.AccessFile.Load(server.AccessFile), "customer", TimeProvider.System);
                Assert.Single(await client.Subscriptions.AllAsync(TestContext.Current.CancellationToken));
            }
            settings = settings with { PublicEndpoint = "https://causeway.example.net" };
            await using (ServerHost server = await ServerHost.StartAsync(settings, TestContext.Current.CancellationToken))
            {
                using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "server.pem"));
                foreach (string name in (string[])["localhost", "127.0.0.1", "127.0.0.3", "given.example.net", "causeway.example.net"])
                    Assert.True(certificate.MatchesHostname(name), name);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Each start writes what clients need for the certificate that is shown, and nothing of an authority that did not sign it.</summary>
    [Theory]
    [InlineData("authority")]
    [InlineData("itself")]
    [InlineData("system")]
    public async Task With_a_certificate_of_ones_own_the_access_file_names_who_signed_it(string by)
    {
        string folder = Directory.CreateTempSubdirectory("causeway-own-").FullName;
        try
        {
            using X509Certificate2 authority = OwnCertificate.Authority();
            string authorityFile = Path.Combine(folder, "authority.pem");
            await File.WriteAllTextAsync(authorityFile, authority.ExportCertificatePem());
            // Not for localhost: the access file has to say an address that it is for.
            (string certificate, string key) = OwnCertificate.Write(folder, "own", by == "itself" ? null : authority, "127.0.0.1");
            var settings = new ServerSettings
            {
                DataFolder = Path.Combine(folder, "data"),
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Tls = (certificate, key),
                TlsAuthority = by == "authority" ? authorityFile : null,
            };
            for (int start = 0; start < 2; start++)
            {
                await using ServerHost server = await ServerHost.StartAsync(settings, TestContext.Current.CancellationToken);
                AccessFile access = Client.AccessFile.Load(server.AccessFile);
                Assert.StartsWith("https://127.0.0.1:", access.Endpoint, StringComparison.Ordinal);
                Assert.Equal(
                    by switch
                    {
                        "authority" => authorityFile,
                        "itself" => certificate,
                        _ => null,
                    },
                    access.CaFile
                );
                using var client = new CausewayClient(access, "customer", TimeProvider.System);
                if (by == "system")
                {
                    // This machine does not trust it, and is told so rightly.
                    ClientException refused = await Assert.ThrowsAsync<ClientException>(() =>
                        client.Subscriptions.AllAsync(TestContext.Current.CancellationToken)
                    );
                    Assert.Equal(ClientProblem.Certificate, refused.Problem);
                    Assert.Contains("--tls-ca", refused.Message, StringComparison.Ordinal);
                }
                else
                    Assert.Single(await client.Subscriptions.AllAsync(TestContext.Current.CancellationToken));
            }
            Assert.False(File.Exists(Path.Combine(settings.DataFolder, "ca.pem")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_certificate_is_renewed_a_month_before_it_ends_while_the_server_runs()
    {
        string folder = Directory.CreateTempSubdirectory("causeway-renew-").FullName;
        try
        {
            var clock = new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
            using CertificateAuthority authority = await CertificateAuthority.LoadOrCreateAsync(
                api.Server.Services.GetRequiredService<IStore>(),
                api.Server.Services.GetRequiredService<ISecretProtector>(),
                clock,
                TestContext.Current.CancellationToken
            );
            using var certificate = ServerCertificate.Local(authority, folder, [], clock);
            string first = (await certificate.Current).TargetCertificate.Thumbprint;
            clock.Advance(TimeSpan.FromDays(366));
            Assert.Equal(first, (await certificate.Current).TargetCertificate.Thumbprint);
            clock.Advance(TimeSpan.FromDays(2));
            Assert.NotEqual(first, (await certificate.Current).TargetCertificate.Thumbprint);
            Assert.True((await certificate.Current).TargetCertificate.NotAfter > clock.GetUtcNow().AddDays(390).UtcDateTime);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(api.DataFolder, file));
}
