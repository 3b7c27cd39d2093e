using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Routers.Embedded;

namespace Causeway.Server.Registries;

/// <summary>
/// Gives the VRPs and ASPAs of this node's registries to its embedded routers, whenever they change. What changes while they judge
/// their routes anew is taken up by the next turn, all at once. A source that is away, stale or held back keeps what it
/// last said, so it stays in the tables; registries that are named no more take theirs along.
/// </summary>
internal sealed class RouterRpki : Loop
{
    private readonly LiveRegistries _registries;
    private readonly EmbeddedRpki _routers;

    public RouterRpki(LiveRegistries registries, EmbeddedRpki routers)
        : base("router rpki")
    {
        (_registries, _routers) = (registries, routers);
        registries.RpkiChanged += Wake;
    }

    /// <summary>Routes are judged by what was known before until then.</summary>
    public override bool IsNeeded => false;

    /// <summary>A router with full tables of many peers judges millions of routes.</summary>
    public override TimeSpan Patience => TimeSpan.FromMinutes(10);

    public override Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        (VrpTable vrps, AspaTable aspas) = _registries.Rpki;
        if (vrps != _routers.Vrps || aspas != _routers.Aspas)
            _routers.Set(vrps, aspas);
        return Task.FromResult(new TurnResult($"{vrps.Count:N0} VRPs, {aspas.Count:N0} ASPAs", null));
    }

    public override Task EndAsync(CancellationToken hurry)
    {
        _registries.RpkiChanged -= Wake;
        return Task.CompletedTask;
    }
}
