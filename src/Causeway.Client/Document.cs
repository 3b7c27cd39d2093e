using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Client;

/// <summary>An answer read as a contract type, beside the JSON as it came: what the type does not know is not lost.</summary>
public sealed record Document<T>(T Body, JsonNode Json)
{
    /// <exception cref="ClientException">The answer has not the form that the contract says.</exception>
    public static Document<T> Of(JsonNode json, JsonTypeInfo<T> type)
    {
        try
        {
            return new(json.Deserialize(type) ?? throw new JsonException("it is null"), json);
        }
        catch (JsonException e)
        {
            throw new ClientException($"The server's answer is no {typeof(T).Name}: {e.Message} Is it another version of Causeway?", e);
        }
    }
}
