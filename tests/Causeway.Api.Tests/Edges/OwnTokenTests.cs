using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Causeway.Identity.Directory;
using Causeway.Identity.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Edges;

/// <summary>What our own tokens open, and guessing at the endpoint that gives them.</summary>
public sealed class OwnTokenTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string Subscriptions = "/subscriptions?api-version=2019-11-01";

    private Application Customer => api.Server.Installation.Principals["customer"];

    private string Secret(Application application) => api.Server.Applications.SecretOf(application);

    private async Task<(int Status, JsonNode Body, string? RetryAfter)> PostAsync(
        HttpContent content,
        string? basic = null,
        string? host = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/adfs/oauth2/token") { Content = content };
        if (basic is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(basic))
            );
        if (host is not null)
            request.Headers.Host = host;
        using HttpClient client = api.NewClientOfAnyName();
        using HttpResponseMessage response = await client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, JsonNode.Parse(text)!, response.Headers.RetryAfter?.ToString());
    }

    private Task<(int Status, JsonNode Body, string? RetryAfter)> FormAsync(params (string, string)[] form) =>
        PostAsync(new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Item1, f.Item2))));

    private Task<(int Status, JsonNode Body, string? RetryAfter)> SignInAsync(Application who, string secret, string? scope = null) =>
        FormAsync(
            ("grant_type", "client_credentials"),
            ("client_id", who.ClientId),
            ("client_secret", secret),
            ("scope", scope ?? $"{api.Server.Endpoint}/.default")
        );

    private async Task<int> OpensAsync(string token)
    {
        using HttpClient client = api.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return (await client.Get(Subscriptions)).Code;
    }

    [Theory]
    [InlineData("{0}/.default", 200)]
    [InlineData("{0}//.default", 200)]
    [InlineData("https://127.0.0.1:{1}/.default", 200)]
    [InlineData("https://[::1]:{1}/.default", 200)]
    [InlineData("https://management.core.windows.net//.default", 200)]
    [InlineData("https://management.azure.com/.default", 200)]
    [InlineData("https://management.azure.com.example/.default", 401)]
    [InlineData("https://management.azure.com/x/.default", 401)]
    [InlineData("https://graph.microsoft.com/.default", 401)]
    [InlineData("https://graph.example/.default", 401)]
    [InlineData("https://localhost:1/.default", 200)] // another node of this installation, or a port that is forwarded to it
    [InlineData("https://localhost.example:{1}/.default", 401)]
    [InlineData("https://x@localhost:{1}/.default", 401)]
    [InlineData("http://localhost:{1}/.default", 401)]
    [InlineData("{0}/other/service/.default", 401)]
    [InlineData("api://causeway/.default", 401)]
    public async Task A_token_opens_what_it_was_asked_for(string scope, int expected)
    {
        string asked = string.Format(scope, api.Server.Endpoint, new Uri(api.Server.Endpoint).Port);
        JsonNode token = (await SignInAsync(Customer, Secret(Customer), asked)).Body;
        Assert.Equal(expected, token["access_token"] is { } got ? await OpensAsync(got.ToString()) : 401);
    }

    /// <summary>What a request says of its host is not who we are: neither as audience nor as issuer.</summary>
    [Fact]
    public async Task A_token_got_under_another_host_does_not_open_this_one()
    {
        var form = new FormUrlEncodedContent([
            KeyValuePair.Create("grant_type", "client_credentials"),
            KeyValuePair.Create("client_id", Customer.ClientId),
            KeyValuePair.Create("client_secret", Secret(Customer)),
            KeyValuePair.Create("scope", $"{api.Server.Endpoint}/.default"),
        ]);
        JsonNode token = (await PostAsync(form, host: "evil.example")).Body;
        Assert.Equal(401, await OpensAsync(token["access_token"]!.ToString()));
    }

    [Fact]
    public async Task An_identity_token_is_no_access_token()
    {
        JsonNode answer = (
            await FormAsync(("grant_type", "password"), ("username", Customer.ClientId), ("password", Secret(Customer)))
        ).Body;
        Assert.Equal(401, await OpensAsync(answer["id_token"]!.ToString()));
        Assert.Equal(200, await OpensAsync(answer["access_token"]!.ToString()));
    }

    /// <summary>Whatever way the client is named: in the form, in a header beside a decoy, as a user.</summary>
    [Theory]
    [InlineData("form")]
    [InlineData("basic")]
    [InlineData("password")]
    public async Task Guesses_are_counted_for_the_client_that_is_tried_and_the_right_secret_passes(string way)
    {
        Application victim = api.Server.Installation.Principals[
            way switch
            {
                "form" => "provider",
                "basic" => "otherCustomer",
                _ => "operator",
            }
        ];
        var seen = new Dictionary<int, int>();
        for (int i = 0; i < 60; i++)
        {
            (int status, JsonNode _, string? retryAfter) = await TryAsync(victim, $"guess{i}", $"decoy-{i}");
            seen[status] = seen.GetValueOrDefault(status) + 1;
            Assert.True(status != 429 || retryAfter is not null);
        }
        Assert.Equal(30, seen.GetValueOrDefault(401));
        Assert.Equal(30, seen.GetValueOrDefault(429));
        Assert.Equal(200, (await TryAsync(victim, Secret(victim), "decoy")).Status);
        Assert.Equal(200, (await SignInAsync(Customer, Secret(Customer))).Status);
        Assert.Equal(401, (await SignInAsync(Customer, "wrong once")).Status);

        Task<(int Status, JsonNode Body, string? RetryAfter)> TryAsync(Application who, string secret, string decoy) =>
            way switch
            {
                "form" => SignInAsync(who, secret),
                "basic" => PostAsync(
                    new FormUrlEncodedContent([
                        KeyValuePair.Create("grant_type", "client_credentials"),
                        KeyValuePair.Create("client_id", decoy),
                    ]),
                    basic: $"{who.ClientId}:{secret}"
                ),
                _ => FormAsync(("grant_type", "password"), ("username", who.ClientId), ("password", secret), ("client_id", decoy)),
            };
    }

    [Fact]
    public async Task A_form_has_its_limit_however_it_is_sent_and_nothing_else_is_read()
    {
        try
        {
            Assert.Equal(400, (await PostAsync(new ChunkedForm(3_600_000))).Status);
        }
        catch (HttpRequestException e) when (e.InnerException is IOException)
        {
            // The server does not read on: the answer may be lost to a client that is still sending.
        }
        using var multipart = new MultipartFormDataContent { { new StringContent("client_credentials"), "grant_type" } };
        multipart.Add(new ByteArrayContent(new byte[200_000]), "file", "file");
        (int status, JsonNode body, _) = await PostAsync(multipart);
        Assert.Equal((400, "invalid_request"), (status, body["error"]!.ToString()));
        // Chunked and small is fine.
        Assert.Equal(
            401,
            (await PostAsync(new ChunkedForm(0, $"grant_type=client_credentials&client_id={Customer.ClientId}&client_secret=x"))).Status
        );
    }

    private sealed class ChunkedForm : HttpContent
    {
        private readonly int _bytes;
        private readonly string _text;

        public ChunkedForm(int bytes, string text = "grant_type=client_credentials&client_id=")
        {
            (_bytes, _text) = (bytes, text);
            Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(_text));
            byte[] block = new byte[10_000];
            Array.Fill(block, (byte)'a');
            try
            {
                for (int sent = 0; sent < _bytes; sent += block.Length)
                    await stream.WriteAsync(block);
            }
            catch (IOException)
            {
                // The server has answered and does not read on.
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
