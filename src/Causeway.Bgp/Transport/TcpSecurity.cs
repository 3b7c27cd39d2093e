using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Bgp.Transport;

/// <summary>Linux socket options for TCP MD5 (RFC 2385) and GTSM (RFC 5082), which .NET has no names for.</summary>
internal static class TcpSecurity
{
    /// <summary>Longest key in bytes that the kernel takes (TCP_MD5SIG_MAXKEYLEN).</summary>
    public const int LongestKey = 80;

    private const int IpProtoTcp = 6;
    private const int TcpMd5Signature = 14;
    private const int IpProtoIp = 0;
    private const int IpTtl = 2;
    private const int IpMinimumTtl = 21;
    private const int IpProtoIpv6 = 41;
    private const int Ipv6UnicastHops = 16;
    private const int Ipv6MinimumHops = 73;
    private const int AddressStorage = 128;

    /// <summary>
    /// Sets the key for one peer, on a listener or before connecting; null removes it. struct tcp_md5sig: sockaddr_storage (128 octets), flags and
    /// prefix length (2), key length (2), interface index (4), key (80).
    /// </summary>
    /// <exception cref="IOException">The key is too long, or the kernel refuses it.</exception>
    public static void SetKey(Socket socket, IPAddress peer, string? key)
    {
        byte[] secret = key is null ? [] : Encoding.UTF8.GetBytes(key);
        if (secret.Length > LongestKey)
            throw new IOException($"The MD5 key for {peer} has {secret.Length} bytes: at most {LongestKey} are possible.");
        if (secret.Length == 0 && !socket.IsBound)
            return; // A fresh socket has no key to remove.
        Span<byte> option = stackalloc byte[AddressStorage + 8 + LongestKey];
        option.Clear();
        bool v4 = peer.AddressFamily == AddressFamily.InterNetwork;
        BitConverter.TryWriteBytes(option, (ushort)(v4 ? 2 : 10));
        peer.TryWriteBytes(option[(v4 ? 4 : 8)..], out _);
        if (v4 && socket.AddressFamily == AddressFamily.InterNetworkV6)
            return;
        BitConverter.TryWriteBytes(option[(AddressStorage + 2)..], (ushort)secret.Length);
        secret.CopyTo(option[(AddressStorage + 8)..]);
        try
        {
            socket.SetRawSocketOption(IpProtoTcp, TcpMd5Signature, option);
        }
        catch (SocketException) when (secret.Length == 0)
        {
            // Removing a key that was never set: the kernel says ENOENT, and that is the wanted state.
        }
        catch (SocketException e)
        {
            throw new IOException($"The system refuses a TCP MD5 key for {peer}: {e.Message}.", e);
        }
    }

    /// <summary>Sends with the largest hop limit, and drops what came from farther than <paramref name="hops"/> (1 is a direct neighbor).</summary>
    public static void SetHops(Socket socket, int? hops)
    {
        if (hops is not int limit)
            return;
        int minimum = 256 - Math.Clamp(limit, 1, 255);
        bool v4 = socket.AddressFamily == AddressFamily.InterNetwork;
        SendFarthest(socket);
        Set(socket, v4 ? IpProtoIp : IpProtoIpv6, v4 ? IpMinimumTtl : Ipv6MinimumHops, minimum);
    }

    /// <summary>Sends with the largest hop limit (RFC 5082 §3). A listener needs it too: the peer drops a SYN-ACK that has less.</summary>
    public static void SendFarthest(Socket socket)
    {
        bool v4 = socket.AddressFamily == AddressFamily.InterNetwork;
        Set(socket, v4 ? IpProtoIp : IpProtoIpv6, v4 ? IpTtl : Ipv6UnicastHops, 255);
    }

    private static void Set(Socket socket, int level, int name, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BitConverter.TryWriteBytes(bytes, value);
        try
        {
            socket.SetRawSocketOption(level, name, bytes);
        }
        catch (SocketException e)
        {
            throw new IOException($"The system refuses TTL security: {e.Message}.", e);
        }
    }
}
