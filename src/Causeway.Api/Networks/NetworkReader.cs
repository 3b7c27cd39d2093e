using System.Text.Json;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Networks;

/// <summary>Reads and lists resources by their workflow; what every endpoint of the networks does alike.</summary>
public sealed class NetworkReader(Engine engine)
{
    public Engine Engine => engine;

    public ValueTask<Versioned<T>?> ReadAsync<T>(string type, ResourceId id, CancellationToken cancellation)
        where T : class, IResource => engine.ReadAsync(WorkflowOf<T>(type), id, cancellation);

    public Versioned<T> Read<T>(string type, StoredResource row)
        where T : class, IResource => WorkflowOf<T>(type).Read(row);

    public async IAsyncEnumerable<Versioned<T>> WithLabelAsync<T>(
        string type,
        string label,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
        where T : class, IResource
    {
        string? after = null;
        do
        {
            Page<StoredResource> page = await engine.Store.ListAsync(
                new ResourceQuery
                {
                    Type = type,
                    Label = label,
                    After = after,
                    Most = 1000,
                },
                cancellation
            );
            foreach (StoredResource row in page.Items)
                yield return Read<T>(type, row);
            after = page.After;
        } while (after is not null);
    }

    /// <summary>The list below the request's scope, a page at a time.</summary>
    public async ValueTask<ArmResult> ListAsync<T>(ArmRequest request, string type, Action<Utf8JsonWriter, Versioned<T>> write)
        where T : class, IResource
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = type,
                Scope = request.Id,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync([.. rows.Items.Select(r => Read<T>(type, r))], rows.After, r => r.Resource.Id, write);
    }

    private Workflow<T> WorkflowOf<T>(string type)
        where T : class, IResource => (Workflow<T>)engine.WorkflowOf(type);
}
