namespace Causeway.Samples.Circuits;

/// <summary>Of a provider that works at layer 3, who configures the routing.</summary>
internal sealed class CrossPeeringSample : Sample
{
    public override string Type => "Microsoft.Network/expressRouteCrossConnections/peerings";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        SamplePut order = CircuitSample.Of(stage, "Telia Carrier", "layer3");
        await stage.SendAsync(order.By, order.Url, order.Body);
        string cross = await CrossConnectionSample.PathAsync(stage, order.Path);
        await stage.SendAsync("provider", $"{cross}?api-version={order.ApiVersion}", CrossConnectionSample.Body("n"));
        return PeeringSample.Of(cross, stage) with { By = "provider" };
    }
}
