using System.Globalization;
using System.Text;

namespace Causeway.Primitives;

/// <summary>
/// Text that shows as what it is. Control characters (C0, DEL, C1) make a terminal do things, and Unicode's bidirectional controls, line separators and
/// other invisible formatting make it show something else than what is there (Unicode TR 36, CVE-2021-42574).
/// </summary>
public static class PlainText
{
    /// <summary>True for a character that must not reach a terminal as it is. Tabs and line ends count.</summary>
    public static bool IsHarmful(char c) =>
        char.IsControl(c)
        || c
            is '\u061c' // Arabic letter mark
                or '\u200b'
                or '\u200e'
                or '\u200f' // zero width space, left-to-right and right-to-left mark; joiners belong to ordinary text
                or (>= '\u2028' and <= '\u202e') // line and paragraph separator; embeddings and overrides
                or (>= '\u2060' and <= '\u206f') // word joiner, isolates, deprecated format characters
                or '\ufeff' // zero width no-break space
                or (>= '\ufff9' and <= '\ufffb'); // interlinear annotation

    /// <summary>Whether a text has nothing harmful: fit to be a name.</summary>
    public static bool IsPlain(string text) => !text.AsSpan().ContainsAnyHarmful(lines: false);

    /// <summary>As <see cref="IsPlain"/>, but tabs and line ends are allowed: fit to be a note.</summary>
    public static bool IsPlainNote(string text) => !text.AsSpan().ContainsAnyHarmful(lines: true);

    /// <summary>Each harmful character as <c>\u001b</c>, so that it is seen and does nothing; in JSON that means the same as before.</summary>
    public static string Escape(string text)
    {
        if (IsPlain(text))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (char c in text)
            AppendTo(shown, c);
        return shown.ToString();
    }

    /// <summary>As <see cref="Escape"/>, for a text that may have several lines: line ends stay, and each line after the first begins with the indent.</summary>
    public static string EscapeLines(string text, string indent) =>
        string.Join($"\n{indent}", text.Split('\n').Select(l => Escape(l.TrimEnd('\r'))));

    private static void AppendTo(StringBuilder shown, char c)
    {
        if (IsHarmful(c))
            shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        else
            shown.Append(c);
    }

    private static bool ContainsAnyHarmful(this ReadOnlySpan<char> text, bool lines)
    {
        foreach (char c in text)
            if (IsHarmful(c) && !(lines && c is ('\t' or '\n' or '\r')))
                return true;
        return false;
    }
}
