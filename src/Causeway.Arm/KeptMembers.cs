using System.Text;
using System.Text.Json;

namespace Causeway.Arm;

/// <summary>
/// Settings that mean nothing here, but that clients send, read back, and compare with what they sent: kept as JSON, and shown again. What would mean something
/// and cannot be done is never among them: that is refused by its name.
/// </summary>
public static class KeptMembers
{
    /// <summary>Most characters of JSON that one object keeps.</summary>
    private const int Longest = 32_768;

    /// <summary>Those of the members that were sent, as one compact object with the names as given here; null when none was.</summary>
    /// <param name="otherwise">As for <see cref="Shown"/>: what is sent back as it was shown was not asked for.</param>
    public static string? Kept(this BodyReader body, string? otherwise, params IReadOnlyList<string> names)
    {
        using JsonDocument shown = JsonDocument.Parse(otherwise ?? "{}");
        using var text = new MemoryStream();
        int found = 0;
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            foreach (string name in names)
                if (body.TryMember(name, out JsonElement value))
                {
                    if (shown.RootElement.TryGetProperty(name, out JsonElement known) && JsonElement.DeepEquals(known, value))
                        continue;
                    if (!IsText(value))
                    {
                        body.Problem(
                            "InvalidRequestFormat",
                            name,
                            $"'{body.Join(name)}' holds text with control characters: leave them out."
                        );
                        continue;
                    }
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                    found++;
                }
            writer.WriteEndObject();
        }
        if (text.Length > Longest)
            body.Problem("InvalidRequestFormat", names[0], $"The settings are {text.Length} octets long: use at most {Longest}.");
        return found == 0 ? null : Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>What was kept, to be shown; null when nothing was.</summary>
    /// <param name="kept">As <see cref="Kept"/> made it.</param>
    /// <param name="otherwise">An object with what is shown of members that were not sent; null shows none.</param>
    public static IDictionary<string, JsonElement>? Shown(string? kept, string? otherwise = null)
    {
        if (kept is null && otherwise is null)
            return null;
        var members = new Dictionary<string, JsonElement>();
        foreach (string? json in (string?[])[otherwise, kept])
            if (json is not null)
            {
                using JsonDocument document = JsonDocument.Parse(json);
                foreach (JsonProperty member in document.RootElement.EnumerateObject())
                    members[member.Name] = member.Value.Clone();
            }
        return members;
    }

    private static bool IsText(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return BodyReader.TryText(value, out string? text) && Primitives.PlainText.IsPlainNote(text);
            case JsonValueKind.Array:
                return value.EnumerateArray().All(IsText);
            case JsonValueKind.Object:
                try
                {
                    return value.EnumerateObject().All(m => Primitives.PlainText.IsPlain(m.Name) && IsText(m.Value));
                }
                catch (InvalidOperationException)
                {
                    // A name with an escape such as \ud800 alone: JSON by its grammar, but not text.
                    return false;
                }
            default:
                return true;
        }
    }
}
