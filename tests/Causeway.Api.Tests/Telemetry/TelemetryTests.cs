using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Server.Configuration;
using Causeway.Server.Telemetry;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Causeway.Api.Tests.Telemetry;

/// <summary>A server that sends all it has to a collector.</summary>
public sealed class CollectedApi : SqliteApi
{
    public OtlpCollector Collector { get; } = new();

    // Of OpenTelemetry's own variables one, so that nobody waits for a minute; read by no server of another test.
    static CollectedApi() => Environment.SetEnvironmentVariable("OTEL_METRIC_EXPORT_INTERVAL", "1000");

    protected override ServerSettings Configure(ServerSettings settings) =>
        settings with
        {
            Telemetry = new TelemetrySettings { Collector = Collector.Address },
        };
}

/// <summary>What a collector sees of the work.</summary>
public sealed class TelemetryTests(CollectedApi api) : IClassFixture<CollectedApi>
{
    private readonly CircuitServer _server = new(api);

    private Task<IReadOnlyList<Span>> SpansAsync(string trace, params string[] names) =>
        Eventually.Get<IReadOnlyList<Span>>(
            () => [.. api.Collector.Spans.Where(s => s.Trace == trace)],
            spans => names.All(n => spans.Any(s => s.Name == n)),
            $"spans {string.Join(", ", names)} in the trace {trace}; there are: {string.Join("; ", api.Collector.Spans.Where(s => s.Trace == trace))}",
            TimeSpan.FromSeconds(60)
        );

    private static (string Trace, string Parent, (string, string) Header) NewTrace()
    {
        string trace = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        string parent = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        return (trace, parent, ("traceparent", $"00-{trace}-{parent}-01"));
    }

    [Fact]
    public async Task A_put_of_a_peering_is_one_trace_from_the_request_to_both_routers_and_back()
    {
        string id = await _server.ProvisionedAsync();
        (string trace, string parent, (string, string) header) = NewTrace();
        Circuits.Answer put = await _server.SendAsync(
            "customer",
            HttpMethod.Put,
            $"{id}/peerings/AzurePrivatePeering",
            CircuitServer.Peering(),
            header: header
        );
        Assert.Equal("Succeeded", (await _server.EndAsync("customer", put))["status"]!.GetValue<string>());

        const string Decide = "decide Microsoft.Network/expressRouteCircuits";
        const string Write = "Microsoft.Network/expressRouteCircuits/peerings/write";
        IReadOnlyList<Span> spans = await SpansAsync(trace, Write, Decide, "commit", "reconcile", "apply", "observe");
        Span request = Assert.Single(spans, s => s.Parent == parent);
        Assert.StartsWith("PUT /subscriptions/{subscription}/", request.Name, StringComparison.Ordinal);
        Assert.Equal(request.Id, Assert.Single(spans, s => s.Name == Write).Parent);
        Span reconcile = Assert.Single(spans, s => s.Name == "reconcile");
        Assert.Contains(spans, s => s.Name == "commit" && s.Id == reconcile.Parent);
        Assert.Equal(2, spans.Count(s => s.Name == "apply" && s.Parent == reconcile.Id));
        // What the routers said comes back to the circuit in the same trace.
        Assert.Contains(spans, s => s.Name == Decide && s.Parent == reconcile.Id);
    }

    [Fact]
    public async Task An_effect_goes_on_with_the_trace_of_who_asked_for_it()
    {
        string group = await _server.GroupAsync();
        (string trace, _, (string, string) header) = NewTrace();
        await _server.SendAsync("customer", HttpMethod.Delete, group, version: "2022-09-01", header: header);
        IReadOnlyList<Span> spans = await SpansAsync(trace, "effect delete-resource-group");
        Span run = spans.First(s => s.Name == "effect delete-resource-group");
        Assert.Contains(spans, s => s.Name == "commit" && s.Id == run.Parent);
    }

    [Fact]
    public async Task Metrics_and_logs_are_sent_too() =>
        await Eventually.True(
            () => api.Collector.Text("/v1/metrics").Contains("causeway.loop.well", StringComparison.Ordinal),
            "metrics at the collector",
            TimeSpan.FromSeconds(90)
        );
}

/// <summary>
/// Servers that tell nobody, or who asks; processes of their own, since a meter of another server that ends takes what has the same name with it.
/// </summary>
public sealed class TelemetryAccessTests
{
    [Fact]
    public async Task Nothing_is_there_unless_it_is_set()
    {
        await using var api = new SqliteApi();
        await api.InitializeAsync();
        Assert.NotEqual(200, (await api.Operator.Get("/metrics")).Code);
        Assert.DoesNotContain(
            api.Server.Services.GetServices<IHostedService>(),
            s => s.GetType().FullName!.StartsWith("OpenTelemetry", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Metrics_are_for_who_may_read_the_status()
    {
        await using var server = new ServerProcess(["--telemetry-metrics", "reader"]);
        await server.StartAsync();
        using HttpClient anonymous = NewClient(server);
        Assert.Equal(401, (await anonymous.Get("/metrics")).Code);
        using HttpClient customer = await SignedInAsync(server, "customer");
        Assert.Equal(403, (await customer.Get("/metrics")).Code);
        using HttpClient operators = await SignedInAsync(server, "operator");
        Answer metrics = await Eventually.Get(
            () => operators.Get("/metrics"),
            m =>
                m.Text.Split('\n').Where(l => l.StartsWith("causeway_router_in_place{", StringComparison.Ordinal)).ToList()
                    is { Count: 8 } routers
                && routers.All(r => r.EndsWith(" 1", StringComparison.Ordinal)),
            "every router, also those that nobody wants anything of, to be as it should be"
        );
        metrics.Is(200);
        foreach (
            string name in new[]
            {
                "causeway_loop_well{",
                "causeway_loop_turns_total{",
                "causeway_router_well{",
                "causeway_router_owned{",
                "causeway_store_answers",
                "causeway_store_duration_seconds_count",
                "le=\"0.0025\"",
                "causeway_commit_duration_seconds_bucket{",
                "causeway_signins_total{",
                "causeway_wake_ups_waiting",
                "causeway_topology_revision",
                "http_server_request_duration_seconds_count{",
                "http_route=\"/adfs/oauth2/token\"",
                "kestrel_active_connections",
            }
        )
            Assert.Contains(name, metrics.Text, StringComparison.Ordinal);
    }

    private static HttpClient NewClient(ServerProcess server) =>
        new(new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null } })
        {
            BaseAddress = new Uri(server.Endpoint),
        };

    private static async Task<HttpClient> SignedInAsync(ServerProcess server, string who)
    {
        JsonNode principal = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(server.Data, "access.json")))!["principals"]![who]!;
        HttpClient client = NewClient(server);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = principal["clientId"]!.GetValue<string>(),
                ["client_secret"] = principal["clientSecret"]!.GetValue<string>(),
            }
        );
        using HttpResponseMessage answer = await client.PostAsync("/adfs/oauth2/token", form);
        string token = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>A counter that appears with the first failure, no alarm sees rise; a gauge that is absent looks like a collector that is.</summary>
    [Fact]
    public async Task What_has_not_happened_yet_is_zero_from_the_start()
    {
        await using var server = new ServerProcess(["--telemetry-metrics", "local"]);
        await server.StartAsync();
        using HttpClient client = NewClient(server);
        string metrics = await Eventually.Get(
            () => client.GetStringAsync("/metrics"),
            m => m.Contains("causeway_sessions", StringComparison.Ordinal),
            "the status to have been read once"
        );
        foreach (
            string name in (string[])
                [
                    """causeway_effects_given_up_total{otel_scope_name="Causeway.Workflows",kind="delete-resource-group"}""",
                    """causeway_effect_runs_total{otel_scope_name="Causeway.Workflows",kind="delete-resource-group",outcome="Done"}""",
                    """causeway_effect_runs_total{otel_scope_name="Causeway.Workflows",kind="delete-resource-group",outcome="Retry"}""",
                    """causeway_effects_waiting{otel_scope_name="Causeway.Server",kind="delete-resource-group"}""",
                    """causeway_effects_running{otel_scope_name="Causeway.Server",kind="delete-resource-group"}""",
                    """causeway_effects_overdue_seconds{otel_scope_name="Causeway.Server",kind="delete-resource-group"}""",
                    """causeway_requests_throttled_total{otel_scope_name="Causeway.Arm",kind="writes"}""",
                    """causeway_signins_total{otel_scope_name="Causeway.Identity",outcome="ok"}""",
                    """causeway_sessions{otel_scope_name="Causeway.Server",router="ams-1-primary",state="Established"}""",
                    """causeway_routes_accepted{otel_scope_name="Causeway.Server",router="ams-1-primary"}""",
                ]
        )
            Assert.Matches(
                $@"(?m)^{System.Text.RegularExpressions.Regex.Escape(name).Replace("otel_scope_name=", "[^}]*otel_scope_name=", StringComparison.Ordinal)} 0\b",
                metrics
            );
    }

    [Fact]
    public async Task Local_readers_need_no_token()
    {
        await using var server = new ServerProcess(["--telemetry-metrics", "local", "--log-format", "json", "--log-level", "information"]);
        await server.StartAsync();
        using HttpClient client = NewClient(server);
        string metrics = await client.GetStringAsync("/metrics");
        Assert.Contains("causeway_loop_well", metrics, StringComparison.Ordinal);
        // A request is an entry of the log: a JSON object with time, level, number and the trace that it is part of.
        JsonNode entry = await Eventually.Get(
            () =>
                server
                    .Output.Split('\n')
                    .Where(line => line.StartsWith('{'))
                    .Select(line => JsonNode.Parse(line)!)
                    .FirstOrDefault(e => e["EventId"]?.GetValue<int>() == 6001)!,
            e => e is not null,
            "the line of the request"
        );
        Assert.Equal("Information", entry["LogLevel"]!.GetValue<string>());
        Assert.True(DateTimeOffset.TryParse(entry["Timestamp"]!.GetValue<string>(), out _));
        Assert.Equal("/metrics", entry["State"]!["Path"]!.GetValue<string>());
        Assert.Contains("TraceId", entry["Scopes"]!.ToJsonString(), StringComparison.Ordinal);
        // And the only one of it.
        JsonNode[] all = [.. server.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!)];
        Assert.Single(
            all,
            e =>
                e["Category"]!.GetValue<string>() != "Microsoft.Hosting.Lifetime"
                && e.ToJsonString().Contains("/metrics", StringComparison.Ordinal)
        );
        // A folder that is new holds nothing that an older program stored.
        Assert.DoesNotContain(all, e => e["EventId"]!.GetValue<int>() == 1031);
    }
}
