using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>
/// Global Reach: the customers' routers behind two circuits reach each other through our network. Theory of operation: the fact stands in both circuits, as
/// the one that asked for it (<see cref="Initiated"/>) and as the one that was asked, and both move in one commit. On the routers it is one more session in
/// the instance of either private peering, between our own routers, over a subnet of its own: the first half of the /29 (of the /125) joins the primary
/// routers, the second half the secondary ones; in each the first usable address is the initiator's side. The session is internal BGP, so what one circuit
/// learned reaches the other's customer with the path that it came with, and never a third circuit (RFC 4271 §9.2): Global Reach is not transitive. Only what
/// customers announce is exchanged, never the networks that are linked to either circuit.
/// </summary>
/// <param name="Name">What the initiator calls it.</param>
/// <param name="Key">The same in both circuits; what the other circuit calls it.</param>
/// <param name="Peer">The other circuit.</param>
/// <param name="V4">A /29.</param>
/// <param name="V6">A /125; null without IPv6.</param>
/// <param name="Generation">The circuit's generation that first carries it as it is now.</param>
public sealed record GlobalReach(
    string Name,
    Guid Key,
    ResourceId Peer,
    bool Initiated,
    IpPrefix V4,
    IpPrefix? V6,
    DateTimeOffset Since,
    long Generation
)
{
    /// <summary>The operation that failed to make it; null when it stands. What failed is in one circuit only, until it is deleted.</summary>
    public Guid? FailedOperation { get; init; }

    [JsonIgnore]
    public bool Stands => FailedOperation is null;

    /// <summary>The families that it exchanges, each with its subnet.</summary>
    [JsonIgnore]
    public IEnumerable<(IpFamily Family, IpPrefix Subnet)> Families
    {
        get
        {
            yield return (IpFamily.V4, V4);
            if (V6 is { } v6)
                yield return (IpFamily.V6, v6);
        }
    }

    /// <summary>The subnet between the two routers of one side.</summary>
    public static IpPrefix LinkOf(IpPrefix subnet, Side side)
    {
        int length = subnet.Length + 1;
        UInt128 second = side == Side.Primary ? 0 : UInt128.One << (128 - length);
        return IpPrefix.FromBits(subnet.Family, IpPrefix.BitsOf(subnet.AddressAt(0)) | second, length);
    }

    /// <summary>Name of its session in the instance of the private peering.</summary>
    public string SessionOf(IpFamily family) => $"reach-{Key:N}-{CircuitsOnRouters.SessionOf(family)}";

    /// <summary>The resource in the initiating circuit.</summary>
    public ResourceId IdIn(ResourceId circuit) =>
        (Initiated ? circuit : Peer).Child("peerings", nameof(PeeringType.AzurePrivatePeering)).Child("connections", Name);
}

/// <summary>A connection as sent.</summary>
public sealed record WantedReach(string Name, ResourceId Peer, IpPrefix V4, IpPrefix? V6, string? AuthorizationKey)
{
    /// <summary>Taken when there is none of this name.</summary>
    public required Guid NewKey { get; init; }
}

/// <summary>Asked of the initiating circuit.</summary>
public sealed record PutReach(DateTimeOffset At, WantedReach Reach, Ticket Ticket) : Signal(At);

/// <summary>Asked of either circuit: the connection of this key ends. Harmless when there is none.</summary>
public sealed record EndReach(DateTimeOffset At, Guid Key, Ticket? Ticket) : Signal(At);

/// <summary>Asked of the other circuit, in one commit with the initiator's own signal.</summary>
/// <param name="Initiator">The initiating circuit as it was read for this commit.</param>
public sealed record AcceptReach(DateTimeOffset At, ResourceId CircuitId, Guid Key, WantedReach Reach, Circuit Initiator) : Signal(At);
