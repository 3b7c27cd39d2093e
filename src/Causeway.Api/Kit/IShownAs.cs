using Causeway.Primitives;

namespace Causeway.Api.Kit;

/// <summary>Says under which other ids a resource is seen by others, as a circuit is by its provider: when it changes, those change too.</summary>
public interface IShownAs
{
    /// <summary>None for a resource of another type, and for one that is gone.</summary>
    ValueTask<IReadOnlyList<ResourceId>> OthersAsync(ResourceId resource, CancellationToken cancellation);
}
