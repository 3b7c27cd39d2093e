using Causeway.Samples.Circuits;

namespace Causeway.Samples.Networks;

internal sealed class ExpressRouteConnectionSample : Sample
{
    public override string Type => "Microsoft.Network/expressRouteGateways/expressRouteConnections";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string gateway = await stage.MakeAsync<ExpressRouteGatewaySample>();
        await stage.MakeAsync<CircuitSample>();
        string peering = await stage.MakeAsync<PeeringSample>();
        return new SamplePut($"{gateway}/expressRouteConnections/sample", "2024-01-01", Body(3)) { Changed = Body(4) };

        string Body(int weight) =>
            $$$$"""
                {"properties":{"expressRouteCircuitPeering":{"id":"{{{{peering}}}}"},"routingWeight":{{{{weight}}}},"enableInternetSecurity":true,
                "expressRouteGatewayBypass":false}}
                """;
    }
}
