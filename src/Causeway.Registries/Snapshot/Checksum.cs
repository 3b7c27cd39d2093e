using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Causeway.Registries.Snapshot;

/// <summary>CRC-32C (RFC 3720 §B.4) over bytes that come in pieces; one instruction per eight bytes on current processors.</summary>
internal struct Checksum
{
    private uint _crc;
    private bool _started;

    public readonly uint Value => _started ? ~_crc : 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint crc = _started ? _crc : uint.MaxValue;
        _started = true;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        foreach (byte b in bytes[(words.Length * 8)..])
            crc = BitOperations.Crc32C(crc, b);
        _crc = crc;
    }

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = new Checksum();
        sum.Append(bytes);
        return sum.Value;
    }
}
