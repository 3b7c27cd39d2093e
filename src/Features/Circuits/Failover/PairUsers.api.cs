using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Domain.Circuits;
using Causeway.Domain.Operations;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>What the circuits on a pair of routers have there just now, for whoever takes one of the two out of use.</summary>
internal sealed class PairUsers(Engine engine, Tracked<Circuit> circuits, LinkSessions sessions)
{
    /// <param name="Leaning">Failover tests that leave a circuit to one of the routers.</param>
    /// <param name="NotOn">Names of the circuits that have sessions established on the other router and are not known to have them on this one, by router.</param>
    public sealed record Use(ImmutableArray<Leaning> Leaning, ILookup<string, string> NotOn);

    /// <param name="group">One that is no pair has no circuits.</param>
    public async Task<Use> OfAsync(RouterGroup group, CancellationToken cancellation)
    {
        var leaning = ImmutableArray.CreateBuilder<Leaning>();
        var missing = new List<(string Router, string Circuit)>();
        await foreach (
            StoredResource row in engine.Store.AllAsync(
                new ResourceQuery
                {
                    Type = Circuit.ResourceType,
                    Label = IOnRouters.OnGroup(group.Name),
                    Most = 500,
                },
                cancellation
            )
        )
            if (!circuits.TryRead(row, out Versioned<Circuit>? read))
                missing.AddRange(group.Routers.Select(r => (r.Name, row.Id.Name)));
            else if (read.Resource is { IsOnRouters: true, Edge: { } edge } circuit)
            {
                if (circuit.LeansOn is { } leans)
                    leaning.Add(leans.On);
                ImmutableArray<LinkSession> seen = await sessions.SeenAsync(circuit, cancellation);
                // What neither router carries, nobody loses.
                missing.AddRange(
                    from side in Sides.Both
                    where seen.Any(s => s.Link == side && !s.IsUp && seen.Any(o => o.Link != side && o.Family == s.Family && o.IsUp))
                    select (edge.RouterOf(side), circuit.Id.Name)
                );
            }
        return new Use(leaning.ToImmutable(), missing.ToLookup(m => m.Router, m => m.Circuit, StringComparer.OrdinalIgnoreCase));
    }
}
