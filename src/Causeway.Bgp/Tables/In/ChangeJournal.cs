using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Tables.In;

/// <summary>
/// The last changes of best routes, as destination numbers in a ring. Each Adj-RIB-Out reads it at its own pace; one that fell behind by more than the
/// ring holds walks the whole table instead. So a slow peer costs no memory, and a change costs the same for one peer and for a thousand. The ring is as long
/// as the table, up to a limit: a longer one would save nobody a walk.
/// </summary>
internal sealed class ChangeJournal
{
    private const int Smallest = 1 << 4;
    private const int Largest = 1 << 16;

    private int[] _ring = [];
    private long _first;
    private bool _read;

    /// <summary>Sequence number of the next change.</summary>
    public long Head { get; private set; }

    /// <summary>Nobody reads until the first Adj-RIB-Out exists.</summary>
    public void Open()
    {
        if (!_read)
            _first = Head;
        _read = true;
    }

    [MethodImpl(Jit.Hot)]
    public void Add(int destination)
    {
        if (_read)
        {
            if (destination >= _ring.Length && _ring.Length < Largest)
                Grow(destination);
            _ring[Head & (_ring.Length - 1)] = destination;
        }
        Head++;
    }

    private void Grow(int destination)
    {
        int length = Math.Max(_ring.Length, Smallest);
        while (length <= destination && length < Largest)
            length *= 2;
        var ring = new int[length];
        _first = Math.Max(_first, Head - _ring.Length);
        for (long sequence = _first; sequence < Head; sequence++)
            ring[sequence & (length - 1)] = this[sequence];
        _ring = ring;
    }

    public bool Holds(long sequence) => sequence >= Math.Max(_first, Head - _ring.Length);

    public int this[long sequence] => _ring[sequence & (_ring.Length - 1)];
}

/// <summary>Somebody who follows a <see cref="ChangeJournal"/>, and sleeps while there is nothing new in it.</summary>
internal abstract class JournalReader
{
    /// <summary>Its place among those who wait for the journal to grow; -1 while it does not wait.</summary>
    internal int WaitingAt { get; set; } = -1;

    /// <summary>The journal has grown. Called without a lock.</summary>
    public abstract void Wake();
}
