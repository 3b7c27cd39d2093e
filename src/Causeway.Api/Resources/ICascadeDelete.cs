using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>
/// How the resources of one type are deleted when their group is. Registered per top-level type by the feature that owns it; children go with their
/// parents. A type without one blocks the deletion of groups that hold it.
/// </summary>
public interface ICascadeDelete
{
    /// <summary>Full canonical type, such as <c>Microsoft.Network/expressRouteCircuits</c>.</summary>
    string Type { get; }

    /// <summary>Lower ones are deleted first: connections (10), gateways (20), circuits (30), virtual networks (40).</summary>
    int Order { get; }

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
