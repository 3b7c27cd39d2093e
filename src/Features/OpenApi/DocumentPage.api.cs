using System.Text;
using System.Text.Json.Nodes;
using Causeway.Api.Kit;
using Causeway.Arm;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Causeway.Api.OpenApi;

/// <summary>
/// <c>/docs</c>: the documents for people, shown by Scalar. Its script is in its package and served from here; the policy of the page keeps it from asking any
/// other host. The page is ours, as the package's own writes its script into the page and compiles its routes at every start.
/// </summary>
internal sealed class DocumentPage(DocumentSet documents) : IEndpoints
{
    private const string Why = "documentation: the same for everybody who has the program";

    /// <summary>Scalar puts its styles into the page.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Page = """
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Causeway API</title>
          </head>
          <body>
            <div id="app"></div>
            <noscript>The documents are listed at <a href="/openapi">/openapi</a>.</noscript>
            <script src="/docs/scalar.js"></script>
            <script src="/docs/start.js"></script>
          </body>
        </html>

        """;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOpen("GET", "/docs", Why, http => WriteAsync(http, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Page)));
        routes.MapOpen("GET", "/docs/start.js", Why, http => WriteAsync(http, "text/javascript; charset=utf-8", Start()));
        routes.MapOpen("GET", "/docs/scalar.js", Why, ScriptAsync);
    }

    private byte[] Start()
    {
        var settings = new JsonObject
        {
            ["sources"] = new JsonArray([
                .. documents.Namespaces.Select(ns => new JsonObject
                {
                    ["title"] = ns,
                    ["url"] = DocumentEndpoints.PathOf(ns),
                    // What most people come for.
                    ["default"] = ns == Namespaces.Network.Name,
                }),
            ]),
            ["withDefaultFonts"] = false,
            ["telemetry"] = false,
            ["hideClientButton"] = true,
            ["showDeveloperTools"] = "never",
            ["agent"] = new JsonObject { ["disabled"] = true },
            ["mcp"] = new JsonObject { ["disabled"] = true },
        };
        return Encoding.UTF8.GetBytes($"Scalar.createApiReference('#app', {settings.ToJsonString()})\n");
    }

    /// <summary>As it is in the package: compressed, as every browser takes it.</summary>
    private static async Task ScriptAsync(HttpContext http)
    {
        await using Stream script =
            typeof(ScalarOptions).Assembly.GetManifestResourceStream("ScalarStaticAssets.scalar.js")
            ?? throw new InvalidOperationException("Scalar's package has no script any more.");
        Headers(http, "text/javascript; charset=utf-8");
        http.Response.Headers.ContentEncoding = "gzip";
        http.Response.ContentLength = script.Length;
        await script.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext http, string type, byte[] content)
    {
        Headers(http, type);
        http.Response.ContentLength = content.Length;
        await http.Response.BodyWriter.WriteAsync(content, http.RequestAborted);
    }

    private static void Headers(HttpContext http, string type)
    {
        http.Response.ContentType = type;
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-cache";
    }
}
