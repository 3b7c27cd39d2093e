using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.Extensions.Logging;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// Looks at how registered prefixes are received. The node that drives an exchange's routers looks at those of the peerings that are Active there, tells the
/// peering what it saw when that is something new, and goes on looking: a prefix that is no longer announced is no longer verified.
/// </summary>
internal sealed partial class RegistrationLoop : Loop
{
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    private readonly Tracked<Peering> _peerings;
    private readonly PeeringWorkflow _workflow;
    private readonly Engine _engine;
    private readonly PrefixHearings _hearings;
    private readonly Func<NetworkTopology> _topology;
    private readonly TimeProvider _clock;
    private readonly ILogger<RegistrationLoop> _log;

    public RegistrationLoop(
        Tracked<Peering> peerings,
        PeeringWorkflow workflow,
        Engine engine,
        PrefixHearings hearings,
        Func<NetworkTopology> topology,
        TimeProvider clock,
        ILogger<RegistrationLoop> log
    )
        : base("registered prefixes")
    {
        (_peerings, _workflow, _engine, _hearings, _topology, _clock, _log) = (peerings, workflow, engine, hearings, topology, clock, log);
        engine.Store.Announced += Listen;
    }

    public override bool IsNeeded => false;

    public override LoopStage Stage => LoopStage.Work;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        int looked = 0,
            moved = 0;
        if (!_hearings.HasLoaded)
            return new TurnResult("waits for the registries", s_busy);
        foreach (PeeringSite site in _topology().PeeringSites)
        await foreach (Versioned<Peering> read in _peerings.WithLabelAsync(Registering.Label(site.Name), cancellation))
            try
            {
                looked++;
                if (await LookAsync(read.Resource, site.Name, cancellation))
                    moved++;
            }
#pragma warning disable CA1031 // One that cannot be looked at holds up no other; it is looked at again.
            catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                NotLookedAt(read.Resource.Id, e);
            }
        return new TurnResult($"{looked} peerings with registered prefixes looked at, {moved} changed", moved > 0 ? s_busy : s_idle);
    }

    public override Task EndAsync(CancellationToken hurry)
    {
        _engine.Store.Announced -= Listen;
        return Task.CompletedTask;
    }

    private void Listen(string? announced)
    {
        if (announced is null || announced.StartsWith(Peering.ChecksAnnouncements, StringComparison.Ordinal))
            Wake();
    }

    /// <summary>True when something new was seen.</summary>
    private async Task<bool> LookAsync(Peering peering, string exchange, CancellationToken cancellation)
    {
        if (!_hearings.Drives(peering, exchange))
            return false;
        var seen = ImmutableSortedDictionary.CreateBuilder<string, PrefixSeen>();
        foreach (RegisteredPrefix registered in peering.RegisteredPrefixes)
        {
            IReadOnlyList<PrefixHearing> heard = await _hearings.OfAsync(peering, exchange, registered.Prefix, cancellation);
            Reception? reception =
                heard.Count == 0 && PrefixReception.IsPublic(registered.Prefix)
                    ? new Reception(
                        ReceptionFault.NotReceived,
                        new PrefixHearing("", $"of {peering.Id.Name}", false, null),
                        $"no session of the peering at {exchange} carries {registered.Prefix.Family}"
                    )
                    : PrefixReception.Judge(
                        registered.Prefix,
                        heard,
                        _hearings.Community,
                        peering.PeerAsn,
                        origin: null,
                        asn => _hearings.NotRegistered(registered.Prefix, asn)
                    );
            seen[registered.Name] = PrefixReception.ForPeer(registered.Round, reception, _hearings.IsRegistryAway);
        }
        var signal = new RegisteredPrefixesSeen(_clock.GetUtcNow(), exchange, seen.ToImmutable());
        return _workflow.Decide(peering, signal) is Decision<Peering>.Move
            && await _engine.SendAsync(peering.Id, Peering.ResourceType, signal, SendContext.Causeway, cancellation)
                is SendOutcome.Delivered;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Registered prefixes of {Peering} could not be looked at; they are looked at again")]
    private partial void NotLookedAt(ResourceId peering, Exception problem);
}
