namespace Causeway.Samples.Circuits;

internal sealed class AuthorizationSample : Sample
{
    public override string Type => "Microsoft.Network/expressRouteCircuits/authorizations";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new($"{await stage.MakeAsync<CircuitSample>()}/authorizations/sample", "2024-01-01", """{"properties":{}}""");
}
