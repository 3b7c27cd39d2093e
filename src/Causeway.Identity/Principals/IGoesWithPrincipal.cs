using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Identity.Principals;

/// <summary>What is about a principal and goes in the same transaction as it; principals do not know what that is.</summary>
public interface IGoesWithPrincipal
{
    /// <summary>A removing signal to each resource that names the principal.</summary>
    Task<IReadOnlyList<Addressed>> RemovalsAsync(IStore store, string objectId, DateTimeOffset at, CancellationToken cancellation);
}
