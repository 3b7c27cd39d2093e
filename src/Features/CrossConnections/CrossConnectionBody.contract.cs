using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.CrossConnections;

/// <summary><c>Microsoft.Network/expressRouteCrossConnections</c>: a circuit as its connectivity provider sees it.</summary>
public sealed record CrossConnectionBody
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Etag { get; init; }
    public required string Type { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required CrossConnectionProperties Properties { get; init; }

    /// <summary>When it was ordered and last changed.</summary>
    public SystemDataBody? SystemData { get; init; }
}

/// <summary>ARM's <c>systemData</c>, as far as it is known. UTC.</summary>
public sealed record SystemDataBody(DateTimeOffset CreatedAt, DateTimeOffset LastModifiedAt);

public sealed record CrossConnectionProperties
{
    public required string ProvisioningState { get; init; }
    public required ReferenceBody ExpressRouteCircuit { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public required string PeeringLocation { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public required int BandwidthInMbps { get; init; }
    public required string ServiceProviderProvisioningState { get; init; }
    public string? ServiceProviderNotes { get; init; }

    /// <summary>Not in lists; empty while an operation runs.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? PrimaryAzurePort { get; init; }

    /// <inheritdoc cref="PrimaryAzurePort"/>
    [Wire(WireTraits.ReadOnly)]
    public string? SecondaryAzurePort { get; init; }

    /// <summary>Not in lists; 0 while none is assigned.</summary>
    [Wire(WireTraits.ReadOnly)]
    public int? STag { get; init; }
    public required IReadOnlyList<PeeringBody> Peerings { get; init; }
}

/// <summary>What a provider sends to move a circuit on.</summary>
public sealed record CrossConnectionMoveBody(string Location, CrossConnectionMove Properties);

/// <param name="ServiceProviderNotes">Words for the customer; null leaves those that are there.</param>
public sealed record CrossConnectionMove(string ServiceProviderProvisioningState, string? ServiceProviderNotes);
