namespace Causeway.Samples.Resources;

internal sealed class TagsSample : Sample
{
    public override string Type => "Microsoft.Resources/tags";

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(
            new SamplePut($"{stage.Group}/providers/{Type}/default", "2022-09-01", """{"properties":{"tags":{"a":"b"}}}""")
            {
                Changed = """{"properties":{"tags":{"a":"c"}}}""",
                Patch = """{"operation":"Merge","properties":{"tags":{"a":"b"}}}""",
                IsAlwaysThere = true,
                IsNamedFreely = false,
            }
        );
}
