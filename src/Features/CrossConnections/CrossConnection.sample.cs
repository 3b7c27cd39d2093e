namespace Causeway.Samples.Circuits;

internal sealed class CrossConnectionSample : Sample
{
    private const string V = "2024-01-01";

    public override string Type => "Microsoft.Network/expressRouteCrossConnections";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(await PathAsync(stage, await stage.MakeAsync<CircuitSample>()), V, Body("n"))
        {
            Changed = Body("another note"),
            By = "provider",
            IsAlwaysThere = true,
            IsNamedFreely = false,
        };

    /// <summary>A circuit as its provider sees it.</summary>
    public static async Task<string> PathAsync(Stage stage, string circuit, string location = "Amsterdam")
    {
        string key = (await stage.GetAsync("customer", $"{circuit}?api-version={V}"))["properties"]!["serviceKey"]!.GetValue<string>();
        return $"{stage.ProviderSubscription}/resourceGroups/CrossConnection-{location}/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
    }

    public static string Body(string notes) =>
        $$$$"""
            {"location":"westeurope","tags":{"a":"b"},"properties":{"serviceProviderProvisioningState":"Provisioned","serviceProviderNotes":"{{{{notes}}}}"}}
            """;
}
