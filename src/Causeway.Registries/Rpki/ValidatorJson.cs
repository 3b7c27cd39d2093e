using System.Collections.Frozen;
using System.IO.Compression;
using System.Text.Json;
using Causeway.Primitives;
using Causeway.Registries.Json;

namespace Causeway.Registries.Rpki;

/// <summary>What one validator output holds. <see cref="Problem"/> set means that the document broke off: what was read before is there, and should not be used.</summary>
public sealed record ValidatorOutput(
    IReadOnlyList<(Vrp Vrp, string TrustAnchor)> Vrps,
    IReadOnlyList<Aspa> Aspas,
    DateTimeOffset? Generated,
    IReadOnlyDictionary<string, long> Rejected,
    string? Problem
);

/// <summary>
/// Reads VRPs and ASPAs from validator JSON: routinator's <c>json</c> and <c>jsonext</c>, rpki-client's <c>-j</c>, and what StayRTR and GoRTR read. The
/// document is streamed; a record that cannot be right is counted under its reason and left out.
/// </summary>
public static class ValidatorJson
{
    /// <param name="stream">JSON, or gzip of it.</param>
    /// <param name="now">VRPs that state an expiry before this are left out and counted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The stream itself failed.</exception>
    public static async Task<ValidatorOutput> ReadAsync(Stream stream, DateTimeOffset now, CancellationToken cancellation)
    {
        var sink = new Sink(now.ToUnixTimeSeconds());
        await using Stream plain = await Decompressed.OpenAsync(stream, cancellation);
        string? problem;
        try
        {
            problem = await JsonObjectStream.ReadAsync(plain, sink, cancellation) ?? sink.Problem;
        }
        catch (TooManyException)
        {
            problem = $"more than {Limits.MaxVrps:N0} VRPs";
        }
        return new ValidatorOutput(sink.Vrps, sink.Aspas, sink.Generated, sink.Rejected.ToFrozenDictionary(), problem);
    }

    private sealed class TooManyException : Exception;

    private sealed class Sink(long now) : IJsonObjectSink
    {
        private readonly Dictionary<string, string> _anchors = [];
        private bool _sawArray;

        public List<(Vrp, string)> Vrps { get; } = [];
        public List<Aspa> Aspas { get; } = [];
        public Dictionary<string, long> Rejected { get; } = [];
        public DateTimeOffset? Generated { get; private set; }

        /// <summary>A document without any VRP is some other JSON, or a validator that has not finished: not a world without ROAs.</summary>
        public string? Problem =>
            _sawArray
                ? null
                : "no VRPs in it: an empty list is not believed to be a world without ROAs (expected an object with a filled array 'roas')";

        public void Object(string path, ReadOnlySpan<byte> json)
        {
            if (path is "roas" or "vrps" or "")
                Roa(json);
            else if (path is "aspas" or "provider_authorizations" || path.StartsWith("provider_authorizations/", StringComparison.Ordinal))
                Provider(json);
        }

        public void Scalar(string path, ref Utf8JsonReader value)
        {
            if (
                path is "metadata/generated" or "generated"
                && value.TokenType == JsonTokenType.Number
                && value.TryGetInt64(out long seconds)
            )
                Generated ??= FromUnix(seconds);
            else if (path is "metadata/buildtime" or "metadata/generatedTime" && value.TokenType == JsonTokenType.String)
                Generated ??= value.TryGetDateTimeOffset(out DateTimeOffset time) ? time : null;
        }

        private static DateTimeOffset? FromUnix(long seconds) =>
            seconds is > 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

        private void Reject(string reason) => Rejected[reason] = Rejected.GetValueOrDefault(reason) + 1;

        private void Roa(ReadOnlySpan<byte> json)
        {
            _sawArray = true;
            IpPrefix prefix = default;
            Asn? asn = null;
            bool sawPrefix = false,
                hostBits = false;
            int? maxLength = null;
            long expires = long.MaxValue;
            string anchor = "";
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read())
            {
                // In jsonext the trust anchor stands inside "source"; every other nested member is of no use here.
                if (reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                bool outer = reader.CurrentDepth == 1;
                if (outer && reader.ValueTextEquals("prefix"u8))
                {
                    reader.Read();
                    sawPrefix = true;
                    prefix = ReadPrefix(ref reader, out hostBits);
                }
                else if (outer && reader.ValueTextEquals("asn"u8))
                {
                    reader.Read();
                    asn = ReadAsn(ref reader);
                }
                else if (outer && (reader.ValueTextEquals("maxLength"u8) || reader.ValueTextEquals("max_length"u8)))
                {
                    reader.Read();
                    maxLength = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int n) ? n : -1;
                }
                else if (outer && reader.ValueTextEquals("expires"u8))
                {
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long at))
                        expires = at;
                }
                else if (reader.ValueTextEquals("ta"u8) || reader.ValueTextEquals("tal"u8))
                {
                    reader.Read();
                    if (anchor.Length == 0 && reader.TokenType == JsonTokenType.String)
                        anchor = Anchor(ref reader);
                }
            }
            if (!sawPrefix || prefix == default)
                Reject("no prefix, or one that is none");
            else if (hostBits)
                Reject("prefix with host bits");
            else if (asn is null)
                Reject("no ASN, or one that is none");
            else if (maxLength is not null && (maxLength < prefix.Length || maxLength > prefix.MaxLength))
                Reject("maximum length outside the prefix's own and its family's");
            else if (expires < now)
                Reject("expired");
            else if (Vrps.Count >= Limits.MaxVrps)
                throw new TooManyException();
            else
                Vrps.Add((new Vrp(prefix, (byte)(maxLength ?? prefix.Length), asn.Value), anchor));
        }

        private void Provider(ReadOnlySpan<byte> json)
        {
            Asn? customer = null;
            var providers = new List<Asn>();
            bool bad = false;
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                    continue;
                if (reader.ValueTextEquals("customer"u8) || reader.ValueTextEquals("customer_asid"u8))
                {
                    reader.Read();
                    customer = ReadAsn(ref reader);
                }
                else if (reader.ValueTextEquals("providers"u8) && reader.Read() && reader.TokenType == JsonTokenType.StartArray)
                {
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        // Early rpki-client wrote providers as objects; a list that cannot be read whole is not used in part.
                        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                            reader.Skip();
                        if (ReadAsn(ref reader) is { } provider)
                            providers.Add(provider);
                        else
                            bad = true;
                    }
                }
            }
            if (bad || customer is null)
                Reject("ASPA without a customer or with a provider that is no ASN");
            else
                Aspas.Add(new Aspa(customer.Value, [.. providers.Distinct().Order()]));
        }

        private static IpPrefix ReadPrefix(ref Utf8JsonReader reader, out bool hostBits)
        {
            hostBits = false;
            Span<char> text = stackalloc char[64];
            if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > text.Length)
                return default;
            return IpPrefix.TryParseLoose(text[..reader.CopyString(text)], out IpPrefix prefix, out hostBits) ? prefix : default;
        }

        private static Asn? ReadAsn(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Number)
                return reader.TryGetUInt32(out uint n) ? new Asn(n) : null;
            Span<char> text = stackalloc char[32];
            if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > text.Length)
                return null;
            return Asn.TryParse(text[..reader.CopyString(text)], null, out Asn asn) ? asn : null;
        }

        /// <summary>One string per trust anchor, not one per VRP.</summary>
        private string Anchor(ref Utf8JsonReader reader)
        {
            if (reader.ValueSpan.Length > 64)
                return "";
            string name = reader.GetString()!;
            if (_anchors.TryGetValue(name, out string? known))
                return known;
            if (_anchors.Count < 100)
                _anchors[name] = name;
            return name;
        }
    }
}
