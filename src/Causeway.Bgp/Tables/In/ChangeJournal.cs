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
    private const int None = -1;
    private const int Several = -2;

    private int[] _ring = [];
    private long _first;
    private bool _read;
    private int _source = None;

    /// <summary>Sequence number of the next change.</summary>
    public long Head { get; private set; }

    /// <summary>Nobody reads until the first Adj-RIB-Out exists.</summary>
    public void Open()
    {
        if (!_read)
            _first = Head;
        _read = true;
    }

    /// <summary>Up to here readers have been told that there is something to read.</summary>
    public long Told { get; private set; }

    /// <summary>Notes a change.</summary>
    /// <param name="before">The peer whose route was the best one, or -1.</param>
    /// <param name="after">The peer whose route is it now, or -1.</param>
    [MethodImpl(Jit.Hot)]
    public void Add(int destination, int before, int after)
    {
        // Whichever is none says nothing about who is concerned.
        if (before < 0)
            before = after;
        else if (after >= 0 && after != before)
            before = Several;
        if (before != _source)
            _source = _source == None ? before : Several;
        if (_read)
        {
            if (destination >= _ring.Length && _ring.Length < Largest)
                Grow(destination);
            _ring[Head & (_ring.Length - 1)] = destination;
        }
        Head++;
    }

    /// <summary>What was noted so far has been told.</summary>
    /// <returns>The peer that all of it came from, to whom none of it is news; negative for several.</returns>
    public int Tell()
    {
        int source = _source;
        (Told, _source) = (Head, None);
        return source;
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
/// <param name="peer">Its number: changes from one route of its own to another are nothing to it.</param>
internal abstract class JournalReader(int peer)
{
    public int Peer => peer;

    /// <summary>Its place among those who wait for the journal to grow; -1 while it does not wait.</summary>
    internal int WaitingAt { get; set; } = -1;

    /// <summary>The next change to read.</summary>
    protected long Sequence { get; set; }

    /// <summary>Passes over changes that are nothing to it, if it has read all before them.</summary>
    internal void Pass(long from, long to)
    {
        if (Sequence >= from)
            Sequence = to;
    }

    /// <summary>The journal has grown. Called without a lock.</summary>
    public abstract void Wake();
}
