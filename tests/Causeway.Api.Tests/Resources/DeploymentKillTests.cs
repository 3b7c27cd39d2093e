using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Resources;

/// <summary>The server is killed (SIGKILL) again and again while it deploys, and each time goes on where it was.</summary>
public sealed class DeploymentKillTests
{
    private const string Version = "2021-04-01";
    private const int Kills = 3;
    private const int Resources = 300;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_survives_kills_in_its_middle()
    {
        await using var server = new ServerProcess(["--bgp-port", $"{FreePort()}"]);
        await server.StartAsync();
        AccessFile access = AccessFile.Load(Path.Combine(server.Data, "access.json"));
        string group = $"/subscriptions/{access.Subscriptions["customer"]}/resourceGroups/killed";
        string path = $"{group}/providers/Microsoft.Resources/deployments/d";
        using (var client = new ArmClient(access, "customer", TimeProvider.System))
        {
            await client.PutAsync(group, Version, JsonNode.Parse("""{"location":"westeurope"}""")!, wait: true, Stop);
            await client.PutAsync(path, Version, Body(), wait: false, Stop);
        }

        var seen = new List<int>();
        for (int i = 1; i <= Kills; i++)
        {
            using (var client = new ArmClient(access, "customer", TimeProvider.System))
                seen.Add(
                    await Eventually.Get(
                        () => DoneAsync(client, path),
                        done => done >= i * Resources / (Kills + 2),
                        $"{i * Resources / (Kills + 2)} resources are there"
                    )
                );
            await server.KillAsync();
            await server.StartAsync();
        }

        using var after = new ArmClient(access, "customer", TimeProvider.System);
        Assert.All(
            seen,
            done => Assert.True(done < Resources, $"It was killed when it was over: {string.Join(", ", seen)} of {Resources}.")
        );
        JsonNode ended = await Eventually.Get(
            () => after.GetAsync(path, Version, Stop),
            d => State(d) is not "Running",
            "the deployment ends",
            TimeSpan.FromSeconds(120)
        );
        Assert.Equal("Succeeded", State(ended));
        Assert.Equal(Resources, ended["properties"]!["outputResources"]!.AsArray().Count);
        Assert.Equal("Succeeded", ended["properties"]!["outputs"]!["last"]!["value"]!.ToString());
        int there = 0;
        await foreach (JsonNode _ in after.ListAsync($"{group}/providers/Microsoft.Network/publicIPAddresses", "2024-01-01", Stop))
            there++;
        Assert.Equal(Resources, there);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<int> DoneAsync(ArmClient client, string path)
    {
        int done = 0;
        await foreach (JsonNode operation in client.ListAsync($"{path}/operations", Version, Stop))
            if (State(operation) == "Succeeded")
                done++;
        return done;
    }

    private static string State(JsonNode of) => of["properties"]!["provisioningState"]!.ToString();

    /// <summary>A long serial loop, and beside it a deployment within the deployment.</summary>
    private static JsonNode Body() =>
        JsonNode.Parse(
            $$$$"""
            {"properties":{"mode":"Incremental","template":{"$schema":"x","contentVersion":"1.0.0.0","resources":[
             {"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"[concat('a', copyIndex())]","location":"westeurope",
              "copy":{"name":"l","count":{{{{Resources - 1}}}},"mode":"serial"} },
             {"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"inner","properties":{"mode":"Incremental",
              "template":{"$schema":"x","contentVersion":"1.0.0.0","resources":[
               {"type":"Microsoft.Network/publicIPAddresses","apiVersion":"2024-01-01","name":"b","location":"westeurope"}]}}}],
             "outputs":{"last":{"type":"string","value":"[reference('a{{{{Resources - 2}}}}').provisioningState]"} } } } }
            """
        )!;
}
