using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Clients.Tests.AzureCli;

/// <summary>Every command of Azure CLI that is of the product's business, one after the other, as <c>Steps.txt</c> has them.</summary>
public sealed class AzStepsTests : IAsyncLifetime
{
    private readonly ServerProcess _server = new(["--bgp-port", "17903", "--circuits-per-region", "0"]);
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-steps-").FullName;
    private readonly Dictionary<string, AzSession> _sessions = [];
    private AccessFile _access = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _access = AccessFile.Load(Path.Combine(_server.Data, "access.json"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (AzSession session in _sessions.Values)
            await session.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_step_answers_as_it_should()
    {
        var known = new Dictionary<string, string>
        {
            ["sub"] = _access.Subscriptions["customer"],
            ["providerSub"] = _access.Subscriptions["provider"],
            ["server"] = _access.Endpoint,
            ["endpoint"] = _access.Endpoint + "/",
            ["folder"] = _folder,
        };
        var wrong = new List<string>();
        IReadOnlyList<AzStep> steps = await StepsAsync();
        foreach (AzStep step in steps)
        {
            AzSession session = await SessionAsync(step.Who);
            AzAnswer answer = await session.RunAsync(step.Words(known));
            if (step.Judge(answer, known) is { } problem)
                wrong.Add($"az {step.Command}\n    {problem.Trim()}");
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {steps.Count} steps:\n{string.Join('\n', wrong)}");
        ClientsPage.Holds(
            "az",
            steps
                .Where(s => !s.IsRefused)
                .GroupBy(s => s.Section)
                .Select(g => $"| {g.Key} | {g.Count()} | {string.Join(", ", g.Select(s => s.Verb).Distinct().Select(v => $"`{v}`"))} |")
        );
    }

    private static async Task<IReadOnlyList<AzStep>> StepsAsync() =>
        AzStep.Read(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "AzureCli", "Steps.txt")));

    private async Task<AzSession> SessionAsync(string who)
    {
        if (!_sessions.TryGetValue(who, out AzSession? session))
            _sessions[who] = session = await AzSession.LoginAsync(_access, who, Path.Combine(AppContext.BaseDirectory, "AzureCli"));
        return session;
    }
}
