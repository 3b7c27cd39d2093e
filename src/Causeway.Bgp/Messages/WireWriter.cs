using System.Buffers.Binary;

namespace Causeway.Bgp.Messages;

/// <summary>
/// Writes big-endian fields into a span. Writing past the end sets <see cref="Overflowed"/> and writes nothing more; what does not fit a
/// message is then not sent, rather than sent cut off.
/// </summary>
internal ref struct WireWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    public int Position { get; private set; }
    public bool Overflowed { get; private set; }
    public readonly int Free => _buffer.Length - Position;
    public readonly ReadOnlySpan<byte> Written => _buffer[..Position];

    public Span<byte> Reserve(int count)
    {
        if (Overflowed || count > Free)
        {
            Overflowed = true;
            return default;
        }
        Span<byte> span = _buffer.Slice(Position, count);
        Position += count;
        return span;
    }

    public void U8(byte value)
    {
        Span<byte> s = Reserve(1);
        if (!s.IsEmpty)
            s[0] = value;
    }

    public void U16(int value)
    {
        Span<byte> s = Reserve(2);
        if (!s.IsEmpty)
            BinaryPrimitives.WriteUInt16BigEndian(s, (ushort)value);
    }

    public void U32(uint value)
    {
        Span<byte> s = Reserve(4);
        if (!s.IsEmpty)
            BinaryPrimitives.WriteUInt32BigEndian(s, value);
    }

    public void U64(ulong value)
    {
        Span<byte> s = Reserve(8);
        if (!s.IsEmpty)
            BinaryPrimitives.WriteUInt64BigEndian(s, value);
    }

    public void Bytes(scoped ReadOnlySpan<byte> value)
    {
        Span<byte> s = Reserve(value.Length);
        if (!s.IsEmpty)
            value.CopyTo(s);
    }

    /// <summary>Overwrites two octets written before, for lengths known only afterwards.</summary>
    public readonly void PatchU16(int position, int value)
    {
        if (!Overflowed)
            BinaryPrimitives.WriteUInt16BigEndian(_buffer[position..], (ushort)value);
    }

    public readonly void PatchU8(int position, int value)
    {
        if (!Overflowed)
            _buffer[position] = (byte)value;
    }
}
