using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>What part of a list is asked for: <c>$top</c> and the opaque <c>$skipToken</c> of a <c>nextLink</c>.</summary>
/// <param name="Most">Page size.</param>
/// <param name="After">The store's cursor; null for the first page.</param>
/// <param name="Refusal">Set when the parameters are not well-formed.</param>
public sealed record ArmPage(int Most, string? After, Refusal? Refusal = null)
{
    /// <summary>Page size when <c>$top</c> is not given, and the largest one.</summary>
    public const int Default = 500;

    internal static ArmPage Of(ArmRequest request)
    {
        int most = Default;
        if (request.Query("$top") is { Length: > 0 } top)
        {
            if (!int.TryParse(top, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most < 1)
                return new(Default, null, Invalid($"'$top' is '{Text.Excerpt(top)}': write a whole number from 1."));
            most = Math.Min(most, Default);
        }
        if (request.Query("$skipToken") is not { Length: > 0 } token)
            return new(most, null);
        try
        {
            if (
                token.Length <= 2 * ResourceId.MaximumLength
                && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)) is var after
                // A key that we gave has none, and a database may not take them.
                && PlainText.IsPlain(after)
            )
                return new(most, after);
        }
        catch (FormatException)
        {
            // Answered below like any other token that we did not make.
        }
        return new(most, null, Invalid("'$skipToken' is not one that this server gave: follow 'nextLink' as it stands."));
    }

    internal static ArmResult Answer(ArmRequest request, IReadOnlyList<ArmBody> members, string? after) =>
        new ArmResult.Ok(
            ArmBody.Json(
                (Members: members, Next: after is null ? null : NextLink(request, after)),
                static (writer, page) =>
                {
                    writer.WriteStartObject();
                    writer.WriteStartArray("value"u8);
                    foreach (ArmBody member in page.Members)
                        member.WriteTo(writer);
                    writer.WriteEndArray();
                    if (page.Next is not null)
                        writer.WriteString("nextLink"u8, page.Next);
                    writer.WriteEndObject();
                }
            )
        );

    private static string NextLink(ArmRequest request, string after)
    {
        var url = new StringBuilder(request.Base).Append(request.Call.Path);
        char separator = '?';
        foreach ((string name, string value) in request.Call.Parameters)
        {
            if (name.Equals("$skipToken", StringComparison.OrdinalIgnoreCase))
                continue;
            url.Append(separator).Append(Uri.EscapeDataString(name).Replace("%24", "$")).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return url.Append(separator).Append("$skipToken=").Append(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(after))).ToString();
    }

    private static Refusal Invalid(string message) => Primitives.Refusal.Invalid("InvalidQueryParameterValue", message);
}
