using System.Net;
using Causeway.Bgp.Tests.Tables;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Bmp;

/// <summary>BMP messages built by hand, field by field as RFC 7854 draws them.</summary>
internal static class BmpWire
{
    public static byte[] Message(byte type, params byte[] body) => [3, .. TestRoute.Number((uint)(6 + body.Length)), type, .. body];

    public static byte[] Peer(IPAddress address, uint asn, byte flags = 0, byte type = 0, ulong distinguisher = 0) =>
        [
            type,
            flags,
            .. TestRoute.Number((uint)(distinguisher >> 32)),
            .. TestRoute.Number((uint)distinguisher),
            .. Address(address),
            .. TestRoute.Number(asn),
            .. address.GetAddressBytes()[..4],
            .. TestRoute.Number(1_767_322_800),
            .. TestRoute.Number(250_000),
        ];

    private static byte[] Address(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return [.. new byte[16 - bytes.Length], .. bytes];
    }

    public static byte[] Bgp(byte type, byte[] body) =>
        [.. Enumerable.Repeat((byte)0xFF, 16), (byte)((19 + body.Length) >> 8), (byte)(19 + body.Length), type, .. body];

    /// <summary>An OPEN with 4-octet ASN and, if wanted, add-path for IPv4 in this mode.</summary>
    public static byte[] Open(uint asn, byte addPathMode = 0)
    {
        byte[] capabilities = [65, 4, .. TestRoute.Number(asn), .. addPathMode == 0 ? [] : (byte[])[69, 4, 0, 1, 1, addPathMode]];
        return Bgp(
            1,
            [
                4,
                (byte)(asn >> 8),
                (byte)asn,
                0,
                90,
                192,
                0,
                2,
                (byte)asn,
                (byte)(capabilities.Length + 2),
                2,
                (byte)capabilities.Length,
                .. capabilities,
            ]
        );
    }

    public static byte[] Tlv(ushort type, byte[] value) =>
        [(byte)(type >> 8), (byte)type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    public static byte[] Initiation(string name, string description) =>
        Message(4, [.. Tlv(1, [.. description.Select(c => (byte)c)]), .. Tlv(2, [.. name.Select(c => (byte)c)])]);

    public static byte[] PeerUp(byte[] peer, byte[] sent, byte[] received) =>
        Message(3, [.. peer, .. new byte[16], 0, 179, 200, 1, .. sent, .. received]);

    public static byte[] Routes(byte[] peer, byte[] update) => Message(0, [.. peer, .. Bgp(2, update)]);
}
