using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>
/// <c>moveResources</c> and <c>validateMoveResources</c>. Nothing here can be moved, so that both say what they say of such types on the real service: circuits, ports, route
/// filters, peerings and whatever belongs to them cannot be moved there either.
/// </summary>
internal sealed class MoveEndpoints(IStore store, ArmTypes types) : IEndpoints
{
    private const string Group = "/subscriptions/{subscription}/resourceGroups/{group}";

    /// <summary>Resources of one request, as ARM's own bound.</summary>
    private const int Most = 800;

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (
            (string path, string name, string summary) in (ReadOnlySpan<(string, string, string)>)
                [
                    ("moveResources", "MoveResources", "Moves resources to another group: none here can be."),
                    ("validateMoveResources", "ValidateMoveResources", "Says whether resources can be moved to another group."),
                ]
        )
            routes.MapArm(
                $"{Group}/{path}",
                new ArmEndpoint(
                    ResourceTypes.Groups,
                    "POST",
                    $"Microsoft.Resources/subscriptions/resourceGroups/{path}/action",
                    ArmTarget.Resource
                )
                {
                    NeedsGroup = false,
                    Contract = new(name, summary)
                    {
                        Body = () => ResourcesContract.Default.MoveBody,
                        Statuses = [202, 204],
                        AnswersNothing = true,
                    },
                },
                MoveAsync
            );
    }

    private async ValueTask<ArmResult> MoveAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        IReadOnlyList<string> named = body.Strings("resources", Most) ?? [];
        string? target = body.String("targetResourceGroup", required: true);
        if (named.Count == 0)
            body.Problem("InvalidRequestContent", "resources", "'resources' names nothing: write the ids of what is to be moved.");
        var ids = new List<ResourceId>();
        foreach (string text in named)
            if (ResourceId.TryParse(text, out ResourceId? id) && id.GroupId is { } home && home == request.Id && id.Names.Count == 1)
                ids.Add(id);
            else
                body.Problem(
                    "InvalidResourceId",
                    "resources",
                    $"'{text}' is not the id of a resource of '{request.Id.Name}' that is no other's child."
                );
        ResourceId? group = null;
        if (target is not null && (!ResourceId.TryParse(target, out group) || group.GroupId != group))
            body.Problem("InvalidTargetResourceGroup", "targetResourceGroup", $"'{target}' is not the id of a resource group.");
        if (body.Refusal is { } no)
            return no;
        if (await store.GetAsync(request.Id, request.Aborted) is null)
            return ArmErrors.GroupNotFound(request.Id.Name);
        if (await store.GetAsync(group!, request.Aborted) is null)
            return ArmErrors.GroupNotFound(group!.Name);
        foreach (ResourceId id in ids)
            if (await store.GetAsync(id, request.Aborted) is null)
                return ArmErrors.ResourceNotFound(id);
        string[] kinds = [.. ids.Select(id => types.Find(id.Type)?.FullName ?? id.Type).Distinct().Order(StringComparer.Ordinal)];
        return Refusal.Conflict(
            "ResourceMoveNotSupported",
            $"Resource move is not supported for resource types '{string.Join(", ", kinds)}'."
        );
    }
}
