using System.Net;
using System.Text.Json.Nodes;
using Causeway.Domain.Circuits;
using Causeway.Server.Configuration;
using Causeway.Testing;
using static Causeway.Api.Tests.Circuits.CircuitServer;

namespace Causeway.Api.Tests.Circuits;

public sealed class CircuitLimitTestsOnSqlite(LimitedSqliteApi api) : CircuitLimitTests(api), IClassFixture<LimitedSqliteApi>;

public sealed class CircuitLimitTestsOnPostgres(LimitedPostgresApi api) : CircuitLimitTests(api), IClassFixture<LimitedPostgresApi>;

public sealed class LimitedSqliteApi : SqliteApi
{
    protected override ServerSettings Configure(ServerSettings settings) => CircuitLimitTests.Limit(settings);
}

public sealed class LimitedPostgresApi(PostgresServer server) : PostgresApi(server)
{
    protected override ServerSettings Configure(ServerSettings settings) => CircuitLimitTests.Limit(settings);
}

/// <summary>Limits on circuits hold to the last place, also for those who come at once.</summary>
public abstract class CircuitLimitTests(ApiFixture api)
{
    private const int InRegion = 7;
    private const int InSubscription = 12;
    private const int AtOnce = 40;

    internal static ServerSettings Limit(ServerSettings settings) =>
        settings with
        {
            Circuits = new CircuitPolicy
            {
                Limits = new CircuitLimits { CircuitsPerRegion = InRegion, CircuitsPerSubscription = InSubscription },
            },
        };

    [Fact]
    public async Task Of_many_who_create_at_once_exactly_as_many_succeed_as_there_are_places()
    {
        var server = new CircuitServer(api);
        string group = await server.GroupAsync();
        Answer[] west = await CreateAsync("westeurope");
        Assert.Equal(InRegion, west.Count(a => a.Status == HttpStatusCode.Created));
        Assert.Contains($"{InRegion} circuits in region westeurope", west.First(a => a.Status == HttpStatusCode.Conflict).ErrorMessage);

        Answer[] north = await CreateAsync("northeurope");
        Assert.Equal(InSubscription - InRegion, north.Count(a => a.Status == HttpStatusCode.Created));
        Assert.Contains($"{InSubscription} circuits, the limit", north.First(a => a.Status == HttpStatusCode.Conflict).ErrorMessage);

        // Who is there may change, and who goes makes a place.
        string first = west.First(a => a.Status == HttpStatusCode.Created).Json["id"]!.GetValue<string>();
        await server.DoneAsync("customer", HttpMethod.Put, first, Body(mbps: 500));
        await server.DoneAsync("customer", HttpMethod.Delete, first);
        await server.DoneAsync("customer", HttpMethod.Put, $"{group}/providers/Microsoft.Network/expressRouteCircuits/late", Body());

        async Task<Answer[]> CreateAsync(string region)
        {
            JsonObject body = Body();
            body["location"] = region;
            Answer[] answers = await Task.WhenAll(
                Enumerable
                    .Range(0, AtOnce)
                    .Select(i =>
                        server.SendAsync(
                            "customer",
                            HttpMethod.Put,
                            $"{group}/providers/Microsoft.Network/expressRouteCircuits/{region}-{i}",
                            body
                        )
                    )
            );
            Assert.All(
                answers.Where(a => a.Status != HttpStatusCode.Created),
                a => Assert.Equal((HttpStatusCode.Conflict, "OperationNotAllowed"), (a.Status, a.ErrorCode))
            );
            return answers;
        }
    }
}
