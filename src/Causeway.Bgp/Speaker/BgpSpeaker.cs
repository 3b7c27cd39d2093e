using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Transport;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>
/// A BGP speaker (RFC 4271): listens, opens sessions, keeps the tables of its instances. It is told by giving it a whole <see cref="SpeakerConfiguration"/>;
/// sessions whose own settings did not change stay up. All members are safe for concurrent use.
/// </summary>
public sealed class BgpSpeaker : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly Action<BgpEvent> _observe;
    private readonly ITransport _transport;
    private readonly ListenerSet _listeners;
    private readonly SemaphoreSlim _applying = new(1, 1);
    private volatile Tables _now = new([], [], []);
    private SpeakerConfiguration? _applied;
    private RestartRecovery? _recovery;
    private volatile VrpTable? _vrps;
    private volatile AspaTable? _aspas;

    /// <param name="clock">All timers run on it.</param>
    /// <param name="observe">Called for what operators may want to know, under the neighbor's lock: it must not block or call back.</param>
    /// <param name="transport">TCP unless given.</param>
    /// <param name="recovery">
    /// When another speaker of this identity was here before and its peers may keep its routes: what the first configuration names takes over from it
    /// (RFC 4724 §4.1). Null for a speaker that nobody knows yet.
    /// </param>
    public BgpSpeaker(TimeProvider clock, Action<BgpEvent>? observe = null, ITransport? transport = null, RestartRecovery? recovery = null)
    {
        _recovery = recovery;
        _clock = clock;
        _observe = observe ?? (_ => { });
        _transport = transport ?? new TcpTransport();
        _listeners = new ListenerSet(_transport, clock, Accept, text => _observe(new BgpEvent.ListenFailed(clock.GetUtcNow(), text)));
    }

    /// <summary>Where connections are accepted now; with port 0 in the configuration, the port that was given.</summary>
    public IReadOnlyList<IPEndPoint> Listening => _listeners.Open;

    /// <summary>
    /// Makes the speaker what the configuration says. What is as it was is not touched: no message, no look at a route. Policies, limits and networks change
    /// without touching sessions; only the routes of that neighbor are judged again, and only what differs is told. A change of what an OPEN or a connection is
    /// made of ends that session (CEASE, other configuration change) and starts it anew.
    /// </summary>
    /// <exception cref="ArgumentException">The configuration is impossible; the message names every problem. Nothing was changed.</exception>
    public async Task ApplyAsync(SpeakerConfiguration configuration, CancellationToken cancel = default)
    {
        IReadOnlyList<Refusal> problems = ConfigurationRules.Check(configuration);
        if (problems.Count > 0)
            throw new ArgumentException(string.Join(" ", problems.Select(p => p.Message)), nameof(configuration));
        await _applying.WaitAsync(cancel);
        try
        {
            Apply(configuration);
        }
        finally
        {
            _applying.Release();
        }
    }

    private void Apply(SpeakerConfiguration configuration)
    {
        if (configuration == _applied)
            return;
        Tables before = _now;
        bool sameSpeaker = configuration.Asn == _applied?.Asn && configuration.RouterId.Equals(_applied.RouterId);
        var ribs = new Dictionary<string, Rib>();
        var neighbors = new Dictionary<(IPAddress, IPAddress), Neighbor>();
        var names = new Dictionary<(string, string), Neighbor>();
        var started = new List<Neighbor>();
        var changed = new List<(Neighbor, NeighborConfiguration)>();
        foreach (InstanceConfiguration instance in configuration.Instances)
        {
            if (!before.Ribs.TryGetValue(instance.Name, out Rib? rib))
            {
                rib = new Rib(clock: _clock);
                if (_vrps is { } vrps)
                    rib.SetVrps(vrps);
                if (_aspas is { } aspas)
                    rib.SetAspas(aspas);
            }
            ribs.Add(instance.Name, rib);
            foreach (NeighborConfiguration wanted in instance.Neighbors)
            {
                var key = (wanted.LocalAddress, wanted.PeerAddress);
                if (
                    !before.Neighbors.TryGetValue(key, out Neighbor? neighbor)
                    || !sameSpeaker
                    || neighbor.Instance != instance.Name
                    || neighbor.Configuration != wanted
                )
                {
                    SessionSettings settings = SessionSettings.Of(configuration, wanted);
                    if (neighbor?.CanBecome(instance.Name, wanted, settings) == true)
                    {
                        changed.Add((neighbor, wanted));
                    }
                    else
                    {
                        neighbor = new Neighbor(instance.Name, wanted, settings, rib, _transport, _clock, _observe, _recovery is not null);
                        started.Add(neighbor);
                    }
                }
                neighbors.Add(key, neighbor);
                names.Add((instance.Name, wanted.Name), neighbor);
            }
        }
        // Old sessions end before their successors start, so that a peer never sees two.
        foreach (((IPAddress, IPAddress) key, Neighbor gone) in before.Neighbors)
            if (!neighbors.TryGetValue(key, out Neighbor? kept) || kept != gone)
                gone.Retire(neighbors.ContainsKey(key) ? CeaseReason.OtherConfigurationChange : CeaseReason.PeerDeconfigured);
        _now = new Tables(ribs, neighbors, names);
        foreach (InstanceConfiguration instance in configuration.Instances)
            ribs[instance.Name].SetNetworks(instance.Networks);
        foreach ((Neighbor neighbor, NeighborConfiguration wanted) in changed)
            neighbor.Reconfigure(wanted);
        _listeners.Apply(
            configuration.Listen,
            neighbors.Values.Select(n => (n.Configuration.LocalAddress, n.Configuration.PeerAddress, n.Security))
        );
        if (_recovery is { } recovery)
            Defer(recovery, ribs, started);
        _recovery = null;
        if (started.Count > 0)
            Rehearsal.Begin();
        foreach (Neighbor neighbor in started)
            neighbor.Start();
        _applied = configuration;
    }

    /// <summary>Instances of neighbors that keep our routes announce nothing until those have said what they have.</summary>
    private void Defer(RestartRecovery recovery, Dictionary<string, Rib> ribs, List<Neighbor> started)
    {
        foreach (IGrouping<string, Neighbor> instance in started.GroupBy(n => n.Instance))
        {
            Neighbor[] awaited =
            [
                .. instance.Where(n =>
                    n.Configuration is { Enabled: true, GracefulRestart: not null }
                    && recovery.Kept?.Contains((n.Instance, n.Configuration.Name)) != false
                ),
            ];
            if (awaited.Length == 0)
                continue;
            var deferral = new SelectionDeferral(ribs[instance.Key], awaited, _clock, recovery.SelectionDeferral);
            foreach (Neighbor neighbor in awaited)
                neighbor.Deferral = deferral;
        }
    }

    /// <summary>
    /// Replaces the VRPs that policies validate origins against, and judges again the routes that the change touches; a neighbor that alone knows what some of them
    /// need is asked for its routes again. One table may serve any number of speakers. To be called by one thread at a time.
    /// </summary>
    public void SetVrps(VrpTable vrps)
    {
        _vrps = vrps;
        JudgeAgain(rib => rib.SetVrps(vrps));
    }

    /// <summary>Replaces the ASPAs that policies verify paths by, as <see cref="SetVrps"/> does the VRPs. To be called by one thread at a time.</summary>
    public void SetAspas(AspaTable aspas)
    {
        _aspas = aspas;
        JudgeAgain(rib => rib.SetAspas(aspas));
    }

    private void JudgeAgain(Func<Rib, int> change)
    {
        // An instance that is being made now may have been given the table before.
        _applying.Wait();
        Tables now = _now;
        _applying.Release();
        foreach ((string instance, Rib rib) in now.Ribs)
            if (change(rib) > 0)
                foreach (Neighbor neighbor in now.Neighbors.Values.Where(n => n.Instance == instance))
                    neighbor.RequestRefresh();
    }

    /// <summary>All neighbors as they are now, in order of instance and name.</summary>
    public IReadOnlyList<NeighborStatus> Status() =>
        [
            .. _now
                .Names.OrderBy(n => n.Key.Item1, StringComparer.Ordinal)
                .ThenBy(n => n.Key.Item2, StringComparer.Ordinal)
                .Select(n => n.Value.Status()),
        ];

    /// <summary>One neighbor, or null when there is none of that name.</summary>
    public NeighborStatus? Status(string instance, string neighbor) => Find(instance, neighbor)?.Status();

    /// <summary>
    /// Routes received from a neighbor, accepted and refused, a page at a time; empty while it is not Established, but for those that wait as stale for a peer that
    /// restarts gracefully.
    /// </summary>
    public RoutePage Received(string instance, string neighbor, RouteQuery? query = null, string? next = null)
    {
        Neighbor? found = Find(instance, neighbor);
        return found?.Peer is { } peer && _now.Ribs.TryGetValue(instance, out Rib? rib)
            ? rib.Routes((query ?? new RouteQuery()) with { Peer = peer }, next)
            : new RoutePage([], null);
    }

    /// <summary>Routes announced to a neighbor, with the attributes they have in the Loc-RIB; empty while it is not Established.</summary>
    public IReadOnlyList<RouteView> Advertised(string instance, string neighbor) => Find(instance, neighbor)?.Out?.Routes() ?? [];

    /// <summary>The Loc-RIB of an instance, a page at a time.</summary>
    public RoutePage LocRib(string instance, RouteQuery? query = null, string? next = null) =>
        _now.Ribs.TryGetValue(instance, out Rib? rib)
            ? rib.Routes((query ?? new RouteQuery()) with { BestOnly = true }, next)
            : new RoutePage([], null);

    /// <summary>The tables of an instance, for longest match and other questions; null when there is no such instance.</summary>
    public Rib? TablesOf(string instance) => _now.Ribs.GetValueOrDefault(instance);

    /// <summary>Asks a neighbor for all its routes again (RFC 2918).</summary>
    /// <returns>False when it is not Established or cannot.</returns>
    public bool RequestRefresh(string instance, string neighbor) => Find(instance, neighbor)?.RequestRefresh() ?? false;

    /// <summary>Ends a session (CEASE, administrative reset) and starts it again.</summary>
    /// <returns>False when there is no such neighbor.</returns>
    public bool Reset(string instance, string neighbor, string? words = null)
    {
        Neighbor? found = Find(instance, neighbor);
        found?.Reset(words);
        return found is not null;
    }

    private Neighbor? Find(string instance, string neighbor) => _now.Names.GetValueOrDefault((instance, neighbor));

    private void Accept(IConnection wire) => _ = AcceptAsync(wire);

    /// <summary>
    /// Who calls while a configuration is being applied waits for its end: addresses are listened on a moment before their neighbors start, and a neighbor that has not
    /// started yet would send away a peer that then stays away for half a minute.
    /// </summary>
    private async Task AcceptAsync(IConnection wire)
    {
        await _applying.WaitAsync();
        _applying.Release();
        IPAddress local = Unmap(wire.Local.Address);
        IPAddress remote = Unmap(wire.Remote.Address);
        try
        {
            if (_now.Neighbors.TryGetValue((local, remote), out Neighbor? neighbor))
            {
                if (!neighbor.TryAccept(wire))
                    _ = RefuseAsync(wire);
                return;
            }
        }
        catch (IOException e)
        {
            _observe(new BgpEvent.ListenFailed(_clock.GetUtcNow(), $"connection from {wire.Remote}: {e.Message}"));
        }
        _ = wire.DisposeAsync().AsTask();
    }

    /// <summary>Says that a connection is not wanted now (RFC 4486 §4), and closes it. So few octets never wait for the peer.</summary>
    private static async Task RefuseAsync(IConnection wire)
    {
        byte[] message = new byte[MessageHeader.Size + 2];
        var writer = new WireWriter(message);
        Notification.Cease(CeaseReason.ConnectionRejected).Write(ref writer);
        try
        {
            await wire.SendAsync(message, CancellationToken.None);
            wire.FinishSending();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has gone by itself.
        }
        await wire.DisposeAsync();
    }

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>
    /// Ends this speaker so that another may take over: connections to peers that keep our routes meanwhile (<see cref="NeighborConfiguration.GracefulRestart"/>,
    /// and known to the peer) close without a NOTIFICATION, the others with CEASE (administrative reset). Nothing can be applied afterwards.
    /// </summary>
    /// <returns>The sessions that are kept, as (instance, neighbor): what <see cref="RestartRecovery.Kept"/> of the next speaker may name.</returns>
    public async Task<IReadOnlyList<(string Instance, string Neighbor)>> StopForRestartAsync()
    {
        await _listeners.DisposeAsync();
        await _applying.WaitAsync();
        try
        {
            Tables last = _now;
            _now = new Tables([], [], []);
            return [.. last.Neighbors.Values.Where(n => n.RetireForRestart()).Select(n => (n.Instance, n.Configuration.Name))];
        }
        finally
        {
            _applying.Release();
        }
    }

    /// <summary>Ends all sessions with CEASE (administrative shutdown) and closes all sockets.</summary>
    public async ValueTask DisposeAsync()
    {
        await _listeners.DisposeAsync();
        foreach (Neighbor neighbor in _now.Neighbors.Values)
            neighbor.Retire(CeaseReason.AdministrativeShutdown);
        _now = new Tables([], [], []);
    }

    private sealed record Tables(
        Dictionary<string, Rib> Ribs,
        Dictionary<(IPAddress Local, IPAddress Peer), Neighbor> Neighbors,
        Dictionary<(string Instance, string Name), Neighbor> Names
    );
}
