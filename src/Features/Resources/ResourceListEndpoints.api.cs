using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>Resources of any type: of a subscription, of a group.</summary>
public sealed class ResourceListEndpoints(IStore store, ArmTypes types) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapArm(
            "/subscriptions/{subscription}/resources",
            new ArmEndpoint(ResourceTypes.Resources, "GET", "Microsoft.Resources/subscriptions/resources/read", ArmTarget.List),
            ListAsync
        );
        routes.MapArm(
            "/subscriptions/{subscription}/resourceGroups/{group}/resources",
            new ArmEndpoint(
                ResourceTypes.Resources,
                "GET",
                "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
                ArmTarget.List
            ),
            ListAsync
        );
    }

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } wrong)
            return wrong;
        if (!ResourceFilter.TryParse(request.Query("$filter"), out ResourceFilter filter, out Refusal? no))
            return no;
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        bool times = request.Query("$expand")?.Contains("Time", StringComparison.OrdinalIgnoreCase) == true;
        ResourceId scope =
            filter.Group is { } group && request.Id.ResourceGroup is null ? ResourceId.OfGroup(request.Subscription, group) : request.Id;
        Page<StoredResource> rows = await store.ListAsync(
            new ResourceQuery
            {
                Type = filter.Type,
                Scope = scope,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        StoredResource[] listed = [.. rows.Items.Where(r => IsListed(r) && filter.Matches(r))];
        return await request.ListAsync(
            listed,
            rows.After,
            r => r.Id,
            (json, row) => ResourceJson.Generic(json, row, times),
            id => request.MayAsync($"{id.Type}/read", id)
        );
    }

    /// <summary>Top-level resources of providers; not groups, roles or children.</summary>
    private bool IsListed(StoredResource row) =>
        row.Id is { Provider: not null, ResourceGroup: not null, Names.Count: 1 }
        && row.Id.Provider is not ("Microsoft.Authorization" or "Microsoft.Resources")
        && types.Find(row.Type) is not null;
}
