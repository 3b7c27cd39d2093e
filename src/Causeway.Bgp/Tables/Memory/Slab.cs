using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Tables.Memory;

/// <summary>
/// Places of one size, addressed by a small integer.
/// </summary>
/// <remarks>
/// Places lie in chunks that never move once they are full-sized, so growing a table of a million routes copies nothing. Each chunk knows how many of its places
/// are in use; freed ones are chained through their last four octets, last freed first. A chunk without any in use gives its memory back, but for one that is kept
/// for what comes next; its numbers are used again. What walks over numbers or remembers some asks <see cref="Holds"/> first.
/// </remarks>
internal unsafe class Slab(TableMemory memory, int size, int shift)
{
    private const int FirstPlaces = 4;

    private struct Chunk
    {
        public int Used;

        /// <summary>Places from here on were never given out.</summary>
        public int Fresh;

        /// <summary>The last place freed, or -1.</summary>
        public int Free;

        /// <summary>Its place among those with room, or -1.</summary>
        public int RoomAt;

        public bool Mapped;
    }

    private readonly int _places = 1 << shift;

    /// <summary>Octets of a place.</summary>
    protected int Size => size;

    private Chunk[] _state = [];
    private int _chunkCount;
    private int _firstPlaces;

    // Chunks that have room and memory; the last is the one in use. Numbers of chunks without memory.
    private int[] _room = [];
    private int _roomCount;
    private readonly Stack<int> _gone = new();
    private int _spare = -1;

    /// <summary>Where each chunk lies.</summary>
    protected byte*[] Chunks { get; private set; } = [];

    /// <summary>One beyond the highest number that may be in use.</summary>
    public int High => _chunkCount == 1 ? _state[0].Fresh : _chunkCount << shift;

    /// <summary>Places in use.</summary>
    public int Count { get; private set; }

    /// <summary>False for a number that was never given out, or whose chunk has gone. A freed place is still held, with what was left in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int number) =>
        (uint)(number >> shift) < (uint)_chunkCount && (number & (_places - 1)) < _state[number >> shift].Fresh;

    /// <summary>Hands out a place; its content is whatever was left there.</summary>
    [MethodImpl(Jit.Hot)]
    public int Allocate()
    {
        if (_roomCount == 0)
            AddChunk();
        int number = _room[_roomCount - 1];
        ref Chunk chunk = ref _state[number];
        if (chunk.Used == 0 && _spare == number)
            _spare = -1;
        chunk.Used++;
        Count++;
        int place = chunk.Free;
        if (place >= 0)
            chunk.Free = *Link(number, place);
        else
        {
            place = chunk.Fresh;
            if (number == 0 && place == _firstPlaces && place < _places)
                GrowFirst();
            chunk.Fresh = place + 1;
        }
        if (chunk.Used == _places)
            LeaveRoom(ref chunk);
        return number << shift | place;
    }

    /// <summary>Takes a place back.</summary>
    [MethodImpl(Jit.Hot)]
    public void Free(int index)
    {
        Debug.Assert(Holds(index), "A place was freed that was not given out.");
        int number = index >> shift;
        ref Chunk chunk = ref _state[number];
        if (chunk.Used == _places)
            EnterRoom(number);
        *Link(number, index & (_places - 1)) = chunk.Free;
        chunk.Free = index & (_places - 1);
        Count--;
        if (--chunk.Used == 0)
            Emptied(number);
    }

    private int* Link(int chunk, int place) => (int*)(Chunks[chunk] + (long)place * size + size - sizeof(int));

    private void EnterRoom(int number)
    {
        if (_roomCount == _room.Length)
            Array.Resize(ref _room, Math.Max(4, 2 * _roomCount));
        _state[number].RoomAt = _roomCount;
        _room[_roomCount++] = number;
    }

    private void LeaveRoom(ref Chunk chunk)
    {
        int last = _room[--_roomCount];
        _room[chunk.RoomAt] = last;
        _state[last].RoomAt = chunk.RoomAt;
        chunk.RoomAt = -1;
    }

    private void AddChunk()
    {
        if (!_gone.TryPop(out int number))
        {
            number = _chunkCount++;
            if (number == Chunks.Length)
            {
                int length = Math.Max(1, 2 * number);
                Array.Resize(ref _state, length);
                var chunks = new byte*[length];
                Array.Copy(Chunks, chunks, number);
                Chunks = chunks;
            }
        }
        if (number == 0)
            _firstPlaces = FirstPlaces;
        Chunks[number] = (byte*)memory.Rent((number == 0 ? _firstPlaces : _places) * size);
        _state[number] = new Chunk
        {
            Free = -1,
            RoomAt = -1,
            Mapped = true,
        };
        EnterRoom(number);
    }

    /// <summary>The first chunk begins small, for tables that stay so.</summary>
    private void GrowFirst()
    {
        int places = Math.Min(_firstPlaces * 4, _places);
        byte* larger = (byte*)memory.Rent(places * size);
        Buffer.MemoryCopy(Chunks[0], larger, (long)places * size, (long)_firstPlaces * size);
        memory.Return((nint)Chunks[0]);
        Chunks[0] = larger;
        _firstPlaces = places;
    }

    private void Emptied(int number)
    {
        ref Chunk chunk = ref _state[number];
        (chunk.Fresh, chunk.Free) = (0, -1);
        int old = _spare;
        _spare = number;
        if (old >= 0)
            LetGo(old);
        if (Count == 0)
            Clear();
    }

    private void LetGo(int number)
    {
        ref Chunk chunk = ref _state[number];
        Debug.Assert(chunk is { Mapped: true, Used: 0 }, "A chunk was let go that is in use.");
        LeaveRoom(ref chunk);
        memory.Return((nint)Chunks[number]);
        Chunks[number] = (byte*)TableMemory.Nothing;
        chunk.Mapped = false;
        _gone.Push(number);
    }

    /// <summary>Gives all memory back; every number is void.</summary>
    public void Clear()
    {
        for (int number = 0; number < _chunkCount; number++)
            if (_state[number].Mapped)
                memory.Return((nint)Chunks[number]);
        Chunks = [];
        _state = [];
        _room = [];
        _gone.Clear();
        _chunkCount = _roomCount = _firstPlaces = Count = 0;
        _spare = -1;
    }
}

/// <summary>A <see cref="Slab"/> of structs.</summary>
internal sealed unsafe class Slab<T>(TableMemory memory) : Slab(memory, sizeof(T), Shift)
    where T : unmanaged
{
    private const int Shift = 12;
    private const int Mask = (1 << Shift) - 1;

    /// <summary>The place of a number. Valid until the next <see cref="Slab.Allocate"/>.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Debug.Assert(Holds(index), "A place was looked at that is not there.");
            return ref ((T*)Chunks[index >> Shift])[index & Mask];
        }
    }
}
