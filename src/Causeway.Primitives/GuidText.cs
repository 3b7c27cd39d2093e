namespace Causeway.Primitives;

/// <summary>GUIDs as ARM writes them: 36 characters, <c>00000000-0000-0000-0000-000000000000</c>.</summary>
public static class GuidText
{
    /// <summary>As <see cref="Guid.TryParseExact(string, string, out Guid)"/>, which forgives white space, line ends among it, around the text.</summary>
    public static bool TryParse(string? text, out Guid guid)
    {
        guid = default;
        return text is { Length: 36 } && Guid.TryParseExact(text, "D", out guid);
    }
}
