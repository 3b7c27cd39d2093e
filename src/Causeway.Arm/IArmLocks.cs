using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>What the conventions need to know of locks: which of them keep a request from what it wants.</summary>
public interface IArmLocks
{
    /// <summary>The scopes whose locks hold; none when nothing does.</summary>
    /// <param name="resource">What is to be changed or deleted.</param>
    /// <param name="isDelete">Whether it is to be deleted; then a lock on something in it holds it as well.</param>
    ValueTask<IReadOnlyList<ResourceId>> HoldingAsync(ResourceId resource, bool isDelete, CancellationToken cancellation);
}
