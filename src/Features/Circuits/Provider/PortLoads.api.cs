using Causeway.Api.Kit;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary>Opens the accounts of ports that circuits had taken before accounts were kept.</summary>
internal sealed class PortLoads(Engine engine, CircuitWorkflow circuits, Func<NetworkTopology> topology, TimeProvider clock) : IBringUp
{
    public async Task BringUpAsync(CancellationToken cancellation)
    {
        foreach (RouterPair pair in topology().PeeringLocations.SelectMany(l => l.Pairs))
        {
            if (await engine.Store.GetAsync(PortLoad.IdOf(pair.Name), cancellation) is not null)
                continue;
            (long mbps, int count) = await CountAsync(pair.Name, cancellation);
            if (count > 0)
                await engine.SendAsync(
                    PortLoad.IdOf(pair.Name),
                    PortLoad.ResourceType,
                    new CountPortLoad(clock.GetUtcNow(), pair.Name, mbps, count),
                    SendContext.Causeway,
                    cancellation
                );
        }
    }

    private async Task<(long Mbps, int Circuits)> CountAsync(string pair, CancellationToken cancellation)
    {
        long mbps = 0;
        int count = 0;
        await foreach (
            StoredResource row in engine.Store.AllAsync(
                new ResourceQuery
                {
                    Type = Circuit.ResourceType,
                    Label = Circuit.EdgeLabel(pair),
                    Most = 1000,
                },
                cancellation
            )
        )
            if (
                circuits.TryRead(row, out Versioned<Circuit>? read)
                && CircuitWorkflow.Taken(read.Resource) is { } taken
                && taken.Pair == pair
            )
                (mbps, count) = (mbps + taken.Mbps, count + 1);
        return (mbps, count);
    }
}
