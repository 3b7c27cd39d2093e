using Causeway.Api;
using Causeway.Api.Tests;
using Causeway.Arm;
using Causeway.Server.Configuration;
using Causeway.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Samples;

/// <summary>What the tests that hold for every type run against: the product's features and one more, which shows what adding one takes.</summary>
internal static class Servers
{
    public static ServerSettings With(ServerSettings settings) => settings with { Features = [.. AllFeatures.List, new Toys.Toys()] };

    /// <summary>Every endpoint with a permission.</summary>
    public static IEnumerable<ArmEndpoint> Endpoints(this ApiFixture api) =>
        api
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Select(e => e.Metadata.GetMetadata<ArmEndpoint>())
            .OfType<ArmEndpoint>();

    /// <summary>Whether resources of a type have a method.</summary>
    public static bool Has(this ApiFixture api, string type, string method, ArmTarget? target = null) =>
        api.Endpoints()
            .Any(e =>
                e.Method == method
                && (target is null ? e.Target != ArmTarget.List : e.Target == target)
                && e.Type.FullName.Equals(type, StringComparison.OrdinalIgnoreCase)
            );
}

/// <summary>All features and one more, on SQLite.</summary>
public class EveryFeature : SqliteApi
{
    protected override ServerSettings Configure(ServerSettings settings) => Servers.With(settings);
}

/// <summary>All features and one more, on PostgreSQL.</summary>
public class EveryFeatureOnPostgres(PostgresServer server) : PostgresApi(server)
{
    protected override ServerSettings Configure(ServerSettings settings) => Servers.With(settings);
}
