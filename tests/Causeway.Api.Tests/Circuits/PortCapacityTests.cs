using System.Net;
using Causeway.Domain.Circuits;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using static Causeway.Api.Tests.Circuits.CircuitServer;

namespace Causeway.Api.Tests.Circuits;

public sealed class PortCapacityTestsOnSqlite(SmallPortsSqliteApi api) : PortCapacityTests(api), IClassFixture<SmallPortsSqliteApi>;

public sealed class PortCapacityTestsOnPostgres(SmallPortsPostgresApi api) : PortCapacityTests(api), IClassFixture<SmallPortsPostgresApi>;

public sealed class SmallPortsSqliteApi : SqliteApi
{
    protected override ServerSettings Configure(ServerSettings settings) => PortCapacityTests.Small(settings);
}

public sealed class SmallPortsPostgresApi(PostgresServer server) : PostgresApi(server)
{
    protected override ServerSettings Configure(ServerSettings settings) => PortCapacityTests.Small(settings);
}

/// <summary>What a pair's ports may be sold for holds to the last megabit, also for those who land at once, and comes back.</summary>
public abstract class PortCapacityTests(ApiFixture api)
{
    internal static ServerSettings Small(ServerSettings settings)
    {
        string file = Path.Combine(settings.DataFolder, "small.yaml");
        Directory.CreateDirectory(settings.DataFolder);
        File.WriteAllText(
            file,
            TopologyFile
                .BuiltIn.Replace("portGbps: 100", "portGbps: 1\n        overprovisionFactor: 2", StringComparison.Ordinal)
                .Replace(", 2000, 5000, 10000]", "]", StringComparison.Ordinal)
        );
        return settings with { TopologyFile = file };
    }

    [Fact]
    public async Task Of_many_who_land_at_once_exactly_as_many_do_as_the_ports_may_carry()
    {
        var server = new CircuitServer(api);
        string group = await server.GroupAsync();
        string[] circuits = [.. Enumerable.Range(0, 6).Select(n => $"{group}/providers/Microsoft.Network/expressRouteCircuits/c{n}")];
        foreach (string circuit in circuits)
            await server.DoneAsync("customer", HttpMethod.Put, circuit, Body(mbps: 500));
        string[] crosses = await Task.WhenAll(circuits.Select(server.CrossAsync));
        Answer[] landed = await Task.WhenAll(
            crosses.Select(cross => server.SendAsync("provider", HttpMethod.Put, cross, State("Provisioned")))
        );
        Assert.Equal(4, landed.Count(a => a.Status == HttpStatusCode.OK));
        Answer refused = landed.First(a => a.Status != HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.Conflict, "InsufficientPortCapacity"), (refused.Status, refused.ErrorCode));
        Assert.Contains("at Amsterdam have too little left for 500 Mbps more", refused.ErrorMessage, StringComparison.Ordinal);

        // More of what is there is asked of the same ports, and what goes gives it back.
        int first = Array.FindIndex(landed, a => a.Status == HttpStatusCode.OK);
        Answer upgrade = await server.SendAsync("customer", HttpMethod.Put, circuits[first], Body(mbps: 1000));
        Assert.Equal((HttpStatusCode.Conflict, "InsufficientPortCapacity"), (upgrade.Status, upgrade.ErrorCode));
        // What others have there, and how the operator sells it, is between the operator and them.
        Assert.Contains("at Amsterdam have too little left for 500 Mbps more", upgrade.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("operator", upgrade.ErrorMessage, StringComparison.Ordinal);
        foreach (string other in (string[])["ams-1", "4 circuits", "2000 Mbps", "portGbps", "overprovisionFactor"])
            Assert.DoesNotContain(other, upgrade.ErrorMessage, StringComparison.Ordinal);
        int second = Array.FindLastIndex(landed, a => a.Status == HttpStatusCode.OK);
        await server.ProviderAsync(circuits[second], "Deprovisioning", "NotProvisioned");
        await server.DoneAsync("customer", HttpMethod.Put, circuits[first], Body(mbps: 1000));
        Assert.Equal((2000, 3), await LoadAsync());
        foreach (int n in Enumerable.Range(0, 6).Where(n => landed[n].Status == HttpStatusCode.OK && n != second))
            await server.ProviderAsync(circuits[n], "Deprovisioning", "NotProvisioned");
        Assert.Equal((0, 0), await LoadAsync());
    }

    private async Task<(long Mbps, int Circuits)> LoadAsync()
    {
        IStore store = api.Server.Services.GetRequiredService<IStore>();
        StoredResource row = (await store.GetAsync(PortLoad.IdOf("ams-1"), default))!;
        PortLoad load = api.Server.Services.GetRequiredService<PortLoadWorkflow>().Read(row).Resource;
        return (load.Mbps, load.Circuits);
    }
}
