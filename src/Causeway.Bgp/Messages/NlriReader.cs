using System.Buffers.Binary;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>One entry of an NLRI field: the prefix, and the path identifier when add-path is in use (else 0).</summary>
public readonly record struct Nlri(IpPrefix Prefix, uint PathId);

/// <summary>
/// Walks the prefixes of an NLRI or withdrawn-routes field (RFC 4271 §4.3, RFC 4760 §5, RFC 7911 §3) without allocation. Trailing host
/// bits are cleared, as RFC 4271 says that they are irrelevant.
/// </summary>
public ref struct NlriReader(ReadOnlySpan<byte> field, IpFamily family, bool addPath)
{
    private readonly int _maximum = family == IpFamily.V4 ? 32 : 128;
    private ReadOnlySpan<byte> _rest = field;

    public Nlri Current { get; private set; }

    /// <summary>True after <see cref="MoveNext"/> when the field is not well-formed: a length beyond the family's, or a prefix cut off.</summary>
    public bool Malformed { get; private set; }

    public readonly NlriReader GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty || Malformed)
            return false;
        uint pathId = 0;
        if (addPath)
        {
            if (_rest.Length < 5)
                return Fail();
            pathId = BinaryPrimitives.ReadUInt32BigEndian(_rest);
            _rest = _rest[4..];
        }
        int length = _rest[0];
        int octets = (length + 7) >> 3;
        if (length > _maximum || octets >= _rest.Length)
            return Fail();
        Span<byte> bits = stackalloc byte[16];
        bits.Clear();
        _rest.Slice(1, octets).CopyTo(bits);
        _rest = _rest[(1 + octets)..];
        Current = new Nlri(IpPrefix.FromBits(family, BinaryPrimitives.ReadUInt128BigEndian(bits), length), pathId);
        return true;
    }

    private bool Fail()
    {
        Malformed = true;
        return false;
    }

    /// <summary>Checks a whole field and counts its prefixes; −1 when malformed. One pass over the lengths only.</summary>
    public static int Count(ReadOnlySpan<byte> field, IpFamily family, bool addPath)
    {
        int maximum = family == IpFamily.V4 ? 32 : 128;
        int skip = addPath ? 4 : 0;
        int count = 0;
        int at = 0;
        while (at < field.Length)
        {
            at += skip;
            if (at >= field.Length || field[at] > maximum)
                return -1;
            at += 1 + ((field[at] + 7) >> 3);
            count++;
        }
        return at == field.Length ? count : -1;
    }
}
