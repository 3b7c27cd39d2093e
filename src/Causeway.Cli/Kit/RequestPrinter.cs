using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Cli.Kit;

/// <summary>
/// Shows a request, and the same as a command line of curl, so that it can be repeated by another client. Tokens are never in it; keys in a body are
/// masked.
/// </summary>
internal static class RequestPrinter
{
    private static readonly string[] Secrets = ["sharedKey", "authorizationKey", "clientSecret"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Print(TextWriter output, HttpMethod method, AccessFile access, string path, string? body)
    {
        string url = path.StartsWith("http", StringComparison.Ordinal) ? path : access.Endpoint + path;
        output.WriteLine($"{method} {url}");
        JsonNode? tree = body is null ? null : JsonNode.Parse(body);
        if (tree is not null)
        {
            Mask(tree);
            output.WriteLine(tree.ToJsonString(Indented));
        }
        string data = tree is null ? "" : $" -H 'Content-Type: application/json' --data {Quoted(tree.ToJsonString())}";
        string trusts = access.CaFile is { } authority ? $" --cacert {Quoted(authority)}" : "";
        output.WriteLine($"# curl{trusts} -X {method} -H \"Authorization: Bearer $TOKEN\"{data} {Quoted(url)}");
    }

    /// <summary>As one word of a shell.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Mask(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (string name in members.Select(m => m.Key).ToList())
                    if (Secrets.Contains(name, StringComparer.OrdinalIgnoreCase))
                        members[name] = "***";
                    else
                        Mask(members[name]);
                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                    Mask(item);
                break;
        }
    }
}
