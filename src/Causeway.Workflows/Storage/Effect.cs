using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>
/// Something to do outside. An effect may run more than once and must not hurt. Its name is unique: asking for it again while it waits
/// moves its due time forward (the earlier wins) and replaces its body; asking while it runs makes it run once more afterwards.
/// A wake-up is an effect with a later due time.
/// </summary>
/// <param name="Name">Unique, such as <c>configure-routers/{circuit key}</c>.</param>
/// <param name="Kind">Chooses the handler.</param>
/// <param name="Resource">The resource it is for.</param>
/// <param name="Body">UTF-8 JSON for the handler; may be empty.</param>
/// <param name="Due">When it may run first.</param>
public sealed record Effect(string Name, string Kind, ResourceId Resource, ReadOnlyMemory<byte> Body, DateTimeOffset Due);

/// <summary>An effect leased to a runner until <paramref name="LeasedUntil"/>.</summary>
/// <param name="Generation">Counts how often it was asked for; completing an older generation leaves it waiting for the due time it was asked for with meanwhile.</param>
/// <param name="Attempt">1 for the first try since it was last completed or asked for.</param>
/// <param name="Lease">The lease token; only its holder may complete or retry.</param>
public sealed record LeasedEffect(Effect Effect, long Generation, int Attempt, Guid Lease, DateTimeOffset LeasedUntil);
