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

public sealed record GroupProperties(string? ProvisioningState);

/// <summary>A subscription as <c>/subscriptions</c> lists it.</summary>
/// <param name="State"><c>Enabled</c>, or <c>Disabled</c> once it is canceled.</param>
public sealed record SubscriptionBody(string SubscriptionId, string DisplayName, string State, string TenantId);

/// <summary><c>Microsoft.Subscription/aliases</c>: how a subscription is asked for.</summary>
public sealed record AliasBody(string? Name, AliasProperties Properties);

public sealed record AliasProperties
{
    /// <summary>Answered; sent only to give an existing subscription a name.</summary>
    public string? SubscriptionId { get; init; }
    public string? DisplayName { get; init; }

    /// <summary><c>Production</c> or <c>DevTest</c>.</summary>
    public string? Workload { get; init; }
    public string? ProvisioningState { get; init; }
}

/// <summary>A reference to a resource by its id.</summary>
public sealed record ReferenceBody(string Id);

/// <summary>A list as ARM answers it.</summary>
public sealed record ListBody<T>(IReadOnlyList<T> Value);

/// <summary>A namespace of types, as <c>/providers</c> lists it.</summary>
public sealed record ProviderBody(string Namespace, IReadOnlyList<ProviderTypeBody> ResourceTypes);

/// <param name="ResourceType">Below the namespace, such as <c>expressRouteCircuits/peerings</c>.</param>
/// <param name="ApiVersions">Newest first.</param>
public sealed record ProviderTypeBody(string ResourceType, IReadOnlyList<string> ApiVersions);
