using System.Buffers.Text;
using System.Text.Json;

namespace Causeway.Portal.Sessions;

/// <summary>When a token says that it ends. It is not judged here: the API judges it, at every request.</summary>
internal static class TokenEnd
{
    /// <returns>Null for what is no JSON Web Token with an end.</returns>
    public static DateTimeOffset? Of(string token)
    {
        try
        {
            if (token.Split('.') is not [_, var payload, _])
                return null;
            using JsonDocument read = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return read.RootElement.TryGetProperty("exp", out JsonElement exp) && exp.TryGetInt64(out long seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, 253402300799))
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
