using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Causeway.Identity.Directory;
using Causeway.Identity.Tokens;

namespace Causeway.Api.Tests.Identity;

/// <summary>Signing in as Azure's clients do: the same requests in the same order, with the same forms.</summary>
public sealed class SignInTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    [Theory]
    [InlineData("2015-01-01")]
    [InlineData("1.0")]
    public async Task Old_metadata_is_one_old_object(string version)
    {
        JsonNode metadata = (await api.Anonymous.Get($"/metadata/endpoints?api-version={version}")).Is(200).Body!;
        foreach (string member in new[] { "galleryEndpoint", "graphEndpoint", "portalEndpoint" })
            Assert.Equal($"{api.Server.Endpoint}/", metadata[member]!.GetValue<string>());
        Assert.Equal($"{api.Server.Endpoint}/adfs", metadata["authentication"]!["loginEndpoint"]!.GetValue<string>());
        Assert.Equal($"{api.Server.Endpoint}/", metadata["authentication"]!["audiences"]![0]!.GetValue<string>());
    }

    [Theory]
    [InlineData("2019-05-01", true)]
    [InlineData("2020-06-01", true)]
    [InlineData("2022-09-01", false)]
    [InlineData("2024-01-01", false)]
    public async Task New_metadata_is_an_array_until_2022(string version, bool array)
    {
        JsonNode metadata = (await api.Anonymous.Get($"{api.Server.Endpoint}//metadata/endpoints?api-version={version}")).Is(200).Body!;
        JsonNode cloud = array ? Assert.Single(metadata.AsArray())! : metadata;
        Assert.Equal($"{api.Server.Endpoint}/", cloud["resourceManager"]!.GetValue<string>());
        // Terraform's provider does not start without it.
        Assert.EndsWith(".invalid", cloud["suffixes"]!["storage"]!.ToString(), StringComparison.Ordinal);
        Assert.NotNull(cloud["microsoftGraphResourceId"]);
        Assert.Equal("ADFS", cloud["authentication"]!["identityProvider"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/adfs")]
    [InlineData("/adfs/adfs")]
    [InlineData("/adfs/6dce768c-54a5-4664-a00c-eb713c4b7bb9")]
    [InlineData("/6dce768c-54a5-4664-a00c-eb713c4b7bb9/v2.0")]
    [InlineData("/6dce768c-54a5-4664-a00c-eb713c4b7bb9")]
    public async Task The_issuers_document_is_at_every_path_that_a_client_asks(string authority)
    {
        JsonNode document = (await api.Anonymous.Get($"{authority}/.well-known/openid-configuration")).Is(200).Body!;
        Assert.Equal($"{api.Server.Endpoint}/adfs", document["issuer"]!.GetValue<string>());
        Assert.Equal($"{api.Server.Endpoint}/adfs/oauth2/token", document["token_endpoint"]!.GetValue<string>());
        Assert.NotNull(document["authorization_endpoint"]);
        (await api.Anonymous.Get(document["jwks_uri"]!.GetValue<string>())).Is(200);
        // What it names is there, and answers as OAuth has it (the one for people refuses, and MSAL takes no document without it).
        Assert.Equal(
            ["authorization_endpoint", "token_endpoint"],
            document.AsObject().Select(m => m.Key).Where(k => k.EndsWith("_endpoint", StringComparison.Ordinal))
        );
        Answer people = (await api.Anonymous.Get(document["authorization_endpoint"]!.GetValue<string>())).Is(400);
        Assert.Equal("unauthorized_client", people.Body!["error"]!.GetValue<string>());
    }

    /// <summary>RFC 6749 §3.2: parameters once, and POST only. Which of two clients is meant is not guessed.</summary>
    [Fact]
    public async Task A_form_that_says_something_twice_and_a_query_get_no_token()
    {
        Application customer = api.Server.Installation.Principals["customer"];
        (string, string)[] form =
        [
            ("grant_type", "client_credentials"),
            ("client_id", customer.ClientId),
            ("client_secret", api.Server.Applications.SecretOf(customer)),
        ];
        foreach ((string name, string value) in form)
        {
            Answer twice = (await PostAsync("/adfs/oauth2/token", [.. form, (name, value)])).Is(400);
            Assert.Equal("invalid_request", twice.Body!["error"]!.GetValue<string>());
            Assert.Contains($"'{name}' is duplicated", twice.Body["error_description"]!.GetValue<string>(), StringComparison.Ordinal);
        }
        // What is not read may be there as often as it likes.
        (await PostAsync("/adfs/oauth2/token", [.. form, ("x-client", "1"), ("x-client", "2")])).Is(200);

        string query = string.Join('&', form.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"));
        using HttpResponseMessage got = await api.Anonymous.GetAsync($"/adfs/oauth2/token?{query}");
        Assert.Equal(System.Net.HttpStatusCode.MethodNotAllowed, got.StatusCode);
        Assert.Equal(["POST"], got.Content.Headers.Allow);
        JsonNode refusal = JsonNode.Parse(await got.Content.ReadAsStringAsync())!;
        Assert.Equal("invalid_request", refusal["error"]!.GetValue<string>());
        Assert.StartsWith("AADSTS900561:", refusal["error_description"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/adfs/oauth2/token")]
    [InlineData("/adfs/oauth2/token?client-request-id=8c0a7c1e")]
    [InlineData("/t/oauth2/token")]
    [InlineData("/t/oauth2/v2.0/token")]
    [InlineData("/adfs/t/oauth2/v2.0/token")]
    public async Task A_secret_gets_a_token_at_every_path(string path)
    {
        Application customer = api.Server.Installation.Principals["customer"];
        JsonNode answer = (
            await PostAsync(
                path,
                ("grant_type", "client_credentials"),
                ("client_id", customer.ClientId),
                ("client_secret", api.Server.Applications.SecretOf(customer)),
                ("scope", $"{api.Server.Endpoint}//.default"),
                ("client_info", "1"),
                ("claims", """{"access_token":{"xms_cc":{"values":["CP1"]}}}""")
            )
        )
            .Is(200)
            .Body!;
        Assert.Equal("Bearer", answer["token_type"]!.GetValue<string>());
        Assert.Equal(3600, answer["expires_in"]!.GetValue<int>());
        using HttpClient client = api.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", answer["access_token"]!.GetValue<string>());
        JsonNode subscriptions = (await client.Get("/subscriptions?api-version=2019-11-01")).Is(200).Body!;
        JsonNode only = Assert.Single(subscriptions["value"]!.AsArray())!;
        Assert.Equal($"/subscriptions/{api.CustomerSubscription}", only["id"]!.GetValue<string>());
        Assert.Equal("Enabled", only["state"]!.GetValue<string>());
        (await client.Get("/tenants?api-version=2019-11-01")).Is(200);
    }

    [Fact]
    public async Task A_user_name_and_password_get_an_identity_token_too()
    {
        Application customer = api.Server.Installation.Principals["customer"];
        JsonNode answer = (
            await PostAsync(
                "/adfs/oauth2/token",
                ("grant_type", "password"),
                ("username", customer.ClientId),
                ("password", api.Server.Applications.SecretOf(customer))
            )
        )
            .Is(200)
            .Body!;
        Assert.NotNull(answer["id_token"]);
    }

    [Fact]
    public async Task Refusals_have_the_form_that_clients_print()
    {
        Application customer = api.Server.Installation.Principals["customer"];
        (string Error, string Number, (string, string)[] Form)[] cases =
        [
            (
                "invalid_client",
                "AADSTS7000215",
                [("grant_type", "client_credentials"), ("client_id", customer.ClientId), ("client_secret", "wrong")]
            ),
            ("invalid_client", "AADSTS7000218", [("grant_type", "client_credentials"), ("client_id", customer.ClientId)]),
            ("unauthorized_client", "AADSTS700016", [("grant_type", "client_credentials"), ("client_id", "who"), ("client_secret", "x")]),
            ("unsupported_grant_type", "AADSTS70003", [("grant_type", "magic")]),
            ("invalid_request", "AADSTS900144", [("grant_type", "client_credentials")]),
            (
                "invalid_client",
                "AADSTS700027",
                [
                    ("grant_type", "client_credentials"),
                    ("client_id", customer.ClientId),
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    ("client_assertion", "nonsense"),
                ]
            ),
        ];
        foreach ((string error, string number, (string, string)[] form) in cases)
        {
            Answer answer = await PostAsync("/adfs/oauth2/token", form);
            Assert.True(answer.Code is 400 or 401, answer.Text);
            Assert.Equal(error, ((JsonObject)answer.Body!)["error"]!.GetValue<string>());
            Assert.StartsWith(number + ":", answer.Body["error_description"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal(int.Parse(number[6..]), answer.Body["error_codes"]![0]!.GetValue<int>());
        }
        Assert.Equal(400, (await api.Anonymous.Post("/adfs/oauth2/token", "{}")).Code);
    }

    [Fact]
    public async Task Webfinger_trusts_the_realm()
    {
        JsonNode answer = (
            await api.Anonymous.Get("/.well-known/webfinger?rel=http://schemas.microsoft.com/rel/trusted-realm&resource=https://localhost")
        )
            .Is(200)
            .Body!;
        Assert.Equal("https://localhost", answer["links"]![0]!["href"]!.GetValue<string>());
    }

    [Fact]
    public async Task Tokens_outlive_a_restart_and_secrets_stay()
    {
        (string before, string secret) = (await api.TokenAsync("customer"), await File.ReadAllTextAsync(api.Server.AccessFile));
        await api.RestartAsync();
        using HttpClient client = api.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", before);
        (await client.Get("/subscriptions?api-version=2019-11-01")).Is(200);
        Assert.Equal(secret, await File.ReadAllTextAsync(api.Server.AccessFile));
    }

    [Fact]
    public void What_holds_secrets_is_readable_by_its_owner_only()
    {
        foreach (string file in new[] { "access.json", "key", "server.key" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(api.DataFolder, file)));
        JsonNode access = JsonNode.Parse(File.ReadAllText(api.Server.AccessFile))!;
        Assert.Equal(api.Server.Endpoint, access["endpoint"]!.GetValue<string>());
        Assert.Equal($"{api.Server.Endpoint}/adfs", access["activeDirectory"]!.GetValue<string>());
        foreach (string principal in new[] { "customer", "otherCustomer", "provider", "operator" })
            Assert.NotEmpty(access["principals"]![principal]!["clientSecret"]!.GetValue<string>());
        Assert.True(File.Exists(access["caFile"]!.GetValue<string>()));
        string secret = access["principals"]!["customer"]!["clientSecret"]!.GetValue<string>();
        // The lock is held exclusively, and empty.
        foreach (
            string file in Directory.GetFiles(api.DataFolder, "causeway.db*").Where(f => !f.EndsWith(".lock", StringComparison.Ordinal))
        )
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            open.CopyTo(copy);
            Assert.DoesNotContain(secret, System.Text.Encoding.Latin1.GetString(copy.ToArray()), StringComparison.Ordinal);
        }
    }

    private async Task<Answer> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using HttpResponseMessage response = await api.Anonymous.PostAsync(path, content);
        string text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, response.Headers, JsonNode.Parse(text), text);
    }
}
