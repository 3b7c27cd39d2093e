using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Causeway.Identity.Directory;
using Causeway.Server.Configuration;

namespace Causeway.Api.Tests.Identity;

/// <summary>A server that knows a certificate of its customer; the certificate needs the client id, so it is made after the first start.</summary>
public sealed class CertificateApi : SqliteApi
{
    private readonly List<(string ClientId, string File)> _certificates = [];

    protected override ServerSettings Configure(ServerSettings settings) => settings with { ClientCertificates = _certificates };

    public async Task<RSA> RegisterAsync(string clientId)
    {
        var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=customer", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        string file = Path.Combine(DataFolder, $"{Guid.NewGuid():N}.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        _certificates.Add((clientId, file));
        await RestartAsync();
        return key;
    }
}

/// <summary><c>az login --service-principal -p cert.pem</c>: a signed assertion in place of the secret (RFC 7523).</summary>
public sealed class CertificateSignInTests(CertificateApi api) : IClassFixture<CertificateApi>
{
    [Fact]
    public async Task A_registered_certificate_signs_in_and_nothing_else_does()
    {
        Application customer = api.Server.Installation.Principals["customer"];
        using RSA key = await api.RegisterAsync(customer.ClientId);
        using var other = RSA.Create(2048);
        string here = $"{api.Server.Endpoint}/adfs/oauth2/token";

        Assert.NotNull((await AssertAsync(customer.ClientId, Assertion(key, customer.ClientId, here))).Is(200).Body!["access_token"]);
        (string Why, string Assertion)[] wrong =
        [
            ("another key", Assertion(other, customer.ClientId, here)),
            ("another audience", Assertion(key, customer.ClientId, "https://else.example/token")),
            ("another subject", Assertion(key, api.Server.Installation.Principals["operator"].ClientId, here)),
            ("a host that only the request names", Assertion(key, customer.ClientId, "https://evil.example/adfs/oauth2/token")),
            ("valid for a day", Assertion(key, customer.ClientId, here, TimeSpan.FromHours(24))),
            ("no jti", Assertion(key, customer.ClientId, here, id: "")),
            ("expired", Assertion(key, customer.ClientId, here, TimeSpan.FromMinutes(-1))),
            ("valid too long", Assertion(key, customer.ClientId, here, TimeSpan.FromDays(400))),
        ];
        foreach ((string why, string assertion) in wrong)
            Assert.True(
                (await AssertAsync(customer.ClientId, assertion, host: why.StartsWith("a host") ? "evil.example" : null)).Code == 401,
                why
            );

        string once = Assertion(key, customer.ClientId, here);
        (await AssertAsync(customer.ClientId, once)).Is(200);
        Answer replayed = (await AssertAsync(customer.ClientId, once)).Is(401);
        Assert.Contains("used before", replayed.Text, StringComparison.Ordinal);
    }

    private async Task<Answer> AssertAsync(string clientId, string assertion, string? host = null)
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = assertion,
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/adfs/oauth2/token") { Content = form };
        request.Headers.Host = host;
        using HttpClient client = api.NewClientOfAnyName();
        using HttpResponseMessage response = await client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, response.Headers, JsonNode.Parse(text), text);
    }

    private static string Assertion(RSA key, string clientId, string audience, TimeSpan? lasts = null, string? id = null) =>
        SignedToken.Of(
            key,
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(20)),
            json =>
            {
                json.WriteString("aud", audience);
                json.WriteString("iss", clientId);
                json.WriteString("sub", clientId);
                json.WriteNumber("exp", (TimeProvider.System.GetUtcNow() + (lasts ?? TimeSpan.FromMinutes(10))).ToUnixTimeSeconds());
                json.WriteString("jti", id ?? Guid.NewGuid().ToString());
            }
        );
}
