using System.Buffers.Text;
using System.Text.Json;

namespace Causeway.Portal.Sessions;

/// <summary>What a token says of itself. It is not judged here: the API judges it, at every request.</summary>
/// <param name="Name">What it calls its bearer; the object id where it gives no name.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record TokenFacts(string ObjectId, string Name, DateTimeOffset Expires)
{
    /// <returns>Null for what is no JSON Web Token with an end.</returns>
    public static TokenFacts? Of(string token)
    {
        try
        {
            if (token.Split('.') is not [_, var payload, _])
                return null;
            using JsonDocument read = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            JsonElement root = read.RootElement;
            string id = Text(root, "oid") ?? Text(root, "sub") ?? "";
            return root.TryGetProperty("exp", out JsonElement exp) && exp.TryGetInt64(out long seconds)
                ? new TokenFacts(
                    id,
                    Text(root, "name") ?? Text(root, "preferred_username") ?? Text(root, "app_displayname") ?? Text(root, "appid") ?? id,
                    DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, 253402300799))
                )
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
