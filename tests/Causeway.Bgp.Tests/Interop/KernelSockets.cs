using System.Globalization;
using System.Net;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>What the kernel knows of a connection that its owner cannot see: the segments that nobody acknowledges.</summary>
internal static class KernelSockets
{
    /// <summary>
    /// How often in a row the kernel had to send the same segment again on a TCP connection between these ends (proc(5), /proc/net/tcp, <c>retrnsmt</c>);
    /// the highest where there are several, 0 where there is none.
    /// </summary>
    public static int Retransmissions(IPAddress from, IPEndPoint to) =>
        File.ReadLines("/proc/net/tcp")
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(field => field[1].StartsWith(Hex(from), StringComparison.Ordinal) && field[2] == $"{Hex(to.Address)}:{to.Port:X4}")
            .Select(field => int.Parse(field[6], NumberStyles.HexNumber))
            .DefaultIfEmpty()
            .Max();

    /// <summary>The kernel prints an IPv4 address as a number of the machine's own byte order.</summary>
    private static string Hex(IPAddress address) => $"{BitConverter.ToUInt32(address.GetAddressBytes()):X8}";
}
