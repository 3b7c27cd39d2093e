using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Routers.Embedded;

namespace Causeway.Server.Registries;

/// <summary>
/// Gives the VRPs of this node's registries to its embedded routers, whenever they change. What changes while they judge
/// their routes anew is taken up by the next turn, all at once. A source that is away, stale or held back keeps what it
/// last said, so it stays in the table; registries that are named no more take theirs along.
/// </summary>
internal sealed class RouterVrps : Loop
{
    private readonly LiveRegistries _registries;
    private readonly EmbeddedVrps _routers;

    public RouterVrps(LiveRegistries registries, EmbeddedVrps routers)
        : base("router vrps")
    {
        (_registries, _routers) = (registries, routers);
        registries.VrpsChanged += Wake;
    }

    /// <summary>Routes are judged by the VRPs of before until then.</summary>
    public override bool IsNeeded => false;

    /// <summary>A router with full tables of many peers judges millions of routes.</summary>
    public override TimeSpan Patience => TimeSpan.FromMinutes(10);

    public override Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        VrpTable vrps = _registries.Vrps;
        if (vrps != _routers.Now)
            _routers.Set(vrps);
        return Task.FromResult(new TurnResult($"{vrps.Count:N0} VRPs", null));
    }

    public override Task EndAsync(CancellationToken hurry)
    {
        _registries.VrpsChanged -= Wake;
        return Task.CompletedTask;
    }
}
