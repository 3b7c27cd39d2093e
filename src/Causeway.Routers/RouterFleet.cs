using System.Collections.Frozen;
using System.Text.Json;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Routers;

/// <summary>How routers are driven.</summary>
public sealed record FleetSettings
{
    /// <summary>How long one call of a driver may take before its router counts as away; shorter than a lease.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How often everything is compiled, read and compared whether or not anything is known to have changed.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Told the instances of which a router driven here shows something new, after it was written down. Has to return at once.</summary>
    public Action<IEnumerable<ObservedInstance>> Observed { get; init; } = static _ => { };
}

/// <summary>
/// All routers of the installation: a driver for each, a <see cref="GroupReconciler"/> and an <see cref="Ownership"/> for each group, and what readers may know
/// of them, from the first <see cref="Follow"/> on. Its <see cref="Loops"/> are turned by the process's supervisor.
/// </summary>
public sealed class RouterFleet : IRouters, IRouterStatus, IAsyncDisposable
{
    /// <summary>A report of this age is as good as a new one: somebody read it for the last request.</summary>
    private static readonly TimeSpan JustRead = TimeSpan.FromMilliseconds(200);

    private readonly IStore _store;
    private readonly TimeProvider _time;
    private readonly Func<NetworkTopology> _topology;
    private readonly Func<RouterGroup, Asn, GroupReconciler> _create;
    private readonly LeaseLoop _leases;
    private volatile FrozenDictionary<string, (GroupReconciler Group, RouterRuntime Runtime)> _routers = FrozenDictionary<
        string,
        (GroupReconciler, RouterRuntime)
    >.Empty;
    private volatile IReadOnlyList<GroupReconciler> _groups = [];

    /// <param name="types">What has something on routers, one for each type.</param>
    /// <param name="reveal">Decrypts an MD5 key; its result lives in memory only.</param>
    public RouterFleet(
        Func<NetworkTopology> topology,
        IEnumerable<IRouterDriverFactory> factories,
        IEnumerable<IOnRouters> types,
        Engine engine,
        Func<string, Md5Key> reveal,
        FleetSettings settings,
        NodeIdentity node,
        TimeProvider time,
        ILogger<RouterFleet> log
    )
    {
        (_store, _time, _topology) = (engine.Store, time, topology);
        FrozenDictionary<string, IRouterDriverFactory> known = factories.ToFrozenDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
        FrozenDictionary<string, IOnRouters> byType = types.ToFrozenDictionary(t => t.Type, StringComparer.OrdinalIgnoreCase);
        _create = (group, asn) =>
            new GroupReconciler(
                group,
                [.. group.Routers.Select(router => Driver(router, asn))],
                new Ownership(_store, IOnRouters.LeaseOf(group.Name), node.Id, time),
                byType,
                engine,
                topology,
                reveal,
                settings,
                time,
                log,
                node.Label
            );
        _leases = new LeaseLoop(() => _groups.Select(p => p.Ownership));
        _store.Announced += Announced;

        IRouterDriver Driver(RouterDefinition router, Asn asn) =>
            known.TryGetValue(router.Driver, out IRouterDriverFactory? factory)
                ? factory.Create(router, router.Asn ?? asn)
                : throw new InvalidOperationException(
                    $"Router {router.Name} names driver '{router.Driver}'; known drivers: {string.Join(", ", known.Keys)}."
                );
    }

    /// <summary>What has to be turned for the routers to be driven.</summary>
    public IReadOnlyList<Loop> Loops => [_leases, .. _groups];

    public IReadOnlyList<GroupReconciler> Groups => _groups;

    /// <summary>The groups that the topology has no more, or has otherwise: their loops have to end before <see cref="Follow"/>.</summary>
    public IReadOnlyList<GroupReconciler> Leaving => [.. _groups.Where(p => !p.IsIn(_topology()))];

    /// <summary>Makes the fleet that of the present topology. What stays goes on, and compiles its intents anew: they are made from the topology too.</summary>
    /// <returns>The loops of the groups that came.</returns>
    /// <exception cref="InvalidOperationException">The topology names a driver that is not registered; nothing was changed.</exception>
    public IReadOnlyList<Loop> Follow()
    {
        NetworkTopology now = _topology();
        GroupReconciler[] staying = [.. _groups.Where(p => p.IsIn(now))];
        GroupReconciler[] coming =
        [
            .. now
                .Groups.Where(group => !staying.Any(s => s.Group.Name.Equals(group.Name, StringComparison.OrdinalIgnoreCase)))
                .Select(group => _create(group, now.Asn)),
        ];
        _groups = [.. staying, .. coming];
        _routers = _groups
            .SelectMany(p => p.Routers.Select(s => (Group: p, Runtime: s)))
            .ToFrozenDictionary(r => r.Runtime.Name, StringComparer.OrdinalIgnoreCase);
        if (coming.Length > 0)
            _leases.Wake();
        foreach (GroupReconciler group in staying)
            group.Ask();
        return coming;
    }

    public IRouterReader? Reader(string router) => Mine(router)?.Runtime.Driver;

    public async ValueTask<Seen<InstanceReport>?> InstanceAsync(string router, string instance, CancellationToken cancellation)
    {
        if (Mine(router) is { } mine && await NowAsync(mine.Runtime, cancellation) is { } report)
            return report.Find(instance) is { } here ? new Seen<InstanceReport>(here, report.At, IsNow: true) : null;
        if (await _store.GetObservationAsync(ObservationKeys.Instance(router, instance), cancellation) is not { } written)
            return null;
        InstanceReport? read = JsonSerializer.Deserialize(written.Body.Span, ObservationJson.Default.InstanceReport);
        // What is not written anew is as it was when the head was: the owner writes the head again and again.
        Observation? head = await _store.GetObservationAsync(ObservationKeys.Router(router), cancellation);
        DateTimeOffset at = head is not null && head.Epoch == written.Epoch && head.At > written.At ? head.At : written.At;
        return read is null ? null : new Seen<InstanceReport>(read, at, IsNow: false);
    }

    public async ValueTask<Seen<RouterHead>?> HeadAsync(string router, CancellationToken cancellation) =>
        await _store.GetObservationAsync(ObservationKeys.Router(router), cancellation) is { } written
        && JsonSerializer.Deserialize(written.Body.Span, ObservationJson.Default.RouterHead) is { } head
            ? new Seen<RouterHead>(head, written.At, IsNow: false)
            : null;

    public async ValueTask<IReadOnlyList<RouterStanding>> AllAsync(CancellationToken cancellation)
    {
        Dictionary<string, Lease> leases = (await _store.LeasesAsync("routers/", cancellation)).ToDictionary(
            l => l.Name,
            StringComparer.Ordinal
        );
        var heads = new Dictionary<string, Observation>(StringComparer.OrdinalIgnoreCase);
        foreach (RouterDefinition router in _topology().Routers)
            if (await _store.GetObservationAsync(ObservationKeys.Router(router.Name), cancellation) is { } head)
                heads[router.Name] = head;
        return
        [
            .. _topology()
                .Groups.SelectMany(g => g.Routers.Select(r => (Group: g, Router: r)))
                .OrderBy(r => r.Router.Name, StringComparer.Ordinal)
                .Select(r =>
                {
                    Lease? lease = leases.GetValueOrDefault(IOnRouters.LeaseOf(r.Group.Name));
                    Observation? written = heads.GetValueOrDefault(r.Router.Name);
                    RouterHead? head = written is null
                        ? null
                        : JsonSerializer.Deserialize(written.Body.Span, ObservationJson.Default.RouterHead);
                    string? problem =
                        head?.Problem ?? (head?.Faults.Count > 0 ? $"{head.Faults[0].Resource}: {head.Faults[0].Says}" : null);
                    return new RouterStanding(
                        r.Router.Name,
                        r.Group.Name,
                        lease is null ? null
                            : head is not null && head.Epoch == lease.Epoch ? head.Owner
                            : lease.Holder,
                        lease?.Epoch ?? 0,
                        head?.Wanted,
                        head?.Applied,
                        written?.At,
                        problem
                    )
                    {
                        Maintenance = head?.Maintenance ?? 0,
                        SeenIn = written?.Epoch ?? 0,
                    };
                }),
        ];
    }

    /// <summary>The sessions of the routers that this node drives, as they were last read.</summary>
    public IEnumerable<(string Router, SessionReport Session)> Sessions =>
        from name in _routers.Keys
        let mine = Mine(name)
        where mine is not null
        from instance in mine.Value.Runtime.Report!.Instances
        from session in instance.Sessions
        select (mine.Value.Runtime.Name, session);

    public async ValueTask DisposeAsync()
    {
        _store.Announced -= Announced;
        foreach (GroupReconciler group in _groups)
            await group.DisposeAsync();
    }

    /// <summary>The router, when this node drives it and nobody else can.</summary>
    private (GroupReconciler Group, RouterRuntime Runtime)? Mine(string router) =>
        _routers.TryGetValue(router, out var found) && found.Group.Ownership.Holds && found.Runtime is { Report: not null, Away: null }
            ? found
            : null;

    private async ValueTask<RouterReport?> NowAsync(RouterRuntime runtime, CancellationToken cancellation)
    {
        RouterReport? last = runtime.Report;
        if (last is not null && _time.GetUtcNow() - last.At is var age && age >= TimeSpan.Zero && age < JustRead)
            return last;
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            return await runtime.Driver.ReadAsync(giveUp.Token).WaitAsync(TimeSpan.FromSeconds(2), _time, cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Who asks is told what was last written down, with its age; that the router does not answer is its reconciler's to find.
            return null;
        }
        finally
        {
            await giveUp.CancelAsync();
        }
    }

    private void Announced(string? what)
    {
        foreach (GroupReconciler group in _groups)
            if (what is null || what == group.Announcement)
                group.Ask();
    }
}
