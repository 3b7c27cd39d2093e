using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Tables.Memory;

/// <summary>
/// Byte strings addressed by a number. Up to 512 octets each lies in a slab of its own size, in steps of 16, so that the memory of sizes that are used no more goes
/// back; a longer one is a block of its own.
/// </summary>
internal sealed unsafe class ByteArena(TableMemory memory)
{
    /// <summary>The longest string.</summary>
    public const int Largest = 65535;

    private const int Step = 16;
    private const int Steps = 32;
    private const int Long = Steps + 1;
    private const int KindBits = 6;

    private readonly Places?[] _bySize = new Places?[Steps + 1];
    private readonly Slab<nint> _long = new(memory);

    /// <param name="length">0–65535.</param>
    /// <returns>A handle, never 0.</returns>
    [MethodImpl(Jit.Hot)]
    public int Allocate(int length)
    {
        int kind = Kind(length);
        if (kind == Long)
        {
            int number = _long.Allocate();
            _long[number] = memory.Rent(length);
            return number << KindBits | kind;
        }
        return (_bySize[kind] ??= new Places(memory, kind * Step)).Allocate() << KindBits | kind;
    }

    [MethodImpl(Jit.Hot)]
    public void Free(int handle, int length)
    {
        int kind = handle & ((1 << KindBits) - 1),
            number = handle >> KindBits;
        Debug.Assert(kind == Kind(length), "A string came back with another length.");
        if (kind != Long)
        {
            _bySize[kind]!.Free(number);
            return;
        }
        memory.Return(_long[number]);
        _long.Free(number);
    }

    [MethodImpl(Jit.Hot)]
    public Span<byte> Block(int handle, int length)
    {
        int kind = handle & ((1 << KindBits) - 1);
        return new Span<byte>(kind == Long ? (void*)_long[handle >> KindBits] : _bySize[kind]!.At(handle >> KindBits), length);
    }

    private static int Kind(int length) => length <= Step * Steps ? Math.Max(1, (length + Step - 1) / Step) : Long;

    private sealed class Places(TableMemory memory, int size) : Slab(memory, size, Shift)
    {
        private const int Shift = 10;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public byte* At(int number)
        {
            Debug.Assert(Holds(number), "A string was looked at that is not there.");
            return Chunks[number >> Shift] + (number & ((1 << Shift) - 1)) * Size;
        }
    }
}
