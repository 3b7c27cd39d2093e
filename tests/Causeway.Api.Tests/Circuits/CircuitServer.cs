using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Domain.Circuits;
using Causeway.Serve;
using Causeway.Testing;

namespace Causeway.Api.Tests.Circuits;

/// <summary>An answer as it came over the wire.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException($"{Status} without a body");

    public JsonNode Properties => Json["properties"]!;

    public string ErrorCode => Json["error"]!["code"]!.GetValue<string>();

    public string ErrorMessage => Json["error"]!["message"]!.GetValue<string>();

    public string Header(string name) => Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : "";
}

/// <summary>The whole server in this process, on a store of its own, spoken to over HTTPS as any client would.</summary>
public abstract class CircuitServer : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("causeway-circuits-").FullName;
    private readonly Dictionary<string, string> _tokens = [];
    private ServerHost _host = null!;
    private HttpClient _http = null!;
    private int _names;

    public AccessFile Access { get; private set; } = null!;

    protected abstract Task<string?> DatabaseAsync();

    protected virtual CircuitPolicy Policy =>
        new()
        {
            Limits = new CircuitLimits { CircuitsPerRegion = 0, CircuitsPerSubscription = 0 },
        };

    public async ValueTask InitializeAsync()
    {
        _host = await ServerHost.StartAsync(
            new ServerSettings
            {
                DataFolder = _data,
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Database = await DatabaseAsync(),
                BgpPort = FreePort(),
                Circuits = Policy,
            },
            CancellationToken.None
        );
        Access = AccessFile.Load(_host.AccessFile);
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    CertificateChainPolicy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        CustomTrustStore = { _host.Authority },
                        RevocationMode = X509RevocationMode.NoCheck,
                    },
                },
            }
        )
        {
            BaseAddress = new Uri(Access.Endpoint),
        };
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    public string Subscription(string who = "customer") => $"/subscriptions/{Access.Subscriptions[who]}";

    /// <summary>A number that no other test of this server has.</summary>
    public int Fresh() => Interlocked.Increment(ref _names);

    /// <summary>A new resource group.</summary>
    public async Task<string> GroupAsync(string who = "customer")
    {
        string id = $"{Subscription(who)}/resourceGroups/rg{Fresh()}";
        await OkAsync(who, HttpMethod.Put, id, new JsonObject { ["location"] = "westeurope" }, version: "2022-09-01");
        return id;
    }

    public async Task<Answer> SendAsync(
        string who,
        HttpMethod method,
        string path,
        JsonNode? body = null,
        string version = "2024-01-01",
        (string Name, string Value)? header = null
    )
    {
        string url =
            path.StartsWith("https://", StringComparison.Ordinal) || path.Contains("api-version=", StringComparison.Ordinal)
                ? path
                : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version={version}";
        using var request = new HttpRequestMessage(method, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(who));
        if (header is { } h)
            request.Headers.TryAddWithoutValidation(h.Name, h.Value);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.SendAsync(request);
        return new Answer(response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync());
    }

    /// <summary>As <see cref="SendAsync"/>, and anything but success fails the test.</summary>
    public async Task<Answer> OkAsync(string who, HttpMethod method, string path, JsonNode? body = null, string version = "2024-01-01")
    {
        Answer answer = await SendAsync(who, method, path, body, version);
        Assert.True((int)answer.Status is >= 200 and < 300, $"{method} {path}: {(int)answer.Status} {answer.Text}");
        return answer;
    }

    /// <summary>Sends, and waits for the operation; it has to succeed.</summary>
    public async Task<Answer> DoneAsync(string who, HttpMethod method, string path, JsonNode? body = null)
    {
        Answer answer = await OkAsync(who, method, path, body);
        Assert.Equal("Succeeded", (await EndAsync(who, answer))["status"]!.GetValue<string>());
        return answer;
    }

    /// <summary>Polls the operation of an answer until it ends.</summary>
    public async Task<JsonNode> EndAsync(string who, Answer answer) =>
        (
            await Eventually.Get(
                () => SendAsync(who, HttpMethod.Get, answer.Header("Azure-AsyncOperation")),
                poll => poll.Json["status"]!.GetValue<string>() != "InProgress",
                "the operation to end"
            )
        ).Json;

    public Task<Answer> GetAsync(string path, string who = "customer") => OkAsync(who, HttpMethod.Get, path);

    /// <summary>The result of an asynchronous POST.</summary>
    public async Task<JsonNode> TableAsync(string path, string who = "customer")
    {
        Answer started = await SendAsync(who, HttpMethod.Post, path);
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Assert.Equal("null", started.Text);
        Assert.Equal("", started.Header("Azure-AsyncOperation"));
        return (
            await Eventually.Get(
                () => SendAsync(who, HttpMethod.Get, started.Header("Location")),
                r => r.Status != HttpStatusCode.Accepted,
                "the table"
            )
        ).Json;
    }

    public static JsonObject Body(string provider = "Equinix", int mbps = 200, string tier = "Standard", string family = "MeteredData") =>
        new()
        {
            ["location"] = "westeurope",
            ["sku"] = new JsonObject
            {
                ["name"] = $"{tier}_{family}",
                ["tier"] = tier,
                ["family"] = family,
            },
            ["properties"] = new JsonObject
            {
                ["serviceProviderProperties"] = new JsonObject
                {
                    ["serviceProviderName"] = provider,
                    ["peeringLocation"] = "Amsterdam",
                    ["bandwidthInMbps"] = mbps,
                },
            },
        };

    /// <summary>A new circuit in a new group.</summary>
    public async Task<string> CircuitAsync(JsonObject? body = null)
    {
        string id = $"{await GroupAsync()}/providers/Microsoft.Network/expressRouteCircuits/circuit1";
        await DoneAsync("customer", HttpMethod.Put, id, body ?? Body());
        return id;
    }

    /// <summary>The provider's path to a circuit.</summary>
    public async Task<string> CrossAsync(string circuit)
    {
        string key = (await GetAsync(circuit)).Properties["serviceKey"]!.GetValue<string>();
        return $"{Subscription("provider")}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
    }

    public async Task ProviderAsync(string circuit, params string[] states)
    {
        string cross = await CrossAsync(circuit);
        foreach (string state in states)
            await DoneAsync("provider", HttpMethod.Put, cross, State(state));
    }

    public async Task<string> ProvisionedAsync(JsonObject? body = null)
    {
        string circuit = await CircuitAsync(body);
        await ProviderAsync(circuit, "Provisioning", "Provisioned");
        return circuit;
    }

    public static JsonObject State(string state) =>
        new() { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state } };

    /// <summary>A private peering on addresses that no other test has.</summary>
    public JsonObject Peering(int vlan = 101)
    {
        int n = Fresh();
        return new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["peeringType"] = "AzurePrivatePeering",
                ["peerASN"] = 65010,
                ["primaryPeerAddressPrefix"] = $"127.{100 + n / 256}.{n % 256}.0/30",
                ["secondaryPeerAddressPrefix"] = $"127.{100 + n / 256}.{n % 256}.4/30",
                ["vlanId"] = vlan,
            },
        };
    }

    private async Task<string> TokenAsync(string who)
    {
        lock (_tokens)
            if (_tokens.TryGetValue(who, out string? known))
                return known;
        PrincipalSecret secret = Access.Principals[who];
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = secret.ClientId,
                ["client_secret"] = secret.ClientSecret,
                ["resource"] = Access.Endpoint,
            }
        );
        using HttpResponseMessage response = await _http.PostAsync($"{Access.ActiveDirectory}/oauth2/token", form);
        string token = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();
        lock (_tokens)
            return _tokens[who] = token;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

public class SqliteCircuitServer : CircuitServer
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

public class PostgresCircuitServer(PostgresServer postgres) : CircuitServer
{
    protected override async Task<string?> DatabaseAsync() => await postgres.NewDatabaseAsync();
}
