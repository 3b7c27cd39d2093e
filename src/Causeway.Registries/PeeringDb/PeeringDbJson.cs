using System.Net;
using System.Text.Json;
using Causeway.Primitives;
using Causeway.Registries.Json;

namespace Causeway.Registries.PeeringDb;

/// <summary>
/// Reads PeeringDB's JSON into tables: an answer of its API (<c>{"data": [...]}</c>, one kind of object), or a dump with all kinds
/// (<c>{"net": {"data": [...]}, "fac": ...}</c>). Objects that cannot be right are counted and left out; <c>"status": "deleted"</c> removes.
/// </summary>
internal static class PeeringDbJson
{
    /// <summary>The kinds that are read, in the order they are asked for.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["net", "fac", "ix", "ixlan", "ixpfx", "netixlan", "netfac", "ixfac", "poc"];

    /// <param name="stream">JSON, or gzip of it.</param>
    /// <param name="kind">The kind of the objects in an API answer; null for a dump, which says it itself.</param>
    /// <param name="tables">Is added to.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Why the document could not be read to its end, or null; and what was rejected, per reason.</returns>
    public static async Task<(string? Problem, IReadOnlyDictionary<string, long> Rejected)> ReadAsync(
        Stream stream,
        string? kind,
        PeeringDbTables tables,
        CancellationToken cancellation
    )
    {
        var sink = new Sink(kind, tables);
        await using Stream plain = await Decompressed.OpenAsync(stream, cancellation);
        string? problem = await JsonObjectStream.ReadAsync(plain, sink, cancellation);
        return (problem, sink.Rejected);
    }

    private sealed class Sink(string? kind, PeeringDbTables tables) : IJsonObjectSink
    {
        public Dictionary<string, long> Rejected { get; } = [];

        public void Scalar(string path, ref Utf8JsonReader value) { }

        public void Object(string path, ReadOnlySpan<byte> json)
        {
            string? of =
                path == "data" ? kind
                : path.EndsWith("/data", StringComparison.Ordinal) ? path[..^5]
                : path;
            if (of is null || !Kinds.Contains(of))
                return;
            if (!TryAdd(of, json))
            {
                string reason = $"{of} that lacks what it must have";
                Rejected[reason] = Rejected.GetValueOrDefault(reason) + 1;
            }
        }

        private bool TryAdd(string of, ReadOnlySpan<byte> json)
        {
            try
            {
                var reader = new Utf8JsonReader(json);
                using JsonDocument document = JsonDocument.ParseValue(ref reader);
                return Add(of, document.RootElement);
            }
            catch (InvalidOperationException)
            {
                return false; // a string that is no Unicode
            }
        }

        private bool Add(string of, JsonElement e)
        {
            if (Int(e, "id") is not { } id)
                return false;
            bool gone = Text(e, "status") == "deleted";
            return of switch
            {
                "net" => Put(tables.Networks, id, gone, Network(id, e)),
                "fac" => Put(tables.Facilities, id, gone, new PdbFacility(id, Text(e, "name"), Text(e, "city"), Text(e, "country"))),
                "ix" => Put(tables.Exchanges, id, gone, new PdbExchange(id, Text(e, "name"), Text(e, "city"), Text(e, "country"))),
                "ixlan" => Put(tables.IxLans, id, gone, Int(e, "ix_id") is { } ix ? new PdbIxLan(id, ix, Int(e, "mtu")) : null),
                "ixpfx" => Put(tables.IxPrefixes, id, gone, IxPrefix(id, e)),
                "netixlan" => Put(tables.Ports, id, gone, Port(id, e)),
                "netfac" => Put(
                    tables.NetworkFacilities,
                    id,
                    gone,
                    Int(e, "net_id") is { } net && Int(e, "fac_id") is { } fac ? new PdbNetworkFacility(id, net, fac) : null
                ),
                "ixfac" => Put(
                    tables.ExchangeFacilities,
                    id,
                    gone,
                    Int(e, "ix_id") is { } x && Int(e, "fac_id") is { } f ? new PdbExchangeFacility(id, x, f) : null
                ),
                _ => Put(
                    tables.Contacts,
                    id,
                    gone,
                    Int(e, "net_id") is { } n
                        ? new PdbContact(id, n, Text(e, "role"), Text(e, "name"), Text(e, "email"), Text(e, "phone"))
                        : null
                ),
            };
        }

        private static bool Put<T>(Dictionary<int, T> table, int id, bool gone, T? value)
            where T : class
        {
            if (gone)
                table.Remove(id);
            else if (value is not null)
                table[id] = value;
            return gone || value is not null;
        }

        private static PdbNetwork? Network(int id, JsonElement e) =>
            Number(e, "asn") is { } asn
                ? new PdbNetwork(id, new Asn(asn), Text(e, "name"))
                {
                    AsSets = AsSetNames(Text(e, "irr_as_set")),
                    MaxPrefixesV4 = Int(e, "info_prefixes4"),
                    MaxPrefixesV6 = Int(e, "info_prefixes6"),
                    Policy = Text(e, "policy_general"),
                    Website = Text(e, "website"),
                    Updated = Time(e, "updated"),
                }
                : null;

        private static PdbIxPrefix? IxPrefix(int id, JsonElement e) =>
            Int(e, "ixlan_id") is { } lan && IpPrefix.TryParse(Text(e, "prefix"), out IpPrefix prefix)
                ? new PdbIxPrefix(id, lan, prefix)
                : null;

        private static PdbPort? Port(int id, JsonElement e) =>
            Int(e, "net_id") is { } net && Int(e, "ix_id") is { } ix && Int(e, "ixlan_id") is { } lan && Number(e, "asn") is { } asn
                ? new PdbPort(id, net, ix, lan, new Asn(asn))
                {
                    V4 = Address(e, "ipaddr4"),
                    V6 = Address(e, "ipaddr6"),
                    Speed = Int(e, "speed") ?? 0,
                    IsRouteServerPeer = Flag(e, "is_rs_peer") ?? false,
                    IsOperational = Flag(e, "operational") ?? true,
                }
                : null;

        private static string Text(JsonElement e, string name) =>
            e.TryGetProperty(name, out JsonElement v) && v.ValueKind == JsonValueKind.String ? v.GetString()! : "";

        private static uint? Number(JsonElement e, string name) =>
            e.TryGetProperty(name, out JsonElement v) && v.ValueKind == JsonValueKind.Number && v.TryGetUInt32(out uint n) ? n : null;

        private static int? Int(JsonElement e, string name) => Number(e, name) is { } n and <= int.MaxValue ? (int)n : null;

        private static bool? Flag(JsonElement e, string name) =>
            e.TryGetProperty(name, out JsonElement v) && v.ValueKind is JsonValueKind.True or JsonValueKind.False ? v.GetBoolean() : null;

        private static IPAddress? Address(JsonElement e, string name) =>
            IPAddress.TryParse(Text(e, name), out IPAddress? address) ? address : null;

        private static DateTimeOffset? Time(JsonElement e, string name) =>
            e.TryGetProperty(name, out JsonElement v) && v.ValueKind == JsonValueKind.String && v.TryGetDateTimeOffset(out DateTimeOffset t)
                ? t
                : null;
    }

    /// <summary>
    /// The names in an <c>irr_as_set</c> field, which people fill freely: separated by blanks or commas, with the source as <c>RIPE::AS-X</c> or
    /// <c>AS-X@RIPE</c>. What is no set name and no ASN is left out.
    /// </summary>
    public static IReadOnlyList<string> AsSetNames(string field)
    {
        var names = new List<string>();
        foreach (string word in field.Split([' ', ',', ';', '\t', '\n', '\r', '/'], StringSplitOptions.RemoveEmptyEntries))
        {
            string name = word.ToUpperInvariant();
            int at = name.IndexOf('@', StringComparison.Ordinal);
            if (at > 0)
                name = $"{name[(at + 1)..]}::{name[..at]}";
            int scope = name.LastIndexOf("::", StringComparison.Ordinal);
            string set = scope >= 0 ? name[(scope + 2)..] : name;
            bool valid =
                name.Length <= 128
                && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.')
                && (
                    set.Split(':').Any(p => p.StartsWith("AS-", StringComparison.Ordinal) && p.Length > 3)
                    || (set.StartsWith("AS", StringComparison.Ordinal) && Asn.TryParse(set, out _))
                );
            if (valid && !names.Contains(name))
                names.Add(name);
        }
        return names;
    }
}
