using System.Text.Json;

namespace Causeway.Arm;

/// <summary>The body of a PATCH of tags.</summary>
internal static class TagsBody
{
    public static byte[] Of(IReadOnlyDictionary<string, string> tags)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("tags"u8);
            foreach ((string name, string value) in tags)
                json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
