using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Causeway.Bgp.Tables.Memory;

/// <summary>Whether a number that has the right hash is the one that is sought.</summary>
internal interface IMatch
{
    bool Is(int number);
}

/// <summary>
/// Hashes to numbers, by open addressing with linear probing; the keys are elsewhere.
/// </summary>
/// <remarks>
/// A slot holds a number and the whole 32-bit hash of its key: a probe touches the key only when it is almost certainly the right one, and growing moves slots
/// without looking at any key. Deleting shifts later entries back, so there are no tombstones. Slots follow the count up and down.
/// </remarks>
internal sealed unsafe class HashIndex
{
    private const int Fewest = 16;

    /// <summary>Below this it grows four times at once.</summary>
    private const int Many = 1 << 16;

    /// <summary>So many are not worth shrinking, but for nothing at all.</summary>
    private const int Few = 1 << 10;

    private readonly TableMemory _memory;

    // Upper half: hash. Lower half: number + 1; 0 is an empty slot.
    private ulong* _slots;
    private uint _mask;

    public HashIndex(TableMemory memory)
    {
        _memory = memory;
        Make(Fewest);
    }

    public int Count { get; private set; }

    private void Make(int slots)
    {
        _slots = (ulong*)_memory.Rent(slots * sizeof(ulong));
        _mask = (uint)slots - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(uint hash)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(_slots + (hash & _mask));
    }

    /// <returns>The number, or -1.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find<TMatch>(uint hash, in TMatch match)
        where TMatch : struct, IMatch, allows ref struct
    {
        ulong* slots = _slots;
        uint mask = _mask;
        for (uint at = hash & mask; ; at = (at + 1) & mask)
        {
            ulong slot = slots[at];
            if (slot == 0)
                return -1;
            if ((uint)(slot >> 32) == hash && match.Is((int)slot - 1))
                return (int)slot - 1;
        }
    }

    /// <summary>Adds a number that is not there.</summary>
    [MethodImpl(Jit.Hot)]
    public void Add(uint hash, int number)
    {
        if (++Count * 8L > (_mask + 1) * 5L)
            Resize(_mask + 1 < Many ? (int)(_mask + 1) * 4 : (int)(_mask + 1) * 2);
        Put((ulong)hash << 32 | (uint)(number + 1));
    }

    private void Put(ulong slot)
    {
        uint at = (uint)(slot >> 32) & _mask;
        while (_slots[at] != 0)
            at = (at + 1) & _mask;
        _slots[at] = slot;
    }

    [MethodImpl(Jit.Hot)]
    private void Resize(int length)
    {
        ulong* old = _slots;
        uint count = _mask + 1;
        Make(length);
        for (uint i = 0; i < count; i++)
            if (old[i] != 0)
                Put(old[i]);
        _memory.Return((nint)old);
    }

    /// <summary>Takes a number out that is there.</summary>
    [MethodImpl(Jit.Hot)]
    public void Remove(uint hash, int number)
    {
        ulong* slots = _slots;
        uint mask = _mask;
        uint hole = hash & mask;
        while ((int)slots[hole] - 1 != number)
            hole = (hole + 1) & mask;
        for (uint at = (hole + 1) & mask; slots[at] != 0; at = (at + 1) & mask)
        {
            // An entry may move back into the hole unless its home lies after the hole.
            uint home = (uint)(slots[at] >> 32) & mask;
            if (((at - home) & mask) < ((at - hole) & mask))
                continue;
            slots[hole] = slots[at];
            hole = at;
        }
        slots[hole] = 0;
        if (--Count == 0 && mask >= Fewest)
        {
            _memory.Return((nint)slots);
            Make(Fewest);
        }
        else if (mask >= Few && Count < mask / 8)
            Resize((int)(mask + 1) / 4);
    }
}
