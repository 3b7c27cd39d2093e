using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Domain.Circuits;
using Causeway.Samples;
using Causeway.Server.Configuration;

namespace Causeway.Api.Tests.Fidelity;

/// <summary>
/// Every example of the published API descriptions that are in scope (Microsoft.Network's ExpressRoute, Microsoft.Peering, Microsoft.Resources, Microsoft.Support),
/// sent as it stands: the status is one that the example has, and every member that the example's answer has is there. Where that is not so, it is known and has a
/// reason in <c>Differences.txt</c>, which may only shrink: a difference that is not there fails, and one that is there and is not met any more does too.
/// A line of the <c>.jsonl</c> without <c>of</c> makes what an example takes for granted. Places, providers and addresses of Microsoft's network are this one's.
/// </summary>
public sealed partial class ExamplesTests
{
    private static readonly string s_folder = Path.Combine(SampleBook.Root, "tests/Causeway.Api.Tests/Fidelity");

    /// <summary>The reason of what was recorded and not looked at yet.</summary>
    private const string Unread = "?";

    /// <summary>How many differences are known; whoever mends one lowers it, and nobody raises it.</summary>
    private const int Most = 414;

    [Fact]
    public async Task What_an_example_answers_is_answered()
    {
        var met = new SortedSet<string>(StringComparer.Ordinal);
        var shares = new List<string>();
        foreach (string file in (string[])["Network", "Network2018", "Peering", "Resources", "Support"])
        {
            var share = new Share();
            IEnumerable<JsonNode> lines = (await File.ReadAllLinesAsync(Path.Combine(s_folder, $"{file}.jsonl"))).Select(l =>
                JsonNode.Parse(l)!
            );
            foreach (IGrouping<string, JsonNode> run in lines.GroupBy(l => l["run"]?.ToString() ?? ""))
            {
                await using var api = new ExampleServer();
                await api.InitializeAsync();
                var world = new World(api);
                foreach (JsonNode line in run)
                foreach (string difference in await world.PlayAsync(line, share))
                    met.Add(difference);
            }
            shares.Add($"{file}: {share}");
        }
        Dictionary<string, string> known = (await File.ReadAllLinesAsync(Path.Combine(s_folder, "Differences.txt")))
            .Where(l => l.Length > 0 && l[0] != '#')
            .ToDictionary(
                l => l[..l.LastIndexOf(" | ", StringComparison.Ordinal)],
                l => l[(l.LastIndexOf(" | ", StringComparison.Ordinal) + 3)..]
            );
        if (Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1")
        {
            await File.WriteAllLinesAsync(
                Path.Combine(s_folder, "Differences.txt"),
                [
                    "# Where answers differ from the examples of the published API descriptions, and why. A line: example | difference | reason.",
                    .. met.Select(m => $"{m} | {known.GetValueOrDefault(m, Unread)}"),
                ]
            );
            await File.WriteAllLinesAsync(Path.Combine(s_folder, "Shares.txt"), shares);
            return;
        }
        Assert.DoesNotContain(Unread, known.Values);
        Assert.InRange(known.Count, 0, Most);
        Assert.True(
            met.SetEquals(known.Keys),
            $"not known:\n{string.Join('\n', met.Except(known.Keys))}\nnot met:\n{string.Join('\n', known.Keys.Except(met))}"
        );
        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(s_folder, "Shares.txt")), shares);
    }

    /// <summary>How much of the examples is as they have it.</summary>
    private sealed class Share
    {
        private int _examples;
        private int _statuses;
        private int _members;
        private int _there;

        public void Count(bool status) => (_examples, _statuses) = (_examples + 1, _statuses + (status ? 1 : 0));

        public void Count(int members, int there) => (_members, _there) = (_members + members, _there + there);

        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"status of {_statuses} of {_examples} examples ({100.0 * _statuses / _examples:0.0} %), {_there} of {_members} members ({100.0 * _there / _members:0.0} %)"
            );
    }

    /// <summary>Takes routing on circuits that are not provisioned yet, as the real service does.</summary>
    private sealed class ExampleServer : SqliteApi
    {
        protected override ServerSettings Configure(ServerSettings settings) =>
            settings with
            {
                Circuits = settings.Circuits with { RoutingBeforeProvisioned = RoutingBeforeProvisioned.Accept },
            };
    }

    private sealed partial class World(ExampleServer api)
    {
        private readonly Dictionary<string, string> _values = new() { ["s"] = api.CustomerSubscription, ["p"] = api.ProviderSubscription };

        public async Task<IEnumerable<string>> PlayAsync(JsonNode line, Share share)
        {
            HttpClient client = line["as"]?.ToString() switch
            {
                "provider" => api.Provider,
                "operator" => api.Operator,
                _ => api.Customer,
            };
            string url = GroupOfOrders().Replace(Here(line["url"]!.ToString()), m => m.Value.Replace(" ", "", StringComparison.Ordinal));
            string method = line["method"]!.ToString();
            Answer answer = await client.Call(new HttpMethod(method), url, line["body"] is { } body ? Here(body.ToJsonString()) : null);
            Answer? end =
                answer.Code < 300 && (answer.Code == 202 || answer.Header("Azure-AsyncOperation") is not null)
                    ? await client.Finished(answer)
                    : null;
            foreach ((string name, JsonNode? path) in line["keep"]?.AsObject() ?? [])
                _values[name] = path!.ToString().Split('.').Aggregate(answer.Body, (node, member) => node?[member])!.ToString();
            if (line["of"] is not { } of)
                return [];
            string example = of.ToString()[(of.ToString().LastIndexOf('/') + 1)..];
            JsonObject answers = line["answers"]!.AsObject();
            share.Count(status: answers.ContainsKey($"{answer.Code}"));
            if (!answers.ContainsKey($"{answer.Code}"))
                return [$"{example} | status {answer.Code} {answer.Error}".TrimEnd()];
            // An example of a PUT shows what stands afterwards, one of a question what the operation ends with.
            var ours = JsonMembers.Of(answer.Body).ToHashSet();
            if (end is not null && method == "POST")
                ours.UnionWith(JsonMembers.Of(end.Body));
            else if (end is not null && method is "PUT" or "PATCH")
                ours.UnionWith(JsonMembers.Of((await client.Get(url)).Body));
            JsonArray theirs = answers[answer.Code == 202 && answers.ContainsKey("200") ? "200" : $"{answer.Code}"]!.AsArray();
            string[] missing = [.. theirs.Select(m => m!.ToString()).Where(m => !ours.Contains(m))];
            share.Count(theirs.Count, theirs.Count - missing.Length);
            return missing
                .Where(m =>
                    !missing.Any(o => m.StartsWith($"{o}.", StringComparison.Ordinal) || m.StartsWith($"{o}[].", StringComparison.Ordinal))
                )
                .Select(m => $"{example} | without {m}");
        }

        private string Here(string text) => Name().Replace(text, m => _values.GetValueOrDefault(m.Groups[1].Value, m.Value));

        [GeneratedRegex(@"\{(\w+)\}")]
        private static partial Regex Name();

        [GeneratedRegex("CrossConnection-[^/]+")]
        private static partial Regex GroupOfOrders();
    }
}
