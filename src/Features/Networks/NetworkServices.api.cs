using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Networks;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Networks;

public static class NetworkServices
{
    /// <summary>Adds virtual networks, gateways, connections and public addresses: types, workflows, effects, deletion with their group.</summary>
    public static IServiceCollection AddNetworks(this IServiceCollection services)
    {
        services.TryAddSingleton(new NetworkLimits());
        services.AddArmTypes(NetworkTypes.All);
        services.AddSingleton<IWorkflow, VirtualNetworkWorkflow>();
        services.AddSingleton<IWorkflow, VirtualNetworkGatewayWorkflow>();
        services.AddSingleton<IWorkflow, ConnectionWorkflow>();
        services.AddSingleton<IWorkflow, PublicIpAddressWorkflow>();
        services.AddSingleton<IEffectHandler, BreakLinkHandler>();
        services.AddTracked<VirtualNetwork>(VirtualNetwork.ResourceType);
        services.AddTracked<VirtualNetworkGateway>(VirtualNetworkGateway.ResourceType);
        services.AddTracked<Connection>(Connection.ResourceType);
        services.AddTracked<PublicIpAddress>(PublicIpAddress.ResourceType);
        services.AddSingleton<NetworkWrites>();
        services.AddSingleton<ConnectionStatus>();
        services.AddSingleton<ICascadeDelete, ConnectionCascade>();
        services.AddSingleton<ICascadeDelete, GatewayCascade>();
        services.AddSingleton<ICascadeDelete, VirtualNetworkCascade>();
        services.AddSingleton<ICascadeDelete, PublicIpCascade>();
        return services
            .AddSingleton<VirtualNetworkEndpoints>()
            .AddSingleton<SubnetEndpoints>()
            .AddSingleton<GatewayEndpoints>()
            .AddSingleton<ConnectionEndpoints>()
            .AddSingleton<PublicIpEndpoints>();
    }

    public static IEndpointRouteBuilder MapNetworks(this IEndpointRouteBuilder routes)
    {
        IServiceProvider services = routes.ServiceProvider;
        services.GetRequiredService<VirtualNetworkEndpoints>().Map(routes);
        services.GetRequiredService<SubnetEndpoints>().Map(routes);
        services.GetRequiredService<GatewayEndpoints>().Map(routes);
        services.GetRequiredService<ConnectionEndpoints>().Map(routes);
        services.GetRequiredService<PublicIpEndpoints>().Map(routes);
        return routes;
    }
}
