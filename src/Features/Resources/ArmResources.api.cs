using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Identity.Directory;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Resources;

/// <summary>
/// What ARM itself offers: subscriptions, groups, providers, lists, tags, polling, health. Its endpoints are mapped last: the operations list and polling look at
/// what is there.
/// </summary>
public sealed class ArmResources : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Types([.. ResourceTypes.All, AliasEndpoints.Type, FeatureEndpoints.Type])
            .Workflow<SubscriptionWorkflow>()
            .Workflow<AliasWorkflow>()
            .Workflow<ResourceGroupWorkflow>()
            .Effect<DeleteGroupHandler>()
            .Endpoints<SubscriptionEndpoints>()
            .Endpoints<AliasEndpoints>()
            .Endpoints<GroupEndpoints>()
            .Endpoints<MoveEndpoints>()
            .Endpoints<ResourceListEndpoints>()
            .Endpoints<ProviderEndpoints>()
            .Endpoints<FeatureEndpoints>()
            .Endpoints<OperationEndpoints>()
            .Endpoints<TagEndpoints>()
            .Endpoints<TagNameEndpoints>()
            .Endpoints<HealthEndpoints>();
        f.Services.AddSingleton<StoreScopes>().AddSingleton<IArmScopes>(s => s.GetRequiredService<StoreScopes>());
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
