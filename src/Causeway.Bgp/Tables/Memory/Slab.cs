using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Tables.Memory;

/// <summary>
/// Structs addressed by a small integer. Chunks never move once they are full-sized, so growing a table of a million routes copies nothing
/// and leaves no garbage; freed places are used again, last freed first.
/// </summary>
internal sealed class Slab<T>
    where T : unmanaged
{
    private const int Shift = 12;
    private const int ChunkSize = 1 << Shift;
    private const int FirstSize = 4;

    private T[][] _chunks = [new T[FirstSize]];
    private int _chunkCount = 1;
    private int[] _free = [];
    private int _freeCount;

    /// <summary>One beyond the highest index ever handed out since the last <see cref="Clear"/>.</summary>
    public int High { get; private set; }

    public int Count => High - _freeCount;

    /// <summary>The place of an index. Valid until the next <see cref="Allocate"/>.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[index >> Shift][index & (ChunkSize - 1)];
    }

    /// <summary>Hands out a place; its content is whatever was left there.</summary>
    [MethodImpl(Jit.Hot)]
    public int Allocate()
    {
        if (_freeCount > 0)
            return _free[--_freeCount];
        int index = High;
        T[] last = _chunks[_chunkCount - 1];
        if (index - ((_chunkCount - 1) << Shift) == last.Length)
            Grow(last);
        High = index + 1;
        return index;
    }

    [MethodImpl(Jit.Hot)]
    private void Grow(T[] last)
    {
        if (last.Length < ChunkSize)
        {
            Array.Resize(ref _chunks[_chunkCount - 1], last.Length * 4);
            return;
        }
        if (_chunkCount == _chunks.Length)
            Array.Resize(ref _chunks, _chunks.Length * 2);
        _chunks[_chunkCount++] = GC.AllocateUninitializedArray<T>(ChunkSize);
    }

    public void Free(int index)
    {
        if (_freeCount == _free.Length)
            Array.Resize(ref _free, Math.Max(16, _free.Length * 2));
        _free[_freeCount++] = index;
    }

    /// <summary>Gives all memory back; every index is void.</summary>
    public void Clear()
    {
        _chunks = [new T[FirstSize]];
        _chunkCount = 1;
        _free = [];
        _freeCount = 0;
        High = 0;
    }
}
