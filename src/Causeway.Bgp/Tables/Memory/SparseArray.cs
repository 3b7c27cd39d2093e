using System.Numerics;
using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Tables.Memory;

/// <summary>Numbers by index, of which most are 0: pages exist where one is not, and go with their last.</summary>
internal sealed unsafe class SparseArray<T>(TableMemory memory)
    where T : unmanaged, INumberBase<T>
{
    private const int Shift = 13;
    private const int PageSize = 1 << Shift;
    private const int FirstSize = 16;

    private struct Page
    {
        public T* At;
        public int Length;

        /// <summary>How many are not 0.</summary>
        public int Count;
    }

    private Page[] _pages = [];

    public T this[int index]
    {
        [MethodImpl(Jit.Hot)]
        get
        {
            int number = index >> Shift,
                at = index & (PageSize - 1);
            return number < _pages.Length && at < _pages[number].Length ? _pages[number].At[at] : T.Zero;
        }
        [MethodImpl(Jit.Hot)]
        set
        {
            int number = index >> Shift,
                at = index & (PageSize - 1);
            if (number >= _pages.Length || at >= _pages[number].Length)
            {
                if (T.IsZero(value))
                    return;
                Reach(number, at);
            }
            ref Page page = ref _pages[number];
            ref T place = ref page.At[at];
            page.Count += (T.IsZero(value) ? 0 : 1) - (T.IsZero(place) ? 0 : 1);
            place = value;
            if (page.Count == 0)
                LetGo(ref page);
        }
    }

    /// <summary>One beyond the highest index that may hold something.</summary>
    public int High => _pages.Length << Shift;

    /// <summary>The first index from here on that may hold something, or one beyond all.</summary>
    public int Next(int from)
    {
        while (from < High && _pages[from >> Shift].Length <= (from & (PageSize - 1)))
            from = ((from >> Shift) + 1) << Shift;
        return from;
    }

    /// <summary>The first page is as long as it must be, for tables that stay small.</summary>
    private void Reach(int number, int at)
    {
        if (number >= _pages.Length)
            Array.Resize(ref _pages, Math.Max(number + 1, _pages.Length * 2));
        ref Page page = ref _pages[number];
        int length = number > 0 ? PageSize : Math.Max(FirstSize, (int)BitOperations.RoundUpToPowerOf2((uint)at + 1));
        T* longer = (T*)memory.Rent(length * sizeof(T));
        if (page.Length > 0)
        {
            Buffer.MemoryCopy(page.At, longer, (long)length * sizeof(T), (long)page.Length * sizeof(T));
            memory.Return((nint)page.At);
        }
        page.At = longer;
        page.Length = length;
    }

    private void LetGo(ref Page page)
    {
        if (page.Length > 0)
            memory.Return((nint)page.At);
        page = default;
    }

    /// <summary>Makes all of them 0.</summary>
    public void Clear()
    {
        foreach (ref Page page in _pages.AsSpan())
            LetGo(ref page);
        _pages = [];
    }
}
