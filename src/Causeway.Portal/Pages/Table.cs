namespace Causeway.Portal.Pages;

/// <summary>A list of things, one a row.</summary>
/// <param name="Caption">What it is a list of; also its name for screen readers.</param>
/// <param name="Empty">Said when there is none: what it would hold, and how to get the first.</param>
public sealed record Table(string Caption, IReadOnlyList<string> Heads, IReadOnlyList<IReadOnlyList<Cell>> Rows, string Empty)
{
    /// <summary>So many rows are on a page; the others are a link, or with scripts a filter or a scroll, away.</summary>
    public const int Window = 200;

    /// <summary>Columns by the key of their word, and what each takes of a thing.</summary>
    public static Table Of<T>(
        Language.Words words,
        string caption,
        string empty,
        IEnumerable<T> things,
        params ReadOnlySpan<(string Head, Func<T, Cell> Take)> columns
    )
    {
        (string Head, Func<T, Cell> Take)[] all = columns.ToArray();
        return new Table(
            caption,
            [.. all.Select(c => words[$"column {c.Head}"])],
            [.. things.Select(t => (IReadOnlyList<Cell>)[.. all.Select(c => c.Take(t))])],
            empty
        );
    }
}

/// <summary>What is known of one thing.</summary>
public sealed record Facts(IReadOnlyList<(string Label, Cell Value)> All)
{
    /// <summary>By the keys of their words; what is empty is left out.</summary>
    public static Facts Of(Language.Words words, params ReadOnlySpan<(string Key, Cell Value)> facts)
    {
        var all = new List<(string, Cell)>();
        foreach ((string key, Cell value) in facts)
            if (value.Text.Length > 0)
                all.Add((words[$"column {key}"], value));
        return new Facts(all);
    }
}
