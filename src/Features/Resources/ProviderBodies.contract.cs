namespace Causeway.Contracts.Resources;

/// <summary>A resource provider: what types there are, in which versions and regions.</summary>
public sealed record ProviderBody
{
    /// <summary>Below a subscription only.</summary>
    public string? Id { get; init; }
    public required string Namespace { get; init; }

    /// <summary>Applications that act for the provider: there are none here.</summary>
    public IReadOnlyList<ProviderAuthorizationBody>? Authorizations { get; init; }
    public required IReadOnlyList<ProviderTypeBody> ResourceTypes { get; init; }

    /// <summary><c>Registered</c> or <c>Unregistered</c>; below a subscription only.</summary>
    public string? RegistrationState { get; init; }

    /// <summary><c>RegistrationRequired</c>; from 2019 on.</summary>
    public string? RegistrationPolicy { get; init; }
}

/// <summary>An application that acts for a provider, and as what.</summary>
public sealed record ProviderAuthorizationBody(string ApplicationId, string RoleDefinitionId);

/// <param name="ResourceType">Below the namespace, such as <c>expressRouteCircuits/peerings</c>.</param>
/// <param name="Locations">Display names of regions; empty for a type without location.</param>
/// <param name="ApiVersions">Newest first.</param>
/// <param name="Capabilities"><c>SupportsTags, SupportsLocation</c>, or <c>None</c>.</param>
public sealed record ProviderTypeBody(
    string ResourceType,
    IReadOnlyList<string> Locations,
    IReadOnlyList<string> ApiVersions,
    string Capabilities
);

/// <summary>A permission that roles can give.</summary>
/// <param name="Name">Such as <c>Microsoft.Network/expressRouteCircuits/read</c>.</param>
public sealed record ProviderOperationBody(string Name, bool IsDataAction, ProviderOperationDisplay Display);

/// <summary>A permission in words.</summary>
public sealed record ProviderOperationDisplay(string Provider, string Resource, string Operation, string Description);

/// <summary>The permissions of a provider, type by type.</summary>
/// <param name="Operations">Those of the provider itself.</param>
public sealed record ProviderOperationsBody(
    string Id,
    string Name,
    string Type,
    string DisplayName,
    IReadOnlyList<TypeOperationsBody> ResourceTypes,
    IReadOnlyList<TypeOperationBody> Operations
);

/// <param name="Name">The type below the namespace.</param>
public sealed record TypeOperationsBody(string Name, string DisplayName, IReadOnlyList<TypeOperationBody> Operations);

/// <summary>A permission.</summary>
public sealed record TypeOperationBody(string Name, string DisplayName, string Description, bool IsDataAction);

/// <summary>An application that a provider acts as in a tenant.</summary>
public sealed record ProviderPermissionBody(string ApplicationId);

/// <summary>A preview of a provider (<c>Microsoft.Features</c>).</summary>
/// <param name="Name">Such as <c>Microsoft.Network/AllowSomething</c>.</param>
public sealed record PreviewFeatureBody(string Id, string Name, string Type, PreviewFeatureProperties Properties);

/// <param name="State"><c>NotRegistered</c>, <c>Registered</c>, and what lies between.</param>
public sealed record PreviewFeatureProperties(string State);
