namespace Causeway.Samples.InternetPeering;

internal sealed class RegisteredAsnSample : Sample
{
    public override string Type => "Microsoft.Peering/peerings/registeredAsns";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new SamplePut(
            $"{await stage.MakeAsync<InternetPeeringSample>()}/registeredAsns/sample",
            "2022-10-01",
            """{"properties":{"asn":4200000001}}"""
        )
        {
            Changed = """{"properties":{"asn":3333}}""",
        };
}
