using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Kit;

/// <summary>From a request to a send, and from what became of it back to an answer.</summary>
public static class Sending
{
    /// <summary>On behalf of the request: its caller, its correlation, its preconditions, the group it puts something into.</summary>
    /// <param name="named">
    /// For a child in its parent's document: whether the child that the path names exists. Preconditions are about it, though the etag is the parent's.
    /// </param>
    public static SendContext Context(this ArmRequest request, Func<Versioned, bool>? named = null) =>
        new(request.Caller.ObjectId, request.CorrelationId)
        {
            Precondition =
                request.Preconditions == Preconditions.None
                    ? null
                    : found => request.Preconditions.Judge(found is null || named?.Invoke(found) == false ? null : found.ETag),
            Container = ContainerOf(request),
        };

    /// <summary>
    /// The answer to a refused write. What went away between the look and the commit answers as if it had been away at the look, in the 404 of the layer
    /// that would have said so.
    /// </summary>
    public static async ValueTask<ArmResult> RefusedAsync(this ArmRequest request, SendOutcome outcome)
    {
        if (outcome is not SendOutcome.Refused { Refusal: var no })
            throw new InvalidOperationException($"A write ended as {outcome}.");
        if (no.Kind != RefusalKind.NotFound)
            return no;
        return request.Endpoint.Method switch
        {
            "DELETE" => new ArmResult.NoContent(),
            "PUT" when request.Id.Parent is { } parent => ArmErrors.ParentNotFound(parent),
            _ => await request.NotFoundAsync(),
        };
    }

    /// <summary>The operation that this request starts, if what it asks for makes one.</summary>
    public static Ticket Ticket(this ArmRequest request) =>
        new(request.RequestId, request.Id, $"{request.Endpoint.Method} {request.Type.FullName}", request.Caller.ObjectId);

    /// <summary>For a PUT, which is answered as an operation where there are any, even when what it asks for is so at once.</summary>
    public static SendContext PolledBy(this SendContext context, ArmRequest request) =>
        request.Type.Provider.HasOperations ? context with { Otherwise = request.Ticket().Done(request.Now) } : context;

    /// <summary>The operation that began with this request; null when none did.</summary>
    /// <param name="location">The resource's region, which the polling URL names.</param>
    public static ArmOperation? BegunBy(this ArmRequest request, SendOutcome.Delivered delivered, string location) =>
        delivered.Begun(request.RequestId) is null ? null : new ArmOperation(request.RequestId, location);

    private static Container? ContainerOf(ArmRequest request) =>
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
