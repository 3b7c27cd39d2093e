using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Causeway.Registries.Irr.Segments;

/// <summary>
/// Distinct short byte strings in one blob; a string is named by its offset. Offset 0 is the empty string. In the blob: length as 16 bits little-endian,
/// then the bytes.
/// </summary>
internal sealed class NamePool
{
    public const int MaxLength = ushort.MaxValue;

    private byte[] _bytes;
    private int _length;
    private uint[] _buckets = new uint[1024];
    private int _count;

    public NamePool()
    {
        _bytes = new byte[4096];
        _length = 2;
        _count = 1;
    }

    /// <summary>Continues a pool that was read back: offsets stay what they were.</summary>
    public NamePool(ReadOnlySpan<byte> blob)
        : this()
    {
        if (blob.Length <= 2)
            return;
        _bytes = blob.ToArray();
        _length = blob.Length;
        for (int at = 2; at < _length; at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at)))
            Enter((uint)at);
    }

    public ReadOnlySpan<byte> Blob => _bytes.AsSpan(0, _length);

    public uint Add(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
            return 0;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MaxLength);
        uint mask = (uint)_buckets.Length - 1;
        for (uint slot = Hash(name) & mask; ; slot = (slot + 1) & mask)
        {
            uint at = _buckets[slot];
            if (at == 0)
                break;
            if (At(Blob, at).SequenceEqual(name))
                return at;
        }
        if (_length + 2 + name.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + 2 + name.Length));
        uint offset = (uint)_length;
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_length), (ushort)name.Length);
        name.CopyTo(_bytes.AsSpan(_length + 2));
        _length += 2 + name.Length;
        Enter(offset);
        return offset;
    }

    private void Enter(uint offset)
    {
        if (++_count * 2 > _buckets.Length)
        {
            uint[] old = _buckets;
            _buckets = new uint[old.Length * 2];
            foreach (uint at in old)
                if (at != 0)
                    Place(at);
        }
        Place(offset);
    }

    private void Place(uint offset)
    {
        uint mask = (uint)_buckets.Length - 1;
        uint slot = Hash(At(Blob, offset)) & mask;
        while (_buckets[slot] != 0)
            slot = (slot + 1) & mask;
        _buckets[slot] = offset;
    }

    /// <summary>The string at an offset of a blob; empty when the offset is outside (a damaged file).</summary>
    public static ReadOnlySpan<byte> At(ReadOnlySpan<byte> blob, uint offset)
    {
        if (offset == 0 || offset + 2 > (uint)blob.Length)
            return [];
        int length = BinaryPrimitives.ReadUInt16LittleEndian(blob[(int)offset..]);
        return offset + 2 + length > blob.Length ? [] : blob.Slice((int)offset + 2, length);
    }

    /// <summary>A hash that is the same in every process, since tables of it are stored.</summary>
    public static uint Hash(ReadOnlySpan<byte> name)
    {
        ulong h = 0x9E3779B97F4A7C15UL ^ (uint)name.Length;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(name);
        foreach (ulong word in words)
            h = BitOperations.RotateLeft(h ^ word, 29) * 0xD6E8FEB86659FD93UL;
        ulong tail = 0;
        foreach (byte b in name[(words.Length * 8)..])
            tail = (tail << 8) | b;
        h = BitOperations.RotateLeft(h ^ tail, 29) * 0xD6E8FEB86659FD93UL;
        return (uint)(h ^ (h >> 32));
    }
}
