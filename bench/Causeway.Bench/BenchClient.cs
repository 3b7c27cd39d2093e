using System.Net.Http.Headers;
using System.Text;
using Causeway.Client;

namespace Causeway.Bench;

/// <summary>Sends prepared requests and checks nothing but the status, to leave the cores to the server.</summary>
internal sealed class BenchClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly TokenSource _tokens;
    private readonly string _group;
    private readonly string _usage;
    private static readonly byte[] Circuit = Encoding.UTF8.GetBytes(
        """{"location":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},"properties":{"serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":200}}}"""
    );

    public BenchClient(AccessFile access, string principal = "customer")
    {
        _http = ArmClient.NewHttpClient(access);
        _tokens = new TokenSource(_http, access, access.Principals[principal], TimeProvider.System);
        _group = $"/subscriptions/{access.Subscriptions["customer"]}/resourceGroups/bench";
        _usage = $"/subscriptions/{access.Subscriptions["customer"]}/providers/Causeway.Billing/usageRecords";
    }

    public Task PutGroupAsync() =>
        SendAsync(HttpMethod.Put, $"{_group}?api-version={ArmClient.ResourcesVersion}", """{"location":"westeurope"}"""u8.ToArray());

    public Task CreateAsync(int number) => SendAsync(HttpMethod.Put, PathOf(number), Circuit);

    /// <summary>A change that is nothing but one.</summary>
    public Task TagAsync(int number, string value) =>
        SendAsync(HttpMethod.Patch, PathOf(number), Encoding.UTF8.GetBytes($$$"""{"tags":{"bench":"{{{value}}}"}}"""));

    /// <summary>Of a circuit, without a version.</summary>
    public string IdOf(int number) => $"{_group}/providers/Microsoft.Network/expressRouteCircuits/bench-{number}";

    public async Task<string> TokenAsync() => (await _tokens.HeaderAsync(CancellationToken.None)).Parameter!;

    public Task GetAsync(int number) => SendAsync(HttpMethod.Get, PathOf(number), null);

    public Task ListPageAsync() =>
        SendAsync(
            HttpMethod.Get,
            $"{_group}/providers/Microsoft.Network/expressRouteCircuits?api-version={ArmClient.NetworkVersion}&$top=100",
            null
        );

    public Task UsagePageAsync() => SendAsync(HttpMethod.Get, $"{_usage}?api-version=2026-11-01&$top=100", null);

    private string PathOf(int number) => $"{IdOf(number)}?api-version={ArmClient.NetworkVersion}";

    /// <summary>What was answered.</summary>
    /// <exception cref="InvalidOperationException">It was no success.</exception>
    public async Task<string> SendAsync(HttpMethod method, string path, byte[]? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = await _tokens.HeaderAsync(CancellationToken.None);
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage response = await _http.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{method} {path}: {answer}");
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _http.Dispose();
    }
}
