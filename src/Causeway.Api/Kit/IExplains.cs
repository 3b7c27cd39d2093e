using Causeway.Domain.Findings;
using Causeway.Workflows;

namespace Causeway.Api.Kit;

/// <summary>What can be known of resources of a type beside that they are there (<see cref="PlainFindings.Stands"/>).</summary>
public interface IExplains<in T>
    where T : class, IResource
{
    ValueTask<Finding> ExplainAsync(T resource, CancellationToken cancellation);
}
