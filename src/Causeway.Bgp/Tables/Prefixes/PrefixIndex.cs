using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Causeway.Bgp.Tables.Memory;

namespace Causeway.Bgp.Tables.Prefixes;

/// <summary>
/// Prefix to destination number. An ingest that knows its next prefixes asks for their slots ahead of time (<see cref="Prefetch"/>), which hides most of what a
/// table larger than the cache costs. The count of prefixes per length bounds the probes of a longest match to lengths that exist.
/// </summary>
internal sealed class PrefixIndex<TKey>(Slab<Destination<TKey>> destinations, TableMemory memory)
    where TKey : unmanaged, IPrefixKey<TKey>
{
    private readonly int[] _perLength = new int[TKey.MaxLength + 1];
    private readonly HashIndex _index = new(memory);

    public int Count => _index.Count;

    public static uint Hash(in TKey key) => key.Hash(Hashing.Seed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(uint hash) => _index.Prefetch(hash);

    private readonly struct KeyMatch(Slab<Destination<TKey>> destinations, TKey key) : IMatch
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Is(int number) => destinations[number].Key.Equals(key);
    }

    /// <returns>The destination, or -1.</returns>
    [MethodImpl(Jit.Hot)]
    public int Find(in TKey key, uint hash) => _index.Find(hash, new KeyMatch(destinations, key));

    /// <summary>Finds a destination or makes one without routes.</summary>
    [MethodImpl(Jit.Hot)]
    public int FindOrAdd(in TKey key, uint hash)
    {
        int destination = _index.Find(hash, new KeyMatch(destinations, key));
        if (destination >= 0)
            return destination;
        destination = destinations.Allocate();
        destinations[destination] = new Destination<TKey> { Key = key, First = -1 };
        _perLength[key.Length]++;
        _index.Add(hash, destination);
        return destination;
    }

    [MethodImpl(Jit.Hot)]
    public void Remove(int destination)
    {
        ref Destination<TKey> place = ref destinations[destination];
        _index.Remove(Hash(place.Key), destination);
        _perLength[place.Key.Length]--;
        place.First = Destination<TKey>.Unused;
        destinations.Free(destination);
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
