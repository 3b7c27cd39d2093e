using Causeway.Client;
using Causeway.Contracts.Resources;
using Microsoft.AspNetCore.Components;

namespace Causeway.Portal.Pages;

/// <summary>What lists have in common.</summary>
internal static class Lists
{
    /// <summary>Subscriptions asked at once.</summary>
    private const int AtOnce = 8;

    /// <summary>What can be done from a list.</summary>
    public static Fragment Acts(params IReadOnlyList<(string Text, string Path)> all) =>
        new("acts", [], () => Task.FromResult(Show.Acts(all)));

    /// <summary>One fragment that is a table.</summary>
    public static Fragment Table(string name, Asked asked, IReadOnlyList<string> watches, Func<Task<Table>> read) =>
        new(name, watches, async () => Show.Table(asked, name, await read())) { Whole = read };

    /// <summary>A table under its own heading, where a page has several.</summary>
    public static Fragment Titled(string name, Asked asked, IReadOnlyList<string> watches, Func<Task<Table>> read) =>
        new(
            name,
            watches,
            async () =>
            {
                Table table = await read();
                return Show.All(Show.Heading(table.Caption), Show.Table(asked, name, table));
            }
        )
        {
            Whole = read,
        };

    /// <summary>How many of a list have to be read for what was asked for: those before the window, the window, and one that says that there are more.</summary>
    public static int Wanted(Asked asked) => asked.IsWhole ? int.MaxValue : asked.At + Pages.Table.Window + 1;

    /// <summary>Of every subscription that the viewer sees; one that may not be asked has none.</summary>
    /// <param name="most">No more subscriptions are asked once there are so many.</param>
    public static async Task<IReadOnlyList<T>> OfAllAsync<T>(
        Asked asked,
        Func<SubscriptionBody, Task<IReadOnlyList<T>>> read,
        int most = int.MaxValue
    )
    {
        var all = new List<T>();
        foreach (SubscriptionBody[] some in asked.Viewer.Subscriptions.Chunk(AtOnce))
        {
            foreach (IReadOnlyList<T> found in await Task.WhenAll(some.Select(ReadAsync)))
                all.AddRange(found);
            if (all.Count >= most)
                break;
        }
        return all;

        async Task<IReadOnlyList<T>> ReadAsync(SubscriptionBody subscription)
        {
            try
            {
                return await read(subscription);
            }
            catch (ArmException e) when (e.Status is 403 or 404)
            {
                return [];
            }
        }
    }
}
