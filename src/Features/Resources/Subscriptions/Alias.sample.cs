using Causeway.Domain.Resources;
using Causeway.Workflows;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.Resources;

internal sealed class AliasSample : Sample<SubscriptionAlias>
{
    private static readonly SubscriptionAlias s_alias = new(
        "/providers/Microsoft.Subscription/aliases/contoso",
        "s",
        "Contoso",
        "Production",
        At
    );

    public override Workflow<SubscriptionAlias> Workflow { get; } = new AliasWorkflow();

    public override IReadOnlyList<(string Name, SubscriptionAlias? State)> States { get; } = [("absent", null), ("there", s_alias)];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [("Create", new AliasSignal.Create(s_alias, At)), ("Remove", new AliasSignal.Remove(At))];

    public override string Describe(SubscriptionAlias resource) =>
        $"{resource.StateName} {resource.DisplayName} is {resource.SubscriptionId}";

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(
            new SamplePut(
                $"/providers/{Type}/sample{stage.Number}",
                "2021-10-01",
                """{"properties":{"displayName":"Contoso","workload":"DevTest"}}"""
            )
            {
                By = "operator",
            }
        );
}
