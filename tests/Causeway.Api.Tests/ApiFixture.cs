using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Causeway.Domain.Circuits;
using Causeway.Server;
using Causeway.Server.Configuration;
using Causeway.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Causeway.Api.Tests;

/// <summary>
/// The whole server in this process, on a free port, with a data folder of its own; and a client for each of its first principals, signed in as any client
/// would be. Limits and throttling are off unless a derived fixture sets them.
/// </summary>
public abstract class ApiFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-api-").FullName;
    private ServerHost? _server;

    public ServerHost Server => _server ?? throw new InvalidOperationException("The server has not started.");

    public HttpClient Customer { get; private set; } = null!;
    public HttpClient OtherCustomer { get; private set; } = null!;
    public HttpClient Provider { get; private set; } = null!;
    public HttpClient Operator { get; private set; } = null!;

    /// <summary>Trusts the local CA, has no token.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    /// <summary>Folder with the database, keys and access.json.</summary>
    public string DataFolder => Path.Combine(_folder, "data");

    public string CustomerSubscription => Server.Installation.Subscriptions["customer"].Id;
    public string OtherSubscription => Server.Installation.Subscriptions["otherCustomer"].Id;
    public string ProviderSubscription => Server.Installation.Subscriptions["provider"].Id;

    /// <summary>Null for SQLite.</summary>
    protected abstract Task<string?> DatabaseAsync();

    /// <summary>Changes what a derived fixture wants otherwise.</summary>
    protected virtual ServerSettings Configure(ServerSettings settings) => settings;

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
    }

    /// <summary>Stops the server and starts it again on the same data and the same port.</summary>
    public async Task RestartAsync()
    {
        int port = new Uri(Server.Endpoint).Port;
        await Server.DisposeAsync();
        await StartAsync(port);
    }

    private string? _database;
    private bool _hasDatabase;

    private async Task StartAsync(int port = 0)
    {
        if (!_hasDatabase)
            _database = await DatabaseAsync();
        _hasDatabase = true;
        _server = await ServerHost.StartAsync(
            Configure(
                new ServerSettings
                {
                    DataFolder = DataFolder,
                    Listen = new IPEndPoint(IPAddress.Loopback, port),
                    Database = _database,
                    BgpPort = FreePort(),
                    Circuits = new CircuitPolicy
                    {
                        Limits = new CircuitLimits { CircuitsPerSubscription = 0, CircuitsPerRegion = 0 },
                    },
                }
            ),
            CancellationToken.None
        );
        Anonymous = NewClient();
        Customer = await SignedInAsync("customer");
        OtherCustomer = await SignedInAsync("otherCustomer");
        Provider = await SignedInAsync("provider");
        Operator = await SignedInAsync("operator");
    }

    /// <summary>A client that takes any certificate, so that it can call the server by a name that is not the server's.</summary>
    public HttpClient NewClientOfAnyName() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                },
            }
        )
        {
            BaseAddress = new Uri(Server.Endpoint),
        };

    /// <summary>A client without token that trusts the installation's CA and nothing else.</summary>
    public HttpClient NewClient()
    {
        X509Certificate2 authority = Server.Authority;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri(Server.Endpoint) };
    }

    /// <summary>A client that carries a token of one of the first principals.</summary>
    public async Task<HttpClient> SignedInAsync(string principal)
    {
        HttpClient client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(principal));
        return client;
    }

    public async Task<string> TokenAsync(string principal)
    {
        var application = Server.Installation.Principals[principal];
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = application.ClientId,
                ["client_secret"] = Server.Applications.SecretOf(application),
                ["scope"] = $"{Server.Endpoint}//.default",
            }
        );
        using HttpResponseMessage response = await Anonymous.PostAsync("/adfs/oauth2/token", form);
        string text = await response.Content.ReadAsStringAsync();
        return JsonNode.Parse(text)!["access_token"]?.GetValue<string>() ?? throw new InvalidOperationException(text);
    }

    internal static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>On SQLite in the data folder.</summary>
public class SqliteApi : ApiFixture
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

/// <summary>On a database of its own in a real PostgreSQL server.</summary>
public class PostgresApi(PostgresServer server) : ApiFixture
{
    protected override async Task<string?> DatabaseAsync() => await server.NewDatabaseAsync();
}
