using System.Globalization;
using Causeway.Primitives;

namespace Causeway.Cli.Language;

/// <summary>A text in the three languages. Placeholders are those of <see cref="string.Format(string, object[])"/>, the same in each.</summary>
public sealed record Entry(string Key, string English, string Swedish, string Dutch);

/// <summary>
/// The words of the command line and of the demo, in the languages of the seeds. Wire values, error codes and what the server itself says are never
/// translated.
/// </summary>
public sealed class Words
{
    private static readonly Dictionary<string, Entry> Catalogue = All.ToDictionary(e => e.Key);

    private readonly Func<Entry, string> _pick;

    private Words(string language, Func<Entry, string> pick)
    {
        Language = language;
        _pick = pick;
    }

    public static Words English { get; } = new("en", e => e.English);

    private static readonly Words Swedish = new("sv", e => e.Swedish);
    private static readonly Words Dutch = new("nl", e => e.Dutch);

    public static IReadOnlyList<string> Languages { get; } = ["en", "sv", "nl"];

    /// <summary>ISO 639-1.</summary>
    public string Language { get; }

    /// <summary>Every text there is.</summary>
    public static IEnumerable<Entry> All =>
        [.. VerbWords.All, .. OptionWords.All, .. ColumnWords.All, .. SentenceWords.All, .. ExplainWords.All, .. DemoWords.All];

    /// <param name="language">A language or a locale, such as <c>sv</c> or <c>sv_SE.UTF-8</c>; what is not known speaks English.</param>
    public static Words For(string? language) =>
        language?.Split('_', '.', '-', '@')[0].ToLowerInvariant() switch
        {
            "sv" => Swedish,
            "nl" => Dutch,
            _ => English,
        };

    /// <summary>A sentence with values in it; what a value would do to a terminal, line ends included, is shown and not done.</summary>
    public string this[string key, params object[] values] =>
        string.Format(
            CultureInfo.InvariantCulture,
            _pick(Catalogue[key]),
            [.. values.Select(v => v is string s ? PlainText.Escape(s) : v)]
        );

    public static bool Has(string key) => Catalogue.ContainsKey(key);
}
