using System.Text.Json.Nodes;
using Causeway.Api.Tests;

namespace Causeway.Samples;

/// <summary>A group of its own on a server, where one sample is tried and those that it needs are made.</summary>
internal sealed class Stage
{
    private const string GroupVersion = "2022-09-01";
    private static int s_last;

    private readonly ApiFixture _api;
    private readonly Dictionary<Type, string> _made = [];

    private Stage(ApiFixture api) => _api = api;

    /// <summary>No other stage has it: for addresses that nobody else may use.</summary>
    public int Number { get; } = Interlocked.Increment(ref s_last);

    public string Subscription => $"/subscriptions/{_api.CustomerSubscription}";

    public string ProviderSubscription => $"/subscriptions/{_api.ProviderSubscription}";

    /// <summary>The group, in the customer's subscription.</summary>
    public string Group => $"{Subscription}/resourceGroups/stage{Number}";

    public static async Task<Stage> OpenAsync(ApiFixture api)
    {
        var stage = new Stage(api);
        await stage.SendAsync("customer", $"{stage.Group}?api-version={GroupVersion}", """{"location":"westeurope"}""");
        return stage;
    }

    /// <summary>A path in the group.</summary>
    public string InGroup(string type, string name = "sample") => $"{Group}/providers/{type}/{name}";

    /// <summary>A private /29 of loopback addresses for the two links of a peering, the third octet's neighbour by <paramref name="offset"/> (0 to 248).</summary>
    public string Link(int offset) => $"127.{160 + Number / 250}.{Number % 250}.{offset}";

    public HttpClient As(string who) =>
        who switch
        {
            "customer" => _api.Customer,
            "otherCustomer" => _api.OtherCustomer,
            "provider" => _api.Provider,
            "operator" => _api.Operator,
            _ => throw new ArgumentException($"{who} is none of the first principals.", nameof(who)),
        };

    /// <summary>Makes another type's sample here, once, and waits until it is ready.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> MakeAsync<TSample>()
        where TSample : Sample, new()
    {
        if (_made.TryGetValue(typeof(TSample), out string? path))
            return path;
        SamplePut put = await new TSample().PutAsync(this) ?? throw new InvalidOperationException($"{typeof(TSample).Name} has no PUT.");
        await SendAsync(put.By, put.Url, put.Body);
        return _made[typeof(TSample)] = put.Path;
    }

    /// <summary>PUTs, and waits for the operation, if one begins; it has to succeed.</summary>
    public async Task<Answer> SendAsync(string by, string url, string body)
    {
        Answer answer = await As(by).Put(url, body);
        Assert.True(answer.Code is 200 or 201, $"PUT {url} {body}: {answer.Code} {answer.Text}");
        await FinishedAsync(by, answer);
        return answer;
    }

    /// <summary>Waits for the operation that began with an answer; none is fine, and it has to succeed.</summary>
    public async Task FinishedAsync(string by, Answer answer)
    {
        if (answer.Header("Azure-AsyncOperation") is null && answer.Code != 202)
            return;
        Answer end = await As(by).Finished(answer);
        Assert.True(end.Code < 300 && end.Body?["status"]?.GetValue<string>() is null or "Succeeded", end.Text);
    }

    public async Task<JsonNode> GetAsync(string by, string url) => (await As(by).Get(url)).Is(200).Body!;
}
