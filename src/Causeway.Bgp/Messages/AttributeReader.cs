using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Messages;

/// <summary>Walks a block of path attributes (RFC 4271 §4.3) in place. Never throws: at the first attribute that does not fit it stops and says so.</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> _block = block;
    private int _next;

    /// <summary>Where the present attribute begins, flags included.</summary>
    public int Start { get; private set; }

    public AttributeFlags Flags { get; private set; }

    public AttributeType Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the attribute after the present one begins.</summary>
    public readonly int End => _next;

    /// <summary>The present attribute with its header.</summary>
    public readonly ReadOnlySpan<byte> Whole => _block[Start.._next];

    /// <summary>True when the walk stopped before the end of the block.</summary>
    public bool Malformed { get; private set; }

    [MethodImpl(Jit.Hot)]
    public bool Next()
    {
        int left = _block.Length - _next;
        if (left == 0)
            return false;
        Malformed = true;
        if (left < 3)
            return false;
        Start = _next;
        Flags = (AttributeFlags)_block[_next];
        Type = (AttributeType)_block[_next + 1];
        int header = (Flags & AttributeFlags.ExtendedLength) != 0 ? 4 : 3;
        if (left < header)
            return false;
        int length = header == 4 ? BinaryPrimitives.ReadUInt16BigEndian(_block[(_next + 2)..]) : _block[_next + 2];
        if (left < header + length)
            return false;
        Value = _block.Slice(_next + header, length);
        _next += header + length;
        Malformed = false;
        return true;
    }
}
