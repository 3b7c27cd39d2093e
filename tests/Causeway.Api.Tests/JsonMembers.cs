using System.Text.Json.Nodes;

namespace Causeway.Api.Tests;

/// <summary>The names of what a document holds, for comparing its shape with Azure's.</summary>
internal static class JsonMembers
{
    /// <summary>Every member by its path, such as <c>properties.peerings[].name</c>; once for each item of a list that has it.</summary>
    /// <param name="before">What each path begins with.</param>
    public static IEnumerable<string> Of(JsonNode? node, string before = "")
    {
        if (node is JsonObject o)
            foreach ((string name, JsonNode? value) in o)
            {
                yield return before + name;
                foreach (string inner in Of(value, $"{before}{name}."))
                    yield return inner;
            }
        else if (node is JsonArray items)
            foreach (JsonNode? item in items)
            foreach (string inner in Of(item, $"{before.TrimEnd('.')}[]."))
                yield return inner;
    }
}
