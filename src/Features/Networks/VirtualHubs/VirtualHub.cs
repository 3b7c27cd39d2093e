using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>
/// A virtual hub: a network of one prefix that an ExpressRoute gateway links to circuits. Other networks cannot be attached to it here, so what a circuit
/// announces of it is its own prefix.
/// </summary>
public sealed record VirtualHub : ITracked<VirtualHub>
{
    public const string ResourceType = "Microsoft.Network/virtualHubs";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>Null for a hub without a virtual WAN.</summary>
    public ResourceId? Wan { get; init; }

    /// <summary>IPv4; stays as it was made.</summary>
    public required IpPrefix AddressPrefix { get; init; }

    /// <summary>Settings that are kept and shown as given, as JSON; null for none.</summary>
    public string? Kept { get; init; }

    /// <summary>The one ExpressRoute gateway in it; null when there is none.</summary>
    public ResourceId? Gateway { get; init; }

    public VirtualHub With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => Gateway is null ? "Plain" : "WithGateway";
}

/// <summary>A whole hub as wanted.</summary>
public sealed record PutVirtualHub(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    ResourceId? Wan,
    IpPrefix AddressPrefix,
    string? Kept
) : Signal(At), IPut;

/// <summary>An ExpressRoute gateway was put into the hub.</summary>
public sealed record PlaceHubGateway(DateTimeOffset At, ResourceId Gateway) : Signal(At);

public sealed record RemoveHubGateway(DateTimeOffset At, ResourceId Gateway) : Signal(At);
