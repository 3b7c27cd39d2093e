using Causeway.Hosting;
using Causeway.Workflows.Storage;

namespace Causeway.Serve;

/// <summary>Looks every second whether the store answers, so that readiness knows before anybody is refused, and tells the others when it is back.</summary>
/// <param name="isBack">Called after the first good look that follows a bad one.</param>
internal sealed class StoreLoop(IStore store, Action isBack) : Loop("store")
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private bool _isAway;

    public override TimeSpan Patience => TimeSpan.FromSeconds(5);

    public override TimeSpan LongestBackOff => Every;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        bool wasAway = _isAway;
        _isAway = true; // unless it answers
        await store.GetSettingAsync("readyz", cancellation);
        _isAway = false;
        if (wasAway)
            isBack();
        return new TurnResult("it answers", Every);
    }
}
