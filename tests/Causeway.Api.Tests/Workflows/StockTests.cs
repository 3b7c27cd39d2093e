using Causeway.Api.Tests.Networks;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Workflows;

/// <summary>
/// The stock tests, and the proof that they are run for every workflow and every effect that the server has: what is registered is asked of the server
/// itself, so that a new one without them is found here.
/// </summary>
public sealed class StockTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private static readonly Dictionary<string, Func<WorkflowStory>> Stories = new()
    {
        ["networks linked to a circuit"] = () => NetworkStories.InUse,
        ["a link revoked, and the way back to nothing"] = () => NetworkStories.Revoked,
        ["a group that goes with what is in it"] = () => ScopeStories.GroupThatGoes,
        ["a subscription in use"] = () => ScopeStories.SubscriptionInUse,
        ["a topology that changes"] = () => ScopeStories.TopologyThatChanges,
        ["a principal that goes"] = () => ScopeStories.PrincipalThatGoes,
    };

    public static TheoryData<string> Names => [.. Stories.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_story_survives_crashes_failures_and_repetition(string story)
    {
        int runs = await WorkflowKit.VerifyAsync(Stories[story]());
        Assert.True(runs > 10, $"only {runs} runs");
    }

    [Fact]
    public async Task Every_workflow_and_every_effect_of_the_server_is_in_a_story()
    {
        var told = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (Func<WorkflowStory> story in Stories.Values)
            told.UnionWith(await WorkflowKit.TellAsync(story()));
        Assert.Empty(Workflows.Select(w => w.Type).Except(told, StringComparer.OrdinalIgnoreCase));
        Assert.Empty(api.Server.Services.GetServices<IEffectHandler>().Select(h => h.Kind).Except(told));
    }

    [Fact]
    public void Every_workflow_has_a_table_and_every_signal_stands_in_one()
    {
        Dictionary<string, string> tables = Directory
            .GetFiles(Path.Combine(Root(), "tests"), "*.table.txt", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetFileName(f), File.ReadAllText);
        Assert.Empty(Workflows.Select(w => WorkflowTable.FileOf(w.GetType())).Except(tables.Keys));

        HashSet<string> covered = [.. tables.Values.SelectMany(t => t[t.IndexOf("## signals", StringComparison.Ordinal)..].Split('\n'))];
        IEnumerable<string> signals = Workflows
            .Select(w => w.GetType().Assembly)
            .Append(typeof(WokenUp).Assembly)
            .Distinct()
            .SelectMany(a => a.GetTypes())
            .Where(t => t.IsSubclassOf(typeof(Signal)) && !t.IsAbstract)
            .Select(t => t.FullName!);
        Assert.Empty(signals.Except(covered));
    }

    [Fact]
    public void Every_state_stands_in_a_table()
    {
        HashSet<string> covered =
        [
            .. Directory
                .GetFiles(Path.Combine(Root(), "tests"), "*.table.txt", SearchOption.AllDirectories)
                .Select(File.ReadAllText)
                .SelectMany(t =>
                    t[t.IndexOf("## states", StringComparison.Ordinal)..t.IndexOf("## signals", StringComparison.Ordinal)].Split('\n')
                ),
        ];
        IEnumerable<string> states = Workflows.SelectMany(w => SumTypes.Of(ResourceOf(w.GetType())));
        Assert.NotEmpty(states);
        Assert.Empty(states.Except(covered));

        static Type ResourceOf(Type workflow) =>
            workflow.BaseType is { IsGenericType: true } b && b.GetGenericTypeDefinition() == typeof(Workflow<>)
                ? b.GetGenericArguments()[0]
                : ResourceOf(workflow.BaseType!);
    }

    private IWorkflow[] Workflows => [.. api.Server.Services.GetServices<IWorkflow>()];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Causeway.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }
}
