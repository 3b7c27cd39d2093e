namespace Causeway.Contracts.Identity;

/// <summary><c>Causeway.Identity/principals</c>: who may sign in.</summary>
public sealed record PrincipalBody(string Id, string Name, string? Type, PrincipalProperties Properties);

/// <summary>What a principal is known by.</summary>
public sealed record PrincipalProperties
{
    /// <summary>What it signs in as.</summary>
    public required string ClientId { get; init; }

    /// <summary>What role assignments and the journal name.</summary>
    public required string ObjectId { get; init; }

    /// <summary>Only in the answer that made it.</summary>
    [Wire(WireTraits.ReadOnly | WireTraits.Secret)]
    public string? ClientSecret { get; init; }

    /// <summary><c>Enabled</c> or <c>Disabled</c>.</summary>
    public required string State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset SecretSince { get; init; }

    /// <summary>The secret before the last rotation is good until then.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; init; }
}

/// <summary>A principal to be made: nothing has to be said of it.</summary>
public sealed record PrincipalOrderBody;

/// <summary>A secret to be replaced.</summary>
/// <param name="KeepOldForHours">How long the old secret goes on working; absent or 0 for not at all, at most 720.</param>
public sealed record SecretRotationBody(int? KeepOldForHours);

/// <summary><c>Microsoft.Authorization/roleAssignments</c></summary>
public sealed record RoleAssignmentBody(RoleAssignmentProperties Properties, string? Id = null, string? Type = null, string? Name = null);

/// <summary>Who was given which role, and where.</summary>
public sealed record RoleAssignmentProperties
{
    /// <summary>The id of a role definition, at any scope.</summary>
    public required string RoleDefinitionId { get; init; }

    /// <summary>The object id; a client id or a principal's name is taken too.</summary>
    public required string PrincipalId { get; init; }

    /// <summary><c>ServicePrincipal</c> unless said otherwise: <c>User</c>, <c>Group</c>, <c>ForeignGroup</c>, <c>Device</c>.</summary>
    public string? PrincipalType { get; init; }

    /// <summary>Where the role holds: there and below.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? Scope { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public DateTimeOffset? CreatedOn { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public DateTimeOffset? UpdatedOn { get; init; }
}

/// <summary><c>Microsoft.Authorization/roleDefinitions</c></summary>
public sealed record RoleDefinitionBody(RoleDefinitionProperties Properties, string Id, string? Type, string Name);

/// <summary>What a role allows.</summary>
public sealed record RoleDefinitionProperties
{
    public required string RoleName { get; init; }

    /// <summary><c>BuiltInRole</c>.</summary>
    public string? Type { get; init; }
    public required string Description { get; init; }
    public IReadOnlyList<string>? AssignableScopes { get; init; }
    public IReadOnlyList<PermissionBody>? Permissions { get; init; }
}

/// <summary>Actions that are allowed, less those that are not; <c>*</c> stands for anything.</summary>
public sealed record PermissionBody(IReadOnlyList<string> Actions, IReadOnlyList<string> NotActions);
