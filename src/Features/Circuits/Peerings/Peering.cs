using System.Net;
using System.Text.Json.Serialization;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>The routing domains of a circuit. The names are the wire's, of the type and of the child resource.</summary>
public enum PeeringType
{
    AzurePrivatePeering,
    AzurePublicPeering,
    MicrosoftPeering,
}

/// <summary>Who wrote a peering last.</summary>
public enum Author
{
    Customer,
    Provider,
}

/// <summary>A routing domain as wanted, and where it is on its way to the routers.</summary>
public sealed record Peering
{
    public required PeeringType Type { get; init; }
    public required Asn PeerAsn { get; init; }

    /// <summary>The inner VLAN tag (C-tag), the same on both routers, unique inside the circuit.</summary>
    public required VlanId Vlan { get; init; }

    public PeeringFamily? V4 { get; init; }
    public PeeringFamily? V6 { get; init; }

    /// <summary>The TCP MD5 key (RFC 2385), encrypted; null when the sessions carry none.</summary>
    public string? ProtectedKey { get; init; }

    /// <summary>A keyed hash of the key: the same for the same key, however it is encrypted.</summary>
    public string? KeyFingerprint { get; init; }

    public required Author LastModifiedBy { get; init; }
    public required PeeringState State { get; init; }

    public PeeringFamily? FamilyOf(IpFamily family) => family == IpFamily.V4 ? V4 : V6;

    /// <summary>The families that are configured.</summary>
    [JsonIgnore]
    public IEnumerable<(IpFamily Family, PeeringFamily Configured)> Families
    {
        get
        {
            if (V4 is not null)
                yield return (IpFamily.V4, V4);
            if (V6 is not null)
                yield return (IpFamily.V6, V6);
        }
    }

    /// <summary>True when the same is wanted, wherever it is on its way, and the same is known of it.</summary>
    public bool WantsSameAs(Peering other) => this with { State = other.State, LastModifiedBy = other.LastModifiedBy } == other;
}

/// <summary>
/// The two subnets of one address family, /30 or /126: in each the first usable address is the customer's, the second ours.
/// </summary>
/// <param name="Enabled">False holds the sessions of this family down and keeps the configuration.</param>
public sealed record PeeringFamily(IpPrefix Primary, IpPrefix Secondary, bool Enabled = true)
{
    /// <summary>Which services are announced; Microsoft peering only.</summary>
    public AttachedFilter? Filter { get; init; }

    /// <summary>What is declared to be announced; of Microsoft and public peering.</summary>
    public PublicConfig? Public { get; init; }

    public IpPrefix On(Side side) => side == Side.Primary ? Primary : Secondary;

    public IPAddress CustomerAddress(Side side) => On(side).AddressAt(1);

    public IPAddress OurAddress(Side side) => On(side).AddressAt(2);
}

/// <summary>
/// Where a peering is on its way to the routers. Whether its sessions are up is an observation, not a state.
/// </summary>
// The names stand in stored documents: they stay when a type is renamed.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Waiting), "Waiting")]
[JsonDerivedType(typeof(Configuring), "Configuring")]
[JsonDerivedType(typeof(Configured), "Configured")]
[JsonDerivedType(typeof(Failed), "Failed")]
[JsonDerivedType(typeof(Removing), "Removing")]
[JsonDerivedType(typeof(Conflicting), "Conflicting")]
public abstract record PeeringState(DateTimeOffset Since)
{
    /// <summary>Stored; goes to the routers when the provider has provisioned the circuit.</summary>
    public sealed record Waiting(DateTimeOffset Since) : PeeringState(Since);

    /// <summary>Wanted on the routers since this generation, not yet confirmed by both.</summary>
    public sealed record Configuring(DateTimeOffset Since, long Generation) : PeeringState(Since);

    /// <summary>Both routers have it.</summary>
    public sealed record Configured(DateTimeOffset Since) : PeeringState(Since);

    /// <summary>A router did not take it, lost it, or has not followed in time; why. It stays wanted, and mends when the router does.</summary>
    public sealed record Failed(DateTimeOffset Since, string Problem) : PeeringState(Since);

    /// <summary>Deleted by its owner; goes when the routers have let go of it.</summary>
    public sealed record Removing(DateTimeOffset Since, long Generation) : PeeringState(Since);

    /// <summary>Stored, and not on the routers: an address of it belongs to another circuit there. The customer chooses others.</summary>
    public sealed record Conflicting(DateTimeOffset Since, string Problem) : PeeringState(Since);

    /// <summary>True when routers shall carry it, given that the circuit is provisioned.</summary>
    [JsonIgnore]
    public bool IsWanted => this is not (Removing or Waiting or Conflicting);
}
