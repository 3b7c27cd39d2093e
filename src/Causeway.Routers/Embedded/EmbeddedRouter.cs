using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Routers.Embedded;

/// <summary>
/// A router inside this process: the BGP speaker with real TCP sessions, tables and policy. It forwards no packets, so byte counters are absent and
/// VLAN tags are kept but mean nothing here. An address that this machine does not have is not a problem of the intent: the session waits, and says why.
/// </summary>
public sealed class EmbeddedRouter : IRouterDriver
{
    private readonly RouterDefinition _definition;
    private readonly Asn _asn;
    private readonly TimeProvider _time;
    private readonly EmbeddedSettings _settings;
    private readonly BgpSpeaker _speaker;

    public EmbeddedRouter(RouterDefinition definition, Asn asn, EmbeddedSettings settings, TimeProvider time)
    {
        (_definition, _asn, _settings, _time) = (definition, asn, settings, time);
        _speaker = new BgpSpeaker(
            time,
            happened =>
            {
                if (happened is BgpEvent.StateChanged)
                    SessionsChanged?.Invoke(_definition.Name);
            }
        );
    }

    public string Router => _definition.Name;

    public event Action<string>? SessionsChanged;

    public async Task<ApplyResult> ApplyAsync(RouterIntent intent, CancellationToken cancellation)
    {
        await _speaker.ApplyAsync(Configuration(intent), cancellation);
        return ApplyResult.Clean;
    }

    public Task ReleaseAsync(CancellationToken cancellation) =>
        _speaker.ApplyAsync(Configuration(new RouterIntent(Router, _asn, [])), cancellation);

    /// <summary>The speaker's configuration for an intent: pure.</summary>
    internal SpeakerConfiguration Configuration(RouterIntent intent) =>
        new()
        {
            Asn = _asn,
            RouterId = _definition.RouterId,
            Listen =
            [
                .. intent
                    .Instances.SelectMany(i => i.Sessions)
                    .Where(s => s.Enabled)
                    .Select(s => new IPEndPoint(s.OurAddress, _definition.BgpPort)),
            ],
            Instances = [.. intent.Instances.Select(Instance)],
        };

    private InstanceConfiguration Instance(InstanceIntent instance) =>
        new()
        {
            Name = instance.Name,
            Networks = instance.Announce,
            Neighbors = [.. instance.Sessions.Select(s => Neighbor(instance, s))],
        };

    private NeighborConfiguration Neighbor(InstanceIntent instance, SessionIntent session)
    {
        var limit = new MaxPrefix(session.MaxPrefixes, Restart: _settings.MaxPrefixRestart);
        return new NeighborConfiguration
        {
            Name = NameOf(session.Family),
            PeerAsn = session.PeerAsn,
            PeerAddress = session.CustomerAddress,
            PeerPort = _definition.BgpPort,
            LocalAddress = session.OurAddress,
            Enabled = session.Enabled,
            Md5Key = session.Md5Key,
            HoldTime = _settings.HoldTime,
            ConnectRetry = _settings.ConnectRetry,
            Families = [session.Family],
            MaxPrefixV4 = session.Family == IpFamily.V4 ? limit : null,
            MaxPrefixV6 = session.Family == IpFamily.V6 ? limit : null,
            Import = SessionPolicies.Import(session),
            Export = SessionPolicies.Export(instance, session.Family),
        };
    }

    private static string NameOf(IpFamily family) => family == IpFamily.V4 ? "ipv4" : "ipv6";

    private static IpFamily FamilyOf(string name) => name == "ipv4" ? IpFamily.V4 : IpFamily.V6;

    public Task<RouterObservation> ObserveAsync(CancellationToken cancellation) =>
        Task.FromResult(new RouterObservation(Router, _time.GetUtcNow(), [.. _speaker.Status().Select(Observe)]));

    private static SessionObservation Observe(NeighborStatus s)
    {
        FamilyStatus? counts = s.Families.FirstOrDefault(f => f.Family == FamilyOf(s.Name));
        return new SessionObservation(
            s.Instance,
            FamilyOf(s.Name),
            s.PeerAddress.ToString(),
            s.PeerAsn,
            s.State.ToString(),
            s.Since,
            counts?.Received ?? 0,
            counts?.Accepted ?? 0,
            counts?.Advertised ?? 0,
            s.LastError
        );
    }

    public Task<IReadOnlyList<RouteObservation>> ReceivedRoutesAsync(string instance, CancellationToken cancellation)
    {
        var routes = new List<RouteObservation>();
        foreach (NeighborStatus neighbor in NeighborsOf(instance))
        {
            string? next = null;
            do
            {
                RoutePage page = _speaker.Received(instance, neighbor.Name, null, next);
                routes.AddRange(page.Routes.Select(r => Observe(r, neighbor.PeerAddress)));
                next = page.Next;
            } while (next is not null);
        }
        return Task.FromResult<IReadOnlyList<RouteObservation>>(routes);
    }

    public Task<IReadOnlyList<RouteObservation>> AnnouncedRoutesAsync(string instance, CancellationToken cancellation)
    {
        var routes = new List<RouteObservation>();
        foreach (NeighborStatus neighbor in NeighborsOf(instance))
            routes.AddRange(_speaker.Advertised(instance, neighbor.Name).Select(r => Observe(r, neighbor.LocalAddress)));
        return Task.FromResult<IReadOnlyList<RouteObservation>>(routes);
    }

    private IEnumerable<NeighborStatus> NeighborsOf(string instance) => _speaker.Status().Where(s => s.Instance == instance);

    private static RouteObservation Observe(RouteView route, IPAddress nextHopUnlessSaid) =>
        new(
            route.Prefix,
            (route.Attributes?.NextHop ?? nextHopUnlessSaid).ToString(),
            route.Attributes?.AsPath ?? "",
            route.Attributes?.LocalPreference,
            Weight: 0,
            (int)route.Reason,
            route.Reason == RefuseReason.None ? null : route.Reason.ToString(),
            route.Since
        );

    public ValueTask DisposeAsync() => _speaker.DisposeAsync();
}
