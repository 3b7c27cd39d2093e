namespace Causeway.Contracts.Resources;

/// <summary>The installation as a directory tenant.</summary>
public sealed record TenantBody(
    string Id,
    string TenantId,
    string DisplayName,
    string DefaultDomain,
    string TenantType,
    string TenantCategory
);

/// <summary>A subscription as <c>/subscriptions</c> lists it.</summary>
public sealed record SubscriptionBody
{
    public string? Id { get; init; }

    /// <summary><c>RoleBased</c>.</summary>
    public string? AuthorizationSource { get; init; }

    /// <summary>Always empty.</summary>
    public IReadOnlyList<ManagingTenantBody>? ManagedByTenants { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required string SubscriptionId { get; init; }
    public required string TenantId { get; init; }
    public required string DisplayName { get; init; }

    /// <summary><c>Enabled</c>, or <c>Disabled</c> once it is canceled.</summary>
    public required string State { get; init; }
    public SubscriptionPolicies? SubscriptionPolicies { get; init; }
}

/// <summary>A tenant that manages a subscription of another.</summary>
public sealed record ManagingTenantBody(string TenantId);

/// <summary>What clients look for before they place something; the same for every subscription.</summary>
public sealed record SubscriptionPolicies(string LocationPlacementId, string QuotaId, string SpendingLimit);

/// <summary>A region in which records can be kept.</summary>
public sealed record LocationBody(
    string Id,
    string Name,
    string Type,
    string DisplayName,
    string RegionalDisplayName,
    LocationMetadata Metadata
);

/// <param name="GeographyGroup">The geopolitical group, such as <c>Europe</c>.</param>
public sealed record LocationMetadata(string RegionType, string RegionCategory, string GeographyGroup);

/// <summary><c>Microsoft.Subscription/aliases</c>: how a subscription is asked for.</summary>
public sealed record AliasBody(string Id, string Name, string? Type, AliasProperties Properties);

/// <summary>Which subscription an alias stands for.</summary>
public sealed record AliasProperties
{
    public required string SubscriptionId { get; init; }
    public string? DisplayName { get; init; }
    public string? ProvisioningState { get; init; }

    /// <summary><c>Production</c> or <c>DevTest</c>.</summary>
    public string? Workload { get; init; }
    public DateTimeOffset? CreatedTime { get; init; }
}

/// <summary>A subscription to be opened, or an existing one to be given a name.</summary>
public sealed record AliasOrderBody(AliasOrderProperties Properties);

/// <summary>What is asked for.</summary>
public sealed record AliasOrderProperties
{
    /// <summary>1 to 64 characters; needed unless the subscription exists.</summary>
    public string? DisplayName { get; init; }

    /// <summary><c>Production</c> or <c>DevTest</c>.</summary>
    public string? Workload { get; init; }

    /// <summary>Only to give an existing subscription a name.</summary>
    public string? SubscriptionId { get; init; }
    public AliasAdditions? AdditionalProperties { get; init; }
}

/// <param name="SubscriptionOwnerId">Who becomes its Owner: object id, client id or name of a principal.</param>
public sealed record AliasAdditions(string? SubscriptionOwnerId);

/// <summary>A subscription's new name.</summary>
/// <param name="SubscriptionName">1 to 64 characters.</param>
public sealed record SubscriptionNameBody(string SubscriptionName);

/// <summary>Which subscription was changed.</summary>
public sealed record SubscriptionIdBody(string SubscriptionId);
