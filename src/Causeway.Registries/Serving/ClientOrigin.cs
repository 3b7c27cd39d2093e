using System.Net;
using System.Net.Sockets;
using Causeway.Primitives;

namespace Causeway.Registries.Serving;

/// <summary>What counts as one client where a server shares itself out: an IPv4 address, or an IPv6 /64, since whoever has one address of it has them all.</summary>
internal static class ClientOrigin
{
    /// <summary>The address at the other end of a connection; null when it has gone already.</summary>
    public static IPAddress? AddressOf(Socket socket)
    {
        try
        {
            return (socket.RemoteEndPoint as IPEndPoint)?.Address is { IsIPv4MappedToIPv6: true } mapped
                ? mapped.MapToIPv4()
                : (socket.RemoteEndPoint as IPEndPoint)?.Address;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    public static IpPrefix Of(IPAddress address) => IpPrefix.Of(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 64);
}
