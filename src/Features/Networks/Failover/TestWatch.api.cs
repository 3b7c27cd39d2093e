using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Hosting;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Networks;

/// <summary>
/// Ends a failover test when what carries everything meanwhile is lost: the other link of a circuit, the other sites of a gateway. Every node may look; a test that has
/// ended already stays as it is. What cannot be seen just now is not taken for lost.
/// </summary>
internal sealed class TestWatch(
    Engine engine,
    Tracked<Circuit> circuits,
    Tracked<VirtualNetworkGateway> gateways,
    Tracked<ExpressRouteGateway> hubGateways,
    Tracked<Connection> connections,
    LinkSessions sessions,
    SiteTests sites,
    TimeProvider clock
) : Loop("failover tests")
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(2);

    public override bool IsNeeded => false;

    public override LoopStage Stage => LoopStage.Work;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        int running = 0,
            ended = 0;
        foreach (string label in (string[])[Circuit.TestedLabel, SiteTesting.Label])
        {
            await foreach (StoredResource row in engine.Store.AllAsync(new ResourceQuery { Label = label, Most = 500 }, cancellation))
            {
                running++;
                if (await LostAsync(row, cancellation) is not { } lost)
                    continue;
                ended++;
                await engine.SendAsync(row.Id, row.Type, lost, SendContext.Causeway, cancellation);
            }
        }
        return new TurnResult($"{running} tests run, {ended} ended", s_lookEvery);
    }

    /// <summary>What to tell it; null when its test may go on, and of one that cannot be read.</summary>
    private async ValueTask<Signal?> LostAsync(StoredResource row, CancellationToken cancellation) =>
        row.Type switch
        {
            Circuit.ResourceType => circuits.TryRead(row, out Versioned<Circuit>? read)
            && read.Resource is { Test: { } test } circuit
            && await sessions.HasLostAsync(circuit, test, cancellation)
                ? new OtherLinkLost(clock.GetUtcNow(), test.Id)
                : null,
            VirtualNetworkGateway.ResourceType => gateways.TryRead(row, out Versioned<VirtualNetworkGateway>? read)
                ? await AloneAsync(await TestableGateway.OfAsync(read.Resource, connections, cancellation), cancellation)
                : null,
            ExpressRouteGateway.ResourceType => hubGateways.TryRead(row, out Versioned<ExpressRouteGateway>? read)
                ? await AloneAsync(TestableGateway.Of(read.Resource), cancellation)
                : null,
            _ => null,
        };

    private async ValueTask<Signal?> AloneAsync(TestableGateway gateway, CancellationToken cancellation) =>
        gateway.Tests.Running() is { } test && await sites.IsAloneAsync(gateway, test, cancellation)
            ? new OtherSitesLost(clock.GetUtcNow(), test.Id)
            : null;
}
