using System.Globalization;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Contracts;
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
    public sealed record Row(
        DateTimeOffset At,
        string Who,
        string? Resource,
        string What,
        string? From,
        string? To,
        string? Why,
        IReadOnlyList<DifferenceBody>? Differences
    )
    {
        public static Row Of(JournalBody e) => new(e.At, e.ActorName ?? e.Actor, null, e.What, e.From, e.To, e.Why, e.Differences);

        public static Row Of(JournalEntryBody e) =>
            new(e.At, e.ActorName ?? e.Actor, e.ResourceId, e.What, e.From, e.To, e.Why, e.Differences);
    }

    /// <param name="read">The latest so many entries, oldest first; it may give more.</param>
    public static Fragment Fragment(Asked asked, IReadOnlyList<string> watches, Func<int, Task<IReadOnlyList<Row>>> read)
    {
        int most =
            asked.IsWhole ? Most
            : int.TryParse(asked.Http.Request.Query["entries"], NumberStyles.None, CultureInfo.InvariantCulture, out int wanted)
                ? Math.Clamp(wanted, Step, Most)
            : Step;
        string kept = OfQuery(asked) + (most > Step ? string.Create(CultureInfo.InvariantCulture, $"&entries={most}") : "");
        return new Fragment(
            "journal",
            watches,
            async () =>
            {
                Row[] rows = await RowsAsync();
                bool isMore = rows.Length == most && most < Most;
                return Show.All(
                    // Where the page is the journal, its title says so.
                    asked.Http.Request.Path == OfAll
                        ? static _ => { }
                        : Show.Heading(asked.Words["portal list journal"]),
                    Show.Table(asked, "journal", TableOf(asked, rows), kept),
                    isMore
                        ? Show.Acts([(asked.Words["portal older"], $"{asked.Http.Request.Path}?entries={most + Step}{OfQuery(asked)}")])
                        : static _ => { }
                );
            }
        )
        {
            Whole = async () => TableOf(asked, await RowsAsync()),
        };

        async Task<Row[]> RowsAsync() => [.. (await read(most)).TakeLast(most).Reverse()];
    }

    /// <summary>What happened last to a resource, for whose it is: the operator reads all of it.</summary>
    /// <param name="explained">What the API says of the resource, which has its last entries; null of a type that it says nothing of.</param>
    public static IReadOnlyList<Fragment> OfOwner(Asked asked, string id, Func<Task<ExplainBody?>> explained)
    {
        if (asked.Viewer.Sides.Contains(Side.Operator))
            return OfOperator(asked, id);
        if (asked.Look.IsShared)
            return [];
        Fragment of = Fragment(asked, [id], async _ => [.. ((await explained())?.Latest ?? []).Select(Row.Of)]);
        return [of with { Read = async () => (await explained())?.Latest is not { Count: > 0 } ? static _ => { } : await of.Read() }];
    }

    /// <summary>What the API says of a resource; null of a type of which it says nothing.</summary>
    public static async Task<ExplainBody?> ExplainedAsync(Asked asked, string id, string version)
    {
        try
        {
            return await asked.Client.Arm.GetAsync($"{id}/explain", version, CircuitsContract.Default.ExplainBody, asked.Cancellation);
        }
        catch (ArmException e) when (e.Status is 400 or 403 or 404 or 405)
        {
            return null;
        }
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

    /// <summary>The operator's journal.</summary>
    private static string OfAll => $"/portal/{Side.Operator.Key}/journal";

    /// <summary>The journal of one thing alone.</summary>
    private static string PathOf(string id) => $"{OfAll}?{Of}={Uri.EscapeDataString(id)}";

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
                e =>
                    Called(asked, e.Resource) is var called && e.Resource is { } id && gone.Contains(id)
                        ? called with
                        {
                            Href = PathOf(id),
                        }
                        : called
            ),
            ("what", e => Cell.Said(asked.Words, e.What)),
            ("became", e => Cell.Of(Became(e))),
            ("why", e => Cell.Said(asked.Words, e.Why)),
            ("difference", e => Cell.Lines((e.Differences ?? []).Select(d => d.Line))),
        ];
        return Table.Of(
            asked.Words,
            asked.Words["portal list journal"],
            asked.Words["portal none"],
            rows,
            [.. all.Where(c => c.Item1 != "resource" || rows.Any(r => r.Resource is not null))]
        );
    }

    /// <summary>From which state it came to which; nothing of what stayed in its state.</summary>
    private static string Became(Row row) =>
        (IsAbsent(row.From), IsAbsent(row.To)) switch
        {
            (true, true) => "",
            (true, false) => row.To!,
            (false, true) => $"{row.From} →",
            _ => row.From == row.To ? "" : $"{row.From} → {row.To}",
        };

    /// <summary>
    /// By its name; where that is a number only, by the name that people gave, and else by what it is and the number's beginning: whoever wants all of it has it at hand.
    /// </summary>
    private static Cell Called(Asked asked, string? id)
    {
        if (id is null)
            return Cell.Of("");
        string name = Ids.NameOf(id);
        if (!Guid.TryParse(name, out _) || PortalPages.TypeOf(id) is not { } type)
            return Cell.Link(id);
        string called = type == "microsoft.resources/subscriptions" ? asked.Viewer.NameOf(name) : $"{id.Split('/')[^2]} {name[..8]}…";
        return Cell.Link(id, called) with { Whole = id };
    }
}
