using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>Reads a request body within its limits.</summary>
internal static class RequestBody
{
    /// <exception cref="BadHttpRequestException">413, or a connection that broke off.</exception>
    public static async ValueTask<BodyReader> ReadAsync(
        HttpRequest request,
        ArmHost host,
        ArmType type,
        byte[]? given,
        bool optional = false
    )
    {
        var context = new BodyContext(type, host.Types.LocationsOf(type));
        byte[] body = given ?? await ReadBytesAsync(request, host.Options.MostBodyBytes);
        if (body.Length == 0 && optional)
            body = "{}"u8.ToArray();
        if (Parse(body, host.Options.MostJsonDepth, out JsonDocument? document) is { } why)
        {
            context.Problems.Add(
                Refusal.Invalid("InvalidRequestContent", $"The request content was invalid and could not be deserialized: {why}")
            );
            return new(context, null, "", quiet: true);
        }
        request.HttpContext.Response.RegisterForDispose(document!);
        return new(context, document!.RootElement, "", quiet: false);
    }

    private static async ValueTask<byte[]> ReadBytesAsync(HttpRequest request, int most)
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
    private static string? Parse(byte[] body, int depth, out JsonDocument? document)
    {
        document = null;
        if (body.Length == 0)
            return "the body is empty; a JSON object is needed.";
        ReadOnlyMemory<byte> json = body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;
        if (!Utf8.IsValid(json.Span))
            return "it is not UTF-8.";
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = depth });
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
