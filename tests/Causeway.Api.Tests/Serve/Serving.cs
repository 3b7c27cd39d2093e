using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Road;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Serve;

/// <summary>A <c>causeway serve</c> process with clients of its first principals, and the steps that these tests take with it.</summary>
internal sealed class Serving(ServerProcess process) : IAsyncDisposable
{
    private const string V = ArmClient.NetworkVersion;
    private static int s_ports = 17_960;

    public ServerProcess Process => process;

    public ArmClient Customer { get; private set; } = null!;
    public ArmClient Provider { get; private set; } = null!;
    public HttpClient Http { get; private set; } = null!;

    public static string[] Arguments(params string[] more) =>
        [
            "--circuits-per-subscription",
            "0",
            "--circuits-per-region",
            "0",
            "--throttle-enabled",
            "false",
            "--bgp-port",
            $"{Interlocked.Increment(ref s_ports)}",
            .. more,
        ];

    public static async Task<Serving> StartAsync(params string[] more)
    {
        var serving = new Serving(new ServerProcess(Arguments(more)));
        await serving.Process.StartAsync();
        serving.Connect();
        return serving;
    }

    public AccessFile Access => AccessFile.Load(Path.Combine(process.Data, "access.json"));

    public void Connect()
    {
        Customer = new ArmClient(Access, "customer", TimeProvider.System);
        Provider = new ArmClient(Access, "provider", TimeProvider.System);
        Http = ArmClient.NewHttpClient(Access);
        Http.Timeout = TimeSpan.FromSeconds(10);
    }

    public string Group => $"/subscriptions/{Customer.Subscription()}/resourceGroups/serving";

    public Task GroupAsync(CancellationToken stop) =>
        Customer.PutAsync(Group, ArmClient.ResourcesVersion, new JsonObject { ["location"] = "westeurope" }, wait: true, stop);

    /// <summary>A circuit that its provider has provisioned.</summary>
    public async Task<string> ProvisionedAsync(string name, CancellationToken stop)
    {
        string circuit = $"{Group}/providers/Microsoft.Network/expressRouteCircuits/{name}";
        await Customer.PutAsync(circuit, V, RoadBuilder.CircuitBody(), wait: true, stop);
        string key = (await Customer.FindAsync(circuit, V, stop))!["properties"]!["serviceKey"]!.ToString();
        foreach (string state in (string[])["Provisioning", "Provisioned"])
            await Provider.PutAsync(
                $"/subscriptions/{Provider.Subscription()}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}",
                V,
                new JsonObject { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state } },
                wait: true,
                stop
            );
        return circuit;
    }

    /// <summary>A peering, on addresses of its own, and waits until the routers have it.</summary>
    public Task PeeringAsync(string circuit, int n, CancellationToken stop) =>
        Customer.PutAsync(
            $"{circuit}/peerings/AzurePrivatePeering",
            V,
            new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["peerASN"] = 65010,
                    ["primaryPeerAddressPrefix"] = $"127.90.{n}.0/30",
                    ["secondaryPeerAddressPrefix"] = $"127.90.{n}.4/30",
                    ["vlanId"] = 100,
                },
            },
            wait: true,
            stop
        );

    /// <summary>What <c>/readyz</c> answers.</summary>
    public async Task<(int Status, string Text)> ReadyAsync()
    {
        using HttpResponseMessage answer = await Http.GetAsync("/readyz");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public int Lines(string containing) => process.Output.Split('\n').Count(l => l.Contains(containing, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Customer?.Dispose();
        Provider?.Dispose();
        Http?.Dispose();
        await process.DisposeAsync();
    }

    /// <summary>Runs a command line of the executable; the process is the caller's to end.</summary>
    public static Process Run(params string[] arguments) =>
        System.Diagnostics.Process.Start(
            new ProcessStartInfo(ServerProcess.FindExecutable(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;

    public static async Task SignalAsync(Process to, string signal)
    {
        using Process kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{to.Id}"]);
        await kill.WaitForExitAsync();
    }
}
