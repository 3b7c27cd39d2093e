namespace Causeway.Samples.RouteFilters;

internal sealed class RouteFilterRuleSample : Sample
{
    public override string Type => "Microsoft.Network/routeFilters/routeFilterRules";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string filter = stage.InGroup("Microsoft.Network/routeFilters", "bare");
        await stage.SendAsync("customer", $"{filter}?api-version=2024-01-01", """{"location":"westeurope"}""");
        return new($"{filter}/routeFilterRules/sample", "2024-01-01", Body("12076:5010")) { Changed = Body("12076:5040") };
    }

    /// <summary>Clients name it in the body too, and leave the type of the rule out.</summary>
    private static string Body(string community) =>
        $$$$"""{"name":"sample","properties":{"access":"Allow","communities":["{{{{community}}}}","12076:5030"]}}""";
}
