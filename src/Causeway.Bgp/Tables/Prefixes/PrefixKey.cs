using System.Buffers.Binary;
using Causeway.Bgp.Tables.Memory;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Prefixes;

/// <summary>
/// A prefix in the smallest form a table can key on. The table code is written once over this interface; the JIT makes one copy of it per
/// struct, so that IPv4 pays nothing for IPv6.
/// </summary>
internal interface IPrefixKey<TSelf> : IEquatable<TSelf>
    where TSelf : unmanaged, IPrefixKey<TSelf>
{
    static abstract IpFamily Family { get; }

    /// <summary>32 or 128.</summary>
    static abstract int MaxLength { get; }

    /// <summary>
    /// Reads one NLRI (RFC 4271 §4.3) that was found to be well-formed: a length in bits and as many bytes as hold them. Bits beyond the length are cleared.
    /// </summary>
    /// <returns>Bytes taken.</returns>
    static abstract int Read(ReadOnlySpan<byte> nlri, out TSelf key);

    static abstract TSelf From(in IpPrefix prefix);

    int Length { get; }

    TSelf Truncate(int length);

    uint Hash(ulong seed);

    IpPrefix ToPrefix();

    /// <summary>Writes the NLRI; at most 17 bytes.</summary>
    /// <returns>Bytes written.</returns>
    int Write(Span<byte> nlri);
}

/// <summary>An IPv4 prefix: the address above the length, in 40 bits.</summary>
internal readonly record struct V4Key(ulong Packed) : IPrefixKey<V4Key>
{
    public static IpFamily Family => IpFamily.V4;

    public static int MaxLength => 32;

    public int Length => (int)(Packed & 0xFF);

    private uint Address => (uint)(Packed >> 8);

    private static V4Key Make(uint address, int length) => new((ulong)(address & Mask(length)) << 8 | (uint)length);

    private static uint Mask(int length) => (uint)(0xFFFFFFFF00000000ul >> length);

    public static V4Key From(in IpPrefix prefix) => Make(prefix.V4Bits, prefix.Length);

    public V4Key Truncate(int length) => Make(Address, length);

    public IpPrefix ToPrefix() => IpPrefix.V4(Address, Length);

    public uint Hash(ulong seed) => Hashing.Mix(Packed, seed);

    public static int Read(ReadOnlySpan<byte> nlri, out V4Key key)
    {
        int length = nlri[0],
            bytes = (length + 7) >> 3;
        if (nlri.Length >= 5)
        {
            key = Make(BinaryPrimitives.ReadUInt32BigEndian(nlri[1..]), length);
            return 1 + bytes;
        }
        uint address = 0;
        for (int i = 0; i < bytes; i++)
            address |= (uint)nlri[1 + i] << (24 - 8 * i);
        key = Make(address, length);
        return 1 + bytes;
    }

    public int Write(Span<byte> nlri)
    {
        int bytes = (Length + 7) >> 3;
        nlri[0] = (byte)Length;
        for (int i = 0; i < bytes; i++)
            nlri[1 + i] = (byte)(Address >> (24 - 8 * i));
        return 1 + bytes;
    }
}

/// <summary>An IPv6 prefix.</summary>
internal readonly record struct V6Key(ulong High, ulong Low, byte Bits) : IPrefixKey<V6Key>
{
    public static IpFamily Family => IpFamily.V6;

    public static int MaxLength => 128;

    public int Length => Bits;

    private static V6Key Make(ulong high, ulong low, int length) =>
        length <= 64
            ? new V6Key(length == 0 ? 0 : high & (ulong.MaxValue << (64 - length)), 0, (byte)length)
            : new V6Key(high, low & (ulong.MaxValue << (128 - length)), (byte)length);

    public static V6Key From(in IpPrefix prefix) => Make((ulong)(prefix.Bits >> 64), (ulong)prefix.Bits, prefix.Length);

    public V6Key Truncate(int length) => Make(High, Low, length);

    public IpPrefix ToPrefix() => IpPrefix.V6(new UInt128(High, Low), Length);

    public uint Hash(ulong seed) => Hashing.Mix(High ^ System.Numerics.BitOperations.RotateLeft(Low, 29) * 0x9E3779B97F4A7C15, seed + Bits);

    public static int Read(ReadOnlySpan<byte> nlri, out V6Key key)
    {
        int length = nlri[0],
            bytes = (length + 7) >> 3;
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        nlri.Slice(1, bytes).CopyTo(address);
        key = Make(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), length);
        return 1 + bytes;
    }

    public int Write(Span<byte> nlri)
    {
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(address, High);
        BinaryPrimitives.WriteUInt64BigEndian(address[8..], Low);
        int bytes = (Length + 7) >> 3;
        nlri[0] = Bits;
        address[..bytes].CopyTo(nlri[1..]);
        return 1 + bytes;
    }
}
