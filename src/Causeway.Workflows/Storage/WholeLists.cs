using System.Runtime.CompilerServices;

namespace Causeway.Workflows.Storage;

/// <summary>Lists that are read to their end.</summary>
public static class WholeLists
{
    /// <summary>All resources that a query fits, in order of their keys, a page of <see cref="ResourceQuery.Most"/> at a time: none that stands all the while is missed.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public static async IAsyncEnumerable<StoredResource> AllAsync(
        this IStore store,
        ResourceQuery query,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        do
        {
            Page<StoredResource> page = await store.ListAsync(query, cancellation);
            foreach (StoredResource row in page.Items)
                yield return row;
            query = query with { After = page.After };
        } while (query.After is not null);
    }
}
