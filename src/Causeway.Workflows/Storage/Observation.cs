namespace Causeway.Workflows.Storage;

/// <summary>What somebody saw to be so outside. Only the newest is kept, and it enters no journal.</summary>
/// <param name="Key">Such as <c>router/ams-1-primary</c>; compared byte by byte.</param>
/// <param name="At">When it was seen, UTC, by the one who saw it.</param>
/// <param name="Epoch">The epoch of the lease under which it was seen (<see cref="Lease.Epoch"/>); 0 where none is needed.</param>
/// <param name="Revision">What it is an observation of, such as the fingerprint of the intent that was applied; may be empty.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record Observation(string Key, DateTimeOffset At, long Epoch, string Revision, ReadOnlyMemory<byte> Body);
