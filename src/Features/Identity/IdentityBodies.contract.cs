namespace Causeway.Contracts.Identity;

/// <summary><c>Causeway.Identity/principals</c>: who may sign in.</summary>
public sealed record PrincipalBody(string Name, string Id, PrincipalProperties Properties);

public sealed record PrincipalProperties
{
    public required string ClientId { get; init; }

    /// <summary>What role assignments and the journal name.</summary>
    public required string ObjectId { get; init; }

    /// <summary>Only in the answer that made it.</summary>
    public string? ClientSecret { get; init; }

    /// <summary><c>Enabled</c> or <c>Disabled</c>.</summary>
    public required string State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset SecretSince { get; init; }

    /// <summary>The secret before the last rotation is good until then.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; init; }
}

/// <summary><c>Microsoft.Authorization/roleAssignments</c></summary>
public sealed record RoleAssignmentBody(string? Name, string? Id, RoleAssignmentProperties Properties);

public sealed record RoleAssignmentProperties
{
    public required string RoleDefinitionId { get; init; }
    public required string PrincipalId { get; init; }
    public string? Scope { get; init; }
    public DateTimeOffset? CreatedOn { get; init; }
}

/// <summary><c>Microsoft.Authorization/roleDefinitions</c></summary>
public sealed record RoleDefinitionBody(string Name, string Id, RoleDefinitionProperties Properties);

public sealed record RoleDefinitionProperties(string RoleName, string Description);
