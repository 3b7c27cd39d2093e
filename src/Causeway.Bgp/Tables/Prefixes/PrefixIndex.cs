using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Causeway.Bgp.Tables.Memory;

namespace Causeway.Bgp.Tables.Prefixes;

/// <summary>
/// Prefix to destination number, by open addressing with linear probing.
/// </summary>
/// <remarks>
/// A slot holds the destination number and the whole 32-bit hash of its key: a probe touches the key only when it is almost certainly the
/// right one, and growing moves slots without looking at any key. An ingest that knows its next prefixes asks for their slots ahead of time
/// (<see cref="Prefetch"/>), which hides most of what a table larger than the cache costs. Deleting shifts later entries back, so there are
/// no tombstones. The count of prefixes per length bounds the probes of a longest match to lengths that exist.
/// </remarks>
internal sealed class PrefixIndex<TKey>
    where TKey : unmanaged, IPrefixKey<TKey>
{
    private const int InitialSlots = 16;

    private readonly Slab<Destination<TKey>> _destinations;
    private readonly int[] _perLength = new int[TKey.MaxLength + 1];

    // Upper half: hash. Lower half: destination + 1; 0 is an empty slot.
    private ulong[] _slots = new ulong[InitialSlots];
    private int _count;

    public PrefixIndex(Slab<Destination<TKey>> destinations) => _destinations = destinations;

    public int Count => _count;

    public static uint Hash(in TKey key) => key.Hash(Hashing.Seed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch(uint hash)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref _slots[hash & (uint)(_slots.Length - 1)]));
    }

    /// <returns>The destination, or -1.</returns>
    [MethodImpl(Jit.Hot)]
    public int Find(in TKey key, uint hash)
    {
        ulong[] slots = _slots;
        uint mask = (uint)(slots.Length - 1);
        for (uint at = hash & mask; ; at = (at + 1) & mask)
        {
            ulong slot = slots[at];
            if (slot == 0)
                return -1;
            if ((uint)(slot >> 32) == hash && _destinations[(int)slot - 1].Key.Equals(key))
                return (int)slot - 1;
        }
    }

    /// <summary>Finds a destination or makes one without routes.</summary>
    [MethodImpl(Jit.Hot)]
    public int FindOrAdd(in TKey key, uint hash)
    {
        ulong[] slots = _slots;
        uint mask = (uint)(slots.Length - 1);
        uint at = hash & mask;
        for (; ; at = (at + 1) & mask)
        {
            ulong slot = slots[at];
            if (slot == 0)
                break;
            if ((uint)(slot >> 32) == hash && _destinations[(int)slot - 1].Key.Equals(key))
                return (int)slot - 1;
        }
        int destination = _destinations.Allocate();
        _destinations[destination] = new Destination<TKey> { Key = key, First = -1 };
        slots[at] = (ulong)hash << 32 | (uint)(destination + 1);
        _perLength[key.Length]++;
        if (++_count * 8L > slots.Length * 5L)
            Grow();
        return destination;
    }

    [MethodImpl(Jit.Hot)]
    private void Grow()
    {
        ulong[] old = _slots;
        var slots = new ulong[old.Length < 1 << 16 ? old.Length * 4 : old.Length * 2];
        uint mask = (uint)(slots.Length - 1);
        foreach (ulong slot in old)
        {
            if (slot == 0)
                continue;
            uint at = (uint)(slot >> 32) & mask;
            while (slots[at] != 0)
                at = (at + 1) & mask;
            slots[at] = slot;
        }
        _slots = slots;
    }

    [MethodImpl(Jit.Hot)]
    public void Remove(int destination)
    {
        ref Destination<TKey> place = ref _destinations[destination];
        uint hash = Hash(place.Key);
        uint mask = (uint)(_slots.Length - 1);
        uint hole = hash & mask;
        while ((int)_slots[hole] - 1 != destination)
            hole = (hole + 1) & mask;
        for (uint at = (hole + 1) & mask; _slots[at] != 0; at = (at + 1) & mask)
        {
            // An entry may move back into the hole unless its home lies after the hole.
            uint home = (uint)(_slots[at] >> 32) & mask;
            if (((at - home) & mask) < ((at - hole) & mask))
                continue;
            _slots[hole] = _slots[at];
            hole = at;
        }
        _slots[hole] = 0;
        _perLength[place.Key.Length]--;
        place.First = Destination<TKey>.Unused;
        _destinations.Free(destination);
        if (--_count == 0)
        {
            _destinations.Clear();
            _slots = new ulong[InitialSlots];
        }
    }

    /// <summary>Destinations that contain a prefix, longest first, one per call: start with the prefix's own length, go on with the length found less one.</summary>
    /// <returns>The destination, or -1.</returns>
    public int Covering(in TKey key, int fromLength)
    {
        for (int length = fromLength; length >= 0; length--)
        {
            if (_perLength[length] == 0)
                continue;
            TKey wider = key.Truncate(length);
            int found = Find(wider, Hash(wider));
            if (found >= 0)
                return found;
        }
        return -1;
    }
}

/// <summary>A prefix and the head of the chain of its routes, best first. Pack: 16 bytes for IPv4.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Destination<TKey>
    where TKey : unmanaged, IPrefixKey<TKey>
{
    /// <summary><see cref="First"/> of a place that is not in use.</summary>
    public const int Unused = -2;

    public TKey Key;

    /// <summary>The first route, or -1.</summary>
    public int First;

    /// <summary>How many Adj-RIB-Outs hold this prefix; it stays while there are any, though it may have no route left.</summary>
    public int Holders;
}
