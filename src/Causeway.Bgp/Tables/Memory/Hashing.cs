using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Causeway.Bgp.Tables.Memory;

/// <summary>
/// Multiply-and-fold hashing under a seed drawn once per process: what a peer announces decides the keys of our tables, so it must not be
/// able to choose where they land.
/// </summary>
internal static class Hashing
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

    public static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    public static uint Mix(ulong value, ulong seed)
    {
        ulong high = Math.BigMul(value ^ seed, Odd ^ (seed << 1), out ulong low);
        ulong folded = high ^ low;
        return (uint)(folded ^ (folded >> 32));
    }

    [MethodImpl(Jit.Hot)]
    public static uint Bytes(ReadOnlySpan<byte> bytes, ulong seed)
    {
        ulong state = seed ^ ((ulong)bytes.Length * Odd);
        while (bytes.Length >= 8)
        {
            state = Fold(state ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), Odd);
            bytes = bytes[8..];
        }
        ulong tail = 0;
        for (int i = 0; i < bytes.Length; i++)
            tail |= (ulong)bytes[i] << (8 * i);
        return Mix(state ^ tail, seed);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
