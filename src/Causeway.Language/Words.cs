using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Causeway.Primitives;

namespace Causeway.Language;

/// <summary>
/// What a part of the command line says, in the languages of the seeds: its own words and those common to all. Files are read when the first of their words
/// is wanted; words of another part are found too, by reading all there are. Wire values, error codes and what the server itself says are never translated.
/// </summary>
public sealed partial class Words
{
    private static readonly Assembly Ours = typeof(Words).Assembly;
    private static readonly WordFolder[] Common = [WordFolder.Of(Ours, "Common.words")];

    private readonly Func<Entry, string> _pick;
    private readonly WordFolder[] _folders;

    private Words(string language, Func<Entry, string> pick, WordFolder[] folders)
    {
        Language = language;
        _pick = pick;
        _folders = folders;
    }

    public static Words English { get; } = new("en", e => e.English, Common);

    private static readonly Words Swedish = new("sv", e => e.Swedish, Common);
    private static readonly Words Dutch = new("nl", e => e.Dutch, Common);

    public static IReadOnlyList<string> Languages { get; } = ["en", "sv", "nl"];

    /// <summary>ISO 639-1.</summary>
    public string Language { get; }

    /// <summary>The words common to all, in a language.</summary>
    /// <param name="language">A language or a locale, such as <c>sv</c> or <c>sv_SE.UTF-8</c>; what is not known speaks English.</param>
    public static Words For(string? language) =>
        language?.Split('_', '.', '-', '@')[0].ToLowerInvariant() switch
        {
            "sv" => Swedish,
            "nl" => Dutch,
            _ => English,
        };

    /// <summary>These, and those of a part.</summary>
    /// <param name="folder">How the names of its resources begin, such as <c>Circuits/</c>.</param>
    public Words With(Assembly assembly, string folder) => new(Language, _pick, [.. _folders, WordFolder.Of(assembly, folder)]);

    /// <summary>A sentence with values in it; what a value would do to a terminal, line ends included, is shown and not done.</summary>
    /// <exception cref="KeyNotFoundException">Nobody has words for it.</exception>
    public string this[string key, params object[] values] =>
        string.Format(CultureInfo.InvariantCulture, _pick(Get(key)), [.. values.Select(v => v is string s ? PlainText.Escape(s) : v)]);

    /// <summary>The same, with values by their names.</summary>
    public string Say(string key, IReadOnlyDictionary<string, string> values) =>
        Name().Replace(_pick(Get(key)), m => values.TryGetValue(m.Groups[1].Value, out string? value) ? PlainText.Escape(value) : m.Value);

    /// <summary>The command line that leads on from what these words say; null where they know of none.</summary>
    public string? TryOf(string key) => Get(key).Try;

    /// <summary>Whether the part has words for it, or all have.</summary>
    public bool Has(string key) => Own(key) is not null;

    /// <summary>Whether any part has words for it.</summary>
    public bool Knows(string key) => Find(key) is not null;

    /// <summary>The key by which these words say a finding; null when they do not. A code that is said in several ways names other values in each.</summary>
    /// <param name="values">Of the finding, by name; null from a server that does not name them.</param>
    public string? KeyOfFinding(string code, IReadOnlyDictionary<string, string>? values) =>
        values is not null && string.Join(' ', ["finding", code, .. values.Keys]) is var key && Has(key) ? key : null;

    private Entry Get(string key) => Find(key) ?? throw new KeyNotFoundException($"There are no words for '{key}'.");

    private Entry? Find(string key) => Own(key) ?? WordFolder.Of(Ours, "").Find(key);

    private Entry? Own(string key)
    {
        foreach (WordFolder folder in _folders)
            if (folder.Find(key) is { } found)
                return found;
        return null;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Name();
}
