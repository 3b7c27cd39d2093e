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
);
