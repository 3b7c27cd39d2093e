namespace Causeway.Samples.Networks;

internal sealed class SubnetSample : Sample
{
    public override string Type => "Microsoft.Network/virtualNetworks/subnets";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(
            $"{await stage.MakeAsync<VirtualNetworkSample>()}/subnets/sample",
            "2024-01-01",
            """{"properties":{"addressPrefix":"10.60.2.0/24"}}"""
        )
        {
            Changed = """{"properties":{"addressPrefixes":["10.60.2.0/25","fd00:60:0:2::/64"]}}""",
        };
}
