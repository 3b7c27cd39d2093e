namespace Causeway.Samples.Networks;

internal sealed class NetworkPeeringSample : Sample
{
    public override string Type => "Microsoft.Network/virtualNetworks/virtualNetworkPeerings";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string network = await stage.MakeAsync<VirtualNetworkSample>(),
            hub = $"{network[..network.LastIndexOf('/')]}/peered";
        await stage.SendAsync(
            "customer",
            $"{hub}?api-version=2024-01-01",
            """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.61.0.0/16"]}}}"""
        );
        return new($"{network}/virtualNetworkPeerings/sample", "2024-01-01", Body("true")) { Changed = Body("false") };

        string Body(string forwarded) =>
            $$$$"""{"properties":{"remoteVirtualNetwork":{"id":"{{{{hub}}}}"},"allowForwardedTraffic":{{{{forwarded}}}}}}""";
    }
}
