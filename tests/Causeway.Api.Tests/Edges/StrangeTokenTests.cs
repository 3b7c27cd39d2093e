using System.Security.Cryptography;
using System.Text;
using Causeway.Api.Tests.Identity;

namespace Causeway.Api.Tests.Edges;

/// <summary>
/// Tokens that are well signed and still wrong, and such as are no tokens: each is answered with 401 and opens nothing (RFC 8725). Those that are right
/// stand beside them, so that a refusal is not for another reason.
/// </summary>
public sealed class StrangeTokenTests(TwoIssuersApi api) : IClassFixture<TwoIssuersApi>
{
    private const string Subscriptions = "/subscriptions?api-version=2019-11-01";
    private const string Plain = """{"typ":"JWT","alg":"RS256","kid":"one"}""";

    private string Claims(string more = "", string? exp = null, string? aud = null) =>
        $$"""{"iss":"{{api.A.Address}}","aud":{{aud ?? $"\"{FakeIssuer.Audience}\""}},"sub":"anna","exp":{{exp ?? "4102444800"}}{{more}}}""";

    private async Task<int> CodeOf(string token)
    {
        using HttpClient client = api.NewClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return (await client.Get(Subscriptions)).Code;
    }

    [Fact]
    public async Task Headers_decide_nothing_that_is_ours_to_decide()
    {
        RSA key = api.A.Key;
        byte[] published = Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem());
        using var other = RSA.Create(2048);
        RSAParameters p = other.ExportParameters(false);
        string jwk =
            $$"""{"kty":"RSA","n":"{{System.Buffers.Text.Base64Url.EncodeToString(p.Modulus)}}","e":"{{System.Buffers.Text.Base64Url.EncodeToString(p.Exponent)}}"}""";
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (string Why, string Token, int Code)[] cases =
        [
            ("plain", SignedToken.Of(key, Plain, Claims()), 200),
            ("no typ", SignedToken.Of(key, """{"alg":"RS256","kid":"one"}""", Claims()), 200),
            ("at+jwt", SignedToken.Of(key, """{"typ":"application/at+JWT","alg":"RS256","kid":"one"}""", Claims()), 200),
            (
                "PS256",
                SignedToken.Of(
                    """{"alg":"PS256","kid":"one"}""",
                    Claims(),
                    s => key.SignData(s, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
                ),
                200
            ),
            ("no kid, one key", SignedToken.Of(key, """{"alg":"RS256"}""", Claims()), 200),
            ("crit", SignedToken.Of(key, """{"alg":"RS256","kid":"one","crit":["exp"]}""", Claims()), 401),
            ("logout", SignedToken.Of(key, """{"typ":"logout+jwt","alg":"RS256","kid":"one"}""", Claims()), 401),
            ("none", SignedToken.Of("""{"alg":"none","kid":"one"}""", Claims(), _ => []), 401),
            ("none with a signature", SignedToken.Of(key, """{"alg":"none","kid":"one"}""", Claims()), 401),
            ("NONE", SignedToken.Of(key, """{"alg":"NONE","kid":"one"}""", Claims()), 401),
            ("no alg", SignedToken.Of(key, """{"kid":"one"}""", Claims()), 401),
            (
                "HS256 with the published key",
                SignedToken.Of("""{"alg":"HS256","kid":"one"}""", Claims(), s => HMACSHA256.HashData(published, s)),
                401
            ),
            (
                "HS256 with the modulus",
                SignedToken.Of(
                    """{"alg":"HS256","kid":"one"}""",
                    Claims(),
                    s => HMACSHA256.HashData(key.ExportParameters(false).Modulus!, s)
                ),
                401
            ),
            ("a key of its own", SignedToken.Of(other, $$"""{"alg":"RS256","jwk":{{jwk}}}""", Claims()), 401),
            ("a key of its own under our id", SignedToken.Of(other, $$"""{"alg":"RS256","kid":"one","jwk":{{jwk}}}""", Claims()), 401),
            ("x5t for kid", SignedToken.Of(other, """{"alg":"RS256","kid":"two","x5t":"one"}""", Claims()), 401),
            ("x5t for kid, rightly signed", SignedToken.Of(key, """{"alg":"RS256","kid":"two","x5t":"one"}""", Claims()), 401),
            ("kid of another case", SignedToken.Of(key, """{"alg":"RS256","kid":"ONE"}""", Claims()), 401),
            ("kid of a key that is no signing key", SignedToken.Of(key, """{"alg":"RS256","kid":"odd"}""", Claims()), 401),
            (
                "ES256 of another",
                SignedToken.Of("""{"alg":"ES256","kid":"one"}""", Claims(), s => curve.SignData(s, HashAlgorithmName.SHA256)),
                401
            ),
            ("RS384 that is RS256", SignedToken.Of(key, """{"alg":"RS384","kid":"one"}""", Claims()), 401),
            ("signature cut", SignedToken.Of(key, Plain, Claims())[..^8], 401),
            ("signature empty", SignedToken.Of(Plain, Claims(), _ => []), 401),
        ];
        foreach ((string why, string token, int code) in cases)
            Assert.True(await CodeOf(token) is var got && got == code, $"{why}: {got}");
    }

    [Fact]
    public async Task Claims_are_what_they_are()
    {
        (string Why, string Claims, int Code)[] cases =
        [
            ("several audiences", Claims(aud: $$"""["x","{{FakeIssuer.Audience}}"]"""), 200),
            ("a fraction of a second", Claims(exp: "4102444800.5"), 200),
            ("audience with a slash", Claims(aud: $"\"{FakeIssuer.Audience}/\""), 401),
            ("audience of another case", Claims(aud: $"\"{FakeIssuer.Audience.ToUpperInvariant()}\""), 401),
            ("audience a number", Claims(aud: "5"), 401),
            ("audience an object", Claims(aud: "{}"), 401),
            ("no audience", Claims(aud: "[]"), 401),
            ("exp a text", Claims(exp: "\"soon\""), 401),
            ("exp nothing", Claims(exp: "null"), 401),
            ("exp beyond all numbers", Claims(exp: "1e400"), 401),
            ("exp negative", Claims(exp: "-1"), 401),
            ("exp passed", Claims(exp: "1"), 401),
            ("nbf ahead", Claims(""","nbf":4102444700"""), 401),
            ("nbf passed", Claims(""","nbf":1"""), 200),
            ("iss an array", Claims().Replace($"\"{api.A.Address}\"", $"[\"{api.A.Address}\"]"), 401),
            ("iss with a slash", Claims().Replace(api.A.Address, api.A.Address + "/"), 401),
            ("sub an object", Claims().Replace("\"anna\"", "{}"), 401),
            ("sub nothing", Claims().Replace("\"anna\"", "null"), 401),
            ("sub a lone surrogate", Claims().Replace("anna", "\\ud800"), 401),
            ("an issuer that is a lone surrogate", Claims().Replace(api.A.Address, "\\ud800"), 401),
            ("deep", Claims($$""","x":{{new string('[', 3000)}}{{new string(']', 3000)}}"""), 401),
            ("not JSON", "{", 401),
            ("no object", "[]", 401),
            ("a text", "\"x\"", 401),
            ("nothing", "", 401),
            ("two subjects", Claims(""","sub":"bert" """), 401),
            ("two objects", Claims() + "{}", 401),
        ];
        foreach ((string why, string claims, int code) in cases)
            Assert.True(await CodeOf(SignedToken.Of(api.A.Key, Plain, claims)) is var got && got == code, $"{why}: {got}");
    }

    [Fact]
    public async Task What_is_no_token_is_refused()
    {
        string good = SignedToken.Of(api.A.Key, Plain, Claims());
        string[] parts = good.Split('.');
        Assert.Equal(200, await CodeOf(good));
        string[] wrong =
        [
            "x",
            "..",
            "...",
            "....",
            ".",
            $"{parts[0]}.{parts[1]}",
            $"{good}.",
            $"{good}.x.y",
            $".{parts[1]}.{parts[2]}",
            $"{parts[0]}..{parts[2]}",
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA",
            $"{parts[0]}.{parts[1]}.!!!!",
            $"{parts[0]}=.{parts[1]}.{parts[2]}",
            new string('a', 20_000),
            new string('.', 20_000),
            $"{parts[0]}.{new string('A', 17_000)}.{parts[2]}",
        ];
        foreach (string token in wrong)
            Assert.True(await CodeOf(token) == 401, token[..Math.Min(80, token.Length)]);
    }
}
