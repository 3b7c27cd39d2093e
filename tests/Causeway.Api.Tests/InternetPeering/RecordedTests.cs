using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Samples;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>
/// Recordings of Microsoft.Peering (test recordings of Azure's own public SDKs and tools, reduced to what is compared), sent again: status, error code and the
/// members of the answer are the recorded ones, or the difference is known and has a reason in <c>RecordedDifferences.txt</c>. What of Microsoft's network a request
/// names, this one's takes the place of.
/// </summary>
public sealed partial class RecordedTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    private static readonly (string Theirs, string Ours)[] s_places =
    [
        ("Seattle", "Amsterdam"),
        ("Ashburn", "Amsterdam"),
        ("99999", "26"),
        ("10.12.97.", "127.80.0."),
        ("Cogent Communications Inc.", "Telia Carrier"),
        ("TestPeer1", "Telia Carrier"),
        ("AS54733-Global2445", "Telia Carrier"),
        ("serviceProvider1", "Telia Carrier"),
        ("state1", "Stockholm"),
        ("\"Warsaw\"", "\"Stockholm\""),
        ("IIJ", "Telia Carrier"),
        ("Atman", "Telia Carrier"),
        ("\"Washington\"", "\"Stockholm\""),
        ("\"New York\"", "\"Stockholm\""),
        ("\"South Australia\"", "\"Stockholm\""),
        ("\"Osaka\"", "\"Stockholm\""),
        ("\"local\"", "\"westeurope\""),
    ];

    private int _last = 180;

    [Fact]
    public async Task What_was_recorded_is_answered_alike()
    {
        string folder = Path.Combine(SampleBook.Root, "tests/Causeway.Api.Tests/InternetPeering");
        var met = new SortedSet<string>(StringComparer.Ordinal);
        // A session from before is shown to whose ASN it is.
        await ApprovedAsync("legacy", 65540);
        foreach (string line in await File.ReadAllLinesAsync(Path.Combine(folder, "Recorded.jsonl")))
        foreach (string difference in await ReplayAsync(JsonNode.Parse(line)!))
            met.Add(difference);
        string[] known =
        [
            .. (await File.ReadAllLinesAsync(Path.Combine(folder, "RecordedDifferences.txt")))
                .Where(l => l.Length > 0 && l[0] != '#')
                .Select(l => l[..l.LastIndexOf(" | ", StringComparison.Ordinal)]),
        ];
        Assert.True(
            met.SetEquals(known),
            $"not known:\n{string.Join('\n', met.Except(known))}\nnot met:\n{string.Join('\n', known.Except(met))}"
        );
    }

    private async Task<IEnumerable<string>> ReplayAsync(JsonNode recorded)
    {
        string method = recorded["method"]!.ToString();
        string url = Here(recorded["path"]!.ToString());
        string? body = recorded["body"] is { } sent ? Here(sent.ToJsonString()) : null;
        int status = recorded["status"]!.GetValue<int>();
        await WorldAsync(method, url, status);
        Answer answer = method switch
        {
            "GET" => await api.Customer.Get(url),
            "PUT" => await api.Customer.Put(url, body!),
            "PATCH" => await api.Customer.Patch(url, body!),
            "DELETE" => await api.Customer.Delete(url),
            _ => await api.Customer.Post(url, body),
        };
        if (method == "PUT" && answer.Code < 300 && url.Contains("/peerAsns/", StringComparison.OrdinalIgnoreCase))
            await api.Operator.Post(url.Replace("?", "/approve?", StringComparison.Ordinal));
        string kind = $"{method} {Kind(url)}";
        var differences = new List<string>();
        if (answer.Code != status)
            return [$"{kind} | status {status}, here {answer.Code} {Code(answer)}".TrimEnd()];
        if (recorded["code"] is { } code && Code(answer) != code.ToString())
            differences.Add($"{kind} | code {code}, here {Code(answer)}");
        if (recorded["members"] is not JsonArray members || answer.Body is not JsonObject)
            return differences;
        var theirs = members.Select(m => m!.ToString()).ToHashSet();
        HashSet<string> ours = [.. Members(answer.Body, "")];
        // What is wrong is said where something is, and a prefix is looked at sooner or later.
        theirs.RemoveWhere(m => m.EndsWith(".errorMessage", StringComparison.Ordinal));
        ours.RemoveWhere(m => m.EndsWith(".errorMessage", StringComparison.Ordinal));
        differences.AddRange(theirs.Except(ours).Select(m => $"{kind} | without {m}"));
        differences.AddRange(ours.Except(theirs).Select(m => $"{kind} | with {m}"));
        return differences;
    }

    /// <summary>Makes what a recording takes for granted: the group, and what is read, changed or deleted with success.</summary>
    private async Task WorldAsync(string method, string url, int status)
    {
        if (GroupOf().Match(url) is { Success: true } group)
            await api.Customer.Put($"{group.Value}?api-version=2022-09-01", """{"location":"westeurope"}""");
        if (Parent().Match(url) is not { Success: true } parent)
            return;
        string version = url[url.IndexOf('?', StringComparison.Ordinal)..];
        bool isChild = parent.Groups["child"].Success;
        string path = url[..url.IndexOf('?', StringComparison.Ordinal)];
        if (isChild || (method is not "PUT" && status == 200))
            await MakeAsync(parent.Groups["resource"].Value, parent.Groups["type"].Value, version);
        if (isChild && method is not "PUT" && status == 200 && path.Split('/').Length >= 11)
        {
            string child = string.Join('/', path.Split('/')[..11]);
            if ((await api.Customer.Get(child + version)).Code == 404)
                await api.Customer.Put(
                    child + version,
                    child.Contains("Asns", StringComparison.Ordinal)
                        ? """{"properties":{"asn":65001}}"""
                        : $$$"""{"properties":{"prefix":"193.10.{{{_last++}}}.0/24"}}"""
                );
        }
        else if (isChild && method == "GET" && path.EndsWith("refixes", StringComparison.Ordinal))
            await api.Customer.Put($"{path}/first{version}", $$$"""{"properties":{"prefix":"193.11.{{{_last++}}}.0/24"}}""");
    }

    /// <returns>Path of the ASN.</returns>
    private async Task<string> ApprovedAsync(string name, int asn)
    {
        string path = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/{name}";
        await api.Customer.Put($"{path}?api-version=2022-10-01", $$$"""{"properties":{"peerAsn":{{{asn}}},"peerName":"Contoso"}}""");
        (await api.Operator.Post($"{path}/approve?api-version=2022-10-01")).Is(200);
        return path;
    }

    private async Task MakeAsync(string resource, string type, string version)
    {
        if ((await api.Customer.Get(resource + version)).Code != 404)
            return;
        if (type == "peerings")
        {
            int host = _last++;
            string asn = await ApprovedAsync($"AS{host}", 64700 + host);
            (
                await api.Customer.Put(
                    resource + version,
                    $$$$"""{"location":"westeurope","sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"peeringLocation":"Amsterdam","exchange":{"peerAsn":{"id":"{{{{asn}}}}"},"connections":[{"peeringDBFacilityId":26,"bgpSession":{"peerSessionIPv4Address":"127.80.0.{{{{host % 60 + 190}}}}"}}]}}}"""
                )
            ).Is(201);
        }
        else
            (
                await api.Customer.Put(
                    resource + version,
                    """{"location":"westeurope","properties":{"peeringServiceLocation":"Stockholm","peeringServiceProvider":"Telia Carrier"}}"""
                )
            ).Is(201);
    }

    private string Here(string text)
    {
        text = text.Replace("{s}", api.CustomerSubscription, StringComparison.Ordinal);
        foreach ((string theirs, string ours) in s_places)
            text = text.Replace(theirs, ours, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Of an error in its envelope, or without one.</summary>
    private static string Code(Answer answer) =>
        answer.Error.Length > 0 ? answer.Error : (answer.Body as JsonObject)?["code"]?.ToString() ?? "";

    private static string Kind(string url)
    {
        string[] path = url[(url.IndexOf("Microsoft.Peering/", StringComparison.OrdinalIgnoreCase) + 18)..].Split('?')[0].Split('/');
        string version = url[(url.IndexOf("api-version=", StringComparison.Ordinal) + 12)..];
        return $"{string.Join('/', path.Select((p, i) => i % 2 == 0 ? p : "*"))} {version}";
    }

    private static IEnumerable<string> Members(JsonNode? node, string before)
    {
        if (node is JsonObject o)
            foreach ((string name, JsonNode? value) in o)
            {
                yield return before + name;
                foreach (string inner in Members(value, $"{before}{name}."))
                    yield return inner;
            }
        else if (node is JsonArray items)
            foreach (JsonNode? item in items)
            foreach (string inner in Members(item, $"{before.TrimEnd('.')}[]."))
                yield return inner;
    }

    [GeneratedRegex("^/subscriptions/[^/]+/resource[gG]roups/[^/?]+")]
    private static partial Regex GroupOf();

    [GeneratedRegex("^(?<resource>.*/Microsoft.Peering/(?<type>peerings|peeringServices)/[^/?]+)(?<child>/[^?]+)?")]
    private static partial Regex Parent();
}
