namespace Causeway.Contracts.Circuits;

/// <summary><c>…/expressRouteCircuits/{c}/authorizations/{a}</c></summary>
public sealed record AuthorizationBody
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Etag { get; init; }
    public required AuthorizationProperties Properties { get; init; }
    public string? Type { get; init; }
}

/// <param name="AuthorizationKey">Only for who may list keys; absent for others.</param>
/// <param name="AuthorizationUseStatus"><c>Available</c> or <c>InUse</c>.</param>
/// <param name="ConnectionResourceUri">The connection that redeemed it; empty while available. Since 2024-01-01.</param>
public sealed record AuthorizationProperties(
    string ProvisioningState,
    [property: Wire(WireTraits.ReadOnly | WireTraits.Secret)] string? AuthorizationKey,
    string AuthorizationUseStatus,
    [property: Wire(WireTraits.ReadOnly)] string? ConnectionResourceUri
);

/// <summary>The answer of <c>listKeys</c>.</summary>
public sealed record AuthorizationKeyBody([property: Wire(WireTraits.ReadOnly | WireTraits.Secret)] string AuthorizationKey);
