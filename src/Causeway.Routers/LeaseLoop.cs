using Causeway.Hosting;

namespace Causeway.Routers;

/// <summary>Renews the leases of all groups, and looks for those that became free.</summary>
/// <param name="all">Asked at each turn, as groups come and go with the topology.</param>
internal sealed class LeaseLoop(Func<IEnumerable<Ownership>> all) : Loop("router leases")
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);

    /// <summary>How soon a lease that became free is taken.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public override LoopStage Stage => LoopStage.Routers;

    /// <summary>Short: what was held must not lapse because of one failure.</summary>
    public override TimeSpan LongestBackOff => TimeSpan.FromSeconds(1);

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        Ownership[] ownerships = [.. all()];
        await Task.WhenAll(ownerships.Select(o => o.RenewAsync(cancellation)));
        int ours = ownerships.Count(o => o.State == OwnershipState.Ours);
        return new TurnResult($"{ours} of {ownerships.Length} groups are driven here", ours == ownerships.Length ? RenewEvery : LookEvery);
    }
}
