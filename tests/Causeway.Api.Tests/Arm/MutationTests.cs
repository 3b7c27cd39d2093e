using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Samples;

namespace Causeway.Api.Tests.Arm;

/// <summary>
/// Whole bodies, as clients send them, with one to three things wrong: a member gone, of another type, out of range, doubled, in another case. The
/// answer is a success that can be read back, or an error that names the member. Seeded, so that a failure repeats.
/// </summary>
public sealed class MutationTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    private const int MutantsPerBody = 40;

    private static readonly string[] s_wrong =
    [
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e400",
        "1e-400",
        "99999999999999999999",
        "2147483648",
        "4294967296",
        "\"\"",
        "\"x\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\u0661\u0662\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"\":1}",
        "{\"id\":null}",
        "{\"id\":\"/\"}",
        "{\"a\":1,\"a\":2}",
        "\"10.0.0.1/30\"",
        "\"::/0\"",
        "\"fd00::/126\"",
        "\"255.255.255.252/30\"",
        "\"Provisioned\"",
        "\"Disabled\"",
        "\"Premium\"",
        "\"../..\"",
        $"\"{new string('x', 5000)}\"",
        $"{{\"{new string('k', 600)}\":1}}",
    ];

    private readonly Random _random = new(20260301);

    [Fact]
    public async Task A_body_with_something_wrong_is_stored_or_refused_by_name()
    {
        var failures = new List<string>();
        int stored = 0,
            refused = 0;
        await foreach ((HttpClient who, string method, string url, string body) in BodiesAsync())
            for (int i = 0; i < MutantsPerBody; i++)
            {
                string mutant = i == 0 ? body : Mutate(body);
                Answer answer = await SendAsync(who, method, url, mutant);
                string? wrong =
                    answer.Code is >= 200 and < 300 ? await ReadBackAsync(who, url)
                    : answer.Code is < 400 or >= 500 ? "is neither a success nor a refusal"
                    : Unnamed(answer);
                if (answer.Code < 300)
                    stored++;
                else
                    refused++;
                if (i == 0 && answer.Code >= 300)
                    wrong = "is the refusal of a body that is well";
                if (wrong is not null)
                    failures.Add($"{method} {url} {mutant}\n  {wrong}: {answer.Code} {answer.Text}");
            }
        Assert.True(failures.Count == 0, $"{failures.Count} of {stored + refused}:\n{string.Join("\n", failures.Take(10))}");
        // Both happen often, or the mutants are not worth much.
        Assert.True(stored > 100 && refused > 300, $"{stored} stored, {refused} refused");
    }

    /// <summary>Of each type a PUT of what is not there, one of what is there as a client that has read it sends it back, and a PATCH.</summary>
    private async IAsyncEnumerable<(HttpClient Who, string Method, string Url, string Body)> BodiesAsync()
    {
        foreach (string type in api.Endpoints().Where(e => e.Method == "PUT").Select(e => e.Type.FullName).Distinct())
        {
            Stage stage = await Stage.OpenAsync(api);
            SamplePut put =
                await SampleBook.Of(type).PutAsync(stage) ?? throw new InvalidOperationException($"The sample of {type} has no PUT.");
            HttpClient who = stage.As(put.By);
            yield return (who, "PUT", put.Url, put.Body);
            if (put.IsDeed)
                continue; // what is shown of it is not what was sent
            Stage other = await Stage.OpenAsync(api);
            SamplePut there = (await SampleBook.Of(type).PutAsync(other))!;
            await other.SendAsync(there.By, there.Url, there.Body);
            yield return (who, "PUT", there.Url, (await who.Get(there.Url)).Is(200).Text);
            if (api.Has(type, "PATCH"))
                yield return (who, "PATCH", there.Url, there.Patch);
        }
    }

    private static async Task<string?> ReadBackAsync(HttpClient who, string path) =>
        (await who.Get(path)).Code == 200 ? null : "was stored and cannot be read back";

    /// <summary>What the refusal lacks. A wrong value is told with the member that has it.</summary>
    private static string? Unnamed(Answer answer)
    {
        if (answer.Error.Length == 0 || answer.Message.Length == 0)
            return "has no code or no message";
        JsonArray details = answer.Body!["error"]!["details"] as JsonArray ?? [];
        foreach (JsonNode problem in details.Count > 0 ? details.Select(d => d!) : [answer.Body["error"]!])
            if (
                problem["code"]!.GetValue<string>() == "InvalidRequestFormat"
                && problem["target"]?.GetValue<string>() is var target
                && (target is null || !problem["message"]!.GetValue<string>().Contains($"'{target}'", StringComparison.Ordinal))
            )
                return $"does not name the member in '{problem}'";
        return null;
    }

    private static async Task<Answer> SendAsync(HttpClient who, string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await who.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, response.Headers, text.Length == 0 ? null : JsonNode.Parse(text), text);
    }

    private string Mutate(string body)
    {
        using var document = JsonDocument.Parse(body);
        var text = new StringBuilder();
        int nodes = Count(document.RootElement);
        int[] at = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _random.Next(nodes))];
        int next = 0;
        Write(document.RootElement, text, at, ref next);
        return text.ToString();
    }

    private static int Count(JsonElement node) =>
        1
        + node.ValueKind switch
        {
            JsonValueKind.Object => node.EnumerateObject().Sum(m => Count(m.Value)),
            JsonValueKind.Array => node.EnumerateArray().Sum(Count),
            _ => 0,
        };

    /// <summary>Writes the node, something else in its place, or an array around it.</summary>
    private void Write(JsonElement node, StringBuilder text, int[] at, ref int next)
    {
        bool here = at.Contains(next++);
        int how = here ? _random.Next(4) : -1;
        if (how is 0 or 1)
        {
            text.Append(s_wrong[_random.Next(s_wrong.Length)]);
            next += Count(node) - 1;
            return;
        }
        if (how == 2)
            text.Append('[');
        if (node.ValueKind == JsonValueKind.Object)
        {
            text.Append('{');
            bool first = true;
            foreach (JsonProperty member in node.EnumerateObject())
            {
                // Gone, said twice, or in another case.
                int change = how == 3 ? _random.Next(4) : -1;
                if (change == 0)
                {
                    next += Count(member.Value);
                    continue;
                }
                string name = JsonSerializer.Serialize(change == 1 ? member.Name.ToUpperInvariant() : member.Name);
                if (!first)
                    text.Append(',');
                if (change == 2)
                    text.Append(name).Append(":7,");
                text.Append(name).Append(':');
                Write(member.Value, text, at, ref next);
                first = false;
            }
            text.Append('}');
        }
        else if (node.ValueKind == JsonValueKind.Array)
        {
            text.Append('[');
            bool first = true;
            foreach (JsonElement item in node.EnumerateArray())
            {
                if (!first)
                    text.Append(',');
                if (how == 3)
                    text.Append(item.GetRawText()).Append(',');
                Write(item, text, at, ref next);
                first = false;
            }
            text.Append(']');
        }
        else
            text.Append(node.GetRawText());
        if (how == 2)
            text.Append(']');
    }
}
