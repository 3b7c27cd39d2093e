using System.Net;
using System.Net.Sockets;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>One session between us and a daemon on loopback: both addresses, ports and what is announced.</summary>
public sealed record LabPlan
{
    /// <summary>Two 4-octet ASNs, so that every lab exercises RFC 6793.</summary>
    public const uint OurAsn = 4_200_000_001;
    public const uint DaemonAsn = 4_200_000_002;

    /// <summary>What the daemon announces, with these communities on both.</summary>
    public static readonly IpPrefix DaemonV4 = IpPrefix.Parse("198.51.100.0/24");
    public static readonly IpPrefix DaemonV6 = IpPrefix.Parse("2001:db8:b::/48");
    public const string StandardCommunity = "64999:17";
    public const string LargeCommunity = "4200000002:3:5";

    /// <summary>Route target 64999:18.</summary>
    public const ulong ExtendedCommunity = 0x0002_FDE7_0000_0012;

    /// <summary>What we announce.</summary>
    public static readonly IpPrefix OurV4 = IpPrefix.Parse("192.0.2.0/24");
    public static readonly IpPrefix OurV6 = IpPrefix.Parse("2001:db8:a::/48");

    /// <summary>What comes from a third party and passes through us.</summary>
    public static readonly IpPrefix Relayed = IpPrefix.Parse("203.0.113.0/24");

    /// <summary>A third party that tells the daemon of <see cref="DaemonV4"/> too, where the daemon cannot have two paths by itself.</summary>
    public const uint SecondAsn = 64778;
    public IPAddress SecondSource => new([.. DaemonAddress.GetAddressBytes()[..3], 4]);

    public required IPAddress DaemonAddress { get; init; }
    public required int DaemonPort { get; init; }
    public required IPAddress OurAddress { get; init; }
    public required int OurPort { get; init; }

    /// <summary>For control sockets that are TCP ports.</summary>
    public required int ControlPort { get; init; }
    public string? Md5Key { get; init; }

    /// <summary>The daemon waits for us to open.</summary>
    public bool DaemonPassive { get; init; }

    /// <summary>Our BGP identifier; the daemon's is its address.</summary>
    public required IPAddress OurIdentifier { get; init; }

    /// <summary>Where the daemon connects to; our own port unless something stands between.</summary>
    public required int PortForDaemon { get; init; }

    /// <summary>What is switched on at the daemon beyond the ordinary; a feature that needs nothing is ignored.</summary>
    public Feature? With { get; init; }

    public static LabPlan New(int lab)
    {
        var ours = IPAddress.Parse($"127.30.{lab}.1");
        var daemon = IPAddress.Parse($"127.30.{lab}.2");
        int port = FreePort(ours);
        return new LabPlan
        {
            OurAddress = ours,
            OurIdentifier = ours,
            DaemonAddress = daemon,
            OurPort = port,
            PortForDaemon = port,
            DaemonPort = FreePort(daemon),
            ControlPort = FreePort(IPAddress.Loopback),
        };
    }

    public static int FreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
