namespace Causeway.Hosting;

/// <summary>
/// Something that loops by itself until it is cancelled, supervised: its one turn lasts as long as it does, and any end that nobody asked for is a failure,
/// after which it is begun anew. It cannot be seen to hang.
/// </summary>
public sealed class Endless(string name, LoopStage stage, Func<CancellationToken, Task> run) : Loop(name)
{
    public override LoopStage Stage => stage;

    public override TimeSpan Patience => Timeout.InfiniteTimeSpan;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        await run(cancellation);
        cancellation.ThrowIfCancellationRequested();
        throw new InvalidOperationException("it ended, and nobody had asked it to");
    }
}
