using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>The front door's errors, codes and texts as Azure's (azure: g.3, g.4, g.7), in one place.</summary>
public static class ArmErrors
{
    public static ArmResult GroupNotFound(string group) =>
        Gateway(RefusalKind.NotFound, "ResourceGroupNotFound", $"Resource group '{group}' could not be found.");

    public static ArmResult ResourceNotFound(ResourceId id) =>
        Gateway(
            RefusalKind.NotFound,
            "ResourceNotFound",
            id.ResourceGroup is null
                ? $"The Resource '{id.Type}/{id.Name}' was not found."
                : $"The Resource '{id.Type}/{id.Name}' under resource group '{id.ResourceGroup}' was not found."
        );

    public static ArmResult ChildNotFound(ResourceId id) =>
        new ArmResult.Refused(Refusal.NotFound("NotFound", $"Resource {id.Text} not found."));

    public static ArmResult ParentNotFound(ResourceId parent) =>
        new ArmResult.Refused(
            Refusal.NotFound(
                "ParentResourceNotFound",
                $"Can not perform requested operation on nested resource. Parent resource '{parent.Name}' not found."
            )
        );

    public static ArmResult SubscriptionNotFound(string subscription) =>
        Gateway(RefusalKind.NotFound, "SubscriptionNotFound", $"The subscription '{subscription}' could not be found.");

    public static ArmResult SubscriptionDisabled(string subscription) =>
        Gateway(
            RefusalKind.Conflict,
            "ReadOnlyDisabledSubscription",
            $"The subscription '{subscription}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled."
        );

    public static ArmResult InvalidSubscriptionId(string subscription) =>
        Gateway(
            RefusalKind.Invalid,
            "InvalidSubscriptionId",
            $"The provided subscription identifier '{Text.Excerpt(subscription)}' is malformed or invalid: it has to be a GUID."
        );

    public static ArmResult InvalidResourceType(string ns, string apiVersion) =>
        Gateway(
            RefusalKind.NotFound,
            "InvalidResourceType",
            $"The resource type could not be found in the namespace '{ns}' for api version '{Text.Excerpt(apiVersion)}'."
        );

    public static ArmResult InvalidResourceNamespace(string ns) =>
        Gateway(RefusalKind.NotFound, "InvalidResourceNamespace", $"The resource namespace '{Text.Excerpt(ns)}' is invalid.");

    public static ArmResult MissingApiVersion() =>
        Gateway(
            RefusalKind.Invalid,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests."
        );

    public static ArmResult UnsupportedApiVersion(ArmType type, string apiVersion, string location, IEnumerable<string> locations)
    {
        string versions = string.Join(", ", type.ApiVersions);
        return type.Provider.IsFrontDoor
            ? Gateway(
                RefusalKind.Invalid,
                "InvalidApiVersionParameter",
                $"The api-version '{Text.Excerpt(apiVersion)}' is invalid. The supported versions are '{versions}'."
            )
            : Gateway(
                RefusalKind.Invalid,
                "NoRegisteredProviderFound",
                $"No registered resource provider found for location '{Text.Excerpt(location)}' and API version '{Text.Excerpt(apiVersion)}' for type '{type.Path}'. The supported api-versions are '{versions}'. The supported locations are '{string.Join(", ", locations)}'."
            );
    }

    public static ArmResult Forbidden(Principal caller, string action, ResourceId? scope) =>
        Gateway(
            RefusalKind.Forbidden,
            "AuthorizationFailed",
            $"The client '{caller.ClientId}' with object id '{caller.ObjectId}' does not have authorization to perform action '{action}' over scope '{scope?.Text ?? "/"}' or the scope is invalid. If access was recently granted, please refresh your credentials."
        );

    public static ArmResult NotRegistered(string ns) =>
        Gateway(
            RefusalKind.Conflict,
            "MissingSubscriptionRegistration",
            $"The subscription is not registered to use namespace '{ns}'. Register it: POST .../providers/{ns}/register."
        );

    public static ArmResult GroupBeingDeleted(string group) =>
        Gateway(
            RefusalKind.Conflict,
            "ResourceGroupBeingDeleted",
            $"The resource group '{group}' is in deprovisioning state and cannot perform this operation."
        );

    /// <param name="operation"><c>write</c> or <c>delete</c>.</param>
    public static ArmResult ScopeLocked(ResourceId id, string operation, IEnumerable<ResourceId> scopes) =>
        Gateway(
            RefusalKind.Conflict,
            "ScopeLocked",
            $"The scope '{id.Text}' cannot perform {operation} operation because following scope(s) are locked: '{string.Join(',', scopes.Select(s => s.Text))}'. Please remove the lock and try again."
        );

    public static ArmResult InvalidName(ArmType type, string name) =>
        new ArmResult.Refused(
            Refusal.Invalid(
                "InvalidResourceName",
                $"Resource name '{Text.Excerpt(Typed(name))}' is invalid for {type.FullName}: use {type.NameInWords}.",
                "name"
            )
        );

    /// <summary>A name as whoever sent it typed it: of what a path encodes, a slash is the one thing that routing leaves encoded.</summary>
    private static string Typed(string name) => name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public static ArmResult InvalidGroupName(string name) =>
        Gateway(
            RefusalKind.Invalid,
            "InvalidResourceGroup",
            $"The provided resource group name '{Text.Excerpt(Typed(name))}' is not valid: use 1 to 90 letters, digits, '-', '_', '.', '(' and ')', not ending with '.'."
        );

    public static ArmResult MethodNotAllowed(string method, string path) =>
        Gateway(
            RefusalKind.Invalid,
            "MethodNotAllowed",
            $"The method '{Text.Excerpt(method)}' is not supported at '{Text.Excerpt(path)}'."
        ) with
        {
            Status = 405,
        };

    public static ArmResult InvalidPath(string path) =>
        Gateway(RefusalKind.NotFound, "NotFound", $"'{Text.Excerpt(path)}' is not a path of this server.");

    private static ArmResult.Refused Gateway(RefusalKind kind, string code, string message) =>
        new(new Refusal(kind, code, message), Gateway: true);
}
