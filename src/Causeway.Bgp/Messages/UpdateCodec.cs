using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>What was negotiated that changes how an UPDATE is read or written.</summary>
public sealed record UpdateCodec
{
    /// <summary>AS numbers are 4 octets in AS_PATH and AGGREGATOR (RFC 6793).</summary>
    public bool FourOctetAsn { get; init; } = true;

    /// <summary>The peer is of our own AS: LOCAL_PREF, ORIGINATOR_ID and CLUSTER_LIST are meaningful.</summary>
    public bool Internal { get; init; }

    public bool Ipv4 { get; init; } = true;
    public bool Ipv6 { get; init; } = true;

    /// <summary>Path identifiers precede IPv4 prefixes that we receive (RFC 7911).</summary>
    public bool AddPathIpv4 { get; init; }
    public bool AddPathIpv6 { get; init; }

    /// <summary>IPv4 prefixes may have an IPv6 next hop (RFC 8950). Not offered by us, but routers that are monitored or whose routes stand in a file may have agreed on it among themselves.</summary>
    public bool ExtendedNextHop { get; init; }

    /// <summary>Take an AS_SET in a path (RFC 9774 §3: "unless explicitly configured ... to do otherwise"). Confederation sets stay refused.</summary>
    public bool AllowAsSets { get; init; }

    /// <summary>What a monitored router holds: segments of every kind are taken as they are, since they are reported and not used.</summary>
    public bool Monitored { get; init; }

    /// <summary>Longest message in octets: 4,096, or 65,535 with RFC 8654.</summary>
    public int MaximumMessage { get; init; } = MessageHeader.StandardMaximum;

    public bool Has(IpFamily family) => family == IpFamily.V4 ? Ipv4 : Ipv6;

    public bool AddPath(IpFamily family) => family == IpFamily.V4 ? AddPathIpv4 : AddPathIpv6;
}
