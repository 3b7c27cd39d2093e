using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Testing;

namespace Causeway.Api.Tests.Recorded;

/// <summary>
/// Recordings of the real service (test recordings of Azure's own public SDKs and tools, and its guide for providers, reduced to what is compared), sent again in their
/// order: status, error code and the members of the answer are the recorded ones, or the difference is known and has a reason in <c>Differences.txt</c>, which may only
/// shrink. What a session takes for granted is made before it, and nothing of it is left for the next.
/// </summary>
public sealed partial class RecordedTests(RecordedServer api, ITestOutputHelper output) : IClassFixture<RecordedServer>
{
    private const string P = "api-version=2022-10-01";
    private const string G = "api-version=2022-09-01";

    private readonly Dictionary<string, Share> _shares = [];
    private int _last = 180;

    [Fact]
    public async Task What_was_recorded_is_answered_alike()
    {
        var met = new SortedSet<string>(StringComparer.Ordinal);
        JsonNode[] all =
        [
            .. (await File.ReadAllLinesAsync(Path.Combine(RecordedServer.Folder, "Recorded.jsonl"))).Select(l => JsonNode.Parse(l)!),
        ];
        foreach (IGrouping<string, JsonNode> session in all.GroupBy(e => e["from"]!.ToString()))
        foreach (string difference in await SessionAsync(session.Key, [.. session]))
            met.Add(difference);
        foreach ((string ns, Share share) in _shares.OrderBy(s => s.Key, StringComparer.Ordinal))
            output.WriteLine(
                $"{ns}: {share.Alike} of {share.Asked} answers with the recorded status and code; {share.Met} of {share.Members} members"
            );
        string file = Path.Combine(RecordedServer.Folder, "Differences.txt");
        string[] known = File.Exists(file) ? [.. (await File.ReadAllLinesAsync(file)).Where(l => l.Length > 0 && l[0] != '#')] : [];
        if (Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1")
            await File.WriteAllLinesAsync(
                file + ".met",
                met.Select(m => known.FirstOrDefault(k => k.StartsWith(m + " | ", StringComparison.Ordinal)) ?? $"{m} | ")
            );
        string[] reasoned = [.. known.Select(l => l[..l.LastIndexOf(" | ", StringComparison.Ordinal)])];
        Assert.All(known, l => Assert.False(l.EndsWith(" | ", StringComparison.Ordinal), $"without a reason: {l}"));
        Assert.True(
            met.SetEquals(reasoned),
            $"not known:\n{string.Join('\n', met.Except(reasoned))}\nnot met:\n{string.Join('\n', reasoned.Except(met))}"
        );
    }

    private async Task<IReadOnlyList<string>> SessionAsync(string from, JsonNode[] exchanges)
    {
        bool isProvider = from.Contains("cross-connections", StringComparison.Ordinal);
        HttpClient client =
            isProvider ? api.Provider
            : from.Contains("MutualExclusion", StringComparison.Ordinal) ? api.OtherCustomer
            : api.Customer;
        string key = isProvider ? await OrderAsync("TestCircuitXYZ", "EUAP Test", "2018-02-01") : "";
        await GroupsAsync(exchanges);
        var differences = new List<string>();
        Answer? begun = null;
        foreach (JsonNode exchange in exchanges)
        {
            string method = exchange["method"]!.ToString();
            string recorded = exchange["path"]!.ToString();
            string path = Ours(recorded, isProvider).Replace("9ee700ad-50b2-4b98-a63a-4e52f855ac24", key, StringComparison.Ordinal);
            string? body = exchange["body"] is { } sent ? Ours(sent.ToJsonString(), isProvider: false) : null;
            int status = exchange["status"]!.GetValue<int>();
            bool isPoll = Poll().IsMatch(recorded);
            if (isPoll && status == 202)
                continue; // Ours may have ended already.
            if (!isPoll)
                await WorldAsync(method, path, status, exchange, body);
            Answer answer = isPoll ? await client.Finished(begun!) : await SendAsync(client, method, path, body);
            if (answer.Header("Azure-AsyncOperation") is not null || answer.Header("Location") is not null)
                begun = answer;
            if (method == "PUT" && answer.Code < 300 && AsnOf().Match(path) is { Success: true } asn)
                await ApproveAsync(asn.Value);
            differences.AddRange(Compare(exchange, answer, $"{method} {Kind(recorded)}"));
        }
        await ClearAsync();
        return differences;
    }

    private List<string> Compare(JsonNode exchange, Answer answer, string kind)
    {
        var differences = new List<string>();
        int status = exchange["status"]!.GetValue<int>();
        Share share = _shares.TryGetValue(NamespaceOf(exchange), out Share? known) ? known : _shares[NamespaceOf(exchange)] = new Share();
        share.Asked++;
        if (answer.Code != status)
            return [$"{kind} | status {status}, here {answer.Code} {Code(answer)}".TrimEnd()];
        if (exchange["code"] is { } code && Code(answer) != code.ToString())
            differences.Add($"{kind} | code {code}, here {Code(answer)}");
        else
            share.Alike++;
        foreach (JsonNode? header in exchange["polled"] as JsonArray ?? [])
            if (answer.Header(header!.ToString()) is null)
                differences.Add($"{kind} | without header {header}");
        if (exchange["members"] is not JsonArray members)
            return differences;
        var theirs = members.Select(m => m!.ToString()).ToHashSet();
        HashSet<string> ours = answer.Body is JsonObject o ? [.. JsonMembers.Of(o)] : [];
        // What is wrong is said where something is, and a prefix is looked at sooner or later.
        theirs.RemoveWhere(m => m.EndsWith(".errorMessage", StringComparison.Ordinal));
        ours.RemoveWhere(m => m.EndsWith(".errorMessage", StringComparison.Ordinal));
        share.Members += theirs.Count;
        share.Met += theirs.Intersect(ours).Count();
        differences.AddRange(theirs.Except(ours).Select(m => $"{kind} | without {m}"));
        differences.AddRange(ours.Except(theirs).Select(m => $"{kind} | with {m}"));
        return differences;
    }

    private static Task<Answer> SendAsync(HttpClient client, string method, string path, string? body) =>
        method switch
        {
            "GET" => client.Get(path),
            "PUT" => client.Put(path, body!),
            "PATCH" => client.Patch(path, body!),
            "DELETE" => client.Delete(path),
            _ => client.Post(path, body),
        };

    /// <summary>The groups that a session does not make itself.</summary>
    private async Task GroupsAsync(JsonNode[] exchanges)
    {
        foreach (
            string group in exchanges
                .Select(e => GroupOf().Match(Ours(e["path"]!.ToString(), isProvider: false)).Value)
                .Where(g => g.Length > 0 && !g.Contains("CrossConnection-", StringComparison.Ordinal))
                .Distinct(StringComparer.OrdinalIgnoreCase)
        )
            if (
                !exchanges.Any(e =>
                    e["method"]!.ToString() == "PUT"
                    && Ours(e["path"]!.ToString(), false).Split('?')[0].Equals(group, StringComparison.OrdinalIgnoreCase)
                )
            )
                await api.Customer.Put($"{group}?{G}", """{"location":"centralus"}""");
    }

    /// <summary>Makes what an exchange takes for granted: what is read, changed or deleted with success, what a child lies in, and whose ASN it is.</summary>
    private async Task WorldAsync(string method, string path, int status, JsonNode exchange, string? body)
    {
        string bare = path.Split('?')[0];
        if (
            Circuit().Match(path) is { Success: true } circuit
            && status is 200 or 201
            && (await api.Customer.Get($"{circuit.Groups["id"]}?api-version=2026-01-01")).Code == 404
        )
        {
            await OrderAsync(
                circuit.Groups["name"].Value,
                path.Contains("ps6689", StringComparison.Ordinal) ? "Boydton 1 DC" : "Silicon Valley",
                "2026-01-01",
                circuit.Groups["id"].Value
            );
            return;
        }
        if (body is not null && Named().Match(body) is { Success: true } named)
            await AsnAsync(named.Value);
        if (AsnOf().Match(bare) is { Success: true } asn && method != "PUT" && status == 200)
            await AsnAsync(asn.Value);
        if (bare.EndsWith("/peerAsns", StringComparison.Ordinal))
            await AsnAsync($"{bare}/AS65000");
        if (bare.EndsWith("/peerings", StringComparison.Ordinal) && bare.Contains("Microsoft.Peering", StringComparison.Ordinal))
            foreach (string kind in (string[])["Direct", "Exchange"])
                await MakeAsync(
                    $"/subscriptions/{api.CustomerSubscription}/resourceGroups/DemoRG/providers/Microsoft.Peering/peerings/{kind}",
                    "peerings",
                    kind
                );
        if (path.Contains("/legacyPeerings", StringComparison.Ordinal))
            await AsnAsync($"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/AS15224");
        if (Parent().Match(path) is not { Success: true } parent)
            return;
        bool isChild = parent.Groups["child"].Success;
        bool isDirect =
            exchange["members"] is JsonArray m && m.Any(x => x!.ToString().StartsWith("properties.direct", StringComparison.Ordinal));
        if ((isChild && status != 404) || (method is not "PUT" && status is 200 or 500))
            await MakeAsync(parent.Groups["resource"].Value, parent.Groups["type"].Value, isDirect ? "Direct" : "Exchange");
        string[] segments = bare.Split('/');
        if (isChild && method is not "PUT" && status == 200 && segments.Length >= 11)
        {
            string child = string.Join('/', segments[..11]);
            if ((await api.Customer.Get($"{child}?{P}")).Code == 404)
                await api.Customer.Put(
                    $"{child}?{P}",
                    child.Contains("Asns", StringComparison.Ordinal)
                        ? """{"properties":{"asn":65001}}"""
                        : $$$"""{"properties":{"prefix":"193.10.{{{_last++ % 250}}}.0/24"}}"""
                );
        }
        else if (isChild && method == "GET" && segments is [.., "registeredPrefixes" or "prefixes" or "registeredAsns"])
            await api.Customer.Put(
                $"{bare}/first?{P}",
                bare.EndsWith("Asns", StringComparison.Ordinal)
                    ? """{"properties":{"asn":65001}}"""
                    : $$$"""{"properties":{"prefix":"193.11.{{{_last++ % 250}}}.0/24"}}"""
            );
    }

    /// <summary>A circuit that its provider has provisioned, unless it is yet to be; with what the recordings show of it.</summary>
    /// <returns>Its service key.</returns>
    private async Task<string> OrderAsync(string name, string place, string version, string? path = null)
    {
        path ??=
            $"/subscriptions/{api.CustomerSubscription}/resourceGroups/Karthikcrossconnectiontest/providers/Microsoft.Network/expressRouteCircuits/{name}";
        await api.Customer.Put($"{GroupOf().Match(path).Value}?{G}", """{"location":"eastus2euap"}""");
        bool isFirst = place == "Silicon Valley";
        string more =
            isFirst ? """ "authorizations":[{"name":"testkey"}], """
            : place == "Boydton 1 DC"
                ? """
                    "peerings":[{"name":"MicrosoftPeering","properties":{"peeringType":"MicrosoftPeering","peerASN":33,"primaryPeerAddressPrefix":"192.171.1.0/30",
                    "secondaryPeerAddressPrefix":"192.171.2.0/30","vlanId":224,"microsoftPeeringConfig":{"advertisedPublicPrefixes":["11.2.3.4/30"],
                    "advertisedPublicPrefixInfo":[{"prefix":"11.2.3.4/30"}],"customerASN":1000,"routingRegistryName":"AFRINIC"}}}],
                    """
            : "";
        string provider = isFirst ? "equinix" : "bvtcustomerixp01";
        string mbps = isFirst ? "500" : "200";
        (
            await api.Customer.Put(
                $"{path}?api-version={version}",
                $$$$"""{"location":"{{{{(isFirst ? "brazilsouth" : "centraluseuap")}}}}","sku":{"name":"Premium_MeteredData","tier":"Premium","family":"MeteredData"},"properties":{{{{{more}}}}"serviceProviderProperties":{"serviceProviderName":"{{{{provider}}}}","peeringLocation":"{{{{place}}}}","bandwidthInMbps":{{{{mbps}}}}}}}"""
            )
        ).Is(201);
        string key = (await api.Customer.Get($"{path}?api-version={version}")).Body!["properties"]!["serviceKey"]!.ToString();
        if (name == "TestCircuitXYZ")
            return key;
        string order =
            $"/subscriptions/{api.ProviderSubscription}/resourceGroups/CrossConnection-{place.Replace(" ", "", StringComparison.Ordinal)}/providers/Microsoft.Network/expressRouteCrossConnections/{key}?api-version=2022-01-01";
        Answer moved = (await api.Provider.Put(order, """{"properties":{"serviceProviderProvisioningState":"Provisioned"}}""")).Is(200);
        await api.Provider.Finished(moved);
        return key;
    }

    private async Task AsnAsync(string path)
    {
        path = path.Trim('"');
        if ((await api.Customer.Get($"{path}?{P}")).Code == 404)
        {
            string number = new([.. path[(path.LastIndexOf('/') + 1)..].Where(char.IsAsciiDigit)]);
            await api.Customer.Put(
                $"{path}?{P}",
                $$$"""{"properties":{"peerAsn":{{{(number.Length > 0 ? number : "65000")}}},"peerName":"Contoso","peerContactDetail":[{"role":"Noc","email":"noc@contoso.example","phone":"1"}]}}"""
            );
        }
        await ApproveAsync(path);
    }

    private Task<Answer> ApproveAsync(string path) => api.Operator.Post($"{path}/approve?{P}");

    private async Task MakeAsync(string resource, string type, string kind)
    {
        if ((await api.Customer.Get($"{resource}?{P}")).Code != 404)
            return;
        await api.Customer.Put($"{GroupOf().Match(resource).Value}?{G}", """{"location":"centralus"}""");
        if (type == "peeringServices")
        {
            (
                await api.Customer.Put(
                    $"{resource}?{P}",
                    """{"location":"eastus","properties":{"peeringServiceLocation":"state1","peeringServiceProvider":"serviceProvider1"}}"""
                )
            ).Is(201);
            return;
        }
        int host = _last++;
        string asn = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/AS{64700 + host}";
        await AsnAsync(asn);
        string connection =
            kind == "Direct"
                ? $$$"""{"bandwidthInMbps":10000,"sessionAddressProvider":"Peer","peeringDBFacilityId":63,"bgpSession":{"sessionPrefixV4":"3.133.{{{host % 250}}}.0/30","maxPrefixesAdvertisedV4":20000}}"""
                : $$$"""{"peeringDBFacilityId":26,"bgpSession":{"peerSessionIPv4Address":"80.249.210.{{{host % 250}}}","maxPrefixesAdvertisedV4":20000}}""";
        (
            await api.Customer.Put(
                $"{resource}?{P}",
                $$$$"""{"location":"centralus","sku":{"name":"Basic_{{{{kind}}}}_Free"},"kind":"{{{{kind}}}}","properties":{"peeringLocation":"Amsterdam","{{{{kind.ToLowerInvariant()}}}}":{"peerAsn":{"id":"{{{{asn}}}}"},"connections":[{{{{connection}}}}]}}}"""
            )
        ).Is(201);
    }

    /// <summary>Nothing of a session meets the next.</summary>
    private async Task ClearAsync()
    {
        foreach (string type in (string[])["peerings", "peeringServices", "peerAsns"])
        {
            Answer all = await api.Customer.Get($"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/{type}?{P}");
            foreach (JsonNode? one in all.Body!["value"]!.AsArray())
                await api.Customer.Delete($"{one!["id"]}?{P}");
        }
        Answer groups = await api.Customer.Get($"/subscriptions/{api.CustomerSubscription}/resourceGroups?{G}");
        foreach (JsonNode? group in groups.Body!["value"]!.AsArray())
            if (await api.Customer.Delete($"{group!["id"]}?{G}") is { Code: 202 } begun)
                await api.Customer.Finished(begun);
    }

    private string Ours(string text, bool isProvider) =>
        text.Replace("{s}", isProvider ? api.ProviderSubscription : api.CustomerSubscription, StringComparison.Ordinal);

    /// <summary>Of an error in its envelope, or without one.</summary>
    private static string Code(Answer answer) =>
        answer.Error.Length > 0 ? answer.Error : (answer.Body as JsonObject)?["code"]?.ToString() ?? "";

    private static string NamespaceOf(JsonNode exchange) =>
        Provider().Match(exchange["path"]!.ToString()) is { Success: true } match ? match.Groups[1].Value : "Microsoft.Resources";

    /// <summary>The types of a path without the names, and its api-version.</summary>
    private static string Kind(string url)
    {
        string version = url[(url.IndexOf("api-version=", StringComparison.Ordinal) + 12)..].Split('&')[0];
        string path = url.Split('?')[0];
        int provider = path.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        string[] segments = (provider < 0 ? path.TrimStart('/') : path[(provider + "/providers/".Length)..]).Split('/');
        string types = string.Join('/', segments.Select((s, i) => (provider < 0 ? i % 2 == 1 : i > 0 && i % 2 == 0) && i > 0 ? "*" : s));
        return $"{types} {version}";
    }

    private sealed class Share
    {
        public int Asked { get; set; }
        public int Alike { get; set; }
        public int Members { get; set; }
        public int Met { get; set; }
    }

    [GeneratedRegex("/providers/([^/?]+)")]
    private static partial Regex Provider();

    [GeneratedRegex("/operation(s|results)/", RegexOptions.IgnoreCase)]
    private static partial Regex Poll();

    [GeneratedRegex("^/subscriptions/[^/]+/resource[gG]roups/[^/?]+")]
    private static partial Regex GroupOf();

    [GeneratedRegex("^/subscriptions/[^/]+/providers/Microsoft.Peering/peerAsns/[^/?]+")]
    private static partial Regex AsnOf();

    [GeneratedRegex("\"/subscriptions/[^/\"]+/providers/Microsoft.Peering/peerAsns/[^/\"]+\"")]
    private static partial Regex Named();

    [GeneratedRegex("^(?<id>.*/Microsoft.Network/expressRouteCircuits/(?<name>[^/?]+))")]
    private static partial Regex Circuit();

    [GeneratedRegex("^(?<resource>.*/Microsoft.Peering/(?<type>peerings|peeringServices)/[^/?]+)(?<child>/[^?]+)?")]
    private static partial Regex Parent();
}
