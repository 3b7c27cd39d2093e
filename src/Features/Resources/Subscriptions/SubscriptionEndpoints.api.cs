using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Identity.Directory;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>Tenants, subscriptions and their locations: what clients ask for right after sign-in.</summary>
public sealed class SubscriptionEndpoints(Engine engine, SubscriptionWorkflow workflow, Installation installation, ArmTypes types)
    : IEndpoints
{
    private const string Read = "Microsoft.Resources/subscriptions/read";

    public void Map(IEndpointRouteBuilder routes)
    {
        var tenants = new ArmContract("List", "Lists the tenant that the installation is.")
        {
            Answer = () => ResourcesContract.Default.ListBodyTenantBody,
        };
        routes.MapArm(
            "/tenants",
            new ArmEndpoint(ResourceTypes.Tenants, "GET", "Microsoft.Resources/tenants/read", ArmTarget.List)
            {
                AnyCaller = true,
                Contract = tenants,
            },
            ListTenants
        );
        var list = new ArmContract("List", "Lists the subscriptions that the caller may see.")
        {
            Answer = () => ResourcesContract.Default.SubscriptionBody,
            IsPage = true,
        };
        routes.MapArm(
            "/subscriptions",
            new ArmEndpoint(ResourceTypes.Subscriptions, "GET", Read, ArmTarget.List) { AnyCaller = true, Contract = list },
            ListAsync
        );
        var get = new ArmContract("Get", "Reads a subscription.") { Answer = () => ResourcesContract.Default.SubscriptionBody };
        routes.MapArm(
            "/subscriptions/{subscription}",
            new ArmEndpoint(ResourceTypes.Subscriptions, "GET", Read, ArmTarget.List) { Contract = get },
            GetAsync
        );
        var locations = new ArmContract("ListLocations", "Lists the regions in which records can be kept.")
        {
            Answer = () => ResourcesContract.Default.ListBodyLocationBody,
        };
        routes.MapArm(
            "/subscriptions/{subscription}/locations",
            new ArmEndpoint(ResourceTypes.Locations, "GET", "Microsoft.Resources/subscriptions/locations/read", ArmTarget.List)
            {
                Contract = locations,
            },
            ListLocations
        );
    }

    private ValueTask<ArmResult> ListTenants(ArmRequest request) =>
        ValueTask.FromResult(
            ArmResult.Of(
                new ListBody<TenantBody>([
                    new(
                        $"/tenants/{installation.TenantId}",
                        installation.TenantId,
                        installation.TenantName,
                        DefaultDomain: "adfs",
                        TenantType: "AAD",
                        TenantCategory: "Home"
                    ),
                ]),
                ResourcesContract.Default.ListBodyTenantBody
            )
        );

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } wrong)
            return wrong;
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = Subscription.ResourceType,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        return await request.ListAsync(
            rows.Items,
            rows.After,
            r => r.Id,
            row => Body(workflow.Read(row).Resource),
            ResourcesContract.Default.SubscriptionBody,
            request.MaySeeAsync
        );
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.ReadAsync(workflow, request.Id, request.Aborted) is { } found
            ? ArmResult.Of(Body(found.Resource), ResourcesContract.Default.SubscriptionBody)
            : ArmErrors.SubscriptionNotFound(request.Subscription);

    private ValueTask<ArmResult> ListLocations(ArmRequest request) =>
        ValueTask.FromResult(
            ArmResult.Of(
                new ListBody<LocationBody>([.. types.Regions.All.Select(r => Body(request.Subscription, r))]),
                ResourcesContract.Default.ListBodyLocationBody
            )
        );

    private static LocationBody Body(string subscription, Region region) =>
        new(
            $"/subscriptions/{subscription}/locations/{region.Name}",
            region.Name,
            Type: "Region",
            region.DisplayName,
            $"({region.Geography}) {region.DisplayName}",
            new(RegionType: "Physical", RegionCategory: "Recommended", region.Geography)
        );

    private static SubscriptionBody Body(Subscription subscription) =>
        new()
        {
            Id = subscription.Id.Text,
            AuthorizationSource = "RoleBased",
            ManagedByTenants = [],
            Tags = Tags.Shown(subscription.Tags),
            SubscriptionId = subscription.Id.Subscription!,
            TenantId = subscription.TenantId,
            DisplayName = subscription.DisplayName,
            State = subscription.StateName,
            SubscriptionPolicies = new(LocationPlacementId: "Public_2014-09-01", QuotaId: "Internal_2014-09-01", SpendingLimit: "Off"),
        };
}
