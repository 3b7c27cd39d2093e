using Causeway.Contracts.Resources;

namespace Causeway.Contracts.RouteFilters;

/// <summary><c>Microsoft.Network/routeFilters</c>.</summary>
public sealed record RouteFilterBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public string? Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public RouteFilterProperties Properties { get; init; } = new();
}

public sealed record RouteFilterProperties
{
    /// <summary><c>Failed</c> while its rule allows what the subscription may not use.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary>One at the most.</summary>
    public IReadOnlyList<RouteFilterRuleBody> Rules { get; init; } = [];

    /// <summary>The peerings whose IPv4 announcements it decides on; absent when there are none.</summary>
    [Wire(WireTraits.ReadOnly)]
    public IReadOnlyList<ReferenceBody>? Peerings { get; init; }

    /// <summary>The peerings whose IPv6 announcements it decides on; absent when there are none.</summary>
    [Wire(WireTraits.ReadOnly)]
    public IReadOnlyList<ReferenceBody>? Ipv6Peerings { get; init; }
}

/// <summary><c>Microsoft.Network/routeFilters/routeFilterRules</c>.</summary>
public sealed record RouteFilterRuleBody
{
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Etag { get; init; }
    public required RouteFilterRuleProperties Properties { get; init; }
    public string? Type { get; init; }
}

public sealed record RouteFilterRuleProperties
{
    /// <summary><c>Failed</c> while it allows what the subscription may not use.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary><c>Allow</c>: what no rule allows is not announced, so that there is nothing to deny.</summary>
    public required string Access { get; init; }

    /// <summary><c>Community</c>, also when it is left out.</summary>
    public string? RouteFilterRuleType { get; init; }

    /// <summary>Of services, such as <c>12076:5010</c>.</summary>
    public required IReadOnlyList<string> Communities { get; init; }
}
