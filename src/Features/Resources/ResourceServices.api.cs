using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Hosting;
using Causeway.Identity.Directory;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Causeway.Api.Resources;

public static class ResourceServices
{
    /// <summary>Adds what ARM itself offers: subscriptions, groups, providers, lists, tags, polling, health.</summary>
    public static IServiceCollection AddResources(this IServiceCollection services) =>
        services
            .AddArmTypes([.. ResourceTypes.All, AliasEndpoints.Type])
            .AddSingleton<SubscriptionWorkflow>()
            .AddSingleton<IWorkflow>(s => s.GetRequiredService<SubscriptionWorkflow>())
            .AddSingleton<AliasWorkflow>()
            .AddSingleton<IWorkflow>(s => s.GetRequiredService<AliasWorkflow>())
            .AddSingleton<ResourceGroupWorkflow>()
            .AddSingleton<IWorkflow>(s => s.GetRequiredService<ResourceGroupWorkflow>())
            .AddSingleton<IEffectHandler, DeleteGroupHandler>()
            .AddSingleton<StoreScopes>()
            .AddSingleton<IArmScopes>(s => s.GetRequiredService<StoreScopes>())
            .AddSingleton<SubscriptionEndpoints>()
            .AddSingleton<AliasEndpoints>()
            .AddSingleton<GroupEndpoints>()
            .AddSingleton<ResourceListEndpoints>()
            .AddSingleton<ProviderEndpoints>()
            .AddSingleton<OperationEndpoints>()
            .AddSingleton<TagEndpoints>();

    /// <summary>Adds what the endpoints of a type share, for the workflow that is registered for it.</summary>
    public static IServiceCollection AddTracked<T>(this IServiceCollection services, string type)
        where T : class, IResource => services.AddSingleton(s => new Tracked<T>(s.GetRequiredService<Engine>(), type));

    /// <summary>Maps them, and the answer for paths that nobody maps. Call last: the operations list and polling look at what is there.</summary>
    public static void MapResources(this IEndpointRouteBuilder routes)
    {
        IServiceProvider services = routes.ServiceProvider;
        services.GetRequiredService<SubscriptionEndpoints>().Map(routes);
        services.GetRequiredService<AliasEndpoints>().Map(routes);
        services.GetRequiredService<GroupEndpoints>().Map(routes);
        services.GetRequiredService<ResourceListEndpoints>().Map(routes);
        services.GetRequiredService<ProviderEndpoints>().Map(routes);
        services.GetRequiredService<OperationEndpoints>().Map(routes);
        services.GetRequiredService<TagEndpoints>().Map(routes);
        HealthEndpoints.Map(routes, services.GetRequiredService<Supervisor>(), services.GetRequiredService<IHostApplicationLifetime>());
        routes.MapUnknownPaths();
    }

    /// <summary>The first subscriptions; repeating does nothing.</summary>
    public static async Task OpenFirstSubscriptionsAsync(
        Engine engine,
        Installation installation,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        foreach (InitialSubscription subscription in installation.Subscriptions.Values)
        {
            ResourceId id = ResourceId.OfSubscription(subscription.Id);
            var open = new SubscriptionSignal.Open(id, subscription.DisplayName, installation.TenantId, clock.GetUtcNow());
            await engine.SendAsync(id, Subscription.ResourceType, open, SendContext.Causeway, cancellation);
        }
    }
}
