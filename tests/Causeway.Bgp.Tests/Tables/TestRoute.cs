using System.Buffers.Binary;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>Attributes as a test thinks of them, and how they look on the wire. AS_PATH is one sequence.</summary>
internal sealed record TestRoute
{
    public uint[] Path { get; init; } = [];
    public byte Origin { get; init; }
    public IPAddress NextHop { get; init; } = IPAddress.Parse("192.0.2.1");
    public uint? Med { get; init; }
    public uint? LocalPreference { get; init; }
    public uint[] Communities { get; init; } = [];
    public LargeCommunity[] Large { get; init; } = [];

    public byte[] Block(bool nextHop = true)
    {
        var bytes = new List<byte>();
        Add(bytes, 0x40, 1, [Origin]);
        Add(bytes, 0x40, 2, Path.Length == 0 ? [] : [2, (byte)Path.Length, .. Path.SelectMany(Number)]);
        if (nextHop)
            Add(bytes, 0x40, 3, NextHop.GetAddressBytes());
        if (Med is { } med)
            Add(bytes, 0x80, 4, Number(med));
        if (LocalPreference is { } preference)
            Add(bytes, 0x40, 5, Number(preference));
        if (Communities.Length > 0)
            Add(bytes, 0xC0, 8, [.. Communities.SelectMany(Number)]);
        if (Large.Length > 0)
            Add(
                bytes,
                0xC0,
                32,
                [.. Large.SelectMany(l => (byte[])[.. Number(l.GlobalAdministrator), .. Number(l.LocalData1), .. Number(l.LocalData2)])]
            );
        return [.. bytes];
    }

    public static void Add(List<byte> to, byte flags, byte type, byte[] value)
    {
        to.AddRange(
            value.Length > 255
                ? [(byte)(flags | 0x10), type, (byte)(value.Length >> 8), (byte)value.Length]
                : [flags, type, (byte)value.Length]
        );
        to.AddRange(value);
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Nlri(IEnumerable<IpPrefix> prefixes, uint? pathId = null) =>
        [
            .. prefixes.SelectMany(p =>
                (byte[])[.. pathId is { } id ? Number(id) : [], p.Length, .. p.Address.GetAddressBytes().Take((p.Length + 7) / 8)]
            ),
        ];

    /// <summary>The body of an UPDATE; IPv6 goes into MP attributes.</summary>
    public byte[] Announce(IReadOnlyCollection<IpPrefix> prefixes, uint? pathId = null)
    {
        if (prefixes.First().IsV4)
        {
            byte[] block = Block();
            return [0, 0, (byte)(block.Length >> 8), (byte)block.Length, .. block, .. Nlri(prefixes, pathId)];
        }
        var attributes = new List<byte>();
        Add(attributes, 0x80, 14, [0, 2, 1, 16, .. NextHop.MapToIPv6().GetAddressBytes(), 0, .. Nlri(prefixes, pathId)]);
        attributes.AddRange(Block(nextHop: false));
        return [0, 0, (byte)(attributes.Count >> 8), (byte)attributes.Count, .. attributes];
    }

    public static byte[] Withdraw(IReadOnlyCollection<IpPrefix> prefixes, uint? pathId = null)
    {
        byte[] nlri = Nlri(prefixes, pathId);
        if (prefixes.First().IsV4)
            return [(byte)(nlri.Length >> 8), (byte)nlri.Length, .. nlri, 0, 0];
        var attributes = new List<byte>();
        Add(attributes, 0x80, 15, [0, 2, 1, .. nlri]);
        return [0, 0, (byte)(attributes.Count >> 8), (byte)attributes.Count, .. attributes];
    }

    public static PeerFacts Peer(string name, uint asn, string address, uint routerId, uint local = 64500) =>
        new()
        {
            Name = name,
            PeerAsn = new Asn(asn),
            LocalAsn = new Asn(local),
            PeerAddress = IPAddress.Parse(address),
            LocalAddress = IPAddress.Parse("203.0.113.1"),
            PeerRouterId = routerId,
            V6 = true,
            NextHopV6 = IPAddress.Parse("2001:db8::cb00:7101"),
        };
}
