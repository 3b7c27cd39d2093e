using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Causeway.Api.Resources;

/// <summary>Where something stands in a template as it was sent, as an editor counts: ARM says line and column with what is wrong in a template.</summary>
internal static class TemplatePlace
{
    /// <summary>The line and the column of a value, both from 1, within the text of <c>template</c>; null when the path leads nowhere in it.</summary>
    /// <param name="properties">A deployment's properties, with <c>template</c> in them.</param>
    /// <param name="path">As <c>resources[0].properties.peer</c>; what of it is not in the template (the inner of an expression) is left out.</param>
    public static (int Line, int Column)? Find(JsonElement properties, string path)
    {
        JsonElement? template = Member(properties, "template");
        if (template is not { ValueKind: JsonValueKind.Object } root)
            return null;
        byte[] text = Encoding.UTF8.GetBytes(root.GetRawText());
        var reader = new Utf8JsonReader(
            text,
            new JsonReaderOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                MaxDepth = 1000,
            }
        );
        reader.Read();
        long? found = null;
        foreach (string step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enter(ref reader, step))
                break;
            found = reader.TokenStartIndex;
        }
        return found is { } offset ? Place(text.AsSpan(0, (int)offset)) : null;
    }

    /// <summary>Goes to a member or an item of the value that the reader stands on.</summary>
    private static bool Enter(ref Utf8JsonReader reader, string step)
    {
        if (step is ['[', .. var index, ']'])
        {
            if (reader.TokenType != JsonTokenType.StartArray || !int.TryParse(index, CultureInfo.InvariantCulture, out int wanted))
                return false;
            for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (i == wanted)
                    return true;
                reader.Skip();
            }
            return false;
        }
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = step.Equals(reader.GetString(), StringComparison.OrdinalIgnoreCase);
            reader.Read();
            if (isIt)
                return true;
            reader.Skip();
        }
        return false;
    }

    private static (int Line, int Column) Place(ReadOnlySpan<byte> before)
    {
        int line = before.Count((byte)'\n') + 1;
        int begin = before.LastIndexOf((byte)'\n') + 1;
        return (line, Encoding.UTF8.GetCharCount(before[begin..]) + 1);
    }

    private static JsonElement? Member(JsonElement of, string name)
    {
        foreach (JsonProperty member in of.EnumerateObject())
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        return null;
    }
}
