using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr;

/// <summary>Why a source is not as fresh as it should be; its last good state is in use.</summary>
/// <param name="Since">When the first refresh failed or was held back.</param>
/// <param name="Reason">For people: what happened.</param>
/// <param name="Kind">What sort of thing happened.</param>
public sealed record IrrStale(DateTimeOffset Since, string Reason, IrrStaleKind Kind);

public enum IrrStaleKind
{
    /// <summary>The refresh failed: unreachable, damaged, refused.</summary>
    Failed,

    /// <summary>The new state lost too much at once, and was held back by the shrink guard. An operator can accept it.</summary>
    Shrunk,

    /// <summary>The data in use is known to be incomplete: there was no earlier good state to keep.</summary>
    Incomplete,

    /// <summary>What it came from has nothing of it any more. What it said last stays, until an operator accepts that it is gone.</summary>
    Gone,
}

/// <summary>The state of one source within an <see cref="IrrDatabase"/>.</summary>
public sealed record IrrSource
{
    /// <summary>The name in upper case, as in <c>source:</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The serial (NRTMv3) or version (NRTMv4) of the data; null when a dump came without one.</summary>
    public long? Serial { get; init; }

    /// <summary>When the data in use was taken in.</summary>
    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>The age of the data itself as far as known (time stamp of the dump, last update).</summary>
    public required DateTimeOffset DataTime { get; init; }

    /// <summary>When the data was last known to be what the registry has: its own age, or the last time that a mirror found nothing new (to the day).</summary>
    public DateTimeOffset FreshAt { get; init; }

    /// <summary>Where it came from, for people.</summary>
    public required string Origin { get; init; }

    public int Routes4 { get; init; }
    public int Routes6 { get; init; }
    public int AsSets { get; init; }
    public int RouteSets { get; init; }
    public int AutNums { get; init; }
    public int Mntners { get; init; }

    /// <summary>Networks that carry a certificate; the others are not kept.</summary>
    public int Networks { get; init; }

    /// <summary>Objects of all kept classes.</summary>
    public long Objects => (long)Routes4 + Routes6 + AsSets + RouteSets + AutNums + Mntners + Networks;

    /// <summary>What was wrong in the data, most frequent first.</summary>
    public IReadOnlyList<ProblemCount> Problems { get; init; } = [];

    /// <summary>Bytes of the source's snapshot file.</summary>
    public long FileBytes { get; init; }

    /// <summary>Null when the last refresh succeeded.</summary>
    public IrrStale? Stale { get; init; }

    /// <summary>The shrink guard keeps a newer state back, which a person may accept.</summary>
    public bool HoldsBack { get; init; }

    internal SourceStatus Status() =>
        new(Name, "irr", Objects, Serial, DataTime, LoadedAt, Stale?.Reason)
        {
            ExpiresAt = FreshAt + Age.OfIrr,
            HoldsBack = HoldsBack || Stale?.Kind == IrrStaleKind.Gone,
            // Classes that are of no use here, repeated objects and texts in another encoding are not lost records.
            Rejected = Problems
                .Where(p => p.Problem is not (RpslProblem.OtherClass or RpslProblem.Duplicate or RpslProblem.NotUtf8))
                .ToDictionary(p => p.Problem.ToString(), p => p.Count),
        };
}
