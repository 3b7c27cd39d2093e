using Causeway.Samples;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Workflows;

/// <summary>
/// The state × signal tables and the stories of every workflow, from the samples, and the proof that there are tables and stories for all: what is registered is asked
/// of the server itself, so that a new one without them is found here.
/// </summary>
public sealed class StockTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    public static TheoryData<string> Stories => [.. SampleBook.All.SelectMany(s => s.Stories).Select(s => s.Name)];

    public static TheoryData<string> Tables => [.. SampleBook.All.SelectMany(s => s.Tables).Select(t => t.File)];

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task A_story_survives_crashes_failures_and_repetition(string story)
    {
        int runs = await WorkflowKit.VerifyAsync(SampleBook.All.SelectMany(s => s.Stories).Single(s => s.Name == story).Of());
        Assert.True(runs > 8, $"only {runs} runs");
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_workflow_decides_as_its_table_says(string file) =>
        SampleBook.All.SelectMany(s => s.Tables).Single(t => t.File == file).Verify();

    [Fact]
    public async Task Every_workflow_and_every_effect_of_the_server_is_in_a_story()
    {
        var told = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (Story story in SampleBook.All.SelectMany(s => s.Stories))
            told.UnionWith(await WorkflowKit.TellAsync(story.Of()));
        Assert.Empty(Workflows.Select(w => w.Type).Except(told, StringComparer.OrdinalIgnoreCase));
        Assert.Empty(api.Server.Services.GetServices<IEffectHandler>().Select(h => h.Kind).Except(told));
    }

    [Fact]
    public void Every_workflow_has_a_table_and_every_signal_stands_in_one()
    {
        Assert.Empty(Workflows.Where(w => SampleBook.Of(w.Type).Tables.Count == 0).Select(w => w.Type));
        HashSet<Type> covered = [.. SampleBook.All.SelectMany(s => s.Tables).SelectMany(t => t.Signals)];
        IEnumerable<Type> signals = Workflows
            .Select(w => w.GetType().Assembly)
            .Append(typeof(WokenUp).Assembly)
            .Distinct()
            .SelectMany(a => a.GetTypes())
            .Where(t => t.IsSubclassOf(typeof(Signal)) && !t.IsAbstract);
        Assert.Empty(signals.Except(covered).Select(t => t.FullName));
    }

    [Fact]
    public void Every_state_stands_in_a_table()
    {
        HashSet<string> covered = [.. SampleBook.All.SelectMany(s => s.Tables).SelectMany(t => t.States)];
        IEnumerable<string> states = Workflows.SelectMany(w => SumTypes.Of(ResourceOf(w.GetType())));
        Assert.NotEmpty(states);
        Assert.Empty(states.Except(covered));

        static Type ResourceOf(Type workflow) =>
            workflow.BaseType is { IsGenericType: true } b && b.GetGenericTypeDefinition() == typeof(Workflow<>)
                ? b.GetGenericArguments()[0]
                : ResourceOf(workflow.BaseType!);
    }

    private IWorkflow[] Workflows => [.. api.Server.Services.GetServices<IWorkflow>()];
}
