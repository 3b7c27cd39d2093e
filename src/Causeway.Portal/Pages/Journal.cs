using System.Globalization;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Operations;

namespace Causeway.Portal.Pages;

/// <summary>What happened, newest first: the latest of it, and more for who asks for what is older.</summary>
internal static class Journal
{
    /// <summary>So many at first, and so many more each time.</summary>
    private const int Step = 100;

    /// <summary>As many as the API gives at once.</summary>
    private const int Most = 1000;

    /// <param name="Resource">What it happened to; null where that goes without saying.</param>
    public sealed record Row(DateTimeOffset At, string Who, string? Resource, string What, string? From, string? To, string? Why)
    {
        public static Row Of(JournalBody e) => new(e.At, e.ActorName ?? e.Actor, null, e.What, e.From, e.To, e.Why);

        public static Row Of(JournalEntryBody e) => new(e.At, e.ActorName ?? e.Actor, e.ResourceId, e.What, e.From, e.To, e.Why);
    }

    /// <param name="read">The latest so many entries, oldest first; it may give more.</param>
    public static Fragment Fragment(Asked asked, IReadOnlyList<string> watches, Func<int, Task<IReadOnlyList<Row>>> read)
    {
        int most = int.TryParse(asked.Http.Request.Query["entries"], NumberStyles.None, CultureInfo.InvariantCulture, out int wanted)
            ? Math.Clamp(wanted, Step, Most)
            : Step;
        return new Fragment(
            "journal",
            watches,
            async () =>
            {
                Row[] all = [.. await read(most)];
                Row[] rows = [.. all.TakeLast(most).Reverse()];
                bool isMore = rows.Length == most && most < Most;
                return Show.All(
                    Show.Heading(asked.Words["portal list journal"]),
                    Show.Table(asked.Words, TableOf(asked, rows)),
                    isMore
                        ? Show.Acts([(asked.Words["portal older"], $"{asked.Http.Request.Path}?entries={most + Step}{OfQuery(asked)}")])
                        : static _ => { }
                );
            }
        );
    }

    /// <summary>The journal of one resource, for those who may read that of everything; nothing for others.</summary>
    public static IReadOnlyList<Fragment> OfOperator(Asked asked, string id) =>
        asked.Viewer.Sides.Contains(Side.Operator)
            ?
            [
                Fragment(
                    asked,
                    [id],
                    async most =>
                        [
                            .. (await asked.Client.Operations.JournalAsync(id, null, null, most, asked.Cancellation)).Select(e =>
                                Row.Of(e.Body)
                            ),
                        ]
                ),
            ]
            : [];

    /// <summary>From which state a resource came to which, by its journal; none for those who may not read it.</summary>
    public static async Task<IReadOnlyList<(string From, string To)>> WaysAsync(Asked asked, string id) =>
        asked.Viewer.Sides.Contains(Side.Operator)
            ?
            [
                .. (await asked.Client.Operations.JournalAsync(id, null, null, Most, asked.Cancellation))
                    .Where(e => e.Body.ResourceId.Equals(id, StringComparison.OrdinalIgnoreCase))
                    .Select(e => (e.Body.From ?? "", e.Body.To ?? "")),
            ]
            : [];

    private static string OfQuery(Asked asked) =>
        asked.Http.Request.Query[Of].ToString() is { Length: > 0 } id ? $"&{Of}={Uri.EscapeDataString(id)}" : "";

    /// <summary>In the query of the operator's journal: only what happened to a thing and what lies below it, also when it is gone.</summary>
    public const string Of = "of";

    /// <summary>The journal of one thing alone.</summary>
    private static string PathOf(string id) => $"/portal/{Side.Operator.Key}/journal?{Of}={Uri.EscapeDataString(id)}";

    private static bool IsAbsent(string? state) => state is null or "" or "absent";

    private static Table TableOf(Asked asked, Row[] rows)
    {
        // What is gone has no page any more, but a journal: what it last became is that it is not.
        HashSet<string> gone = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (Row row in rows)
            if (row.Resource is { } resource && seen.Add(resource) && IsAbsent(row.To))
                gone.Add(resource);
        (string, Func<Row, Cell>)[] all =
        [
            ("when", e => Cell.Time(e.At)),
            ("who", e => Cell.Of(e.Who)),
            (
                "resource",
                e => e.Resource is { } id && gone.Contains(id) ? Cell.Of(Ids.NameOf(id)) with { Href = PathOf(id) } : Cell.Link(e.Resource)
            ),
            ("what", e => Cell.Said(asked.Words, e.What)),
            ("from", e => Cell.Of(e.From)),
            ("to", e => Cell.Of(e.To)),
            ("why", e => Cell.Said(asked.Words, e.Why)),
        ];
        return Table.Of(
            asked.Words,
            asked.Words["portal list journal"],
            asked.Words["portal none"],
            rows,
            [.. all.Where(c => c.Item1 != "resource" || rows.Any(r => r.Resource is not null))]
        );
    }
}
