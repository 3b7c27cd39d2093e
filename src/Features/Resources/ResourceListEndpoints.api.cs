using System.Text.Json.Nodes;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
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
            Endpoint("Microsoft.Resources/subscriptions/resources/read", "ListBySubscription", "subscription"),
            ListAsync
        );
        routes.MapArm(
            "/subscriptions/{subscription}/resourceGroups/{group}/resources",
            Endpoint("Microsoft.Resources/subscriptions/resourceGroups/resources/read", "ListByResourceGroup", "resource group"),
            ListAsync
        );
    }

    private static ArmEndpoint Endpoint(string action, string name, string scope) =>
        new(ResourceTypes.Resources, "GET", action, ArmTarget.List)
        {
            Contract = new(name, $"Lists the resources of a {scope}, of any type.")
            {
                Answer = () => ResourcesContract.Default.GenericResourceBody,
                IsPage = true,
                Parameters =
                [
                    ResourceFilter.Parameter,
                    new(
                        "$expand",
                        "Of createdTime, changedTime and provisioningState, with commas between them, those that are to be shown."
                    ),
                ],
            },
        };

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } wrong)
            return wrong;
        if (!ResourceFilter.TryParse(request.Query("$filter"), out ResourceFilter filter, out Refusal? no))
            return no;
        if (await request.MissingGroupAsync() is { } missing)
            return missing;
        var shown = new HashSet<string>(
            (request.Query("$expand") ?? "").Split(',', StringSplitOptions.TrimEntries),
            StringComparer.OrdinalIgnoreCase
        );
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
        StoredResource[] listed = [.. rows.Items.Where(r => IsListed(r, types) && filter.Matches(r))];
        return await request.ListAsync(
            listed,
            rows.After,
            r => r.Id,
            async ValueTask<ArmBody> (row) =>
                ArmBody.Of(await BodyAsync(request, row, shown), ResourcesContract.Default.GenericResourceBody),
            id => request.MayAsync($"{id.Type}/read", id)
        );
    }

    private static async ValueTask<GenericResourceBody> BodyAsync(ArmRequest request, StoredResource row, HashSet<string> shown) =>
        new()
        {
            Id = row.Id.Text,
            Name = row.Id.Name,
            Type = row.Type,
            Location = row.Location.Length > 0 ? row.Location : null,
            Tags = Tags.Shown(row.Tags),
            CreatedTime = shown.Contains("createdTime") ? row.Created : null,
            ChangedTime = shown.Contains("changedTime") ? row.Changed : null,
            ProvisioningState = shown.Contains("provisioningState") ? await StateAsync(request, row) : null,
        };

    /// <summary>What the resource itself says; null where it does not say.</summary>
    private static async ValueTask<string?> StateAsync(ArmRequest request, StoredResource row) =>
        await request.AskAsync("GET", row.Id, default, Preconditions.None, isPermitted: true) is ArmResult.Ok { Body: var answer }
        && GroupEndpoints.Json(answer)["properties"] is JsonObject properties
            ? $"{properties["provisioningState"]}" is { Length: > 0 } state
                ? state
                : null
            : null;

    /// <summary>Top-level resources of providers; not groups, roles, deployments or children.</summary>
    internal static bool IsListed(StoredResource row, ArmTypes types) =>
        row.Id is { Provider: not null, ResourceGroup: not null, Names.Count: 1 }
        && row.Id.Provider is not ("Microsoft.Authorization" or "Microsoft.Resources")
        && types.Find(row.Type) is not null;
}
