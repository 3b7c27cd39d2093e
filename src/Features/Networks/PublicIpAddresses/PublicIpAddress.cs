using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>
/// The record of a public address that gateway scripts expect to create first. Causeway has no pool of public addresses, so no address is ever shown:
/// an ExpressRoute gateway uses none.
/// </summary>
public sealed record PublicIpAddress : ITracked<PublicIpAddress>
{
    public const string ResourceType = "Microsoft.Network/publicIPAddresses";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required Guid ResourceGuid { get; init; }

    /// <summary><c>Basic</c> or <c>Standard</c>.</summary>
    public string Sku { get; init; } = "Basic";

    /// <summary><c>Static</c> or <c>Dynamic</c>.</summary>
    public string Allocation { get; init; } = "Dynamic";

    /// <summary><c>IPv4</c> or <c>IPv6</c>.</summary>
    public string Version { get; init; } = "IPv4";

    public int IdleTimeoutMinutes { get; init; } = 4;
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>Settings that are kept and shown as given, as JSON; null for none.</summary>
    public string? Kept { get; init; }

    /// <summary>Id of the IP configuration that uses it; null when free.</summary>
    public ResourceId? UsedBy { get; init; }

    public PublicIpAddress With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => UsedBy is null ? "Free" : "InUse";
}
