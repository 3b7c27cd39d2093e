using System.Globalization;
using Causeway.Domain.Usage;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Usage;

/// <summary>
/// One page of a subscription's usage records, and where the next one begins. The journal is read resource by resource, along the index of what meters are
/// computed from; so a page costs what it shows, not what the journal holds.
/// </summary>
internal sealed record UsagePage(IReadOnlyList<UsageRecord> Records, UsageCursor? Next)
{
    private const int EntriesPerRead = 500;

    /// <summary>Bounds a page over resources of which nothing falls into the window: it ends early, and the next one goes on.</summary>
    private const int MostReads = 20;

    public static async ValueTask<UsagePage> ReadAsync(
        IStore store,
        ResourceId scope,
        DateTimeOffset from,
        UsageCursor cursor,
        int most,
        CancellationToken cancellation
    )
    {
        var records = new List<UsageRecord>();
        var query = new FactsQuery(scope) { Key = cursor.Resource, Most = EntriesPerRead };
        (string key, int shown) = (cursor.Resource, cursor.Shown);
        var book = new MeterBook();
        for (int reads = 1; ; reads++)
        {
            IReadOnlyList<JournalEntry> entries = await store.FactsAsync(query, cancellation);
            foreach (JournalEntry entry in entries)
            {
                if (entry.Resource.Key != key)
                {
                    if (!Take())
                        return Page();
                    (key, shown, book) = (entry.Resource.Key, 0, new MeterBook());
                    if (reads >= MostReads)
                        return Page();
                }
                book.Add(entry);
            }
            if (entries.Count < query.Most)
                return Take() ? new UsagePage(records, null) : Page();
            query = query with { Key = entries[^1].Resource.Key, AfterPosition = entries[^1].Position };
        }

        // False when the page is full before the resource's records end.
        bool Take()
        {
            foreach (UsageRecord record in book.Records(from, cursor.To).Skip(shown))
            {
                if (records.Count == most)
                    return false;
                records.Add(record);
                shown++;
            }
            return true;
        }

        UsagePage Page() => new(records, cursor with { Resource = key, Shown = shown });
    }
}

/// <summary>Where a page begins.</summary>
/// <param name="To">The end of the window, the same on every page.</param>
/// <param name="Resource">Key of the resource; empty for the first.</param>
/// <param name="Shown">How many of its records earlier pages have shown.</param>
internal sealed record UsageCursor(DateTimeOffset To, string Resource = "", int Shown = 0)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{To.UtcTicks} {Shown} {Resource}");

    /// <summary>Null when it is not one of ours.</summary>
    public static UsageCursor? Parse(string text) =>
        text.Split(' ', 3) is [var to, var shown, var resource]
        && long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
        && ticks <= DateTimeOffset.MaxValue.Ticks
        && int.TryParse(shown, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? new UsageCursor(new DateTimeOffset(ticks, TimeSpan.Zero), resource, count)
            : null;
}
