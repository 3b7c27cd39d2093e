namespace Causeway.Portal.Pages;

/// <summary>Where a long name may be broken over lines: else a column is as wide as the longest name in it, whatever room the others need.</summary>
internal static class Breaks
{
    /// <summary>Characters that stay on one line: words of people are shorter.</summary>
    private const int Unbroken = 24;

    /// <summary>The parts of a text, between which a line may end.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        if (text.Length <= Unbroken)
            return [text];
        var parts = new List<string>();
        int part = 0;
        for (int start = 0; start < text.Length; )
        {
            int end = text.IndexOf(' ', start) is var space and >= 0 ? space + 1 : text.Length;
            if (end - start > Unbroken + 1)
                for (int i = start + 1, last = start; i < end - 1; i++)
                    if (IsJoint(text[i - 1], text[i]) || i - last >= Unbroken)
                    {
                        parts.Add(text[part..i]);
                        part = last = i;
                    }
            start = end;
        }
        parts.Add(text[part..]);
        return parts;
    }

    /// <summary>After what parts words, and where a word written with another begins.</summary>
    private static bool IsJoint(char before, char after) =>
        (before is '-' or '/' or '.' or '_' or ':' or '~' or '@' or ',' && char.IsLetterOrDigit(after))
        || (char.IsLower(before) && char.IsUpper(after));
}
