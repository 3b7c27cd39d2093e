using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Testing;

namespace Causeway.Api.Tests;

/// <summary>An answer as a test looks at it.</summary>
public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, JsonNode? Body, string Text)
{
    public int Code => (int)Status;

    /// <summary>The code of an error body; empty when it is none.</summary>
    public string Error => (Body as JsonObject)?["error"]?["code"]?.GetValue<string>() ?? "";

    public string Message => (Body as JsonObject)?["error"]?["message"]?.GetValue<string>() ?? "";

    public string? Header(string name) => Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;

    /// <summary>Fails with the whole answer when the status is another.</summary>
    public Answer Is(int status)
    {
        Assert.True(Code == status, $"Expected {status}, got {Code}: {Text}");
        return this;
    }

    public Answer Is(int status, string error)
    {
        Is(status);
        Assert.Equal(error, Error);
        return this;
    }
}

/// <summary>Calls as tests write them.</summary>
public static class Calls
{
    public static Task<Answer> Get(this HttpClient client, string path) => Call(client, HttpMethod.Get, path);

    public static Task<Answer> Put(this HttpClient client, string path, string json, params (string Name, string Value)[] headers) =>
        Call(client, HttpMethod.Put, path, json, headers);

    public static Task<Answer> Patch(this HttpClient client, string path, string json) => Call(client, HttpMethod.Patch, path, json);

    public static Task<Answer> Post(this HttpClient client, string path, string? json = null) => Call(client, HttpMethod.Post, path, json);

    public static Task<Answer> Delete(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        Call(client, HttpMethod.Delete, path, null, headers);

    public static async Task<Answer> Call(
        this HttpClient client,
        HttpMethod method,
        string path,
        string? json = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        JsonNode? body =
            text.Length > 0 && response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null;
        return new Answer(response.StatusCode, response.Headers, body, text);
    }

    /// <summary>Polls as a client does: the operation's URL first, else the result's; returns the last answer.</summary>
    public static async Task<Answer> Finished(this HttpClient client, Answer started)
    {
        if (started.Header("Azure-AsyncOperation") is { } operation)
            return await Eventually.Get(
                () => client.Get(operation),
                a => a.Body?["status"]?.GetValue<string>() is "Succeeded" or "Failed",
                $"the operation {operation} ends"
            );
        string location =
            started.Header("Location") ?? throw new InvalidOperationException($"Nothing to poll: {started.Code} {started.Text}");
        return await Eventually.Get(() => client.Get(location), a => a.Code != 202, $"the operation {location} ends");
    }
}
