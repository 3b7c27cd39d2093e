using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>A virtual WAN: what hubs of several regions stand together in. It has no traffic of its own; it keeps its hubs from losing it.</summary>
public sealed record VirtualWan : ITracked<VirtualWan>
{
    public const string ResourceType = "Microsoft.Network/virtualWans";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required Guid ResourceGuid { get; init; }

    /// <summary><c>Standard</c> or <c>Basic</c>; ExpressRoute needs Standard.</summary>
    public string Kind { get; init; } = "Standard";

    /// <summary>Settings that are kept and shown as given, as JSON; null for none.</summary>
    public string? Kept { get; init; }

    public ImmutableArray<ResourceId> Hubs { get; init; } = [];

    public VirtualWan With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => Hubs.IsEmpty ? "Empty" : "WithHubs";
}

/// <summary>A whole virtual WAN as wanted.</summary>
public sealed record PutVirtualWan(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    string Kind,
    string? Kept,
    Guid ResourceGuid
) : Signal(At), IPut;

/// <summary>A hub stands in the virtual WAN.</summary>
public sealed record AddHub(DateTimeOffset At, ResourceId Hub) : Signal(At);

public sealed record RemoveHub(DateTimeOffset At, ResourceId Hub) : Signal(At);
