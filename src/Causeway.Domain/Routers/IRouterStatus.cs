namespace Causeway.Domain.Routers;

/// <summary>The routers as operators see them, the same on every node: from the leases and the observations in the store, never from a node's memory.</summary>
public interface IRouterStatus
{
    /// <summary>Every router of the topology, and every other that somebody drives or observed, in order of their names.</summary>
    ValueTask<IReadOnlyList<RouterStanding>> AllAsync(CancellationToken cancellation);
}

/// <summary>How a router stands to what is wanted of it.</summary>
/// <param name="Router">Name in the topology.</param>
/// <param name="Pair">The pair it belongs to, which one node drives.</param>
/// <param name="Owner">The node that drives the pair: the holder of its lease; null while nobody does.</param>
/// <param name="Epoch">Of that lease; 0 while nobody has it.</param>
/// <param name="Wanted">Fingerprint of the whole intent, as it was last compiled; null before the first time.</param>
/// <param name="Applied">Fingerprint of the intent that the router was last seen to have; equal to <paramref name="Wanted"/> when it is as it should be.</param>
/// <param name="At">When the router was last seen; null for never.</param>
/// <param name="Problem">What is wrong with it, in words for operators; null when nothing is.</param>
public sealed record RouterStanding(
    string Router,
    string Pair,
    string? Owner,
    long Epoch,
    string? Wanted,
    string? Applied,
    DateTimeOffset? At,
    string? Problem
)
{
    /// <summary>The generation of the group's maintenance that <see cref="Wanted"/> was compiled with; 0 while there never was any.</summary>
    public long Maintenance { get; init; }

    /// <summary>The epoch of the lease under which this was seen; another than <see cref="Epoch"/> when who drives it now has not looked yet.</summary>
    public long SeenIn { get; init; }

    /// <summary>How old an observation may be for somebody to rely on it.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Why nobody should rely on the router just now, as the end of a sentence that begins with its name; null when it is driven, was just seen, is well and has
    /// the whole of its intent.
    /// </summary>
    public string? WhyNotReliable(DateTimeOffset now) =>
        Owner is null || SeenIn != Epoch ? "is driven by nobody just now"
        : At is not { } at || now - at > Fresh ? $"was not seen for more than {Fresh.TotalSeconds:0} s"
        : Problem is not null ? $"has a problem ({Problem})"
        : Wanted is null || Wanted != Applied ? "does not have the whole of its configuration yet"
        : null;
}
