using Causeway.Arm;
using Causeway.Primitives;

namespace Causeway.Api.Kit;

/// <summary>What is wrong with what a body refers to.</summary>
public static class Referenced
{
    /// <summary>A reference in the body to something that is not there (or that the caller may not know of).</summary>
    public static Refusal NotFound(ResourceId referenced, ResourceId by, string target) =>
        Refusal.Invalid(
            "InvalidResourceReference",
            $"Resource {referenced.Text} referenced by resource {by.Text} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.",
            target
        );

    /// <summary>The caller needs a permission on what its body refers to.</summary>
    public static Refusal Forbidden(ArmRequest request, string action, ResourceId scope) =>
        new Refusal(
            RefusalKind.Forbidden,
            "LinkedAuthorizationFailed",
            $"The client '{request.Caller.ClientId}' with object id '{request.Caller.ObjectId}' has permission to perform action '{request.Endpoint.Action}' on scope '{request.Id}'; however, it does not have permission to perform action '{action}' on the linked scope '{scope}' or the linked scope is invalid."
        );
}
