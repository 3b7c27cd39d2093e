using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>
/// A pair of ports of a customer's own (ExpressRoute Direct), on which it makes circuits without a provider. Theory of operation: the port and its circuits are
/// resources of their own, and the facts that bind them (how much of the port is taken, by whom, whether a link is up) stand in both and move in one commit: a
/// circuit that comes, grows or goes tells the port (<see cref="UsePort"/>, <see cref="ReleasePort"/>), a link that is switched tells the circuits
/// (<see cref="SwitchPortLinks"/>).
/// </summary>
public sealed record DirectPort : ITracked<DirectPort>
{
    public const string ResourceType = "Microsoft.Network/expressRoutePorts";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required Guid ResourceGuid { get; init; }
    public required string PeeringLocation { get; init; }

    /// <summary>Of each of the two ports; circuits may take twice that in all.</summary>
    public required int BandwidthGbps { get; init; }

    /// <summary><see cref="Encapsulation.Dot1Q"/> or <see cref="Encapsulation.QinQ"/>.</summary>
    public required Encapsulation Encapsulation { get; init; }

    public CircuitFamily Billing { get; init; } = CircuitFamily.MeteredData;

    /// <summary>The pair of routers that its links end on.</summary>
    public required Edge Edge { get; init; }

    public PortLink Primary { get; init; } = new();
    public PortLink Secondary { get; init; } = new();

    /// <summary>User-assigned identities, by which MACsec keys could be read; kept and shown.</summary>
    public ImmutableArray<string> Identities { get; init; } = [];

    public ImmutableArray<PortAuthorization> Authorizations { get; init; } = [];
    public ImmutableArray<PortCircuit> Circuits { get; init; } = [];

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Allocated { get; init; }

    public DirectPort With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => Circuits.IsEmpty ? "Free" : "InUse";

    [JsonIgnore]
    public int ProvisionedMbps => Circuits.Sum(c => c.Mbps);

    public PortLink On(Side side) => side == Side.Primary ? Primary : Secondary;

    /// <summary>Sizes of circuits that a port carries, Gbps (azure: d.4).</summary>
    public static ImmutableArray<int> SizesOn(int bandwidthGbps) => bandwidthGbps >= 100 ? [5, 10, 40, 100] : [1, 2, 5, 10];

    /// <summary>Sizes of ports, Gbps.</summary>
    public static readonly ImmutableArray<int> Offered = [10, 100];
}

/// <summary>One of the two links of a port.</summary>
/// <param name="Ckn">Where the MACsec connectivity association key's name is kept (a Key Vault URL); kept and shown.</param>
/// <param name="Cak">The same of the key.</param>
public sealed record PortLink(
    bool Enabled = false,
    string? Ckn = null,
    string? Cak = null,
    string Cipher = "GcmAes128",
    string? SciState = null
);

/// <summary>A key by which one circuit of another subscription may use the port.</summary>
/// <param name="Circuit">The circuit that redeemed it; null while it is available.</param>
public sealed record PortAuthorization(string Name, AuthorizationKey Key, ResourceId? Circuit = null);

/// <summary>A circuit on the port.</summary>
public sealed record PortCircuit(ResourceId Id, int Mbps);

/// <summary>A whole port as wanted.</summary>
/// <param name="Edge">Taken when it is new.</param>
public sealed record PutDirectPort(DateTimeOffset At, ResourceId Id, string Location, string PeeringLocation, int BandwidthGbps, Edge Edge)
    : Signal(At),
        IPut
{
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
    public required Encapsulation Encapsulation { get; init; }

    /// <summary>Null leaves it alone.</summary>
    public CircuitFamily? Billing { get; init; }

    /// <summary>Null leaves the link alone.</summary>
    public PortLink? Primary { get; init; }

    /// <inheritdoc cref="Primary"/>
    public PortLink? Secondary { get; init; }

    /// <summary>Null leaves them alone.</summary>
    public ImmutableArray<string>? Identities { get; init; }
    public required Guid ResourceGuid { get; init; }
}

public sealed record PutPortAuthorization(DateTimeOffset At, string AuthorizationName, AuthorizationKey NewKey) : Signal(At);

public sealed record DeletePortAuthorization(DateTimeOffset At, string AuthorizationName) : Signal(At);

/// <summary>Asked of a port: a circuit stands on it, with so much bandwidth.</summary>
/// <param name="PortId">Of the port that is asked, there or not.</param>
/// <param name="Key">Needed by a new circuit of another subscription.</param>
public sealed record UsePort(DateTimeOffset At, ResourceId PortId, ResourceId Circuit, int Mbps, string? Key = null) : Signal(At)
{
    /// <summary>The links as the circuit takes them to be; null does not ask.</summary>
    public (bool Primary, bool Secondary)? Links { get; init; }
}

/// <summary>Asked of a port: a circuit has gone.</summary>
public sealed record ReleasePort(DateTimeOffset At, ResourceId Circuit) : Signal(At);

/// <summary>Asked of a circuit: the links of its port were switched.</summary>
public sealed record SwitchPortLinks(DateTimeOffset At, bool Primary, bool Secondary) : Signal(At);
