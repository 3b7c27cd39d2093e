using System.Runtime.CompilerServices;
using Causeway.Bgp.Tables.Memory;

namespace Causeway.Bgp.Tables.Attributes;

/// <summary>
/// Path attributes, each distinct set kept once: raw bytes to a small number, with a count of its users. Number 0 stands for "no attributes".
/// </summary>
internal sealed class AttributeTable
{
    private const int InitialSlots = 16;

    private readonly Slab<AttributeSet> _sets = new();
    private readonly ByteArena _bytes = new();

    // Upper half: hash. Lower half: number; 0 is an empty slot.
    private ulong[] _slots = new ulong[InitialSlots];

    public AttributeTable() => _sets.Allocate();

    private long[] _bytesOf = new long[4];

    /// <summary>Distinct sets in use.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the sets that a peer was the first to bring.</summary>
    public long BytesOf(ushort peer) => peer < _bytesOf.Length ? _bytesOf[peer] : 0;

    public ref AttributeSet this[int number] => ref _sets[number];

    /// <summary>The canonical block of a set: 4-octet AS numbers; for IPv6 an MP_REACH_NLRI with the next hop and no NLRI.</summary>
    [MethodImpl(Jit.Hot)]
    public ReadOnlySpan<byte> Block(int number)
    {
        ref AttributeSet set = ref _sets[number];
        return number == 0 ? [] : _bytes.Block(set.Handle, set.Length);
    }

    public static uint Hash(ReadOnlySpan<byte> block) => Hashing.Bytes(block, Hashing.Seed);

    /// <returns>The number of a block that is already known, or 0. Counts no use.</returns>
    [MethodImpl(Jit.Hot)]
    public int Find(ReadOnlySpan<byte> block, uint hash)
    {
        uint mask = (uint)(_slots.Length - 1);
        for (uint at = hash & mask; ; at = (at + 1) & mask)
        {
            ulong slot = _slots[at];
            if (slot == 0)
                return 0;
            if ((uint)(slot >> 32) == hash && Block((int)slot).SequenceEqual(block))
                return (int)slot;
        }
    }

    /// <summary>Finds or adds a canonical block, for a peer. Counts no use: who keeps the number calls <see cref="Use"/> before anything is released.</summary>
    [MethodImpl(Jit.Hot)]
    public int Intern(ReadOnlySpan<byte> block, ushort peer)
    {
        uint hash = Hash(block);
        int number = Find(block, hash);
        return number != 0 ? number : Add(block, hash, peer);
    }

    [MethodImpl(Jit.Hot)]
    private int Add(ReadOnlySpan<byte> block, uint hash, ushort peer)
    {
        AttributeSet set = AttributeSet.Read(block);
        set.Handle = _bytes.Allocate(block.Length);
        set.Length = block.Length;
        set.Hash = hash;
        set.Owner = peer;
        if (peer >= _bytesOf.Length)
            Array.Resize(ref _bytesOf, 2 * peer);
        _bytesOf[peer] += block.Length;
        block.CopyTo(_bytes.Block(set.Handle, set.Length));
        int number = _sets.Allocate();
        _sets[number] = set;
        if (++Count * 8L > _slots.Length * 5L)
            Grow();
        Insert(_slots, (ulong)hash << 32 | (uint)number);
        return number;
    }

    [MethodImpl(Jit.Hot)]
    private void Grow()
    {
        var slots = new ulong[_slots.Length * 4];
        foreach (ulong slot in _slots)
            if (slot != 0)
                Insert(slots, slot);
        _slots = slots;
    }

    [MethodImpl(Jit.Hot)]
    private static void Insert(ulong[] slots, ulong slot)
    {
        uint mask = (uint)(slots.Length - 1);
        uint at = (uint)(slot >> 32) & mask;
        while (slots[at] != 0)
            at = (at + 1) & mask;
        slots[at] = slot;
    }

    [MethodImpl(Jit.Hot)]
    public void Use(int number) => _sets[number].References++;

    [MethodImpl(Jit.Hot)]
    public void Release(int number)
    {
        if (number != 0 && --_sets[number].References == 0)
            Remove(number);
    }

    [MethodImpl(Jit.Hot)]
    private void Remove(int number)
    {
        ref AttributeSet set = ref _sets[number];
        uint mask = (uint)(_slots.Length - 1);
        uint hole = set.Hash & mask;
        while ((int)_slots[hole] != number)
            hole = (hole + 1) & mask;
        for (uint at = (hole + 1) & mask; _slots[at] != 0; at = (at + 1) & mask)
        {
            uint home = (uint)(_slots[at] >> 32) & mask;
            if (((at - home) & mask) < ((at - hole) & mask))
                continue;
            _slots[hole] = _slots[at];
            hole = at;
        }
        _slots[hole] = 0;
        _bytesOf[set.Owner] -= set.Length;
        _bytes.Free(set.Handle, set.Length);
        _sets.Free(number);
        Count--;
    }
}
