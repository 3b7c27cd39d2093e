namespace Causeway.Cli.Language;

/// <summary>A text in the three languages. Placeholders are those of <see cref="string.Format(string, object[])"/>, the same in each.</summary>
public sealed record Entry(string Key, string English, string Swedish, string Dutch);

/// <summary>
/// Words as people write them: a key on a line of its own, and indented below it what it says in English, Swedish and Dutch, each on one line after
/// <c>en</c>, <c>sv</c> and <c>nl</c>. Empty lines and lines that begin with # are for the reader.
/// </summary>
internal static class WordFile
{
    private static readonly string[] Languages = ["  en ", "  sv ", "  nl "];

    /// <param name="name">Of the file, for whoever has to mend it.</param>
    /// <exception cref="FormatException">It is not written so; says where.</exception>
    public static IReadOnlyList<Entry> Read(string name, string text)
    {
        var entries = new List<Entry>();
        string? key = null;
        string[] said = ["", "", ""];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] != ' ')
            {
                End();
                key = line;
                continue;
            }
            int language = Array.FindIndex(Languages, l => line.StartsWith(l, StringComparison.Ordinal));
            if (key is null || language < 0)
                throw new FormatException(
                    $"{name}, line {number}: write a key, or two spaces, one of en, sv and nl, a space and the text."
                );
            if (said[language].Length > 0)
                throw new FormatException($"{name}, line {number}: '{key}' is said twice in one language.");
            said[language] = line[Languages[language].Length..];
        }
        End();
        return entries;

        void End()
        {
            if (key is null)
                return;
            if (said.Any(string.IsNullOrWhiteSpace))
                throw new FormatException($"{name}: '{key}' needs a text in each of en, sv and nl.");
            entries.Add(new Entry(key, said[0], said[1], said[2]));
            said = ["", "", ""];
        }
    }
}
