using Causeway.Hosting;
using Causeway.Workflows.Storage;

namespace Causeway.Server;

/// <summary>
/// Looks every second whether the store answers, and every ten whether it takes a write (a disk that is full, a standby, a lock that another program holds
/// refuse only that), so that readiness knows before anybody is refused; and tells the others when all is well again.
/// </summary>
/// <param name="isBack">Called after the first good look that follows a bad one.</param>
/// <param name="time">Told what the store's clock says, where nodes share one.</param>
internal sealed class StoreLoop(IStore store, Action isBack, SteadyClock time) : Loop("store")
{
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(10);

    private bool _isAway;
    private long _wrote = time.GetTimestamp();

    public override TimeSpan Patience => TimeSpan.FromSeconds(10);

    public override TimeSpan LongestBackOff => ReadEvery;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        bool wasAway = _isAway;
        _isAway = true; // unless it does what is asked
        await store.GetSettingAsync("readyz", cancellation);
        await FollowClockAsync(store, time, cancellation);
        if (wasAway || time.GetElapsedTime(_wrote) >= WriteEvery)
        {
            // One row for all nodes, written over and over; nobody reads it.
            await store.PutObservationsAsync([new Observation("store/probe", time.GetUtcNow(), 0, "", "{}"u8.ToArray())], cancellation);
            _wrote = time.GetTimestamp();
        }
        _isAway = false;
        if (wasAway)
            isBack();
        return new TurnResult("it answers", ReadEvery);
    }

    /// <summary>Tells this node's clock what the clock says that all nodes share. A slow answer says it late, so it is not taken.</summary>
    public static async Task FollowClockAsync(IStore store, SteadyClock time, CancellationToken cancellation)
    {
        long asked = time.GetTimestamp();
        if (await store.ClockAsync(cancellation) is { } there && time.GetElapsedTime(asked) is var took && took < TimeSpan.FromSeconds(0.5))
            time.Follow(there + took / 2);
    }
}
