using Causeway.Api.Resources.Groups;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Resources;

/// <summary>The resource group that a request puts something into, as the engine holds it to account in the commit.</summary>
public static class GroupContainer
{
    /// <summary>Null for requests that put nothing into a group.</summary>
    public static Container? Of(ArmRequest request) =>
        request.Group is not { } group
            ? null
            : new Container(
                group.Id,
                row =>
                    row is null ? Refusal.NotFound("ResourceGroupNotFound", $"Resource group '{group.Id.Name}' could not be found.")
                    : row.State == ResourceGroup.Deleting
                        ? Refusal.Conflict(
                            "ResourceGroupBeingDeleted",
                            $"The resource group '{group.Id.Name}' is in deprovisioning state and cannot perform this operation."
                        )
                    : null
            );
}
