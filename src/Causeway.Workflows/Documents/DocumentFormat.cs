using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;

namespace Causeway.Workflows.Documents;

/// <summary>Makes a document of one schema one of the next: pure, on the JSON as it was stored. Never edited once released.</summary>
public delegate void Upcaster(JsonObject document);

/// <summary>A document as it was read.</summary>
/// <param name="IsNewer">It holds what this program does not know; so it may be read, and must not be written.</param>
public readonly record struct Document<T>(T Value, bool IsNewer);

/// <summary>
/// How the resources of one type stand in their documents, over the years.
///
/// Theory of operation (ADR 13). A document begins with the number of its schema; one without is of schema 1. An older one is brought up to the present one by
/// the type's upcasters, one after the other, on each read; it is stored anew when its resource changes next. One that holds a member or a schema that
/// this program does not know was written by a newer one: it is read as far as it is understood, and whoever would write it is refused (503, another node
/// may), since writing would drop what is not understood. One that cannot be read at all is a fault of that resource and of nobody else.
/// </summary>
public sealed class DocumentFormat<T>
    where T : class
{
    private const string Prefix = "{\"schema\":";

    private readonly JsonTypeInfo<T> _json;
    private readonly JsonTypeInfo<T> _strict;
    private readonly IReadOnlyList<Upcaster> _upcasters;

    /// <param name="upcasters">The first makes schema 2 of schema 1, and so on.</param>
    public DocumentFormat(JsonTypeInfo<T> json, IReadOnlyList<Upcaster> upcasters)
    {
        (_json, _upcasters) = (json, upcasters);
        var strict = new JsonSerializerOptions(json.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
        _strict = (JsonTypeInfo<T>)strict.GetTypeInfo(typeof(T));
    }

    /// <summary>The schema of what is written now, 1 or more.</summary>
    public int Schema => _upcasters.Count + 1;

    public byte[] Write(T value)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(value, _json);
        byte[] prefix = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Schema}{(body.Length > 2 ? "," : "")}")
        );
        return [.. prefix, .. body.AsSpan(1)];
    }

    /// <exception cref="UnreadableDocumentException">It is damaged, or so new that nothing can be made of it.</exception>
    public Document<T> Read(ResourceId id, ReadOnlySpan<byte> document)
    {
        int schema = 1;
        try
        {
            (schema, byte[] body) = Open(document);
            if (schema > Schema)
                return new Document<T>(Parse(body, _json), IsNewer: true);
            if (schema < Schema)
                body = Raise(body, schema);
            try
            {
                return new Document<T>(Parse(body, _strict), IsNewer: false);
            }
            catch (JsonException)
            {
                return new Document<T>(Parse(body, _json), IsNewer: true);
            }
        }
        catch (Exception e)
            when (e is JsonException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            throw new UnreadableDocumentException(id, schema, Schema, e);
        }
    }

    private static T Parse(byte[] body, JsonTypeInfo<T> json) =>
        JsonSerializer.Deserialize(body, json) ?? throw new JsonException("The document is null.");

    /// <summary>The schema, and the document without it.</summary>
    private static (int Schema, byte[] Body) Open(ReadOnlySpan<byte> document)
    {
        if (!document.StartsWith(Encoding.UTF8.GetBytes(Prefix)))
            return (1, document.ToArray());
        ReadOnlySpan<byte> rest = document[Prefix.Length..];
        int end = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end <= 0 || !int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int schema))
            throw new JsonException("The schema is no number.");
        rest = rest[(rest[end] == ',' ? end + 1 : end)..];
        return (schema, [(byte)'{', .. rest]);
    }

    private byte[] Raise(byte[] body, int schema)
    {
        JsonObject document = JsonNode.Parse(body)?.AsObject() ?? throw new JsonException("The document is null.");
        foreach (Upcaster upcaster in _upcasters.Skip(schema - 1))
            upcaster(document);
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }
}
