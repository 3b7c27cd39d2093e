using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Registries.Irr.Nrtm;

/// <summary>A notification, snapshot or delta that cannot be used; the message says which and why.</summary>
internal sealed class Nrtm4Exception(string message) : Exception(message);

/// <summary>A file that the notification names.</summary>
/// <param name="Url">Relative to the notification.</param>
/// <param name="Hash">SHA-256 of the file as it is served, in lower-case hexadecimal.</param>
internal sealed record Nrtm4Reference(long Version, string Url, string Hash);

/// <summary>The Update Notification File of RFC 10063: what the server has, signed.</summary>
internal sealed record Nrtm4Notification(
    string Source,
    string Session,
    long Version,
    DateTimeOffset Timestamp,
    string? NextKey,
    Nrtm4Reference Snapshot,
    IReadOnlyList<Nrtm4Reference> Deltas
)
{
    /// <summary>The most deltas one notification may list; servers keep about a day's worth.</summary>
    private const int MaxDeltas = 10_000;

    /// <summary>Checks a JWS in compact serialization (RFC 7515 §7.1) with ES256 (RFC 7518 §3.4) against keys in turn, and reads its payload.</summary>
    /// <param name="keys">Public keys, PEM (or the base64 of the same), the likeliest first.</param>
    /// <returns>The notification and the key that fits.</returns>
    /// <exception cref="Nrtm4Exception">No key fits, or the payload is not a consistent notification.</exception>
    public static (Nrtm4Notification Notification, string Key) Open(ReadOnlySpan<byte> jws, IEnumerable<string> keys, string source)
    {
        string[] parts = Encoding.ASCII.GetString(jws).Trim().Split('.');
        if (parts.Length != 3)
            throw new Nrtm4Exception("the notification is not a JWS in compact form: it needs three parts joined by dots");
        byte[] header = Base64Url(parts[0], "header");
        byte[] payload = Base64Url(parts[1], "payload");
        byte[] signature = Base64Url(parts[2], "signature");
        using (JsonDocument json = ParseJson(header, "the signature's header"))
            if (
                !json.RootElement.TryGetProperty("alg", out JsonElement alg)
                || alg.ValueKind != JsonValueKind.String
                || !alg.ValueEquals("ES256"u8)
            )
                throw new Nrtm4Exception("the notification is not signed with ES256");
        byte[] signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        foreach (string key in keys)
        {
            using ECDsa ecdsa = ImportKey(key);
            if (ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
                return (Read(payload, source), key);
        }
        throw new Nrtm4Exception("the notification's signature fits none of the known keys");
    }

    /// <exception cref="Nrtm4Exception">Not a P-256 public key.</exception>
    public static ECDsa ImportKey(string key)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            if (key.Contains("-----BEGIN", StringComparison.Ordinal))
                ecdsa.ImportFromPem(key);
            else
                ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key), out _);
            if (ecdsa.KeySize == 256)
                return ecdsa;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            ecdsa.Dispose();
            throw new Nrtm4Exception($"a public key is not readable: {e.Message} It must be a P-256 key in PEM.");
        }
        ecdsa.Dispose();
        throw new Nrtm4Exception("a public key is not of curve P-256");
    }

    private static Nrtm4Notification Read(byte[] payload, string source)
    {
        using JsonDocument json = ParseJson(payload, "the notification");
        JsonElement root = json.RootElement;
        (string session, long version) = Nrtm4Json.Header(root, "notification", source);
        Nrtm4Reference snapshot = Reference(Nrtm4Json.Member(root, "snapshot", JsonValueKind.Object));
        JsonElement list = Nrtm4Json.Member(root, "deltas", JsonValueKind.Array);
        if (list.GetArrayLength() > MaxDeltas)
            throw new Nrtm4Exception($"the notification lists {list.GetArrayLength()} deltas, more than {MaxDeltas}");
        Nrtm4Reference[] deltas = [.. list.EnumerateArray().Select(Reference)];
        for (int i = 1; i < deltas.Length; i++)
            if (deltas[i].Version != deltas[i - 1].Version + 1)
                throw new Nrtm4Exception($"delta {deltas[i].Version} follows {deltas[i - 1].Version}: there is a gap");
        long newest = deltas.Length > 0 ? Math.Max(snapshot.Version, deltas[^1].Version) : snapshot.Version;
        if (version != newest)
            throw new Nrtm4Exception($"the notification says version {version}, but its files reach {newest}");
        if (deltas.Length > 0 && snapshot.Version > deltas[^1].Version)
            throw new Nrtm4Exception($"the snapshot (version {snapshot.Version}) is newer than the newest delta ({deltas[^1].Version})");
        if (!Nrtm4Json.Member(root, "timestamp", JsonValueKind.String).TryGetDateTimeOffset(out DateTimeOffset timestamp))
            throw new Nrtm4Exception("the notification's timestamp is not a time (RFC 3339)");
        string? next =
            root.TryGetProperty("next_signing_key", out JsonElement key) && key.ValueKind == JsonValueKind.String
                ? Nrtm4Json.Text(root, "next_signing_key")
                : null;
        if (next is not null)
            ImportKey(next).Dispose();
        return new Nrtm4Notification(source, session, version, timestamp, next, snapshot, deltas);
    }

    private static Nrtm4Reference Reference(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new Nrtm4Exception("a file reference is not an object");
        string url = Nrtm4Json.Text(element, "url");
        string hash = Nrtm4Json.Text(element, "hash");
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))
            throw new Nrtm4Exception($"'{hash}' is not a SHA-256 in hexadecimal");
        // Files lie beside the notification; a name that leads elsewhere is refused (RFC 10063: relative paths).
        if (
            url.Length is 0 or > 500
            || url.Contains("..", StringComparison.Ordinal)
            || url.StartsWith('/')
            || url.Contains(':')
            || url.Contains('\\')
        )
            throw new Nrtm4Exception($"'{url}' is not a path relative to the notification");
        return new Nrtm4Reference(Nrtm4Json.Version(element), url, hash.ToLowerInvariant());
    }

    private static byte[] Base64Url(string text, string what)
    {
        try
        {
            return System.Buffers.Text.Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            throw new Nrtm4Exception($"the {what} of the notification's signature is not base64url");
        }
    }

    private static JsonDocument ParseJson(byte[] bytes, string what)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new Nrtm4Exception($"{what} is not JSON: {e.Message}");
        }
    }
}

/// <summary>Members that every NRTMv4 document has, read with messages that name them.</summary>
internal static class Nrtm4Json
{
    public static (string Session, long Version) Header(JsonElement root, string type, string source)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new Nrtm4Exception($"the {type} is not a JSON object");
        if (!Member(root, "nrtm_version", JsonValueKind.Number).TryGetInt32(out int nrtm) || nrtm != 4)
            throw new Nrtm4Exception($"the {type} is not of NRTM version 4");
        if (Text(root, "type") != type)
            throw new Nrtm4Exception($"expected a {type}, but the file is a {Text(root, "type")}");
        if (!string.Equals(Text(root, "source"), source, StringComparison.OrdinalIgnoreCase))
            throw new Nrtm4Exception($"the {type} is of source {Text(root, "source")}, not {source}");
        string session = Text(root, "session_id");
        if (!Guid.TryParse(session, out _))
            throw new Nrtm4Exception($"'{session}' is not a session id (UUID)");
        return (session, Version(root));
    }

    public static long Version(JsonElement element) =>
        Member(element, "version", JsonValueKind.Number).TryGetInt64(out long version) && version > 0
            ? version
            : throw new Nrtm4Exception("a version is not a positive number");

    public static JsonElement Member(JsonElement element, string name, JsonValueKind kind) =>
        element.TryGetProperty(name, out JsonElement member) && member.ValueKind == kind
            ? member
            : throw new Nrtm4Exception($"'{name}' is missing, or is not of kind {kind}");

    public static string Text(JsonElement element, string name)
    {
        try
        {
            return Member(element, name, JsonValueKind.String).GetString()!;
        }
        catch (InvalidOperationException)
        {
            // JSON is checked for its form when it is parsed, and for its letters only here.
            throw new Nrtm4Exception($"'{name}' is not Unicode text");
        }
    }
}
