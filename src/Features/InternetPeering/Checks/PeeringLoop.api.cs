using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Causeway.Api.Kit;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// Theory of operation. The node that drives an exchange's routers looks at the connections there, and at the cables that end on its routers: what the routers have of each session and heard over it, what the
/// registries prove for the peer, what PeeringDB has of it. It judges nothing itself: the table of checks does (<see cref="PeeringChecks"/>), the peering decides, and
/// is written only when it would decide something. A connection is looked at when its routers were read to have what is wanted of it, for before that they show
/// something else. What was heard over a session is read again when the session's counters say that it changed, and once a while.
/// </summary>
internal sealed partial class PeeringLoop : Loop
{
    private static readonly TimeSpan s_busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    /// <summary>What was heard over an Active connection whose counters stand still is read again after this; of others each time.</summary>
    private static readonly TimeSpan s_rereadAfter = TimeSpan.FromSeconds(10);

    /// <summary>Of one session; what is beyond is more than anybody should announce here.</summary>
    private const int MostRoutes = 50_000;

    private readonly Tracked<Peering> _peerings;
    private readonly PeeringWorkflow _workflow;
    private readonly LegacyPeerWorkflow _legacy;
    private readonly Engine _engine;
    private readonly IRouters _routers;
    private readonly IPeerFilters _filters;
    private readonly INetworkDirectory _directory;
    private readonly IProofs _proofs;
    private readonly Func<NetworkTopology> _topology;
    private readonly TimeProvider _clock;
    private readonly ILogger<PeeringLoop> _log;
    private readonly ConcurrentDictionary<(Asn, string?, int), PeerFilter?> _found = [];
    private readonly Dictionary<(string Router, string Session), Heard> _heard = [];

    /// <summary>What has to be known of each session from before to see that there is nothing to do.</summary>
    private readonly Dictionary<string, LegacyFacts> _legacyFacts = new(StringComparer.OrdinalIgnoreCase);
    private long _revision;
    private long _sweptAt;
    private Task? _change;

    public PeeringLoop(
        Tracked<Peering> peerings,
        PeeringWorkflow workflow,
        LegacyPeerWorkflow legacy,
        Engine engine,
        IRouters routers,
        IPeerFilters filters,
        INetworkDirectory directory,
        IProofs proofs,
        Func<NetworkTopology> topology,
        TimeProvider clock,
        ILogger<PeeringLoop> log
    )
        : base("peerings")
    {
        (_peerings, _workflow, _engine, _routers, _filters, _directory) = (peerings, workflow, engine, routers, filters, directory);
        _legacy = legacy;
        (_proofs, _topology, _clock, _log) = (proofs, topology, clock, log);
        engine.Store.Announced += Listen;
    }

    public override bool IsNeeded => false;

    public override TimeSpan Patience => TimeSpan.FromMinutes(5);

    public override LoopStage Stage => LoopStage.Work;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        long began = _clock.GetTimestamp();
        bool changed = _proofs.Revision != _revision;
        if (changed)
        {
            _revision = _proofs.Revision;
            _found.Clear();
        }
        // What is on its way to Active is looked at each time; what is Active, and what waits for people, in a sweep.
        bool sweeps = _sweptAt == 0 || changed || _clock.GetElapsedTime(_sweptAt) >= s_idle;
        if (sweeps)
            _sweptAt = Math.Max(1, _clock.GetTimestamp());
        NetworkTopology topology = _topology();
        int looked = 0,
            moved = 0,
            waiting = 0;
        var kept = new HashSet<(string, string)>();
        foreach (PeeringSite site in topology.PeeringSites)
        {
            // Who drives the routers of an exchange has all of them; those of a building may be driven by several, each of which looks at its own.
            if (site.Routers.All(r => _routers.Reader(r.Name) is null))
                continue;
            if (sweeps && topology.FindExchange(site.Name) is { } exchange)
                await LegacyAsync(exchange, cancellation);
            string label = sweeps ? Peering.SiteLabel(site.Name) : Peering.OnTheWayLabel(site.Name);
            Dictionary<string, Dictionary<string, SessionReport>> reports = await ReadAsync(site, cancellation);
            await foreach (Versioned<Peering> read in LabelledAsync(label, cancellation))
                try
                {
                    looked++;
                    waiting += read.Resource.Connections.Count(c => c.State.IsLookedAt && c.State is not ConnectionState.Active);
                    if (await LookAsync(read.Resource, site, reports, topology, kept, cancellation))
                        moved++;
                }
#pragma warning disable CA1031 // One peering that cannot be looked at holds up no other; it is looked at again.
                catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    NotLookedAt(read.Resource.Id, e);
                }
        }
        if (sweeps)
            foreach ((string, string) gone in _heard.Keys.Except(kept).ToList())
                _heard.Remove(gone);
        Follow(cancellation);
        TimeSpan pause =
            moved > 0 ? TimeSpan.FromMilliseconds(100)
            : waiting > 0 ? s_busy
            : s_idle;
        // Of thousands that wait for their peers a look takes long, and shows little: a fifth of a processor is for it, unless something moves.
        TimeSpan rest = moved > 0 ? TimeSpan.Zero : 4 * _clock.GetElapsedTime(began);
        return new TurnResult(
            $"{looked} peerings looked at, {moved} changed, {waiting} connections are not Active yet",
            pause > rest ? pause : rest
        );
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

    /// <summary>Wakes when the registries have something newer than what was looked at.</summary>
    private void Follow(CancellationToken cancellation)
    {
        if (_change is { IsCompleted: false })
            return;
        _change = WaitAsync(_revision);

        async Task WaitAsync(long seen)
        {
            try
            {
                await _proofs.WaitForChangeAsync(seen, cancellation);
                Wake();
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The turn that waited is over with its process.
            }
        }
    }

    /// <summary>Sessions from before, and with route servers: those that the topology names have rows, with what is proven for them; those that it names no more have none.</summary>
    private async Task LegacyAsync(Exchange exchange, CancellationToken cancellation)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        var rows = new Dictionary<string, StoredResource>(StringComparer.OrdinalIgnoreCase);
        await foreach (StoredResource row in LegacySessions.RowsAsync(_engine.Store, exchange, cancellation))
            rows[row.Id.Key] = row;
        foreach (LegacySession session in exchange.Sessions)
        {
            ResourceId id = LegacyPeer.IdOf(exchange.Name, session.Asn, session.Addresses.OrderBy(a => a.AddressFamily));
            bool isRouteServer = session.Addresses.Any(exchange.IsRouteServer);
            if (!rows.Remove(id.Key, out StoredResource? row) || FactsOf(row) is not { } facts || facts.IsRouteServer != isRouteServer)
                await SendAsync(
                    id,
                    new RunLegacy(now, id, exchange.Name, session.Asn, [.. session.Addresses.Select(a => a.ToString())])
                    {
                        IsRouteServer = isRouteServer,
                        ConvertedTo = await HolderAsync(exchange, session, cancellation),
                    }
                );
            // The registries give the same object for what has not changed: of a thousand members, one is looked at.
            else if (Found(session.Asn, facts) is { } filter && !ReferenceEquals(facts.DecidedBy, filter))
            {
                LegacyPeer legacy = _legacy.Read(row).Resource;
                var proven = new LegacyProven(now, filter) { Forbidden = Forbidden(legacy.Filter, filter), Grace = GraceOf(_topology()) };
                if (_legacy.Decide(legacy, proven) is Decision<LegacyPeer>.Move)
                    await SendAsync(id, proven);
                else if (legacy.Ending.IsEmpty)
                    facts.DecidedBy = filter;
            }
        }
        foreach (StoredResource gone in rows.Values.Where(r => FactsOf(r) is not null))
        {
            _legacyFacts.Remove(gone.Id.Key);
            await SendAsync(gone.Id, new EndLegacy(now));
        }

        PeerFilter? Found(Asn asn, LegacyFacts facts) =>
            facts.IsConverted
                ? null
                : FilterOf(
                    asn,
                    AsSetOf(asn, _directory.Find(asn), facts.AsSet),
                    LegacyPeerWorkflow.MostOf(facts.IsRouteServer, _workflow.Policy)
                );

        Task SendAsync(ResourceId id, Signal signal) =>
            _engine.SendAsync(id, LegacyPeer.ResourceType, signal, SendContext.Causeway, cancellation);
    }

    /// <summary>The peering whose connection has a session with one of the addresses of a session from before: two with one address would keep each other from the router.</summary>
    private async ValueTask<ResourceId?> HolderAsync(Exchange exchange, LegacySession session, CancellationToken cancellation)
    {
        foreach (IPAddress address in session.Addresses)
            if (
                await _engine.Store.ClaimOwnerAsync(Peering.AddressClaim(exchange.Name, address), cancellation) is { } owner
                && await _engine.ReadAsync(_workflow, owner, cancellation) is { Resource: var peering }
                && peering.Connections.Any(c =>
                    c.State.HasSession && c.IsAt(exchange.Name) && c.Families.Any(f => f.Peer.Peer.Equals(address))
                )
            )
                return owner;
        return null;
    }

    /// <summary>Null when the row cannot be read.</summary>
    private LegacyFacts? FactsOf(StoredResource row)
    {
        if (_legacyFacts.TryGetValue(row.Id.Key, out LegacyFacts? known) && known.Revision == row.Revision)
            return known;
        if (!_legacy.TryRead(row, out Versioned<LegacyPeer>? read))
            return null;
        return _legacyFacts[row.Id.Key] = new LegacyFacts(
            row.Revision,
            read.Resource.IsRouteServer,
            read.Resource.ConvertedTo is not null,
            read.Resource.Filter?.AsSet
        );
    }

    /// <summary>Of a row as it stood at a revision: its document holds a filter of up to thousands of prefixes, and need not be read for them.</summary>
    /// <param name="AsSet">Of the filter that stands.</param>
    private sealed record LegacyFacts(long Revision, bool IsRouteServer, bool IsConverted, string? AsSet)
    {
        /// <summary>The filter by which nothing was to be done.</summary>
        public PeerFilter? DecidedBy { get; set; }
    }

    /// <summary>As the peer's record names it. A record that has vanished, or cannot be seen, takes nothing away: what was named last counts on.</summary>
    /// <param name="stands">The as-set of the filter that stands; null when none does.</param>
    private static string? AsSetOf(Asn asn, NetworkRecord? record, string? stands) =>
        record is not null ? record.AsSet
        : stands is not null && stands != $"AS{asn}" ? stands
        : null;

    private PeerFilter? FilterOf(Asn asn, string? asSet, int most) =>
        _found.GetOrAdd((asn, asSet, most), key => _filters.FilterOf(key.Item1, key.Item2, key.Item3));

    /// <summary>The sessions of a site's routers, by router and name.</summary>
    private async Task<Dictionary<string, Dictionary<string, SessionReport>>> ReadAsync(PeeringSite site, CancellationToken cancellation)
    {
        var reports = new Dictionary<string, Dictionary<string, SessionReport>>(StringComparer.OrdinalIgnoreCase);
        foreach (RouterDefinition router in site.Routers)
            if (await _routers.InstanceAsync(router.Name, site.Instance, cancellation) is { IsNow: true, Value: var instance })
                reports[router.Name] = instance.Sessions.ToDictionary(s => s.Name, StringComparer.Ordinal);
        return reports;
    }

    /// <summary>Those that can be read.</summary>
    private async IAsyncEnumerable<Versioned<Peering>> LabelledAsync(
        string label,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (
            StoredResource row in _engine.Store.AllAsync(
                new ResourceQuery
                {
                    Type = Peering.ResourceType,
                    Label = label,
                    Most = 1000,
                },
                cancellation
            )
        )
            if (_peerings.TryRead(row, out Versioned<Peering>? read))
                yield return read;
    }

    /// <summary>True when it changed.</summary>
    private async Task<bool> LookAsync(
        Peering peering,
        PeeringSite site,
        Dictionary<string, Dictionary<string, SessionReport>> reports,
        NetworkTopology topology,
        HashSet<(string, string)> kept,
        CancellationToken cancellation
    )
    {
        DateTimeOffset now = _clock.GetUtcNow();
        NetworkRecord? record = _directory.Find(peering.PeerAsn);
        PeerFilter? filter = FilterOf(
            peering.PeerAsn,
            AsSetOf(peering.PeerAsn, record, peering.Filter?.AsSet),
            _workflow.Policy.MostProven
        );
        var checkedOnes = ImmutableArray.CreateBuilder<ConnectionChecked>();
        foreach (Connection connection in peering.Connections)
        {
            if (!connection.IsAt(site.Name) || connection.PlaceIn(topology) is not { } place)
                continue;
            if (!connection.State.IsLookedAt || !connection.IsReadBack(place))
                continue;
            if (place.Routers.Any(r => _routers.Reader(r.Router.Name) is null))
                continue;
            var sessions = ImmutableArray.CreateBuilder<SessionSeen>();
            foreach (ExchangeRouter router in place.Routers)
            foreach ((IpFamily family, PeerFamily peer) in connection.Families)
                if (router.Address(family) is not null)
                {
                    string name = Connection.SessionOf(peering.PeerAsn, peer);
                    SessionReport? report = reports.GetValueOrDefault(router.Router.Name)?.GetValueOrDefault(name);
                    kept.Add((router.Router.Name, name));
                    sessions.Add(
                        new SessionSeen(
                            router.Router.Name,
                            family,
                            report,
                            report is { IsEstablished: true }
                                ? await HeardAsync(router.Router.Name, site, report, connection, cancellation)
                                : []
                        )
                    );
                }
            // A router that says nothing now is not one that says no.
            if (connection.State is ConnectionState.Active && sessions.Any(s => s.Report is null))
                continue;
            var seen = new ConnectionSeen(now, sessions.ToImmutable(), record, _directory.State);
            checkedOnes.Add(
                new ConnectionChecked(
                    connection.Identifier,
                    connection.Generation,
                    PeeringChecks.Of(peering, connection, place, seen, topology, _workflow.Policy)
                )
            );
        }
        var signal = new PeeringChecked(now, checkedOnes.ToImmutable(), filter)
        {
            Forbidden = Forbidden(peering.Filter, filter),
            Grace = GraceOf(topology),
        };
        if (_workflow.DecideWhole(peering, signal) is not Decision<Peering>.Move)
            return false;
        return await _engine.SendAsync(peering.Id, Peering.ResourceType, signal, SendContext.Causeway, cancellation)
            is SendOutcome.Delivered;
    }

    /// <summary>Without registries nothing is proven, and nothing ends.</summary>
    private static TimeSpan GraceOf(NetworkTopology topology) => topology.Registries?.Grace ?? TimeSpan.Zero;

    /// <summary>What of a filter that stands the RPKI forbids; looked up only when another one was found.</summary>
    private EquatableArray<PrefixMatch> Forbidden(ProvenFilter? stands, PeerFilter? found) =>
        stands is null || found is null || stands.SaysTheSameAs(ProvenFilter.Of(found, stands.Since))
            ? []
            :
            [
                .. stands
                    .Of(IpFamily.V4)
                    .Concat(stands.Of(IpFamily.V6))
                    .Where(m => m.Origins.Any(o => _filters.ValidityOf(m.Prefix, o) == OriginValidity.Invalid)),
            ];

    /// <summary>What was heard over a session: as it was read before while nothing of it changed.</summary>
    private async Task<ImmutableArray<RouteSeen>> HeardAsync(
        string router,
        PeeringSite site,
        SessionReport report,
        Connection connection,
        CancellationToken cancellation
    )
    {
        string counters =
            $"{connection.Generation} {_revision} {report.Since:O} {report.Received} {report.Accepted} {string.Join(' ', report.Refused)}";
        if (
            _heard.TryGetValue((router, report.Name), out Heard? known)
            && connection.State is ConnectionState.Active
            && known.Counters == counters
            && _clock.GetElapsedTime(known.At) < s_rereadAfter
        )
            return known.Routes;
        var routes = ImmutableArray.CreateBuilder<RouteSeen>();
        if (_routers.Reader(router) is { } reader)
            await foreach (
                RouteReport route in reader.RoutesAsync(new RouteQuestion(site.Instance, report.Name, Limit: MostRoutes), cancellation)
            )
                routes.Add(RouteSeen.Of(route, _filters));
        ImmutableArray<RouteSeen> all = routes.ToImmutable();
        _heard[(router, report.Name)] = new Heard(counters, _clock.GetTimestamp(), all);
        return all;
    }

    private sealed record Heard(string Counters, long At, ImmutableArray<RouteSeen> Routes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Peering {Peering} could not be looked at; it is looked at again")]
    private partial void NotLookedAt(ResourceId peering, Exception problem);
}
