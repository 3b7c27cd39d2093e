using System.Runtime.InteropServices;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Irr.Segments;

/// <summary>Section numbers and the kind of an IRR segment: one source in one snapshot file.</summary>
internal static class SegmentFormat
{
    /// <summary>"IRR" and the version of everything below. A change of any record is a new version: old files are then rebuilt from their dumps.</summary>
    public const uint Kind = 0x49525202;

    public const uint Meta = 1;
    public const uint Text = 2;
    public const uint TextBlocks = 3;
    public const uint Names = 4;
    public const uint Routes4 = 10;
    public const uint Origins4 = 11;
    public const uint ByOrigin4 = 12;

    /// <summary>Of a segment over another: which of its routes do not count any more.</summary>
    public const uint Hidden4 = 13;
    public const uint Routes6 = 20;
    public const uint Origins6 = 21;
    public const uint ByOrigin6 = 22;
    public const uint Hidden6 = 23;
    public const uint Sets = 30;
    public const uint SetBuckets = 31;
    public const uint Members = 32;

    /// <summary>As <see cref="Hidden4"/>, of sets.</summary>
    public const uint HiddenSets = 33;
    public const uint AutNums = 40;
    public const uint Mntners = 41;
    public const uint Claims = 42;
    public const uint Networks = 50;
}

/// <summary>Where an object's text lies: 40 bits of offset into the source's text before compression, 24 bits of length.</summary>
internal readonly record struct TextRef(ulong Packed)
{
    public TextRef(long offset, int length)
        : this(((ulong)offset << 24) | (uint)length) { }

    public long Offset => (long)(Packed >> 24);

    public int Length => (int)(Packed & 0xFF_FFFF);
}

/// <summary>What the tables of both families need of their records.</summary>
internal interface IRouteRecord
{
    IpPrefix Prefix { get; }

    /// <summary>Order of the table against a prefix of the same family, from the stored numbers: what binary search spends its time on.</summary>
    int CompareTo(in IpPrefix prefix);

    /// <summary>The front of what is sorted by, as one number: never less than that of a record before.</summary>
    ulong Order { get; }

    /// <summary>The same of a prefix.</summary>
    static abstract ulong OrderOf(in IpPrefix prefix);

    uint Origin { get; set; }

    /// <summary>Index of the last record of the nearest less specific prefix in the same table; <see cref="RouteTable.None"/> for none.</summary>
    uint Parent { get; set; }

    /// <summary>Name of the joined list of maintainers.</summary>
    uint Maintainers { get; }
    TextRef Text { get; set; }

    /// <summary>
    /// 24 bits of the text's checksum, by which a change of it is seen without reading it; 0 in files of before there
    /// were any.
    ///</summary>
    uint TextDigest { get; set; }
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RouteRecord4 : IRouteRecord
{
    public uint Address;
    public uint Origin;
    public uint Parent;
    public uint Maintainers;
    public ulong TextPacked;
    public byte Length;
    private byte _digestHigh;
    private ushort _digestLow;

    public uint TextDigest
    {
        readonly get => (uint)(_digestHigh << 16 | _digestLow);
        set => (_digestHigh, _digestLow) = ((byte)(value >> 16), (ushort)value);
    }

    public readonly IpPrefix Prefix => IpPrefix.V4(Address, Math.Min(Length, (byte)32));

    public readonly ulong Order => (ulong)Address << 8 | Length;

    public static ulong OrderOf(in IpPrefix prefix) => (ulong)prefix.V4Bits << 8 | prefix.Length;

    public readonly int CompareTo(in IpPrefix prefix)
    {
        uint other = prefix.V4Bits;
        return Address != other ? Address.CompareTo(other) : Length.CompareTo(prefix.Length);
    }

    uint IRouteRecord.Origin
    {
        readonly get => Origin;
        set => Origin = value;
    }
    uint IRouteRecord.Parent
    {
        readonly get => Parent;
        set => Parent = value;
    }
    readonly uint IRouteRecord.Maintainers => Maintainers;
    public TextRef Text
    {
        readonly get => new(TextPacked);
        set => TextPacked = value.Packed;
    }
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct RouteRecord6 : IRouteRecord
{
    public ulong AddressHigh;
    public ulong AddressLow;
    public uint Origin;
    public uint Parent;
    public uint Maintainers;
    public ulong TextPacked;
    public byte Length;
    private byte _digestHigh;
    private ushort _digestLow;

    public uint TextDigest
    {
        readonly get => (uint)(_digestHigh << 16 | _digestLow);
        set => (_digestHigh, _digestLow) = ((byte)(value >> 16), (ushort)value);
    }

    public readonly IpPrefix Prefix => IpPrefix.V6(new UInt128(AddressHigh, AddressLow), Math.Min(Length, (byte)128));

    public readonly ulong Order => AddressHigh;

    public static ulong OrderOf(in IpPrefix prefix) => (ulong)(prefix.Bits >> 64);

    public readonly int CompareTo(in IpPrefix prefix)
    {
        ulong high = (ulong)(prefix.Bits >> 64);
        ulong low = (ulong)prefix.Bits;
        return AddressHigh != high ? AddressHigh.CompareTo(high)
            : AddressLow != low ? AddressLow.CompareTo(low)
            : Length.CompareTo(prefix.Length);
    }

    uint IRouteRecord.Origin
    {
        readonly get => Origin;
        set => Origin = value;
    }
    uint IRouteRecord.Parent
    {
        readonly get => Parent;
        set => Parent = value;
    }
    readonly uint IRouteRecord.Maintainers => Maintainers;
    public TextRef Text
    {
        readonly get => new(TextPacked);
        set => TextPacked = value.Packed;
    }
}

/// <summary>One origin and where its entries begin in the by-origin index; they end where the next origin's begin.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct OriginRecord
{
    public uint Asn;
    public uint First;
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct SetRecord
{
    public uint Name;
    public uint FirstMember;
    public uint MemberCount;
    public uint Maintainers;

    /// <summary>Joined list of <c>mbrs-by-ref</c>; 0 for none.</summary>
    public uint MembersByRef;
    public RpslClass Class;
    public byte Reserved1;
    public ushort Reserved2;
    public ulong TextPacked;
}

internal enum MemberKind : uint
{
    Asn = 1,

    /// <summary>A set name, with <c>SOURCE::</c> before it if it was written so.</summary>
    Set = 2,

    /// <summary>A prefix of a route-set, as text, with its range operator (RFC 2622 §2).</summary>
    Prefix = 3,

    /// <summary>Added to mark members that came by <c>member-of</c> rather than from the set's own list.</summary>
    ByReference = 0x100,
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct MemberRecord
{
    public MemberKind Kind;

    /// <summary>The AS number, or the name.</summary>
    public uint Value;
}

/// <summary>An object found by a number or a name alone: aut-num (key is the ASN), mntner (key is the name).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct KeyedRecord
{
    public uint Key;
    public uint Maintainers;
    public ulong TextPacked;
}

/// <summary>An inetnum or inet6num that carries a certificate, in order of first address, then of last.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct NetworkRecord
{
    public ulong FirstHigh;
    public ulong FirstLow;
    public ulong LastHigh;
    public ulong LastLow;
    public ulong TextPacked;

    /// <summary>The text's checksum, by which a change of it is seen without reading it.</summary>
    public uint TextDigest;

    /// <summary>4 or 6.</summary>
    public uint Version;

    public readonly AddressRange Range =>
        new(Version == 4 ? IpFamily.V4 : IpFamily.V6, new UInt128(FirstHigh, FirstLow), new UInt128(LastHigh, LastLow));
}

/// <summary>An object's wish to be in a set (<c>member-of</c>): granted when one of its maintainers stands in the set's <c>mbrs-by-ref</c>, or that says ANY.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct ClaimRecord
{
    public uint Set;
    public MemberKind Kind;
    public uint Value;
    public uint Maintainers;

    /// <summary>The text of the claiming object, by which the claim goes when the object does.</summary>
    public ulong TextPacked;
}
