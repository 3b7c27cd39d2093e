using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

/// <summary>
/// Every promise of <see cref="IStore"/>, written once and kept by each store. A test has a database of its own; a second node is a second store on
/// the same database, where a database may have several.
/// </summary>
public abstract partial class StoreConformance : IAsyncLifetime
{
    protected static readonly DateTimeOffset Start = CommitSamples.Start;
    protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly List<IStore> _opened = [];

    protected IStore Store { get; set; } = null!;

    /// <summary>What <see cref="StoreFactory"/> opens.</summary>
    protected string Database { get; private set; } = "";

    /// <summary>Makes an empty database for one test.</summary>
    protected abstract Task<string> NewDatabaseAsync();

    public async ValueTask InitializeAsync()
    {
        Database = await NewDatabaseAsync();
        Store = await OpenNodeAsync();
    }

    /// <summary>One more node on the same database; the same one where a database is one process's own.</summary>
    protected virtual Task<IStore> OtherNodeAsync() => OpenNodeAsync();

    protected async Task<IStore> OpenNodeAsync()
    {
        IStore store = StoreFactory.Open(Database, TimeProvider.System);
        _opened.Add(store);
        await store.MigrateAsync(CancellationToken.None);
        return store;
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (IStore store in _opened)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static ResourceId Circuit(string name, string group = "rg-1", string subscription = "sub-1") =>
        CommitSamples.Circuit(name, group, subscription);

    protected static Changes Put(ResourceId id, long revision = 1, string state = "Creating") =>
        new() { Writes = [new ResourceWrite.Put(CommitSamples.Resource(id, revision, state), revision - 1)] };

    protected async Task Commit(Changes changes, IStore? store = null) =>
        Assert.IsType<CommitOutcome.Committed>(await (store ?? Store).CommitAsync(changes, CancellationToken.None));

    protected Task<CommitOutcome> Try(Changes changes, IStore? store = null) =>
        (store ?? Store).CommitAsync(changes, CancellationToken.None);

    protected async Task<StoredResource?> Get(ResourceId id, IStore? store = null) =>
        await (store ?? Store).GetAsync(id, CancellationToken.None);

    protected async Task<List<string>> Names(ResourceQuery query)
    {
        var names = new List<string>();
        string? after = query.After;
        do
        {
            Page<StoredResource> page = await Store.ListAsync(query with { After = after }, CancellationToken.None);
            names.AddRange(page.Items.Select(r => r.Id.Name));
            after = page.After;
        } while (after is not null);
        return names;
    }
}
