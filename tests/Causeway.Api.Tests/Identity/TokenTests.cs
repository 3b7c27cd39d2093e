using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Causeway.Api.Tests.Identity;

/// <summary>Whose tokens are believed.</summary>
public sealed class TokenTests(IssuerApi api) : IClassFixture<IssuerApi>
{
    private const string Subscriptions = "/subscriptions?api-version=2019-11-01";

    [Fact]
    public async Task A_token_has_the_claims_that_clients_look_for()
    {
        string token = await api.TokenAsync("customer");
        string[] parts = token.Split('.');
        Assert.Equal(3, parts.Length);
        JsonNode claims = JsonNode.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])))!;
        var customer = api.Server.Installation.Principals["customer"];
        Assert.Equal(customer.ClientId, claims["appid"]!.GetValue<string>());
        Assert.Equal(customer.ObjectId, claims["oid"]!.GetValue<string>());
        Assert.Equal(customer.ObjectId, claims["sub"]!.GetValue<string>());
        Assert.Equal(api.Server.Installation.TenantId, claims["tid"]!.GetValue<string>());
        Assert.Equal($"{api.Server.Endpoint}/", claims["aud"]!.GetValue<string>());
        Assert.Equal($"{api.Server.Endpoint}/adfs", claims["iss"]!.GetValue<string>());
        Assert.True(claims["exp"]!.GetValue<long>() - claims["iat"]!.GetValue<long>() > 300);
        Assert.Equal("1.0", claims["ver"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_token_checks_against_the_published_key()
    {
        string token = await api.TokenAsync("customer");
        JsonNode key = (await api.Anonymous.Get("/adfs/discovery/keys")).Is(200).Body!["keys"]![0]!;
        using var rsa = RSA.Create(
            new RSAParameters
            {
                Modulus = Base64Url.DecodeFromChars(key["n"]!.GetValue<string>()),
                Exponent = Base64Url.DecodeFromChars(key["e"]!.GetValue<string>()),
            }
        );
        int dot = token.LastIndexOf('.');
        Assert.True(
            rsa.VerifyData(
                Encoding.ASCII.GetBytes(token[..dot]),
                Base64Url.DecodeFromChars(token.AsSpan(dot + 1)),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            )
        );
    }

    [Fact]
    public async Task A_changed_token_is_not_believed()
    {
        string token = await api.TokenAsync("customer");
        string[] parts = token.Split('.');
        string claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        string operatorId = api.Server.Installation.Principals["operator"].ObjectId;
        string customerId = api.Server.Installation.Principals["customer"].ObjectId;
        string forged = $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.Replace(customerId, operatorId)))}.{parts[2]}";
        string none = $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{parts[1]}.";
        string[] wrong =
        [
            forged,
            none,
            $"{parts[0]}.{parts[1]}",
            $"{token}.x",
            "x",
            "..",
            new string('a', 20_000),
            $"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA",
        ];
        foreach (string bad in wrong)
        {
            using HttpClient client = api.ClientOf(bad);
            (await client.Get(Subscriptions)).Is(401, "InvalidAuthenticationToken");
        }
    }

    [Fact]
    public async Task Tokens_of_a_configured_issuer_name_their_principal()
    {
        using HttpClient nobody = api.ClientOf(api.Issuer.Token("anna"));
        Assert.Empty((await nobody.Get(Subscriptions)).Is(200).Body!["value"]!.AsArray());
        Answer refused = (await nobody.Get($"/subscriptions/{api.CustomerSubscription}?api-version=2019-11-01")).Is(
            403,
            "AuthorizationFailed"
        );
        Assert.Contains("anna", refused.Message);
    }

    [Fact]
    public async Task A_configured_issuer_cannot_speak_for_an_application_of_ours()
    {
        using HttpClient client = api.ClientOf(api.Issuer.Token(api.Server.Installation.Principals["operator"].ObjectId));
        Answer refused = (await client.Get(Subscriptions)).Is(401, "InvalidAuthenticationToken");
        Assert.Contains("not its to speak for", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_of_others_or_for_others_are_not_believed()
    {
        using var other = RSA.Create(2048);
        foreach (
            (string why, string token) in new[]
            {
                ("audience", api.Issuer.Token("anna", audience: "api://else")),
                ("issuer", api.Issuer.Token("anna", issuer: "https://else.example")),
                ("signature", api.Issuer.Token("anna", signedWith: other)),
            }
        )
        {
            using HttpClient client = api.ClientOf(token);
            Assert.True((await client.Get(Subscriptions)).Code == 401, why);
        }
        using HttpClient expired = api.ClientOf(api.Issuer.Token("anna", expiresIn: TimeSpan.FromSeconds(-5)));
        (await expired.Get(Subscriptions)).Is(401, "ExpiredAuthenticationToken");
    }

    [Fact]
    public async Task Invented_key_ids_do_not_make_the_server_ask_the_issuer_again_and_again()
    {
        using HttpClient good = api.ClientOf(api.Issuer.Token("bert"));
        (await good.Get(Subscriptions)).Is(200);
        int before = api.Issuer.KeysAsked;
        for (int i = 0; i < 20; i++)
        {
            using HttpClient client = api.ClientOf(api.Issuer.Token("bert", keyId: $"invented-{i}"));
            (await client.Get(Subscriptions)).Is(401);
        }
        Assert.InRange(api.Issuer.KeysAsked, before, before + 1);
    }
}
