using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Circuits;

/// <summary>One of <c>GET /providers/Causeway.Operations/portLoads</c>: what a router pair's ports may be sold for, and what circuits have taken of it.</summary>
public sealed record PortLoadBody
{
    /// <summary>Name of the pair.</summary>
    public required string Pair { get; init; }
    public required string PeeringLocation { get; init; }

    /// <summary>Of each of the two ports.</summary>
    public required int PortBandwidthInMbps { get; init; }

    /// <summary>How often a port may be sold.</summary>
    public required int OverprovisionFactor { get; init; }
    public required long CapacityInMbps { get; init; }
    public required long UsedBandwidthInMbps { get; init; }

    /// <summary>Below zero where the topology has been given less than was sold.</summary>
    public required long RemainingBandwidthInMbps { get; init; }
    public required int Circuits { get; init; }
    public required int UsedSTags { get; init; }
    public required int FreeSTags { get; init; }
}

/// <summary>The wire form of capacity.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ListBody<PortLoadBody>))]
public sealed partial class PortLoadContract : JsonSerializerContext;
