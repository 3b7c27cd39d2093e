using System.Text.Json;
using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary>Shows a request so that it can be repeated by another client. Tokens are never in it; keys in a body are masked.</summary>
internal static class RequestPrinter
{
    private static readonly string[] Secrets = ["sharedKey", "authorizationKey", "clientSecret"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Print(TextWriter output, HttpMethod method, string endpoint, string path, string? body)
    {
        output.WriteLine($"{method} {(path.StartsWith("http", StringComparison.Ordinal) ? path : endpoint + path)}");
        if (body is null || JsonNode.Parse(body) is not { } tree)
            return;
        Mask(tree);
        output.WriteLine(tree.ToJsonString(Indented));
    }

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
