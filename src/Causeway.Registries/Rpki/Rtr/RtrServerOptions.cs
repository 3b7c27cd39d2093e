namespace Causeway.Registries.Rpki.Rtr;

/// <summary>Bounds and intervals of an <see cref="RtrServer"/>.</summary>
public sealed record RtrServerOptions
{
    /// <summary>Sessions at once; further ones are closed on arrival.</summary>
    public int MaxClients { get; init; } = 256;

    /// <summary>A router that takes none of 64 KiB for this long is dropped.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A router that has asked nothing for this long after connecting is dropped.</summary>
    public TimeSpan FirstQueryTimeout { get; init; } = TimeSpan.FromSeconds(60);

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
/// <param name="Session">The session id, new with every start.</param>
/// <param name="Serial">The present serial; null before there is data.</param>
/// <param name="Vrps">VRPs served.</param>
/// <param name="Clients">Sessions now.</param>
/// <param name="Refused">Sessions refused since the start because there were too many.</param>
/// <param name="Dropped">Sessions ended since the start because the router did not read, or spoke what is no RTR.</param>
public sealed record RtrServerStatus(ushort Session, uint? Serial, int Vrps, int Clients, long Refused, long Dropped);
