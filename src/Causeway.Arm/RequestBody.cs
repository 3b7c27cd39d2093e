using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>A request's body: the octets, read within their limit, and the JSON in them, parsed when it is first asked for.</summary>
public sealed class RequestBody : IDisposable
{
    private readonly ReadOnlyMemory<byte> _octets;
    private readonly ArmType _type;
    private readonly IReadOnlyList<string> _locations;
    private readonly int _depth;
    private readonly bool _isRelaxed;
    private JsonDocument? _document;

    internal RequestBody(ReadOnlyMemory<byte> octets, ArmType type, IReadOnlyList<string> locations, int depth, bool isRelaxed = false)
    {
        _isRelaxed = isRelaxed;
        _octets = octets;
        _type = type;
        _locations = locations;
        _depth = depth;
    }

    /// <summary>Says what is wrong with the whole of it before any member is read; null for nothing.</summary>
    internal Func<JsonElement, Refusal?>? Wrong { get; init; }

    /// <summary>A reader at the body's beginning, without problems but those that the whole has.</summary>
    /// <param name="isOptional">An empty body reads as <c>{}</c>.</param>
    public BodyReader Reader(bool isOptional = false)
    {
        var context = new BodyContext(_type, _locations);
        string? why = _document is null ? Parse(isOptional, out _document) : null;
        Refusal? wrong = why is null
            ? Wrong?.Invoke(_document!.RootElement)
            : Refusal.Invalid("InvalidRequestContent", $"The request content was invalid and could not be deserialized: {why}");
        if (wrong is null)
            return new(context, _document!.RootElement, "", quiet: false);
        context.Problems.Add(wrong);
        return new(context, null, "", quiet: true);
    }

    public void Dispose() => _document?.Dispose();

    /// <exception cref="BadHttpRequestException">413, or a connection that broke off.</exception>
    internal static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
            throw TooLarge(most);
        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            if (read.Buffer.Length > most)
            {
                // Given back, so that the rest can be drained and the connection goes on.
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge(most);
            }
            if (read.IsCompleted)
            {
                byte[] body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Null and a document whose root is an object, or what is wrong.</summary>
    private string? Parse(bool isOptional, out JsonDocument? document)
    {
        ReadOnlyMemory<byte> body = _octets.IsEmpty && isOptional ? "{}"u8.ToArray() : _octets;
        document = null;
        if (body.Length == 0)
            return "the body is empty; a JSON object is needed.";
        ReadOnlyMemory<byte> json = body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (!Utf8.IsValid(json.Span))
            return "it is not UTF-8.";
        try
        {
            document = JsonDocument.Parse(
                _isRelaxed ? RelaxedJson.Tightened(json) : json,
                new JsonDocumentOptions
                {
                    MaxDepth = _depth,
                    AllowTrailingCommas = _isRelaxed,
                    CommentHandling = _isRelaxed ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow,
                }
            );
        }
        catch (JsonException e)
        {
            return $"it is not JSON: {Text.Excerpt(e.Message)} (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).";
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return null;
        string kind = document.RootElement.ValueKind.ToString().ToLowerInvariant();
        document.Dispose();
        document = null;
        return $"it is a JSON {kind}; an object is needed.";
    }

    private static BadHttpRequestException TooLarge(int most) =>
        new($"The request content is larger than {most} bytes.", StatusCodes.Status413PayloadTooLarge);
}
