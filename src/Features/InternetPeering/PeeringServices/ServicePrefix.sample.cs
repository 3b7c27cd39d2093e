namespace Causeway.Samples.InternetPeering;

internal sealed class ServicePrefixSample : Sample
{
    public override string Type => "Microsoft.Peering/peeringServices/prefixes";

    /// <summary>It never becomes another one: the second body is none.</summary>
    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new SamplePut(
            $"{await stage.MakeAsync<PeeringServiceSample>()}/prefixes/sample",
            "2022-10-01",
            """{"properties":{"prefix":"193.10.0.0/24"}}"""
        );
}
