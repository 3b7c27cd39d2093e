namespace Causeway.Samples.Circuits;

internal sealed class PeeringSample : Sample
{
    public override string Type => "Microsoft.Network/expressRouteCircuits/peerings";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string circuit = await stage.MakeAsync<CircuitSample>();
        await stage.MakeAsync<CrossConnectionSample>(); // which provisions it
        return Of(circuit, stage);
    }

    /// <summary>A private peering on addresses that no other stage has.</summary>
    public static SamplePut Of(string parent, Stage stage) =>
        new($"{parent}/peerings/AzurePrivatePeering", "2024-01-01", Body(stage, 101))
        {
            Changed = Body(stage, 102),
            IsNamedFreely = false,
            Secret = ["properties.sharedKey"],
        };

    private static string Body(Stage stage, int vlan) =>
        $$$$"""
            {"name":"AzurePrivatePeering","properties":{"peeringType":"AzurePrivatePeering","state":"Enabled","peerASN":65010,
            "primaryPeerAddressPrefix":"{{{{stage.Link(0)}}}}/30","secondaryPeerAddressPrefix":"{{{{stage.Link(
                4
            )}}}}/30","vlanId":{{{{vlan}}}},"sharedKey":"abc123",
            "ipv6PeeringConfig":{"primaryPeerAddressPrefix":"fd00:9::/126","secondaryPeerAddressPrefix":"fd00:9::4/126"}}}
            """;
}
