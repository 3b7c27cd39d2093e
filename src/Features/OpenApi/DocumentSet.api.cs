using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Arm;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.OpenApi;

/// <summary>The documents, each made when it is first asked for: a start does not wait for them, and what there is does not change while the server runs.</summary>
public sealed class DocumentSet(ArmTypes types, EndpointDataSource endpoints)
{
    private static readonly JsonSerializerOptions s_written = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ConcurrentDictionary<string, Lazy<Document>> _made = [];

    /// <summary>Namespaces that have endpoints, in order.</summary>
    public IReadOnlyList<string> Namespaces =>
        [.. types.Namespaces.Where(ns => Described().Any(e => e.Endpoint.Type.Namespace == ns)).Order(StringComparer.Ordinal)];

    /// <summary>The document of a namespace in any casing; null when there is no such namespace.</summary>
    public Document? Find(string anyCase) =>
        types.Namespace(anyCase) is { } ns && Namespaces.Contains(ns) ? _made.GetOrAdd(ns, _ => new(() => Make(ns))).Value : null;

    private Document Make(string ns)
    {
        var made = new DocumentBuilder(ns, [.. Described().Where(e => e.Endpoint.Type.Namespace == ns)]);
        byte[] json = [.. JsonSerializer.SerializeToUtf8Bytes(made.Build(), s_written), (byte)'\n'];
        return new(json, $"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16))}\"");
    }

    private IEnumerable<DescribedEndpoint> Described() =>
        from route in endpoints.Endpoints.OfType<RouteEndpoint>()
        let endpoint = route.Metadata.GetMetadata<ArmEndpoint>()
        where endpoint?.Contract is not null
        select new DescribedEndpoint(route.RoutePattern.RawText!, endpoint, endpoint.Contract!);
}

/// <param name="Json">UTF-8.</param>
/// <param name="ETag">Of its content, in quotes.</param>
public sealed record Document(ReadOnlyMemory<byte> Json, string ETag);

/// <summary>An endpoint with its path as it is mapped.</summary>
internal sealed record DescribedEndpoint(string Pattern, ArmEndpoint Endpoint, ArmContract Contract);
