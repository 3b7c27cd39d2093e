using System.Buffers.Binary;

namespace Causeway.Bgp.Messages;

/// <summary>
/// Reads big-endian fields from a span. It never throws: reading past the end sets <see cref="Failed"/> and yields zeroes, so that a parser
/// can read a whole structure and ask once.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public bool Failed { get; private set; }
    public readonly int Remaining => _rest.Length;
    public readonly bool AtEnd => _rest.IsEmpty;
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            Failed = true;
            _rest = default;
            return default;
        }
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte U8()
    {
        ReadOnlySpan<byte> s = Take(1);
        return s.IsEmpty ? (byte)0 : s[0];
    }

    public ushort U16()
    {
        ReadOnlySpan<byte> s = Take(2);
        return s.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(s);
    }

    public uint U32()
    {
        ReadOnlySpan<byte> s = Take(4);
        return s.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(s);
    }

    public ulong U64()
    {
        ReadOnlySpan<byte> s = Take(8);
        return s.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(s);
    }
}
