using Causeway.Workflows.Storage;

namespace Causeway.Routers;

/// <summary>
/// Theory of operation. Whether this process drives a group of routers. The store's lease decides, by the store's clock; this process counts what it was given
/// from before it asked, on its monotonic clock, so that it believes to hold the lease for a shorter time than the store does. Nothing acts on a router unless
/// <see cref="Holds"/> is true at that moment, and what acts carries the lease's epoch. While the store does not answer, the lease lapses: nothing is applied
/// then, but nothing is taken down either, because nobody is known to have taken it (fail static). Only an answer of the store ends it.
/// </summary>
public sealed class Ownership(IStore store, string name, string holder, TimeProvider time)
{
    /// <summary>How long the store gives it to us.</summary>
    public static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(15);

    /// <summary>How long a renewal may take; shorter than what is left of a lease when it is asked for.</summary>
    private static readonly TimeSpan RenewWithin = TimeSpan.FromSeconds(4);

    private volatile Held? _held;
    private volatile bool _ended;

    /// <summary>The lease's name, which effects that need it name as well.</summary>
    public string Name => name;

    /// <summary>Where we stand, as the store last said.</summary>
    public OwnershipState State { get; private set; }

    /// <summary>True while nobody else can have it.</summary>
    public bool Holds => Left > TimeSpan.Zero;

    /// <summary>For how long <see cref="Holds"/> stays true without a renewal.</summary>
    public TimeSpan Left => _held is { } held ? LeaseFor - time.GetElapsedTime(held.Asked) : TimeSpan.Zero;

    /// <summary>The epoch of the lease that was last ours; 0 before the first.</summary>
    public long Epoch => _held?.Lease.Epoch ?? 0;

    /// <summary>Raised when the store's answer is another than before: whoever drives has to look.</summary>
    public event Action? Changed;

    /// <summary>Asks the store for it, again or for the first time.</summary>
    /// <exception cref="Exception">The store did not answer in time, or failed; what was held lapses by itself.</exception>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        if (_ended)
            return;
        long asked = time.GetTimestamp();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Lease? lease;
        try
        {
            lease = await store.TryLeaseAsync(name, holder, LeaseFor, giveUp.Token).WaitAsync(RenewWithin, time, cancellation);
        }
        finally
        {
            await giveUp.CancelAsync();
        }
        if (_ended)
            return;
        OwnershipState before = State;
        long epoch = Epoch;
        _held = lease is null ? null : new Held(lease, asked);
        State = lease is null ? OwnershipState.Others : OwnershipState.Ours;
        if (State != before || (lease is not null && lease.Epoch != epoch))
            Changed?.Invoke();
    }

    /// <summary>Gives it back for good: it is free at once.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        _ended = true;
        Held? held = _held;
        _held = null;
        State = OwnershipState.Others;
        if (held is not null)
            await store.ReleaseLeaseAsync(held.Lease, cancellation);
    }

    /// <param name="Asked">Monotonic timestamp from before the store was asked.</param>
    private sealed record Held(Lease Lease, long Asked);
}

public enum OwnershipState
{
    /// <summary>The store has not answered yet.</summary>
    Unknown,

    /// <summary>Ours when the store last answered; it may have lapsed since (<see cref="Ownership.Holds"/>).</summary>
    Ours,

    /// <summary>Another process has it.</summary>
    Others,
}
