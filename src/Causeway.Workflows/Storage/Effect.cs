using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>
/// Something to do outside. An effect may run more than once and must not hurt. Its name is unique: asking for it again while it waits
/// moves its due time forward (the earlier wins) and replaces its body; asking while it runs makes it run once more afterwards.
/// What waits for an instant is a <see cref="WakeUp"/>, since asking for an effect sooner makes it run once, not twice.
/// </summary>
/// <param name="Name">Unique, such as <c>configure-routers/{circuit key}</c>.</param>
/// <param name="Kind">Chooses the handler.</param>
/// <param name="Resource">The resource it is for.</param>
/// <param name="Body">UTF-8 JSON for the handler; may be empty.</param>
/// <param name="Due">When it may run first; default (the year 1) means at once, by the store's clock.</param>
public sealed record Effect(string Name, string Kind, ResourceId Resource, ReadOnlyMemory<byte> Body, DateTimeOffset Due)
{
    private readonly string? _key;

    /// <summary>Of the effects with one key, one runs at a time, on all nodes. Its name unless said otherwise.</summary>
    public string Key
    {
        get => _key ?? Name;
        init => _key = value == Name ? null : value;
    }

    /// <summary>The name of a lease: only the node that holds it runs this effect. Null: any node.</summary>
    public string? Needs { get; init; }
}

/// <summary>An effect leased to a runner until <paramref name="LeasedUntil"/>.</summary>
/// <param name="Generation">Counts how often it was asked for; completing an older generation leaves it waiting for the due time it was asked for with meanwhile.</param>
/// <param name="Attempt">1 for the first try since it was last completed or asked for.</param>
/// <param name="Lease">The lease token; only its holder may complete or retry.</param>
public sealed record LeasedEffect(Effect Effect, long Generation, int Attempt, Guid Lease, DateTimeOffset LeasedUntil);
