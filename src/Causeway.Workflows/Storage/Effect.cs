using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>
/// Something to do outside. An effect may run more than once and must not hurt. Its name is unique: asking for it again while it waits
/// moves its due time forward (the earlier wins) and replaces its body; while it rests after a failure, its rest stands, so that asking often does not hammer
/// at what is broken; asking while it runs makes it run once more afterwards.
/// What waits for an instant is a <see cref="WakeUp"/>, since asking for an effect sooner makes it run once, not twice.
/// </summary>
/// <param name="Name">Unique, such as <c>break-link/{connection key}</c>.</param>
/// <param name="Kind">Chooses the handler.</param>
/// <param name="Resource">The resource it is for.</param>
/// <param name="Body">UTF-8 JSON for the handler; may be empty.</param>
/// <param name="Due">When it may run first; default (the year 1) means at once, by the store's clock.</param>
public sealed record Effect(string Name, string Kind, ResourceId Resource, ReadOnlyMemory<byte> Body, DateTimeOffset Due)
{
    private readonly string? _key;

    /// <summary>Of the effects with one key, one runs at a time, on all nodes. Its name unless said otherwise; always the same for a name.</summary>
    public string Key
    {
        get => _key ?? Name;
        init => _key = value == Name ? null : value;
    }

    /// <summary>The name of a lease: only the node that holds it runs this effect. Null: any node.</summary>
    public string? Needs { get; init; }

    /// <summary>The trace of what asked for it last, as a W3C traceparent; null where nobody traces.</summary>
    public string? Trace { get; init; }

    /// <summary>When a resource below this one goes, the effect is tried at once, and once more when it is running then. Null: it awaits none.</summary>
    public ResourceId? Awaits { get; init; }
}

/// <summary>What a runner may lease.</summary>
/// <param name="Holder">Who it is (<see cref="NodeIdentity.Id"/>), for effects that need a lease.</param>
/// <param name="Kinds">The kinds it knows and has room for; others are left for nodes that know them.</param>
public sealed record EffectsWanted(string Holder, ImmutableArray<KindWanted> Kinds);

/// <param name="Most">How many of it, 1 or more.</param>
/// <param name="LeaseFor">How long each is leased.</param>
/// <param name="Abandoned">
/// One that needs a lease and has waited for so long that its handler gives up is given to any node, so that its end can be told though nobody holds the
/// lease; null: never.
/// </param>
public sealed record KindWanted(string Kind, int Most, TimeSpan LeaseFor, TimeSpan? Abandoned = null);

/// <summary>An effect leased to a runner.</summary>
/// <param name="Generation">Counts how often it was asked for; completing an older generation leaves it waiting for the due time it was asked for with meanwhile.</param>
/// <param name="Attempt">1 for the first try since it was last completed.</param>
/// <param name="Lease">The lease token; only its holder may complete, renew or retry.</param>
/// <param name="Waited">For how long it had been to run when it was leased, by the store's clock, counted from when it was first due since it was last completed.</param>
/// <param name="MayRun">False when it is leased only to be given up: it needs a lease that this node does not hold.</param>
public sealed record LeasedEffect(Effect Effect, long Generation, int Attempt, Guid Lease, TimeSpan Waited, bool MayRun = true);
