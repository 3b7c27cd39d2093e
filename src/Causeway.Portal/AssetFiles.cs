using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal;

/// <summary>Style sheet, scripts and icon, carried in the assembly. Their addresses name their content, so that a browser asks for each once.</summary>
internal static class AssetFiles
{
    private sealed record Asset(string Type, byte[] Content, byte[] Packed, string Version);

    private static readonly Lazy<FrozenDictionary<string, Asset>> All = new(() =>
        typeof(AssetFiles)
            .Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("Assets/", StringComparison.Ordinal))
            .ToFrozenDictionary(n => n["Assets/".Length..], Read, StringComparer.Ordinal)
    );

    /// <summary>The address of a file.</summary>
    public static string Url(string name) => $"/portal/assets/{name}?v={All.Value[name].Version}";

    public static async Task WriteAsync(HttpContext http, string name)
    {
        if (!All.Value.TryGetValue(name, out Asset? asset))
        {
            http.Response.StatusCode = 404;
            return;
        }
        http.Response.Headers.CacheControl = http.Request.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.ContentType = asset.Type;
        bool packed = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (packed)
            http.Response.Headers.ContentEncoding = "br";
        http.Response.Headers.Vary = "Accept-Encoding";
        byte[] content = packed ? asset.Packed : asset.Content;
        http.Response.ContentLength = content.Length;
        await http.Response.Body.WriteAsync(content, http.RequestAborted);
    }

    private static Asset Read(string resource)
    {
        using Stream stream = typeof(AssetFiles).Assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal))
            brotli.Write(content);
        string type = Path.GetExtension(resource) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        return new Asset(type, content, packed.ToArray(), Convert.ToHexStringLower(SHA256.HashData(content))[..12]);
    }
}
