using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Arm;
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
        routes.MapArm(
            "/tenants",
            new ArmEndpoint(ResourceTypes.Tenants, "GET", "Microsoft.Resources/tenants/read", ArmTarget.List) { AnyCaller = true },
            ListTenants
        );
        routes.MapArm(
            "/subscriptions",
            new ArmEndpoint(ResourceTypes.Subscriptions, "GET", Read, ArmTarget.List) { AnyCaller = true },
            ListAsync
        );
        routes.MapArm("/subscriptions/{subscription}", new ArmEndpoint(ResourceTypes.Subscriptions, "GET", Read, ArmTarget.List), GetAsync);
        routes.MapArm(
            "/subscriptions/{subscription}/locations",
            new ArmEndpoint(ResourceTypes.Locations, "GET", "Microsoft.Resources/subscriptions/locations/read", ArmTarget.List),
            ListLocations
        );
    }

    private ValueTask<ArmResult> ListTenants(ArmRequest request) =>
        ValueTask.FromResult(
            ArmResult.Json(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("value"u8);
                json.WriteStartObject();
                json.WriteString("id"u8, $"/tenants/{installation.TenantId}");
                json.WriteString("tenantId"u8, installation.TenantId);
                json.WriteString("displayName"u8, installation.TenantName);
                json.WriteString("defaultDomain"u8, "adfs");
                json.WriteString("tenantType"u8, "AAD");
                json.WriteString("tenantCategory"u8, "Home");
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteEndObject();
            })
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
            (json, row) => Write(json, workflow.Read(row).Resource),
            request.MaySeeAsync
        );
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.ReadAsync(workflow, request.Id, request.Aborted) is { } found
            ? ArmResult.Json(json => Write(json, found.Resource))
            : ArmErrors.SubscriptionNotFound(request.Subscription);

    private ValueTask<ArmResult> ListLocations(ArmRequest request) =>
        ValueTask.FromResult(
            ArmResult.Json(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("value"u8);
                foreach (Region region in types.Regions.All)
                {
                    json.WriteStartObject();
                    json.WriteString("id"u8, $"/subscriptions/{request.Subscription}/locations/{region.Name}");
                    json.WriteString("name"u8, region.Name);
                    json.WriteString("type"u8, "Region");
                    json.WriteString("displayName"u8, region.DisplayName);
                    json.WriteString("regionalDisplayName"u8, $"({region.Geography}) {region.DisplayName}");
                    json.WriteStartObject("metadata"u8);
                    json.WriteString("regionType"u8, "Physical");
                    json.WriteString("regionCategory"u8, "Recommended");
                    json.WriteString("geographyGroup"u8, region.Geography);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            })
        );

    private static void Write(Utf8JsonWriter json, Subscription subscription)
    {
        ResourceId id = subscription.Id;
        json.WriteStartObject();
        json.WriteString("id"u8, id.Text);
        json.WriteString("authorizationSource"u8, "RoleBased");
        json.WriteStartArray("managedByTenants"u8);
        json.WriteEndArray();
        ResourceJson.Tags(json, subscription.Tags);
        json.WriteString("subscriptionId"u8, id.Subscription);
        json.WriteString("tenantId"u8, subscription.TenantId);
        json.WriteString("displayName"u8, subscription.DisplayName);
        json.WriteString("state"u8, subscription.StateName);
        json.WriteStartObject("subscriptionPolicies"u8);
        json.WriteString("locationPlacementId"u8, "Public_2014-09-01");
        json.WriteString("quotaId"u8, "Internal_2014-09-01");
        json.WriteString("spendingLimit"u8, "Off");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
