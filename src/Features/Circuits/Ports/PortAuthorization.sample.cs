namespace Causeway.Samples.Circuits;

internal sealed class PortAuthorizationSample : Sample
{
    public override string Type => "Microsoft.Network/expressRoutePorts/authorizations";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new($"{await stage.MakeAsync<DirectPortSample>()}/authorizations/sample", "2024-01-01", """{"properties":{}}""");
}
