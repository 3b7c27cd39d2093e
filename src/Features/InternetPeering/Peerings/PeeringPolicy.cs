using Causeway.Primitives;

namespace Causeway.Domain.InternetPeering;

/// <summary>Settings of the installation about peerings.</summary>
public sealed record PeeringPolicy
{
    /// <summary>How long a connection may take from the peer's word to Active, before what still waits counts as failed.</summary>
    public TimeSpan ValidateWithin { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Most prefixes of a session whose peer did not say how many it announces.</summary>
    public int MaxPrefixes4 { get; init; } = 20_000;

    /// <inheritdoc cref="MaxPrefixes4"/>
    public int MaxPrefixes6 { get; init; } = 10_000;

    /// <summary>More than these are proven for no peer: an as-set that holds half the Internet is a fault of who made it, and proves nothing.</summary>
    public int MostProven { get; init; } = 50_000;

    /// <summary>The same of an exchange's route server, which gives the routes of all its members; also the most that its session may bring.</summary>
    public int MostOfRouteServer { get; init; } = 300_000;

    public int MaxPrefixes(IpFamily family, PeerFamily peer) =>
        peer.MaxPrefixes > 0 ? peer.MaxPrefixes
        : family == IpFamily.V4 ? MaxPrefixes4
        : MaxPrefixes6;

    /// <summary>The longest prefix that the Internet carries.</summary>
    public static byte LongestPrefix(IpFamily family) => family == IpFamily.V4 ? (byte)24 : (byte)48;

    /// <summary>The shortest prefix that anybody was given.</summary>
    public static byte ShortestPrefix(IpFamily family) => family == IpFamily.V4 ? (byte)8 : (byte)16;
}
