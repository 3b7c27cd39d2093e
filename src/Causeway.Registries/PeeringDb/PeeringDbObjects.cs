using System.Net;
using Causeway.Primitives;

namespace Causeway.Registries.PeeringDb;

// The objects of PeeringDB that are used here, by the names its API has for them. Ids are PeeringDB's own.

/// <summary>A network (<c>net</c>).</summary>
public sealed record PdbNetwork(int Id, Asn Asn, string Name)
{
    /// <summary>The AS-SETs of <c>irr_as_set</c>, each a name, or <c>SOURCE::NAME</c>; empty when none is given.</summary>
    public IReadOnlyList<string> AsSets { get; init; } = [];

    /// <summary>How many IPv4 prefixes a peer should accept at most; null when not given.</summary>
    public int? MaxPrefixesV4 { get; init; }

    /// <summary>How many IPv6 prefixes a peer should accept at most; null when not given.</summary>
    public int? MaxPrefixesV6 { get; init; }

    /// <summary><c>Open</c>, <c>Selective</c>, <c>Restrictive</c> or <c>No</c>; empty when not given.</summary>
    public string Policy { get; init; } = "";

    public string Website { get; init; } = "";

    /// <summary>When its owner last changed it.</summary>
    public DateTimeOffset? Updated { get; init; }
}

/// <summary>A building (<c>fac</c>).</summary>
public sealed record PdbFacility(int Id, string Name, string City, string Country);

/// <summary>An Internet exchange (<c>ix</c>).</summary>
public sealed record PdbExchange(int Id, string Name, string City, string Country);

/// <summary>A peering LAN of an exchange (<c>ixlan</c>).</summary>
public sealed record PdbIxLan(int Id, int ExchangeId, int? Mtu);

/// <summary>A prefix of a peering LAN (<c>ixpfx</c>).</summary>
public sealed record PdbIxPrefix(int Id, int IxLanId, IpPrefix Prefix);

/// <summary>A network's port on a peering LAN (<c>netixlan</c>).</summary>
public sealed record PdbPort(int Id, int NetworkId, int ExchangeId, int IxLanId, Asn Asn)
{
    public IPAddress? V4 { get; init; }

    public IPAddress? V6 { get; init; }

    /// <summary>Megabits per second.</summary>
    public int Speed { get; init; }

    public bool IsRouteServerPeer { get; init; }

    public bool IsOperational { get; init; } = true;
}

/// <summary>A network's presence in a building (<c>netfac</c>).</summary>
public sealed record PdbNetworkFacility(int Id, int NetworkId, int FacilityId);

/// <summary>An exchange's presence in a building (<c>ixfac</c>).</summary>
public sealed record PdbExchangeFacility(int Id, int ExchangeId, int FacilityId);

/// <summary>A contact of a network (<c>poc</c>); which ones are visible depends on the key used to ask.</summary>
public sealed record PdbContact(int Id, int NetworkId, string Role, string Name, string Email, string Phone);
