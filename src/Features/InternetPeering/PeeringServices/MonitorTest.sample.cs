namespace Causeway.Samples.InternetPeering;

internal sealed class MonitorTestSample : Sample
{
    public override string Type => "Microsoft.Peering/peeringServices/connectionMonitorTests";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new SamplePut($"{await stage.MakeAsync<PeeringServiceSample>()}/connectionMonitorTests/sample", "2022-10-01", Body(443))
        {
            Changed = Body(80),
        };

    private static string Body(int port) =>
        $$$$"""{"properties":{"sourceAgent":"agent","destination":"192.0.2.1","destinationPort":{{{{port}}}},"testFrequencyInSec":30}}""";
}
