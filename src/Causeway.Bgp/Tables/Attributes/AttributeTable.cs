using System.Runtime.CompilerServices;
using Causeway.Bgp.Tables.Memory;

namespace Causeway.Bgp.Tables.Attributes;

/// <summary>
/// Path attributes, each distinct set kept once: raw bytes to a small number, with a count of its users. Number 0 stands for "no attributes".
/// </summary>
internal sealed class AttributeTable
{
    private readonly Slab<AttributeSet> _sets;
    private readonly ByteArena _bytes;
    private readonly HashIndex _index;
    private long[] _bytesOf = new long[4];

    public AttributeTable(TableMemory memory)
    {
        _sets = new Slab<AttributeSet>(memory);
        _bytes = new ByteArena(memory);
        _index = new HashIndex(memory);
        _sets[_sets.Allocate()] = default;
    }

    /// <summary>Distinct sets in use.</summary>
    public int Count => _index.Count;

    /// <summary>Bytes of the sets that a peer was the first to bring.</summary>
    public long BytesOf(ushort peer) => peer < _bytesOf.Length ? _bytesOf[peer] : 0;

    public ref AttributeSet this[int number] => ref _sets[number];

    /// <summary>False for a number that was released meanwhile, and not given to another set.</summary>
    public bool InUse(int number) => _sets.Holds(number) && _sets[number].References > 0;

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
    public int Find(ReadOnlySpan<byte> block, uint hash) => Math.Max(_index.Find(hash, new BlockMatch(this, block)), 0);

    private readonly ref struct BlockMatch(AttributeTable table, ReadOnlySpan<byte> block) : IMatch
    {
        private readonly ReadOnlySpan<byte> _block = block;

        public bool Is(int number) => table.Block(number).SequenceEqual(_block);
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
        _index.Add(hash, number);
        return number;
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
        _index.Remove(set.Hash, number);
        _bytesOf[set.Owner] -= set.Length;
        _bytes.Free(set.Handle, set.Length);
        _sets.Free(number);
    }
}
