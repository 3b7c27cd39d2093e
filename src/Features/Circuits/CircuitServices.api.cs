using Causeway.Api.CrossConnections;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Circuits;

public static class CircuitServices
{
    /// <summary>
    /// Adds circuits, their peerings and authorizations, the providers' cross connections and the catalogue of providers. Needs the topology
    /// (<c>Func&lt;NetworkTopology&gt;</c>), the routers (<c>IRouters</c>) and the secret protector; a <see cref="CircuitPolicy"/> when not the default.
    /// </summary>
    public static IServiceCollection AddCircuits(this IServiceCollection services)
    {
        services.TryAddSingleton(new CircuitPolicy());
        services.AddArmTypes(CircuitTypes.All);
        services.AddSingleton<CircuitWorkflow>();
        services.AddSingleton<IWorkflow>(s => s.GetRequiredService<CircuitWorkflow>());
        services.AddTracked<Circuit>(Circuit.ResourceType);
        services.AddSingleton<CircuitDesk>();
        services.AddSingleton<CircuitViews>();
        services.AddSingleton<IOnRouters, CircuitsOnRouters>();
        services.AddSingleton<CircuitDiagnostics>();
        services.AddSingleton<RouteTables>();
        services.AddSingleton<IEffectHandler>(s => s.GetRequiredService<RouteTables>());
        services.AddSingleton<CircuitExplaining>();
        services.AddSingleton<ICascadeDelete, CircuitCascade>();
        return services
            .AddSingleton<CircuitEndpoints>()
            .AddSingleton<PeeringEndpoints>()
            .AddSingleton<AuthorizationEndpoints>()
            .AddSingleton<ServiceProviderEndpoints>()
            .AddSingleton<CrossConnectionDesk>()
            .AddSingleton<CrossConnectionEndpoints>();
    }

    public static IEndpointRouteBuilder MapCircuits(this IEndpointRouteBuilder routes)
    {
        IServiceProvider services = routes.ServiceProvider;
        services.GetRequiredService<CircuitEndpoints>().Map(routes);
        services.GetRequiredService<PeeringEndpoints>().Map(routes);
        services.GetRequiredService<AuthorizationEndpoints>().Map(routes);
        services.GetRequiredService<ServiceProviderEndpoints>().Map(routes);
        services.GetRequiredService<CrossConnectionEndpoints>().Map(routes);
        return routes;
    }
}
