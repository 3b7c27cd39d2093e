namespace Causeway.Samples.InternetPeering;

internal sealed class RegisteredPrefixSample : Sample
{
    public override string Type => "Microsoft.Peering/peerings/registeredPrefixes";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new SamplePut(
            $"{await stage.MakeAsync<InternetPeeringSample>()}/registeredPrefixes/sample",
            "2022-10-01",
            """{"properties":{"prefix":"193.10.0.0/24"}}"""
        )
        {
            Changed = """{"properties":{"prefix":"193.10.1.0/24"}}""",
        };
}
