using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;

namespace Causeway.Registries.Serving.Rtr;

/// <summary>Bounds and intervals of an <see cref="RtrServer"/>.</summary>
public sealed record RtrServerOptions
{
    /// <summary>Sessions at once; further ones are closed on arrival.</summary>
    public int MaxClients { get; init; } = 256;

    /// <summary>Sessions at once from one address, or from one IPv6 /64; further ones are closed on arrival. A router has one, or one a VRF.</summary>
    public int MaxClientsPerAddress { get; init; } = 16;

    /// <summary>Routers that come first: when every seat is taken, they are given that of one who is not among them.</summary>
    public IReadOnlyList<IpPrefix> KnownRouters { get; init; } = [];

    /// <summary>A router that takes none of 64 KiB for this long is dropped.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A router that has asked nothing for this long after connecting is dropped.</summary>
    public TimeSpan FirstQueryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A router that has asked nothing for this long is dropped: twice the time after which its data has expired (RFC 8210 §6).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Serial Notify is sent at most this often (RFC 8210 §5.2 wants no more than one a minute).</summary>
    public TimeSpan NotifyInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many serials back a router may be and still get only the changes.</summary>
    public int History { get; init; } = 64;

    /// <summary>The serial of the first table: serials wrap around after 2^32 - 1 (RFC 1982), and tests cannot wait for that.</summary>
    internal uint FirstSerial { get; init; } = 1;

    /// <summary>What routers are told in End of Data (version 1).</summary>
    public RtrIntervals Intervals { get; init; } = RtrIntervals.Default;
}

/// <summary>What a server is doing.</summary>
/// <param name="Session">The session id in version 1, new with every start; version 0 has another.</param>
/// <param name="Serial">The present serial; null before there is data.</param>
/// <param name="Vrps">VRPs served.</param>
/// <param name="Clients">Sessions now.</param>
/// <param name="Refused">Sessions refused since the start because there were too many, of all or of one address.</param>
/// <param name="Dropped">Sessions ended since the start because the router did not read, asked nothing, spoke what is no RTR, or gave way to a known one.</param>
public sealed record RtrServerStatus(ushort Session, uint? Serial, int Vrps, int Clients, long Refused, long Dropped);
