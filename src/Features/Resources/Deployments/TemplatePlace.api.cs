using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Causeway.Api.Resources;

/// <summary>Where something stands in a template as it was sent, as an editor counts: ARM says line and column with what is wrong in a template.</summary>
/// <param name="Line">From 1; 0 when it is not known.</param>
/// <param name="Column">Where the value begins, from 1; 0 when it is not known.</param>
/// <param name="NameEnd">How many characters of the line stand before the value of a member: its name and the colon. 0 when it is not known.</param>
internal sealed record TemplatePlace(int Line, int Column, int NameEnd)
{
    /// <summary>Nothing is known, which ARM says so too.</summary>
    public static TemplatePlace Unknown { get; } = new(0, 0, 0);

    /// <summary>Of a value within the text of <c>template</c>; unknown when the path leads nowhere in it.</summary>
    /// <param name="properties">A deployment's properties, with <c>template</c> in them.</param>
    /// <param name="path">As <c>resources[0].properties.peer</c>; what of it is not in the template (the inner of an expression) is left out.</param>
    public static TemplatePlace Find(JsonElement properties, string path)
    {
        JsonElement? template = Member(properties, "template");
        if (template is not { ValueKind: JsonValueKind.Object } root)
            return Unknown;
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
        (long Value, long Name)? found = null;
        foreach (string step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enter(ref reader, step, out long name))
                break;
            found = (reader.TokenStartIndex, name);
        }
        if (found is not (var value, var end))
            return Unknown;
        (int line, int column) = Place(text.AsSpan(0, (int)value));
        return new(line, column + 1, Place(text.AsSpan(0, (int)end)).Column);
    }

    /// <summary>Goes to a member or an item of the value that the reader stands on.</summary>
    /// <param name="name">Where the member's name and its colon end; of an item where it begins.</param>
    private static bool Enter(ref Utf8JsonReader reader, string step, out long name)
    {
        name = 0;
        if (step is ['[', .. var index, ']'])
        {
            if (reader.TokenType != JsonTokenType.StartArray || !int.TryParse(index, CultureInfo.InvariantCulture, out int wanted))
                return false;
            for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                name = reader.TokenStartIndex;
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
            name = reader.BytesConsumed;
            reader.Read();
            if (isIt)
                return true;
            reader.Skip();
        }
        return false;
    }

    /// <summary>The line from 1, and how many characters of it there are.</summary>
    private static (int Line, int Column) Place(ReadOnlySpan<byte> before)
    {
        int line = before.Count((byte)'\n') + 1;
        int begin = before.LastIndexOf((byte)'\n') + 1;
        return (line, Encoding.UTF8.GetCharCount(before[begin..]));
    }

    private static JsonElement? Member(JsonElement of, string name)
    {
        foreach (JsonProperty member in of.EnumerateObject())
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        return null;
    }
}
