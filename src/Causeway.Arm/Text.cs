using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>What the caller wrote, fit to be repeated in an error: short and without control characters.</summary>
internal static class Text
{
    private const int Most = 100;

    public static string Excerpt(string text)
    {
        ReadOnlySpan<char> head = text.AsSpan(0, Math.Min(text.Length, Most));
        Span<char> clean = stackalloc char[Most];
        for (int i = 0; i < head.Length; i++)
            clean[i] = PlainText.IsHarmful(head[i]) ? ' ' : head[i];
        return text.Length > Most ? $"{clean[..head.Length]}…" : new string(clean[..head.Length]);
    }
}
