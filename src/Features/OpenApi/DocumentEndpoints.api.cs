using System.Text.Json.Nodes;
using Causeway.Api.Kit;
using Causeway.Arm;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.OpenApi;

/// <summary><c>/openapi</c> lists the documents, <c>/openapi/{namespace}.json</c> is one. They say what the program can do and nothing of the installation.</summary>
internal sealed class DocumentEndpoints(DocumentSet documents) : IEndpoints
{
    private const string Why = "OpenAPI: the same for everybody who has the program";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOpen("GET", "/openapi", Why, ListAsync);
        routes.MapOpen("GET", "/openapi/{file}", Why, GetAsync);
    }

    /// <summary>Where the document of a namespace is.</summary>
    public static string PathOf(string ns) => $"/openapi/{ns}.json";

    private Task ListAsync(HttpContext http)
    {
        var list = new JsonArray([.. documents.Namespaces.Select(ns => new JsonObject { ["namespace"] = ns, ["path"] = PathOf(ns) })]);
        return WriteAsync(http, System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["value"] = list }.ToJsonString()));
    }

    private Task GetAsync(HttpContext http)
    {
        string file = http.Request.RouteValues["file"] as string ?? "";
        if (!file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || documents.Find(file[..^".json".Length]) is not { } document)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return http.Response.WriteAsync("There is no such document: /openapi lists them.\n", http.RequestAborted);
        }
        http.Response.Headers.ETag = document.ETag;
        if (http.Request.Headers.IfNoneMatch.ToString().Contains(document.ETag, StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        return WriteAsync(http, document.Json);
    }

    private static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> json)
    {
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = json.Length;
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await http.Response.BodyWriter.WriteAsync(json, http.RequestAborted);
    }
}
