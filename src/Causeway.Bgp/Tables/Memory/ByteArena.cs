using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Causeway.Bgp.Tables.Memory;

/// <summary>
/// Byte strings addressed by a number, so that eighty thousand attribute sets are a handful of objects to the garbage collector. Space is
/// given out in units of 16 bytes; freed blocks wait in a list of their own size. The first chunk begins small, for tables that stay so.
/// </summary>
internal sealed class ByteArena
{
    public const int Largest = 65535;
    private const int Unit = 16;
    private const int ChunkUnits = 8192;
    private const int FirstUnits = 16;

    private readonly List<byte[]> _chunks = [];

    // By size in units; as long as the largest that was freed.
    private int[] _freeBySize = [];
    private int _used = ChunkUnits;

    /// <param name="length">0–65535.</param>
    /// <returns>A handle, never 0.</returns>
    [MethodImpl(Jit.Hot)]
    public int Allocate(int length)
    {
        int units = Units(length);
        int free = units < _freeBySize.Length ? _freeBySize[units] : 0;
        if (free != 0)
        {
            _freeBySize[units] = MemoryMarshal.Read<int>(Block(free, sizeof(int)));
            return free;
        }
        if (_used + units > ChunkUnits)
        {
            int firstUnits = _chunks.Count == 0 ? Math.Max(FirstUnits, units) : ChunkUnits;
            _chunks.Add(GC.AllocateUninitializedArray<byte>(firstUnits * Unit));
            _used = 0;
        }
        else if ((_used + units) * Unit > _chunks[^1].Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Min(Math.Max(_used + units, 4 * _used), ChunkUnits) * Unit);
            _chunks[^1].AsSpan(0, _used * Unit).CopyTo(larger);
            _chunks[^1] = larger;
        }
        int handle = (_chunks.Count - 1) * ChunkUnits + _used + 1;
        _used += units;
        return handle;
    }

    public void Free(int handle, int length)
    {
        int units = Units(length);
        if (units >= _freeBySize.Length)
            Array.Resize(ref _freeBySize, units + 1);
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
