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
/// Looks at how customers' prefixes are received from their providers: over the sessions of the peering under which their key was given, or, without a key, of all
/// peerings with the provider's ASN. A node looks only at what it hears whole: it drives every exchange where these peerings are Active.
/// </summary>
internal sealed partial class ServicePrefixLoop : Loop
{
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    private readonly Tracked<PeeringService> _services;
    private readonly PeeringServiceWorkflow _workflow;
    private readonly Tracked<Peering> _peerings;
    private readonly Engine _engine;
    private readonly PrefixHearings _hearings;
    private readonly Func<NetworkTopology> _topology;
    private readonly TimeProvider _clock;
    private readonly ILogger<ServicePrefixLoop> _log;

    public ServicePrefixLoop(
        Tracked<PeeringService> services,
        PeeringServiceWorkflow workflow,
        Tracked<Peering> peerings,
        Engine engine,
        PrefixHearings hearings,
        Func<NetworkTopology> topology,
        TimeProvider clock,
        ILogger<ServicePrefixLoop> log
    )
        : base("peering services")
    {
        (_services, _workflow, _peerings, _engine, _hearings) = (services, workflow, peerings, engine, hearings);
        (_topology, _clock, _log) = (topology, clock, log);
        engine.Store.Announced += Listen;
    }

    public override bool IsNeeded => false;

    public override LoopStage Stage => LoopStage.Work;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        if (!_hearings.HasLoaded)
            return new TurnResult("waits for the registries", s_busy);
        int looked = 0,
            moved = 0;
        await foreach (Versioned<PeeringService> read in _services.WithLabelAsync(PeeringService.PrefixesLabel, cancellation))
            try
            {
                looked++;
                if (await LookAsync(read.Resource, cancellation))
                    moved++;
            }
#pragma warning disable CA1031 // One that cannot be looked at holds up no other; it is looked at again.
            catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                NotLookedAt(read.Resource.Id, e);
            }
        return new TurnResult($"{looked} peering services looked at, {moved} changed", moved > 0 ? s_busy : s_idle);
    }

    public override Task EndAsync(CancellationToken hurry)
    {
        _engine.Store.Announced -= Listen;
        return Task.CompletedTask;
    }

    private void Listen(string? announced)
    {
        if (announced is null or PeeringService.Announcement)
            Wake();
    }

    /// <summary>True when something new was seen.</summary>
    private async Task<bool> LookAsync(PeeringService service, CancellationToken cancellation)
    {
        var seen = ImmutableSortedDictionary.CreateBuilder<string, ServicePrefixSeen>();
        foreach (ServicePrefix prefix in service.Prefixes)
            if (await SeeAsync(service, prefix, cancellation) is { } now)
                seen[prefix.Name] = now;
        var signal = new ServicePrefixesSeen(_clock.GetUtcNow(), seen.ToImmutable());
        return _workflow.Decide(service, signal) is Decision<PeeringService>.Move
            && await _engine.SendAsync(service.Id, PeeringService.ResourceType, signal, SendContext.Causeway, cancellation)
                is SendOutcome.Delivered;
    }

    /// <summary>Null where another node has to look.</summary>
    private async Task<ServicePrefixSeen?> SeeAsync(PeeringService service, ServicePrefix prefix, CancellationToken cancellation)
    {
        if (_topology().PeeringServices.FindProvider(service.Provider) is not { } provider)
            return Failed(ServicePrefixRules.ProviderNotFound);
        var peerings = new List<Peering>();
        Asn? origin = null;
        if (prefix.Key is { Length: > 0 } text)
        {
            if (!Guid.TryParse(text, out Guid key) || await UnderAsync(key, cancellation) is not { } peering)
                return Failed($"Peering Service prefix key not found: ask {provider.Name} for the key of {prefix.Prefix}.");
            if (peering.PeerAsn != provider.Asn)
                return Failed($"The Peering Service prefix key is not of {provider.Name}: ask it for the key of {prefix.Prefix}.");
            origin = peering.RegisteredAsns.FirstOrDefault(a => a.Key == key)?.Asn;
            if (
                peering.RegisteredPrefixes.FirstOrDefault(p => p.Key == key) is { } registered
                && !registered.Prefix.Contains(prefix.Prefix)
            )
                return Failed($"The Peering Service prefix key is that of {registered.Prefix}, not of {prefix.Prefix}.");
            peerings.Add(peering);
        }
        else
            await foreach (Versioned<Peering> read in _peerings.WithLabelAsync(Peering.PeerLabel(provider.Asn), cancellation))
                peerings.Add(read.Resource);
        var heard = new List<PrefixHearing>();
        foreach (Peering peering in peerings)
        foreach (string exchange in RegisteredPrefix.ActiveAt(peering))
        {
            if (!_hearings.Drives(peering, exchange))
                return null;
            heard.AddRange(await _hearings.OfAsync(peering, exchange, prefix.Prefix, cancellation));
        }
        return ServicePrefixRules.Judge(
            prefix.Prefix,
            heard,
            peerings.Any(p => p.Id.Subscription == service.Id.Subscription) ? LearnedType.ViaSession : LearnedType.ViaServiceProvider,
            _hearings.Community,
            provider.Asn,
            origin,
            asn => _hearings.NotRegistered(prefix.Prefix, asn),
            _hearings.IsRegistryAway
        );

        static ServicePrefixSeen Failed(string says) => new(PrefixState.Failed, LearnedType.None, says);
    }

    /// <summary>The peering under which a key was given.</summary>
    private async Task<Peering?> UnderAsync(Guid key, CancellationToken cancellation)
    {
        await foreach (Versioned<Peering> read in _peerings.WithLabelAsync(Registering.KeyLabel(key), cancellation))
            return read.Resource;
        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Prefixes of {Service} could not be looked at; they are looked at again")]
    private partial void NotLookedAt(ResourceId service, Exception problem);
}
