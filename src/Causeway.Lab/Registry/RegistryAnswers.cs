using System.Text.Json.Nodes;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries;
using Causeway.Registries.Irr;
using Causeway.Registries.PeeringDb;

namespace Causeway.Lab.Registry;

/// <summary>Answers of the registries as JSON and as tables.</summary>
internal static class RegistryAnswers
{
    public static JsonObject Json(PrefixProof proof) =>
        new()
        {
            ["prefix"] = proof.Prefix.ToString(),
            ["asn"] = proof.Asn.Value,
            ["registry"] = proof.Registry.Name,
            ["proven"] = proof.IsProven,
            ["reason"] = proof.Reason.ToString(),
            ["reasonNumber"] = (int)proof.Reason,
            ["text"] = proof.Text,
            ["routePermitted"] = proof.Route.IsPermitted,
            ["routeText"] = proof.Route.Text,
            ["rpki"] = proof.Rpki.Validity.ToString(),
            ["rpkiReason"] = proof.Rpki.Reason.ToString(),
            ["at"] = Time(proof.At),
            ["evidence"] = Array(
                proof.Evidence.Select(e => new JsonObject
                {
                    ["finding"] = e.Says.ToString(),
                    ["kind"] = e.Kind,
                    ["source"] = e.Source,
                    ["serial"] = e.Serial,
                    ["asOf"] = Time(e.AsOf),
                    ["prefix"] = e.Prefix == default ? null : e.Prefix.ToString(),
                    ["asn"] = e.Asn?.Value,
                    ["text"] = e.Text,
                })
            ),
        };

    public static void Table(TextWriter output, PrefixProof proof)
    {
        output.WriteLine(
            $"{proof.Prefix} AS{proof.Asn}: {(proof.IsProven ? "proven" : "NOT proven")} ({(int)proof.Reason} {proof.Reason})"
        );
        output.WriteLine($"  {proof.Text}");
        output.WriteLine($"  {proof.Route.Text}");
        output.WriteLine($"  RPKI: {proof.Rpki.Validity}");
        foreach (Evidence e in proof.Evidence)
        {
            string serial = e.Serial is null ? "" : $", serial {e.Serial}";
            string time = e.AsOf is null ? "" : $", {Time(e.AsOf)}";
            output.WriteLine($"  {e.Says, -11}  {e.Kind} in {e.Source}{serial}{time}");
            foreach (string line in e.Text.TrimEnd().Split('\n').Take(12))
                output.WriteLine($"               {line.TrimEnd()}");
        }
    }

    public static JsonObject Json(AsSetExpansion set) =>
        new()
        {
            ["name"] = set.Name,
            ["found"] = set.Found,
            ["asns"] = Array(set.Asns.Select(a => JsonValue.Create(a.Value))),
            ["sets"] = Strings(set.Sets),
            ["missing"] = Strings(set.Missing),
            ["hasLoop"] = set.HasLoop,
            ["depth"] = set.Depth,
            ["limitReached"] = set.LimitReached,
        };

    public static void Table(TextWriter output, AsSetExpansion set)
    {
        foreach (Asn asn in set.Asns)
            output.WriteLine($"AS{asn}");
        output.WriteLine();
        output.WriteLine(
            $"{set.Name}: {(set.Found ? $"{set.Asns.Count} ASNs in {set.Sets.Count} sets, {set.Depth} deep" : "no source has it")}{(set.HasLoop ? ", with a loop" : "")}"
        );
        foreach (string missing in set.Missing)
            output.WriteLine($"missing: {missing}");
    }

    public static JsonObject Json(RouteSetExpansion set) =>
        new()
        {
            ["name"] = set.Name,
            ["found"] = set.Found,
            ["prefixes"] = Strings(set.Prefixes.Select(p => p.ToString())),
            ["sets"] = Strings(set.Sets),
            ["missing"] = Strings(set.Missing),
            ["limitReached"] = set.LimitReached,
        };

    public static void Table(TextWriter output, RouteSetExpansion set)
    {
        foreach (PrefixSpan prefix in set.Prefixes)
            output.WriteLine(prefix);
        output.WriteLine();
        output.WriteLine($"{set.Name}: {set.Prefixes.Count} prefixes in {set.Sets.Count} sets");
        foreach (string missing in set.Missing)
            output.WriteLine($"missing: {missing}");
    }

    public static JsonArray Json(IReadOnlyList<SourceStatus> status, DateTimeOffset now) => Array(status.Select(s => Json(s, now)));

    public static JsonObject Json(SourceStatus s, DateTimeOffset now) =>
        new()
        {
            ["name"] = s.Name,
            ["kind"] = s.Kind,
            ["records"] = s.Records,
            ["aspas"] = s.Aspas,
            ["serial"] = s.Serial,
            ["asOf"] = Time(s.AsOf),
            ["ageSeconds"] = s.AsOf is { } asOf ? (long)(now - asOf).TotalSeconds : null,
            ["lastRefresh"] = Time(s.LastRefresh),
            ["missing"] = s.Missing,
            ["problem"] = s.Problem,
            ["problemSince"] = Time(s.ProblemSince),
            ["holdsBack"] = s.HoldsBack,
            ["rejected"] = new JsonObject(s.Rejected.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)JsonValue.Create(r.Value)))),
        };

    /// <summary>A line a source; what is wrong stands below, since reasons are long.</summary>
    public static void Table(TextWriter output, IReadOnlyList<SourceStatus> status, DateTimeOffset now, string dataFolder)
    {
        if (status.Count == 0)
        {
            output.WriteLine(
                $"Nothing is loaded in {dataFolder}. To load something: causeway registry run --data {dataFolder} --dump FILE --vrps FILE"
            );
            return;
        }
        RegistryOutput.Columns(
            output,
            ["SOURCE", "KIND", "RECORDS", "ASPAS", "SERIAL", "AGE", "REJECTED", "LACKS", "STATE"],
            [
                .. status.Select(s =>
                    new[]
                    {
                        s.Name,
                        s.Kind,
                        $"{s.Records:N0}",
                        s.Aspas == 0 ? "" : $"{s.Aspas:N0}",
                        $"{s.Serial}",
                        s.AsOf is { } asOf ? Age(now - asOf) : "",
                        s.Rejected.Count == 0 ? "" : $"{s.Rejected.Values.Sum():N0}",
                        s.Missing == 0 ? "" : $"{s.Missing:N0}",
                        s.HoldsBack ? "HELD BACK"
                        : s.Problem is null ? "ok"
                        : "PROBLEM",
                    }
                ),
            ]
        );
        foreach (SourceStatus s in status.Where(s => s.Problem is not null))
            output.WriteLine($"{s.Name}: {s.Problem}");
        foreach (SourceStatus s in status.Where(s => s.HoldsBack))
            output.WriteLine($"To use the newer state of {s.Name} all the same: causeway registry accept {s.Name} --data {dataFolder}");
        foreach (SourceStatus s in status)
        foreach ((string reason, long count) in s.Rejected)
            output.WriteLine($"{s.Name}: {count:N0} records not usable: {reason}");
    }

    public static JsonObject Json(PeeringDbData data, PdbNetwork net) =>
        new()
        {
            ["asn"] = net.Asn.Value,
            ["name"] = net.Name,
            ["asSets"] = Strings(net.AsSets),
            ["maxPrefixesV4"] = net.MaxPrefixesV4,
            ["maxPrefixesV6"] = net.MaxPrefixesV6,
            ["policy"] = net.Policy,
            ["website"] = net.Website,
            ["updated"] = Time(net.Updated),
            ["facilities"] = Array(
                data.FacilitiesOf(net.Asn)
                    .Select(f => new JsonObject
                    {
                        ["id"] = f.Id,
                        ["name"] = f.Name,
                        ["city"] = f.City,
                        ["country"] = f.Country,
                    })
            ),
            ["exchanges"] = Array(
                data.PortsOf(net.Asn)
                    .Select(p => new JsonObject
                    {
                        ["exchange"] = data.Exchange(p.ExchangeId)?.Name,
                        ["ipv4"] = p.V4?.ToString(),
                        ["ipv6"] = p.V6?.ToString(),
                        ["speedMbps"] = p.Speed,
                        ["routeServerPeer"] = p.IsRouteServerPeer,
                    })
            ),
            ["contacts"] = Array(
                data.ContactsOf(net.Asn)
                    .Select(c => new JsonObject
                    {
                        ["role"] = c.Role,
                        ["name"] = c.Name,
                        ["email"] = c.Email,
                        ["phone"] = c.Phone,
                    })
            ),
        };

    public static void Table(TextWriter output, PeeringDbData data, PdbNetwork net)
    {
        output.WriteLine(
            $"AS{net.Asn} {net.Name}: policy {net.Policy}, at most {net.MaxPrefixesV4} IPv4 and {net.MaxPrefixesV6} IPv6 prefixes"
        );
        output.WriteLine($"AS-SETs: {string.Join(" ", net.AsSets)}");
        RegistryOutput.Columns(
            output,
            ["FACILITY", "CITY", "COUNTRY"],
            [.. data.FacilitiesOf(net.Asn).Select(f => new[] { f.Name, f.City, f.Country })]
        );
        RegistryOutput.Columns(
            output,
            ["EXCHANGE", "IPV4", "IPV6", "MBPS"],
            [
                .. data.PortsOf(net.Asn)
                    .Select(p =>
                        new[] { data.Exchange(p.ExchangeId)?.Name ?? "?", p.V4?.ToString() ?? "", p.V6?.ToString() ?? "", $"{p.Speed}" }
                    ),
            ]
        );
    }

    private static JsonArray Array(IEnumerable<JsonNode> items) => new([.. items]);

    private static JsonArray Strings(IEnumerable<string> items) => Array(items.Select(i => JsonValue.Create(i)!));

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");

    private static string Age(TimeSpan age) =>
        age.TotalDays >= 2 ? $"{age.TotalDays:0}d"
        : age.TotalHours >= 2 ? $"{age.TotalHours:0}h"
        : age.TotalMinutes >= 2 ? $"{age.TotalMinutes:0}m"
        : $"{Math.Max(0, age.TotalSeconds):0}s";
}
