using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Networks;

/// <summary>From what became of a send to the answer of a request.</summary>
internal static class NetworkAnswers
{
    /// <summary>Networks, gateways and addresses are in place when stored: the answer is final, without an operation to poll.</summary>
    public static ArmResult Stored(SendOutcome outcome, Func<StoredResource, ArmBody> body) =>
        outcome switch
        {
            SendOutcome.Delivered { After: [{ Revision: 1 } row, ..] } => new ArmResult.Created(body(row)),
            SendOutcome.Delivered { After: [{ } row, ..] } => new ArmResult.Ok(body(row)),
            SendOutcome.Refused refused => refused.Refusal,
            _ => throw new InvalidOperationException($"A write ended as {outcome}."),
        };

    public static ArmResult Deleted(SendOutcome outcome) =>
        outcome switch
        {
            SendOutcome.Delivered => new ArmResult.Empty(),
            SendOutcome.Refused refused => refused.Refusal,
            _ => throw new InvalidOperationException($"A deletion ended as {outcome}."),
        };

    /// <summary>A reference in the body to something that is not there (or that the caller may not know of).</summary>
    public static Refusal ReferenceNotFound(ResourceId referenced, ResourceId by, string target) =>
        Refusal.Invalid(
            "InvalidResourceReference",
            $"Resource {referenced.Text} referenced by resource {by.Text} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.",
            target
        );

    /// <summary>The caller needs a permission on what its body refers to.</summary>
    public static ArmResult LinkedForbidden(ArmRequest request, string action, ResourceId scope) =>
        new Refusal(
            RefusalKind.Forbidden,
            "LinkedAuthorizationFailed",
            $"The client '{request.Caller.ClientId}' with object id '{request.Caller.ObjectId}' has permission to perform action '{request.Endpoint.Action}' on scope '{request.Id}'; however, it does not have permission to perform action '{action}' on the linked scope '{scope}' or the linked scope is invalid."
        );
}
