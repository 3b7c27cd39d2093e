using System.Runtime.InteropServices;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Memory;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>Memory outside the collected heap: each structure against a plain one, and whether it goes back. In a Debug build every access is asserted.</summary>
public sealed class TableMemoryTests
{
    private readonly TableMemory _memory = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_slab_gives_each_place_to_one_and_gives_empty_chunks_back(int seed)
    {
        var random = new Random(seed);
        var slab = new Slab<long>(_memory);
        var there = new List<(int Number, long Value)>();
        long next = 1;
        for (int target = 100_000; target > 0; target = target * 2 / 3)
        {
            while (there.Count < target)
                Add();
            while (there.Count > target / 4)
                Take(random.Next(there.Count));
            foreach ((int number, long value) in there)
                Assert.Equal(value, slab[number]);
            Assert.Equal(there.Count, slab.Count);
            Assert.Equal(there.Count, there.Select(t => t.Number).Distinct().Count());
        }
        while (there.Count > 0)
            Take(there.Count - 1);
        Assert.Equal((0, 0, 0L), (slab.Count, slab.High, _memory.Rented));

        void Add()
        {
            int number = slab.Allocate();
            slab[number] = next;
            there.Add((number, next++));
        }

        void Take(int at)
        {
            Assert.Equal(there[at].Value, slab[there[at].Number]);
            slab.Free(there[at].Number);
            there[at] = there[^1];
            there.RemoveAt(there.Count - 1);
        }
    }

    [Fact]
    public void A_chunk_without_places_in_use_goes_and_its_numbers_are_not_held_until_they_come_again()
    {
        var slab = new Slab<long>(_memory);
        int[] numbers = [.. Enumerable.Range(0, 10 * 4096).Select(_ => slab.Allocate())];
        long full = _memory.Rented;
        foreach (int number in numbers[4096..])
            slab.Free(number);
        // One empty chunk is kept for what comes next.
        Assert.Equal(full / 5, _memory.Rented);
        Assert.True(slab.Holds(numbers[0]));
        Assert.DoesNotContain(numbers[4096..], slab.Holds);
        Assert.Equal(numbers[4096..].Order(), Enumerable.Range(0, 9 * 4096).Select(_ => slab.Allocate()).Order());
    }

    [Fact]
    public void Byte_strings_of_all_lengths_stay_as_they_are_while_others_come_and_go()
    {
        var random = new Random(3);
        var arena = new ByteArena(_memory);
        var there = new List<(int Handle, byte[] Bytes)>();
        for (int i = 0; i < 20_000; i++)
        {
            if (there.Count > 0 && random.Next(5) < 2)
            {
                int at = random.Next(there.Count);
                Assert.True(arena.Block(there[at].Handle, there[at].Bytes.Length).SequenceEqual(there[at].Bytes));
                arena.Free(there[at].Handle, there[at].Bytes.Length);
                there.RemoveAt(at);
                continue;
            }
            byte[] bytes = new byte[random.Next(50) == 0 ? random.Next(ByteArena.Largest + 1) : random.Next(300)];
            random.NextBytes(bytes);
            int handle = arena.Allocate(bytes.Length);
            Assert.NotEqual(0, handle);
            bytes.CopyTo(arena.Block(handle, bytes.Length));
            there.Add((handle, bytes));
        }
        foreach ((int handle, byte[] bytes) in there)
        {
            Assert.True(arena.Block(handle, bytes.Length).SequenceEqual(bytes));
            arena.Free(handle, bytes.Length);
        }
        Assert.Equal(0, _memory.Rented);
    }

    private readonly struct Keyed(List<uint> keys, uint key) : IMatch
    {
        public bool Is(int number) => keys[number] == key;
    }

    [Fact]
    public void A_hash_index_finds_what_is_there_under_crowded_hashes_and_shrinks_again()
    {
        var random = new Random(4);
        var index = new HashIndex(_memory);
        var keys = new List<uint>();
        var there = new HashSet<int>();
        for (int i = 0; i < 300_000; i++)
        {
            keys.Add((uint)i);
            index.Add(Hash((uint)i), i);
            there.Add(i);
            if (random.Next(3) == 0 && random.Next(i + 1) is var gone && there.Remove(gone))
                index.Remove(Hash((uint)gone), gone);
        }
        Check();
        long full = _memory.Rented;
        foreach (int gone in there.Where(n => n % 50 != 0).ToList())
        {
            index.Remove(Hash((uint)gone), gone);
            there.Remove(gone);
        }
        Check();
        Assert.True(_memory.Rented <= full / 4, $"{_memory.Rented} of {full} octets are still held by {there.Count} entries");

        void Check()
        {
            Assert.Equal(there.Count, index.Count);
            for (int i = 0; i < keys.Count; i++)
                Assert.Equal(there.Contains(i) ? i : -1, index.Find(Hash((uint)i), new Keyed(keys, (uint)i)));
        }

        // Hashes in a sixteenth of their space, some of them equal.
        static uint Hash(uint key) => key / 2 * 2654435761u & 0x0FFFFFFF;
    }

    [Fact]
    public void A_sparse_array_holds_pages_only_where_something_is()
    {
        var random = new Random(5);
        var array = new SparseArray<int>(_memory);
        var there = new Dictionary<int, int>();
        for (int i = 0; i < 50_000; i++)
        {
            int at = random.Next(10) == 0 ? random.Next(1_000_000) : random.Next(2000);
            there[at] = array[at] = random.Next(3) == 0 ? 0 : random.Next();
        }
        for (int at = 0; at < 1_000_100; at++)
            Assert.Equal(there.GetValueOrDefault(at), array[at]);
        var seen = new List<int>();
        for (int at = array.Next(0); at < array.High; at = array.Next(at + 1))
            if (array[at] != 0)
                seen.Add(at);
        Assert.Equal(there.Where(t => t.Value != 0).Select(t => t.Key).Order(), seen);
        foreach (int at in there.Keys)
            array[at] = 0;
        Assert.Equal(0, _memory.Rented);
    }

    [Fact]
    public void A_place_whose_chunk_is_gone_reads_as_zeros()
    {
        byte[] seen = new byte[TableMemory.LargestChunk];
        Marshal.Copy(TableMemory.Nothing, seen, 0, seen.Length);
        Assert.False(seen.AsSpan().ContainsAnyExcept((byte)0));
    }

    private static byte[] Announce(int number, int count) =>
        new TestRoute
        {
            Path = [64496, (uint)(1 + number / 4)],
            Communities = [.. Enumerable.Range(0, number % 7).Select(i => (uint)i)],
        }.Announce([.. Enumerable.Range(number, count).Select(Prefix)]);

    private static IpPrefix Prefix(int number) => IpPrefix.V4(0x0B000000u + ((uint)number << 8), 24);

    [Fact]
    public void Memory_goes_back_when_routes_do_though_a_network_of_our_own_stays()
    {
        const int Routes = 100_000;
        CompiledPolicy? all = CompiledPolicy.Compile(RoutePolicy.AcceptAll);
        var rib = new Rib();
        rib.SetNetworks([IpPrefix.Parse("203.0.113.0/24")]);
        RibPeer feed = rib.Add(TestRoute.Peer("feed", 64496, "192.0.2.1", 1), all);
        RibPeer peer = rib.Add(TestRoute.Peer("peer", 64497, "192.0.2.2", 2), all);
        AdjRibOut out2 = rib.AddOut(peer, all, () => { });
        var receiver = new OutReceiver();
        receiver.Take(out2);
        long empty = rib.Octets;
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < Routes; i += 4)
                rib.Ingest(feed, Announce(i, 4));
            receiver.Take(out2);
            Assert.Equal((Routes + 1, Routes + 1), (rib.Reachable(IpFamily.V4), receiver.Routes.Count));
            long full = rib.Octets;
            Assert.True(full > 50 * Routes, $"{full} octets hold {Routes} routes");

            foreach (int[] some in Enumerable.Range(0, Routes).Chunk(500))
                rib.Ingest(feed, TestRoute.Withdraw([.. some.Select(Prefix)]));
            receiver.Take(out2);
            Assert.Equal((1, 1), (rib.Reachable(IpFamily.V4), receiver.Routes.Count));
            // A chunk of each kind is in use by what stays, and one is kept for what comes next.
            Assert.True(
                rib.Octets < full / 5,
                $"{rib.Octets} octets are held after everything was withdrawn; {empty} before, {full} with it"
            );
        }
    }

    [Fact]
    public async Task Tables_that_are_dropped_with_their_routes_give_their_memory_back()
    {
        long before = Environment.WorkingSet;
        for (int i = 0; i < 60; i++)
            Fill();
        await Eventually.Get(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Environment.WorkingSet >> 20;
            },
            now => now < (before >> 20) + 150,
            $"megabytes resident after 60 tables of 50,000 routes came and went; {before >> 20} before"
        );

        static void Fill()
        {
            var rib = new Rib();
            RibPeer feed = rib.Add(TestRoute.Peer("feed", 64496, "192.0.2.1", 1), CompiledPolicy.Compile(RoutePolicy.AcceptAll));
            for (int i = 0; i < 50_000; i += 100)
                rib.Ingest(feed, Announce(i, 100));
        }
    }
}
