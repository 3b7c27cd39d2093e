namespace Causeway.Contracts.Resources;

/// <summary><c>Microsoft.Resources/resourceGroups</c></summary>
public sealed record GroupBody
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public GroupProperties? Properties { get; init; }
}

/// <param name="ProvisioningState"><c>Succeeded</c>, <c>Deleting</c>, or <c>Failed</c> for what cannot be read.</param>
public sealed record GroupProperties(string? ProvisioningState);

/// <summary>A resource as lists of all types show it.</summary>
public sealed record GenericResourceBody
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Type { get; init; }
    public string? Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>With <c>$expand=createdTime</c> only.</summary>
    public DateTimeOffset? CreatedTime { get; init; }

    /// <summary>With <c>$expand=changedTime</c> only.</summary>
    public DateTimeOffset? ChangedTime { get; init; }

    /// <summary>With <c>$expand=provisioningState</c> only: what the resource itself says.</summary>
    public string? ProvisioningState { get; init; }
}

/// <summary>What is known of a resource whose document cannot be read.</summary>
public sealed record UnreadableBody(
    string Name,
    string Id,
    string Type,
    string Location,
    IReadOnlyDictionary<string, string> Tags,
    GroupProperties Properties
);

/// <summary>Tags to be put in the place of those that are there.</summary>
/// <param name="Tags">At most 50; absent changes nothing.</param>
public sealed record TagsObject(IReadOnlyDictionary<string, string>? Tags);

/// <summary><c>Microsoft.Resources/tags/default</c> of a subscription, a group or a resource.</summary>
public sealed record TagsResourceBody(string? Id, string? Name, string? Type, TagsProperties Properties);

/// <param name="Tags">At most 50 on one resource.</param>
public sealed record TagsProperties(IReadOnlyDictionary<string, string> Tags);

/// <summary>Tags to be merged with those that are there.</summary>
/// <param name="Operation"><c>Merge</c>, <c>Replace</c> or <c>Delete</c>.</param>
public sealed record TagsPatchBody(string Operation, TagsProperties Properties);

/// <summary>A reference to a resource by its id.</summary>
public sealed record ReferenceBody(string Id);

/// <summary>A list as ARM answers it.</summary>
public sealed record ListBody<T>(IReadOnlyList<T> Value);

/// <summary>What is to be moved, and where.</summary>
/// <param name="Resources">Ids of resources of one group; up to 800.</param>
/// <param name="TargetResourceGroup">Id of a group.</param>
public sealed record MoveBody(IReadOnlyList<string> Resources, string TargetResourceGroup);
