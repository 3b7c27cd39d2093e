namespace Causeway.Registries.Irr.Rpsl;

/// <summary>Maintainer objects carry password hashes; they are neither stored nor shown.</summary>
internal static class RpslSecrets
{
    /// <summary>The text with the value of every <c>auth:</c> other than a key name replaced.</summary>
    public static byte[] Hide(ReadOnlySpan<byte> text, ReadOnlySpan<RpslAttribute> attributes)
    {
        var shown = new List<byte>(text.Length);
        int at = 0;
        foreach (RpslAttribute attribute in attributes)
        {
            if (attribute.Key != RpslKey.Auth)
                continue;
            ReadOnlySpan<byte> scheme = RpslTokens.First(text.Slice(attribute.Start, attribute.Length));
            if (scheme.StartsWith("PGPKEY-"u8) || scheme.StartsWith("X509-"u8) || scheme.StartsWith("SSO"u8))
                continue;
            shown.AddRange(text[at..attribute.Start]);
            shown.AddRange(" "u8);
            shown.AddRange(scheme[..Math.Min(scheme.Length, 16)]);
            shown.AddRange(" DummyValue  # Filtered for security"u8);
            at = attribute.Start + attribute.Length;
        }
        shown.AddRange(text[at..]);
        return [.. shown];
    }
}
