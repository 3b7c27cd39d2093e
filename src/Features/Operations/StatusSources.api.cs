using Causeway.Contracts.Operations;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Operations;

/// <summary>What only the composition of the server knows, for the operator's status.</summary>
/// <param name="Node">The node that answers.</param>
/// <param name="Store">Which store it uses.</param>
/// <param name="Topology">The topology in force.</param>
/// <param name="Sources">What is known of registries; empty where this node keeps none.</param>
/// <param name="GaveUp">Effects that this node gave up since it started, by kind.</param>
public sealed record StatusSources(
    NodeIdentity Node,
    Func<StoreDescription> Store,
    Func<TopologyStandingBody> Topology,
    Func<IReadOnlyList<SourceBody>> Sources,
    Func<IReadOnlyDictionary<string, long>> GaveUp
);
