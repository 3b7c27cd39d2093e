using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Client;

/// <summary>What can be done with every type of resource; the clients of the features add what is their own.</summary>
public class ResourceClient<T>(ArmClient arm, string version, JsonTypeInfo<T> type)
{
    protected ArmClient Arm => arm;

    protected string Version => version;

    public async Task<Document<T>> GetAsync(string path, CancellationToken cancellation) =>
        Document<T>.Of(await arm.GetAsync(path, version, cancellation), type);

    /// <summary>Null when there is no such resource.</summary>
    public async Task<Document<T>?> FindAsync(string path, CancellationToken cancellation) =>
        await arm.FindAsync(path, version, cancellation) is { } found ? Document<T>.Of(found, type) : null;

    /// <summary>All of a collection, page after page.</summary>
    public Task<IReadOnlyList<Document<T>>> ListAsync(string path, CancellationToken cancellation) => ListAsync(path, type, cancellation);

    /// <summary>The first of a collection.</summary>
    /// <param name="most">At least 1.</param>
    public Task<IReadOnlyList<Document<T>>> FirstAsync(string path, int most, CancellationToken cancellation) =>
        FirstAsync(path, type, most, cancellation);

    /// <param name="wait">Wait until the operation has ended; else the answer is the first one.</param>
    public async Task<Document<T>> PutAsync(string path, JsonNode body, bool wait, CancellationToken cancellation, string? etag = null) =>
        Document<T>.Of(await arm.PutAsync(path, version, body, wait, cancellation, etag), type);

    public Task<Document<T>> PutAsync<TBody>(
        string path,
        TBody body,
        JsonTypeInfo<TBody> form,
        bool wait,
        CancellationToken cancellation
    ) => PutAsync(path, JsonSerializer.SerializeToNode(body, form)!, wait, cancellation);

    /// <summary>GET, change, PUT under the etag that was read, so that nobody's change and no member unknown to us is lost.</summary>
    public async Task<Document<T>> ChangeAsync(string path, Action<JsonObject> change, bool wait, CancellationToken cancellation)
    {
        JsonObject resource = (await arm.GetAsync(path, version, cancellation)).AsObject();
        change(resource);
        return await PutAsync(path, resource, wait, cancellation, resource["etag"]?.ToString());
    }

    /// <summary>True when there was something to delete.</summary>
    public Task<bool> DeleteAsync(string path, bool wait, CancellationToken cancellation) =>
        arm.DeleteAsync(path, version, wait, cancellation);

    protected async Task<IReadOnlyList<Document<TItem>>> ListAsync<TItem>(
        string path,
        JsonTypeInfo<TItem> item,
        CancellationToken cancellation
    )
    {
        var items = new List<Document<TItem>>();
        await foreach (JsonNode json in arm.ListAsync(path, version, cancellation))
            items.Add(Document<TItem>.Of(json, item));
        return items;
    }

    /// <summary>The first of a collection; no more pages are asked for than they take.</summary>
    /// <param name="most">At least 1.</param>
    protected async Task<IReadOnlyList<Document<TItem>>> FirstAsync<TItem>(
        string path,
        JsonTypeInfo<TItem> item,
        int most,
        CancellationToken cancellation
    )
    {
        var items = new List<Document<TItem>>();
        await foreach (JsonNode json in arm.ListAsync(path, version, cancellation))
        {
            items.Add(Document<TItem>.Of(json, item));
            if (items.Count == most)
                break;
        }
        return items;
    }

    /// <summary>An action whose answer is a list.</summary>
    /// <param name="body">What is asked; null when the path says it all.</param>
    protected async Task<IReadOnlyList<Document<TItem>>> AskAsync<TItem>(
        string path,
        JsonTypeInfo<TItem> item,
        CancellationToken cancellation,
        JsonNode? body = null
    ) =>
        [
            .. ((await arm.PostAsync(path, version, body, cancellation))?["value"] as JsonArray ?? [])
                .OfType<JsonNode>()
                .Select(json => Document<TItem>.Of(json, item)),
        ];

    protected async Task<Document<TAnswer>> ReadAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> answer, CancellationToken cancellation) =>
        Document<TAnswer>.Of(await arm.GetAsync(path, version, cancellation), answer);
}
