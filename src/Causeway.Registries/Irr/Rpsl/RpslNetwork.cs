using System.Text;
using Causeway.Primitives;

namespace Causeway.Registries.Irr.Rpsl;

/// <summary>Addresses that a registry gave to somebody: what an <c>inetnum</c> or <c>inet6num</c> object is about.</summary>
/// <param name="First">The first, left-aligned as in <see cref="IpPrefix.Bits"/>.</param>
/// <param name="Last">The last, left-aligned, with all bits set that an address does not have.</param>
internal readonly record struct AddressRange(IpFamily Family, UInt128 First, UInt128 Last)
{
    public static AddressRange Of(IpPrefix prefix) =>
        new(prefix.Family, prefix.Bits, prefix.Bits | (prefix.Length == 128 ? 0 : UInt128.MaxValue >> prefix.Length));

    /// <summary>The smallest prefix that holds all of it.</summary>
    public IpPrefix Block =>
        IpPrefix.FromBits(
            Family,
            First,
            (int)UInt128.LeadingZeroCount(First ^ Last) is var common && Family == IpFamily.V4 ? Math.Min(common, 32) : common
        );

    public bool Contains(AddressRange other) => Family == other.Family && First <= other.First && Last >= other.Last;

    /// <summary>As RIPE writes it: <c>192.0.2.0 - 192.0.2.255</c>, <c>2001:db8::/32</c>.</summary>
    public override string ToString() =>
        Family == IpFamily.V6
            ? Block.ToString()
            : $"{IpPrefix.FromBits(Family, First, 32).Address} - {IpPrefix.FromBits(Family, Last, 32).Address}";
}

/// <summary>
/// The objects of networks, of which those are kept that carry a certificate: by it, the holder signs for a prefix of the network (<see cref="Proof.SignatureProof"/>).
/// </summary>
internal static class RpslNetwork
{
    public static bool Is(RpslClass kind) => kind is RpslClass.InetNum or RpslClass.Inet6Num;

    /// <summary>Whether an object is not kept: it is of no class of ours, or a network without a certificate.</summary>
    public static bool IsPassedOver(RpslClass kind, ReadOnlySpan<byte> text) =>
        kind == RpslClass.Other || (Is(kind) && text.IndexOf("-----BEGIN CERTIFICATE-----"u8) < 0);

    /// <summary><c>192.0.2.0 - 192.0.2.255</c> or, as LACNIC writes it and as IPv6 is written, a prefix; a comment may follow.</summary>
    public static bool TryRange(RpslClass kind, ReadOnlySpan<byte> key, out AddressRange range)
    {
        range = default;
        int comment = key.IndexOf((byte)'#');
        key = Trim(comment < 0 ? key : key[..comment]);
        int dash = key.IndexOf((byte)'-');
        if (dash < 0)
        {
            if (!RpslValue.TryPrefix(key, out IpPrefix prefix, out bool hostBits) || hostBits || prefix.IsV4 != (kind == RpslClass.InetNum))
                return false;
            range = AddressRange.Of(prefix);
            return true;
        }
        if (
            kind != RpslClass.InetNum
            || !RpslValue.TryV4(Trim(key[..dash]), out uint first)
            || !RpslValue.TryV4(Trim(key[(dash + 1)..]), out uint last)
            || last < first
        )
            return false;
        range = new AddressRange(IpFamily.V4, (UInt128)first << 96, ((UInt128)last << 96) | (UInt128.MaxValue >> 32));
        return true;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text[Ascii.Trim(text)];
}
