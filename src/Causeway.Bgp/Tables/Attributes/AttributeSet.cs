using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Net;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Attributes;

/// <summary>What the tables and policies must know of a set of path attributes, found once per distinct set.</summary>
internal struct AttributeSet
{
    public int Handle;
    public int Length;
    public uint Hash;
    public int References;

    /// <summary>The peer that was the first to bring it, and answers for the memory that it takes.</summary>
    public ushort Owner;

    public AttributeMarks Flags;

    /// <summary>ORIGIN: 0 IGP, 1 EGP, 2 INCOMPLETE.</summary>
    public byte Origin;

    /// <summary>0 when there is no next hop.</summary>
    public IpFamily NextHopFamily;

    /// <summary>RFC 4271 §9.1.2.2: an AS_SET counts one; confederation segments count nothing (RFC 5065 §5.3).</summary>
    public ushort PathLength;

    /// <summary>The first ASN of the path, or 0 when it does not begin with an AS_SEQUENCE.</summary>
    public uint FirstAsn;

    /// <summary>The last ASN of the path, or 0 when it does not end with an AS_SEQUENCE (RFC 6811 §2).</summary>
    public uint OriginAsn;

    /// <summary>The set of ASPAs, by the number that the tables give it, that the next two were found with; 0 for none.</summary>
    public uint VerifiedWith;

    /// <summary>What ASPAs say of the path where a customer or a peer sends it, and where a provider does: found when a policy asks, by <see cref="RibState.VerifyPath"/>.</summary>
    public PathOutcome UpstreamPath,
        DownstreamPath;

    public uint Med;
    public uint LocalPreference;
    public uint OnlyToCustomer;

    /// <summary>The next hop, left-aligned in 128 bits.</summary>
    public ulong NextHopHigh,
        NextHopLow;

    public readonly UInt128 NextHop => new(NextHopHigh, NextHopLow);

    public readonly bool Has(AttributeMarks flag) => (Flags & flag) != 0;

    public readonly IPAddress? NextHopAddress =>
        NextHopFamily == 0 ? null : IpPrefix.FromBits(NextHopFamily, NextHop, NextHopFamily == IpFamily.V4 ? 32 : 128).Address;

    /// <summary>Reads the facts of a canonical block: valid, 4-octet AS numbers.</summary>
    [MethodImpl(Jit.Hot)]
    public static AttributeSet Read(ReadOnlySpan<byte> block)
    {
        var set = new AttributeSet { LocalPreference = 100 };
        var reader = new AttributeReader(block);
        while (reader.Next())
            set.Read(reader.Type, reader.Value);
        if (set.Has(AttributeMarks.GracefulShutdown))
            set.LocalPreference = 0;
        return set;
    }

    [MethodImpl(Jit.Hot)]
    private void Read(AttributeType type, ReadOnlySpan<byte> value)
    {
        switch (type)
        {
            case AttributeType.Origin when value.Length == 1:
                Origin = value[0];
                break;
            case AttributeType.AsPath:
                ReadPath(value);
                break;
            case AttributeType.NextHop when value.Length == 4:
                SetNextHop(value);
                break;
            case AttributeType.MpReach when value.Length >= 4 && value.Length >= 4 + value[3]:
                SetNextHop(value.Slice(4, value[3]));
                break;
            case AttributeType.MultiExitDisc when value.Length == 4:
                Med = BinaryPrimitives.ReadUInt32BigEndian(value);
                Flags |= AttributeMarks.Med;
                break;
            case AttributeType.LocalPref when value.Length == 4:
                LocalPreference = BinaryPrimitives.ReadUInt32BigEndian(value);
                Flags |= AttributeMarks.LocalPreference;
                break;
            case AttributeType.OnlyToCustomer when value.Length == 4:
                OnlyToCustomer = BinaryPrimitives.ReadUInt32BigEndian(value);
                Flags |= AttributeMarks.OnlyToCustomer;
                break;
            case AttributeType.Communities:
                for (; value.Length >= 4; value = value[4..])
                    Flags |= BinaryPrimitives.ReadUInt32BigEndian(value) switch
                    {
                        Community.NoExport or Community.NoExportSubconfed => AttributeMarks.NoExport,
                        Community.NoAdvertise => AttributeMarks.NoAdvertise,
                        Community.GracefulShutdown => AttributeMarks.GracefulShutdown,
                        _ => AttributeMarks.None,
                    };
                break;
        }
    }

    [MethodImpl(Jit.Hot)]
    private void ReadPath(ReadOnlySpan<byte> path)
    {
        int length = 0;
        bool first = true;
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            var kind = (PathSegment)path[0];
            ReadOnlySpan<byte> numbers = path.Slice(2, 4 * path[1]);
            path = path[(2 + numbers.Length)..];
            if (numbers.IsEmpty)
                continue;
            bool sequence = kind == PathSegment.Sequence;
            if (!sequence)
                Flags |= AttributeMarks.PathHoldsSet;
            length +=
                sequence ? numbers.Length / 4
                : kind == PathSegment.Set ? 1
                : 0;
            if (first)
                FirstAsn = sequence ? BinaryPrimitives.ReadUInt32BigEndian(numbers) : 0;
            OriginAsn = sequence ? BinaryPrimitives.ReadUInt32BigEndian(numbers[^4..]) : 0;
            first = false;
        }
        PathLength = (ushort)Math.Min(length, ushort.MaxValue);
        if (first)
            Flags |= AttributeMarks.EmptyPath;
    }

    // An IPv6 next hop of 32 bytes is a global and a link-local address (RFC 2545 §3); the global one counts.
    [MethodImpl(Jit.Hot)]
    private void SetNextHop(ReadOnlySpan<byte> address)
    {
        if (address.Length == 4)
        {
            NextHopFamily = IpFamily.V4;
            NextHopHigh = (ulong)BinaryPrimitives.ReadUInt32BigEndian(address) << 32;
        }
        else if (address.Length is 16 or 32)
        {
            NextHopFamily = IpFamily.V6;
            NextHopHigh = BinaryPrimitives.ReadUInt64BigEndian(address);
            NextHopLow = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
        }
    }

    /// <summary>True when a path holds an ASN in any segment.</summary>
    [MethodImpl(Jit.Hot)]
    public static bool PathHolds(ReadOnlySpan<byte> block, ReadOnlySpan<uint> asns)
    {
        ReadOnlySpan<byte> path = Find(block, AttributeType.AsPath);
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            int end = 2 + 4 * path[1];
            for (int at = 2; at < end; at += 4)
                if (asns.Contains(BinaryPrimitives.ReadUInt32BigEndian(path[at..])))
                    return true;
            path = path[end..];
        }
        return false;
    }

    /// <summary>True when a path holds an ASN of a set in any segment.</summary>
    public static bool PathHolds(ReadOnlySpan<byte> block, FrozenSet<Asn> asns)
    {
        ReadOnlySpan<byte> path = Find(block, AttributeType.AsPath);
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            int end = 2 + 4 * path[1];
            for (int at = 2; at < end; at += 4)
                if (asns.Contains(new Asn(BinaryPrimitives.ReadUInt32BigEndian(path[at..]))))
                    return true;
            path = path[end..];
        }
        return false;
    }

    /// <summary>What ASPAs say of the path in a block. Confederation segments are inside a neighbour's AS, and no hop on the way (RFC 5065 §5).</summary>
    [MethodImpl(Jit.Hot)]
    public static PathOutcome VerifyPath(ReadOnlySpan<byte> block, AspaTable aspas, PathDirection direction)
    {
        var verifier = new PathVerifier(aspas, direction);
        ReadOnlySpan<byte> path = Find(block, AttributeType.AsPath);
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            var kind = (PathSegment)path[0];
            int end = 2 + 4 * path[1];
            if (kind == PathSegment.Set && end > 2)
                verifier.AddSet();
            else if (kind == PathSegment.Sequence)
                for (int at = 2; at < end; at += 4)
                    verifier.Add(new Asn(BinaryPrimitives.ReadUInt32BigEndian(path[at..])));
            path = path[end..];
        }
        return verifier.Verdict.Validity.AsOutcome();
    }

    public static bool HasCommunity(ReadOnlySpan<byte> block, ReadOnlySpan<uint> communities)
    {
        for (ReadOnlySpan<byte> value = Find(block, AttributeType.Communities); value.Length >= 4; value = value[4..])
            if (communities.Contains(BinaryPrimitives.ReadUInt32BigEndian(value)))
                return true;
        return false;
    }

    /// <summary>ORIGINATOR_ID (RFC 4456 §8), where a reflector has set it.</summary>
    public static uint? Originator(ReadOnlySpan<byte> block) =>
        Find(block, AttributeType.OriginatorId) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : null;

    /// <summary>The value of an attribute; empty when it is absent.</summary>
    [MethodImpl(Jit.Hot)]
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> block, AttributeType type) => Find(block, type, out _);

    /// <inheritdoc cref="Find(ReadOnlySpan{byte}, AttributeType)"/>
    [MethodImpl(Jit.Hot)]
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> block, AttributeType type, out AttributeFlags flags)
    {
        var reader = new AttributeReader(block);
        while (reader.Next())
            if (reader.Type == type)
            {
                flags = reader.Flags;
                return reader.Value;
            }
        flags = AttributeFlags.None;
        return [];
    }
}

/// <summary>What is true of a set of attributes.</summary>
[Flags]
internal enum AttributeMarks : ushort
{
    None = 0,
    Med = 1 << 0,
    LocalPreference = 1 << 1,
    OnlyToCustomer = 1 << 2,
    NoExport = 1 << 3,
    NoAdvertise = 1 << 4,
    GracefulShutdown = 1 << 5,

    /// <summary>AS_PATH has no ASN: the route begins in our own AS.</summary>
    EmptyPath = 1 << 6,

    /// <summary>An external peer may send exactly these bytes: they were validated (RFC 7606) and nothing was taken away.</summary>
    ValidFromExternal = 1 << 7,

    /// <summary>The same for an internal peer.</summary>
    ValidFromInternal = 1 << 8,

    /// <summary>AS_PATH has an AS_SET or a confederation segment: only some peers may send it, and only some may be sent it (RFC 9774, RFC 5065).</summary>
    PathHoldsSet = 1 << 9,
}

/// <summary>AS_PATH segment types (RFC 4271 §4.3, RFC 5065 §3).</summary>
internal enum PathSegment : byte
{
    Set = 1,
    Sequence = 2,
    ConfederationSequence = 3,
    ConfederationSet = 4,
}
