namespace Causeway.Language;

/// <summary>A text in the three languages. Placeholders are the same in each: <c>{0}</c> by position, <c>{router}</c> by name.</summary>
/// <param name="Try">The command line that leads on from what it says; null where there is none.</param>
public sealed record Entry(string Key, string English, string Swedish, string Dutch, string? Try = null);

/// <summary>
/// Words as people write them: a key on a line of its own, and indented below it what it says in English, Swedish and Dutch, each on one line after
/// <c>en</c>, <c>sv</c> and <c>nl</c>; where it helps, after <c>try</c> the command line that leads on. Several keys one under the other say the same. Empty
/// lines and lines that begin with # are for the reader.
/// </summary>
internal static class WordFile
{
    private static readonly string[] Beginnings = ["  en ", "  sv ", "  nl ", "  try "];

    /// <param name="name">Of the file, for whoever has to mend it.</param>
    /// <exception cref="FormatException">It is not written so; says where.</exception>
    public static IReadOnlyList<Entry> Read(string name, string text)
    {
        var entries = new List<Entry>();
        var keys = new List<string>();
        string?[] said = new string?[Beginnings.Length];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] != ' ')
            {
                if (said.Any(s => s is not null))
                    End();
                keys.Add(line);
                continue;
            }
            int which = Array.FindIndex(Beginnings, b => line.StartsWith(b, StringComparison.Ordinal));
            if (keys.Count == 0 || which < 0)
                throw new FormatException(
                    $"{name}, line {number}: write a key, or two spaces, one of en, sv, nl and try, a space and the text."
                );
            if (said[which] is not null)
                throw new FormatException($"{name}, line {number}: '{keys[^1]}' is said twice in one language.");
            said[which] = line[Beginnings[which].Length..];
        }
        if (keys.Count > 0)
            End();
        return entries;

        void End()
        {
            if (said is not [{ Length: > 0 } english, { Length: > 0 } swedish, { Length: > 0 } dutch, var leadsOn])
                throw new FormatException($"{name}: '{keys[^1]}' needs a text in each of en, sv and nl.");
            foreach (string key in keys)
                entries.Add(new Entry(key, english, swedish, dutch, leadsOn));
            keys.Clear();
            Array.Clear(said);
        }
    }
}
