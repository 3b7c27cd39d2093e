using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Causeway.Bgp.Tables;

/// <summary>
/// Byte strings addressed by a number, so that eighty thousand attribute sets are a handful of objects to the garbage collector. Space is
/// given out in units of 16 bytes; freed blocks wait in a list of their own size.
/// </summary>
internal sealed class ByteArena
{
    public const int Largest = 65535;
    private const int Unit = 16;
    private const int ChunkUnits = 8192;

    private readonly List<byte[]> _chunks = [];
    private readonly int[] _freeBySize = new int[(Largest + Unit) / Unit + 1];
    private int _used = ChunkUnits;

    /// <param name="length">0–65535.</param>
    /// <returns>A handle, never 0.</returns>
    [MethodImpl(Jit.Hot)]
    public int Allocate(int length)
    {
        int units = Units(length);
        int free = _freeBySize[units];
        if (free != 0)
        {
            _freeBySize[units] = MemoryMarshal.Read<int>(Block(free, sizeof(int)));
            return free;
        }
        if (_used + units > ChunkUnits)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkUnits * Unit));
            _used = 0;
        }
        int handle = (_chunks.Count - 1) * ChunkUnits + _used + 1;
        _used += units;
        return handle;
    }

    public void Free(int handle, int length)
    {
        int units = Units(length);
        MemoryMarshal.Write(Block(handle, sizeof(int)), _freeBySize[units]);
        _freeBySize[units] = handle;
    }

    [MethodImpl(Jit.Hot)]
    public Span<byte> Block(int handle, int length)
    {
        int unit = handle - 1;
        return _chunks[unit / ChunkUnits].AsSpan(unit % ChunkUnits * Unit, length);
    }

    private static int Units(int length) => Math.Max(1, (length + Unit - 1) / Unit);
}
