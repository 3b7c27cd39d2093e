using Causeway.Domain;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Kit;

/// <summary>How the resources of one type go when their group is deleted. Children go with their parents.</summary>
public interface ICascade
{
    /// <summary>Full canonical type, such as <c>Microsoft.Network/expressRouteCircuits</c>.</summary>
    string Type { get; }

    /// <summary>The resource's record, by which the order is declared.</summary>
    Type Resource { get; }

    /// <summary>
    /// Why the resource may not be deleted now, or null. Asked for every resource before anything is touched; links to others that go with the same
    /// group do not block.
    /// </summary>
    ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation);

    /// <summary>
    /// Begins (or repeats) the deletion as <paramref name="actor"/>. May finish later; it is asked again until the resource is gone, so repeating must
    /// not hurt. A refusal stops the deletion of the group.
    /// </summary>
    Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation);
}

/// <summary>As every tracked resource goes: nothing keeps it but its own decision, and what DELETE asks for is asked for.</summary>
public class Cascade<T>(Engine engine, TrackedWorkflow<T> workflow, TimeProvider clock) : ICascade
    where T : class, ITracked<T>
{
    public string Type => workflow.Type;

    public Type Resource => typeof(T);

    protected Engine Engine => engine;

    protected TrackedWorkflow<T> Workflow => workflow;

    protected DateTimeOffset Now => clock.GetUtcNow();

    public ValueTask<Refusal?> BlockerAsync(StoredResource resource, ResourceId group, CancellationToken cancellation) =>
        BlockerAsync(workflow.Read(resource).Resource, group, cancellation);

    public Task<Refusal?> DeleteAsync(StoredResource resource, string actor, string? correlationId, CancellationToken cancellation) =>
        DeleteAsync(workflow.Read(resource).Resource, new SendContext(actor, correlationId), cancellation);

    /// <inheritdoc cref="ICascade.BlockerAsync" />
    protected virtual ValueTask<Refusal?> BlockerAsync(T resource, ResourceId group, CancellationToken cancellation) => new((Refusal?)null);

    /// <inheritdoc cref="ICascade.DeleteAsync" />
    protected virtual async Task<Refusal?> DeleteAsync(T resource, SendContext context, CancellationToken cancellation) =>
        await engine.SendAsync([Tracked<T>.Deletion(workflow, resource.Id, Now, ticket: null)], context, CancellationToken.None)
            is SendOutcome.Refused refused
            ? refused.Refusal
            : null;
}

/// <summary>All of one type go before the first of another.</summary>
public sealed record CascadeOrder(Type First, Type Then);

/// <summary>Every type's cascade, ranked: what uses others goes before them.</summary>
public sealed class Cascades
{
    private readonly Dictionary<string, (ICascade Cascade, int Rank)> _byType = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="InvalidOperationException">Types go before each other in a circle.</exception>
    public Cascades(IEnumerable<ICascade> cascades, IEnumerable<CascadeOrder> order)
    {
        Dictionary<Type, ICascade> left = cascades.ToDictionary(c => c.Resource);
        CascadeOrder[] pairs = [.. order];
        for (int rank = 0; left.Count > 0; rank++)
        {
            ICascade[] free = [.. left.Values.Where(c => !pairs.Any(p => p.Then == c.Resource && left.ContainsKey(p.First)))];
            if (free.Length == 0)
                throw new InvalidOperationException(
                    $"These go before each other in a circle: {string.Join(", ", left.Values.Select(c => c.Type))}."
                );
            foreach (ICascade cascade in free)
            {
                left.Remove(cascade.Resource);
                _byType[cascade.Type] = (cascade, rank);
            }
        }
    }

    /// <summary>Null for a type that is not deleted with its group.</summary>
    public (ICascade Cascade, int Rank)? Find(string type) => _byType.TryGetValue(type, out var found) ? found : null;
}
