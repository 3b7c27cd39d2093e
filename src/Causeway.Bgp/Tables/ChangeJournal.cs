using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Tables;

/// <summary>
/// The last changes of best routes, as destination numbers in a ring. Each Adj-RIB-Out reads it at its own pace; one that fell behind by more than the
/// ring holds walks the whole table instead. So a slow peer costs no memory, and a change costs the same for one peer and for a thousand.
/// </summary>
internal sealed class ChangeJournal
{
    private const int Capacity = 1 << 16;

    private int[]? _ring;

    /// <summary>Sequence number of the next change.</summary>
    public long Head { get; private set; }

    /// <summary>Nobody reads until the first Adj-RIB-Out exists.</summary>
    public void Open() => _ring ??= new int[Capacity];

    [MethodImpl(Jit.Hot)]
    public void Add(int destination)
    {
        if (_ring is not null)
            _ring[Head & (Capacity - 1)] = destination;
        Head++;
    }

    public bool Holds(long sequence) => _ring is not null && Head - sequence <= Capacity;

    public int this[long sequence] => _ring![sequence & (Capacity - 1)];
}
