using Causeway.Primitives;

namespace Causeway.Api.Kit;

/// <summary>Says under which other ids a resource is seen by others, as a circuit is by its provider: when it changes, those change too.</summary>
public interface IShownAs
{
    /// <summary>None for a resource of another type.</summary>
    /// <param name="facts">Of the journal's entry that tells of the change, from which one that is gone is known; else empty.</param>
    ValueTask<IReadOnlyList<ResourceId>> OthersAsync(ResourceId resource, ReadOnlyMemory<byte> facts, CancellationToken cancellation);
}
