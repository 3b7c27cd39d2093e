using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Clients.Tests.AzureSdk;

/// <summary>What came of one operation of an SDK.</summary>
/// <param name="Name">Package, group and operation: <c>network.expressRouteCircuits.createOrUpdate</c>.</param>
/// <param name="Result"><c>ok</c>, <c>refused</c>, <c>not sent</c> or <c>wrong</c>.</param>
/// <param name="Detail">The code of the refusal, or what is wrong.</param>
public sealed record SdkOperation(string Name, string Result, string? Detail);

/// <summary>
/// Azure's SDKs for JavaScript, from npm as they are, against <c>causeway serve</c>: every operation of the groups that are of the product's business is called. Which there
/// are is asked of the SDKs (<c>operations.mjs</c>), so that a new one is not forgotten.
/// </summary>
public sealed class SdkOperationsTests : IAsyncLifetime
{
    /// <summary>As many as there are in the versions of package-lock.json; a newer SDK that has more says so here.</summary>
    private const int Operations = 272;

    private static readonly string s_scripts = Path.Combine(AppContext.BaseDirectory, "AzureSdk");
    private readonly ServerProcess _server = new(["--bgp-port", "17904"]);

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_operation_answers_as_it_should()
    {
        string access = Path.Combine(_server.Data, "access.json");
        if (!Directory.Exists(Path.Combine(s_scripts, "node_modules")))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], ca: null);
        string[] lines = await RunAsync("node", ["operations.mjs", access], AccessFile.Load(access).CaFile);
        SdkOperation[] all =
        [
            .. lines.Select(l => JsonNode.Parse(l)!).Select(o => new SdkOperation($"{o["name"]}", $"{o["result"]}", $"{o["detail"]}")),
        ];
        Assert.True(
            all.All(o => o.Result != "wrong"),
            string.Join('\n', all.Where(o => o.Result == "wrong").Select(o => $"{o.Name}: {o.Detail}"))
        );
        Assert.Equal(Operations, all.Length);
        ClientsPage.Holds(
            "sdk",
            all.GroupBy(o => o.Name[..o.Name.LastIndexOf('.')])
                .Select(g =>
                    $"| {g.Key} | {g.Count(o => o.Result == "ok")} | {string.Join(", ", g.Where(o => o.Result != "ok").Select(o => $"`{o.Name[(o.Name.LastIndexOf('.') + 1)..]}`"))} |"
                )
        );
    }

    private static async Task<string[]> RunAsync(string program, string[] arguments, string? ca)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = s_scripts,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (ca is not null)
            info.Environment["NODE_EXTRA_CA_CERTS"] = ca;
        using Process process =
            Process.Start(info) ?? throw new InvalidOperationException($"{program} is not installed: apt-get install nodejs npm");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await error}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
