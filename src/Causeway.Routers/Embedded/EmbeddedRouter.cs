using System.Net;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Routers.Embedded;

/// <summary>
/// Theory of operation. A router inside this process: the BGP speaker with real TCP sessions, tables and policy. It forwards no packets, so byte counters are
/// absent, and ports, tags and rates are kept but mean nothing here. An instance of an intent is an instance of the speaker; its VRFs share the machine's one
/// address space, so a session is found by its two addresses, and lives inside the router's link space only: one outside is neither bound nor dialled, it is
/// down and says that it has no link. What the speaker would refuse is found per session before, so that one wrong session never stands in the way of others.
///
/// Each session offers graceful restart (RFC 4724) and says that forwarding goes on, which is true: no packet ever went through this process. So a peer keeps
/// our routes when the connection breaks without a NOTIFICATION: after <see cref="SuspendAsync"/>, and by itself after a crash. The next speaker says in its
/// first OPENs that it has restarted (the R bit, sections 3 and 4.1), always, whether or not anything is known of a speaker before: whoever was killed could
/// not write down that it would be. To a peer that never heard of us it only says not to wait for our End-of-RIB. Whom it waits for before it announces
/// anything is what a suspended router left behind; after a crash nobody, since what it announces never depends on what it learns.
/// </summary>
public sealed class EmbeddedRouter : IRouterDriver
{
    private readonly RouterDefinition _definition;
    private readonly Asn _asn;
    private readonly TimeProvider _time;
    private readonly EmbeddedSettings _settings;
    private readonly EmbeddedRpki _rpki;
    private readonly Lock _validating = new();
    private volatile BgpSpeaker _speaker;
    private readonly SemaphoreSlim _applying = new(1);
    private volatile Placed _placed;
    private long _epoch;
    private bool _untouched = true;
    private bool _suspended;

    public EmbeddedRouter(RouterDefinition definition, Asn asn, EmbeddedSettings settings, EmbeddedRpki rpki, TimeProvider time)
    {
        (_definition, _asn, _settings, _rpki, _time) = (definition, asn, settings, rpki, time);
        _placed = Nothing();
        _speaker = NewSpeaker(new RestartRecovery(TimeSpan.Zero, []));
        _rpki.Changed += Validate;
        Validate();
    }

    /// <summary>Gives the speaker what is known now: who comes last gives the newest.</summary>
    private void Validate()
    {
        lock (_validating)
        {
            _speaker.SetVrps(_rpki.Vrps);
            _speaker.SetAspas(_rpki.Aspas);
        }
    }

    private BgpSpeaker NewSpeaker(RestartRecovery recovery) =>
        new(
            _time,
            happened =>
            {
                if (happened is BgpEvent.StateChanged)
                    Changed?.Invoke();
            },
            recovery: recovery
        );

    public string Router => _definition.Name;

    public event Action? Changed;

    public IReadOnlyList<CapabilityIssue> Check(RouterIntent intent)
    {
        var issues = new List<CapabilityIssue>();
        var taken = new Dictionary<(IPAddress, IPAddress), string>();
        foreach (InstanceIntent instance in intent.Instances)
        foreach (SessionIntent session in instance.Sessions)
        {
            if (session.Options.Bfd is not null)
                Add("BfdNotSupported", "an embedded router forwards no packets, and so has no BFD");
            // What has no link is not given to the speaker, and cannot collide in it.
            if (!HasLink(session))
                continue;
            if (!taken.TryAdd((session.Ours, session.Theirs), instance.Name))
                Add("AddressInUse", $"{session.Ours} to {session.Theirs} is a session of {taken[(session.Ours, session.Theirs)]} already");
            foreach (Refusal refusal in Rendered(instance, session).Refusals)
                Add(refusal.Code, refusal.Message);

            void Add(string code, string says) => issues.Add(new CapabilityIssue(instance.Name, session.Name, code, says));
        }
        return issues;
    }

    public RouterPlan Plan(RouterIntent intent, RouterReport? now) => RouterPlan.Of(intent, now);

    public async Task<RouterReport> ApplyAsync(RouterPlan plan, long epoch, CancellationToken cancellation)
    {
        await _applying.WaitAsync(cancellation);
        try
        {
            if (epoch < _epoch)
                throw new SupersededException(Router, epoch, _epoch);
            ObjectDisposedException.ThrowIf(_suspended, this);
            _epoch = epoch;
            _untouched = false;
            await _speaker.ApplyAsync(Configuration(plan.Intent), cancellation);
            _placed = new Placed(plan.Intent, _time.GetUtcNow());
        }
        finally
        {
            _applying.Release();
        }
        return Read();
    }

    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        await _applying.WaitAsync(cancellation);
        try
        {
            await _speaker.ApplyAsync(Configuration(Nothing().Intent), cancellation);
            _placed = Nothing();
            await RenewAsync(new RestartRecovery(TimeSpan.Zero, []));
        }
        finally
        {
            _applying.Release();
        }
    }

    public async Task<RouterRestart?> SuspendAsync(CancellationToken cancellation)
    {
        await _applying.WaitAsync(cancellation);
        try
        {
            _suspended = true;
            if (_untouched)
                return null;
            DateTimeOffset at = _time.GetUtcNow();
            IReadOnlyList<(string Instance, string Neighbor)> kept = await _speaker.StopForRestartAsync();
            TimeSpan within = _placed.Intent.Instances.SelectMany(i => i.Sessions).Select(RestartTime).DefaultIfEmpty(TimeSpan.Zero).Max();
            return new RouterRestart(at, within, [.. kept.Select(k => new KeptSession(k.Instance, k.Neighbor))]);
        }
        finally
        {
            _applying.Release();
        }
    }

    public async Task ResumeAsync(RouterRestart before, CancellationToken cancellation)
    {
        await _applying.WaitAsync(cancellation);
        try
        {
            // Half of what is left, so that those who are back hear from us before their own patience ends.
            TimeSpan patience = before.LeftAt(_time.GetUtcNow()) / 2;
            if (_untouched && patience > TimeSpan.Zero)
                await RenewAsync(new RestartRecovery(patience, [.. before.Kept.Select(k => (k.Instance, k.Session))]));
        }
        finally
        {
            _applying.Release();
        }
    }

    /// <summary>A speaker that has been given nothing yet, in place of one that has nothing.</summary>
    private async Task RenewAsync(RestartRecovery recovery)
    {
        BgpSpeaker before = _speaker;
        _speaker = NewSpeaker(recovery);
        // Only now that a change would reach it.
        Validate();
        _untouched = true;
        await before.DisposeAsync();
    }

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
                    .Where(s => s.Mode != SessionMode.Down && HasLink(s))
                    .Select(s => s.Ours)
                    .Distinct()
                    .Select(ours => new IPEndPoint(ours, _definition.BgpPort)),
            ],
            Instances =
            [
                .. intent.Instances.Select(instance => new InstanceConfiguration
                {
                    Name = instance.Name,
                    Networks = [.. instance.Announce.Select(a => a.Prefix)],
                    Neighbors = [.. instance.Sessions.Where(HasLink).Select(s => Rendered(instance, s).Neighbor)],
                }),
            ],
        };

    /// <summary>A session as the speaker has it, and why it would refuse it.</summary>
    /// <param name="Announce">What its instance announced then.</param>
    private sealed record RenderedSession(
        EquatableArray<AnnouncedPrefix> Announce,
        NeighborConfiguration Neighbor,
        IReadOnlyList<Refusal> Refusals
    );

    private readonly ConditionalWeakTable<SessionIntent, RenderedSession> _rendered = [];

    /// <summary>Remembered with the session: of a thousand, most stay as they are.</summary>
    private RenderedSession Rendered(InstanceIntent instance, SessionIntent session)
    {
        if (_rendered.TryGetValue(session, out RenderedSession? known) && known.Announce == instance.Announce)
            return known;
        NeighborConfiguration neighbor = Neighbor(instance, session);
        var alone = new SpeakerConfiguration
        {
            Asn = _asn,
            RouterId = _definition.RouterId,
            Listen = [],
            Instances = [new InstanceConfiguration { Name = instance.Name, Neighbors = [neighbor] }],
        };
        var rendered = new RenderedSession(instance.Announce, neighbor, ConfigurationRules.Check(alone));
        _rendered.AddOrUpdate(session, rendered);
        return rendered;
    }

    private bool HasLink(SessionIntent session) =>
        _definition.LinkSpace is not { } space || (space.Contains(session.Ours) && space.Contains(session.Theirs));

    private NeighborConfiguration Neighbor(InstanceIntent instance, SessionIntent session)
    {
        SessionOptions options = session.Options;
        var limit = new MaxPrefix(
            session.Import.MaxPrefixes,
            options.MaxPrefixWarning ?? 75,
            options.MaxPrefixRestart ?? _settings.MaxPrefixRestart
        );
        return new NeighborConfiguration
        {
            Name = session.Name,
            PeerAsn = session.PeerAsn,
            PeerAddress = session.Theirs,
            PeerPort = _definition.BgpPort,
            LocalAddress = session.Ours,
            Enabled = session.Mode != SessionMode.Down,
            Passive = options.Passive,
            Md5Key = session.Md5Key?.Clear,
            HoldTime = options.HoldTime ?? _settings.HoldTime,
            ConnectRetry = _settings.ConnectRetry,
            Families = [session.Family],
            MaxPrefixV4 = session.Family == IpFamily.V4 ? limit : null,
            MaxPrefixV6 = session.Family == IpFamily.V6 ? limit : null,
            TtlSecurityHops = options.TtlSecurityHops,
            GracefulShutdown = options.GracefulShutdown,
            GracefulRestart = RestartTime(session) is var restart && restart > TimeSpan.Zero ? new GracefulRestart(restart) : null,
            Role = options.Role switch
            {
                SessionRole.Peer => BgpRole.Peer,
                SessionRole.RouteServer => BgpRole.RouteServer,
                SessionRole.RouteServerClient => BgpRole.RouteServerClient,
                _ => null,
            },
            RouteServerClient = session.Export.AsRouteServer,
            Import = SessionPolicies.Import(session),
            Export = SessionPolicies.Export(instance, session, _asn),
        };
    }

    private TimeSpan RestartTime(SessionIntent session) => session.Options.GracefulRestart ?? _settings.RestartTime;

    public Task<RouterReport> ReadAsync(CancellationToken cancellation) => Task.FromResult(Read());

    private RouterReport Read()
    {
        Placed placed = _placed;
        Dictionary<(string, string), NeighborStatus> sessions = _speaker.Status().ToDictionary(s => (s.Instance, s.Name));
        return new RouterReport(
            Router,
            placed.Intent.Instances.IsEmpty ? "" : placed.Intent.Fingerprint,
            _time.GetUtcNow(),
            [
                .. placed.Intent.Instances.Select(i => new InstanceReport(
                    i.Name,
                    i.Fingerprint,
                    null,
                    [.. i.Sessions.Select(s => Observe(s, sessions.GetValueOrDefault((i.Name, s.Name)), placed.At))]
                )
                {
                    Lines = IntentText.Of(i),
                }),
            ]
        );
    }

    private SessionReport Observe(SessionIntent wanted, NeighborStatus? status, DateTimeOffset placed)
    {
        if (status is null)
            return new SessionReport(
                wanted.Name,
                wanted.Ours.ToString(),
                wanted.Theirs.ToString(),
                wanted.PeerAsn,
                wanted.Mode,
                nameof(SessionStateName.Idle),
                placed
            )
            {
                Received = 0,
                Accepted = 0,
                Announced = 0,
                Code = HasLink(wanted) ? null : SessionReport.NoLink,
                LastProblem = HasLink(wanted)
                    ? null
                    : $"{wanted.Ours} to {wanted.Theirs} lies outside the router's link space: there is no link",
            };
        FamilyStatus? counts = status.Families.FirstOrDefault(f => f.Family == wanted.Family);
        return new SessionReport(
            wanted.Name,
            wanted.Ours.ToString(),
            wanted.Theirs.ToString(),
            wanted.PeerAsn,
            wanted.Mode,
            status.State.ToString(),
            status.Since
        )
        {
            Received = counts?.Received ?? 0,
            Accepted = counts?.Accepted ?? 0,
            Announced = counts?.Advertised ?? 0,
            EndOfRib = counts?.EndOfRib,
            Refused =
            [
                .. (counts?.Refused ?? []).Where(r => r.Value > 0).Select(r => new RefusedCount((int)r.Key, r.Key.ToString(), r.Value)),
            ],
            WasUpUntil = status.WasUpUntil,
            LastProblem = status.LastError,
            Code = status.State == SessionStateName.Established ? null : CodeOf(status),
            PeerRole = status.PeerCapabilities.OfType<Capability.Role>().FirstOrDefault() is { } role
                ? ((BgpRole)role.Value).ToString()
                : null,
        };
    }

    /// <summary>By what ended the session, not by its words: those of a shutdown (RFC 9003) are the peer's own.</summary>
    private static string? CodeOf(NeighborStatus status) =>
        (status.LastSent ?? status.LastReceived) switch
        {
            { IsRoleMismatch: true } => SessionReport.RoleMismatch,
            { IsBadPeerAs: true } => SessionReport.BadPeerAs,
            // Received, it is the peer's limit that we went over.
            { IsMaximumPrefixes: true } when status.LastSent is not null => SessionReport.MaxPrefixes,
            _ => null,
        };

    public async IAsyncEnumerable<RouteReport> RoutesAsync(RouteQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_placed.Intent.Find(question.Instance) is not { } instance)
            yield break;
        int left = question.Limit;
        foreach (SessionIntent session in instance.Sessions.Where(s => question.Session is null || s.Name == question.Session))
        {
            IEnumerable<RouteReport> routes =
                question.Direction == RouteDirection.Received
                    ? Received(question, session)
                    : _speaker
                        .Advertised(question.Instance, session.Name)
                        .Where(r =>
                            question.Prefix is not { } prefix || (question.IsExact ? prefix == r.Prefix : prefix.Contains(r.Prefix))
                        )
                        .Select(r => Observe(r, session.Name, session.Ours));
            foreach (RouteReport route in routes)
            {
                if (left-- <= 0)
                    yield break;
                cancellation.ThrowIfCancellationRequested();
                yield return route;
            }
            await Task.Yield(); // Between sessions others have their turn.
        }
    }

    private IEnumerable<RouteReport> Received(RouteQuestion question, SessionIntent session)
    {
        var query = new RouteQuery
        {
            Within = question.IsExact ? null : question.Prefix,
            Exactly = question.IsExact ? question.Prefix : null,
            Accepted = question.Stage switch
            {
                RouteStage.Accepted => true,
                RouteStage.Refused => false,
                _ => null,
            },
        };
        string? next = null;
        do
        {
            RoutePage page = _speaker.Received(question.Instance, session.Name, query, next);
            foreach (RouteView route in page.Routes)
                yield return Observe(route, session.Name, session.Theirs);
            next = page.Next;
        } while (next is not null);
    }

    private static RouteReport Observe(RouteView route, string session, IPAddress nextHopUnlessSaid) =>
        new(
            session,
            route.Prefix,
            (route.Attributes?.NextHop ?? nextHopUnlessSaid).ToString(),
            route.Attributes?.AsPath ?? "",
            route.Attributes?.LocalPreference,
            route.Reason,
            route.Since
        )
        {
            Communities = route.Attributes is { Communities: { IsEmpty: false } communities } ? communities : [],
            LargeCommunities = route.Attributes is { LargeCommunities: { IsEmpty: false } large }
                ? [.. large.Select(c => c.ToString())]
                : [],
        };

    public async ValueTask DisposeAsync()
    {
        _rpki.Changed -= Validate;
        await _speaker.DisposeAsync();
        _applying.Dispose();
    }

    private Placed Nothing() => new(new RouterIntent(Router, _asn, []), _time.GetUtcNow());

    /// <summary>What is in place, and since when.</summary>
    private sealed record Placed(RouterIntent Intent, DateTimeOffset At);
}
