using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Operations;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Routers.Tests;

/// <summary>
/// A fleet over a real store, turned by a real supervisor, with routers that do what a test tells them to: answer, throw, hang. Two pairs, <c>ams-1</c> and
/// <c>sto-1</c>, and circuits on them.
/// </summary>
internal sealed class FleetLab : IAsyncDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-fleet-").FullName;
    private readonly SqliteStore _disk;
    private readonly CircuitWorkflow _circuits;
    private readonly Func<RouterFleet> _create;
    private Supervisor _supervisor;
    private int _tickets = 1000;

    public FleetLab(
        FleetSettings? settings = null,
        IRouterDriverFactory? drivers = null,
        Func<IStore, IStore>? around = null,
        CircuitPolicy? policy = null,
        int port = 1790
    )
    {
        _disk = new SqliteStore(Path.Combine(_folder, "store.db"), TimeProvider.System);
        _disk.MigrateAsync(CancellationToken.None).GetAwaiter().GetResult();
        Topology = TopologyOn(port);
        Store = around?.Invoke(_disk) ?? _disk;
        Policy =
            policy
            ?? new CircuitPolicy
            {
                Limits = new CircuitLimits { CircuitsPerSubscription = 0, CircuitsPerRegion = 0 },
            };
        _circuits = new CircuitWorkflow(() => Topology, Policy);
        Engine = new Engine(Store, [_circuits, new PortLoadWorkflow(() => Topology), new MaintenanceWorkflow()]);
        _create = () =>
        {
            var fleet = new RouterFleet(
                () => Topology,
                [drivers ?? Routers],
                [new CircuitsOnRouters(_circuits, Policy.Limits)],
                Engine,
                text => text == "damaged" ? throw new FormatException("damaged") : new Md5Key(text, $"hash of {text}"),
                settings ?? new FleetSettings { AnswerWithin = TimeSpan.FromSeconds(1) },
                NodeIdentity.New("here"),
                TimeProvider.System,
                NullLogger<RouterFleet>.Instance
            );
            fleet.Follow();
            return fleet;
        };
        Fleet = _create();
        _supervisor = new Supervisor(TimeProvider.System, NullLogger<Supervisor>.Instance);
    }

    public NetworkTopology Topology { get; set; }

    private static NetworkTopology TopologyOn(int port) =>
        new()
        {
            Asn = new Asn(64496),
            Regions = [new("westeurope", "West Europe", "Europe")],
            PeeringLocations =
            [
                new("Amsterdam", "westeurope", "Europe", [Pair("ams-1", 1, port)]),
                new("Stockholm", "westeurope", "Europe", [Pair("sto-1", 3, port)]),
            ],
            ServiceProviders =
            [
                new("Equinix", ProviderLayer.Layer2, "33333333-3333-3333-3333-333333333333", ["Amsterdam", "Stockholm"], [new(100)]),
            ],
        };

    public IStore Store { get; }
    public CircuitPolicy Policy { get; }
    public Engine Engine { get; }
    public RouterFleet Fleet { get; private set; }
    public FakeRouters Routers { get; } = new();
    public IReadOnlyList<LoopStatus> Status => _supervisor.Status;

    public void Start()
    {
        foreach (Loop loop in Fleet.Loops)
            _supervisor.Start(loop);
    }

    /// <summary>Ends everything in order, as a process does that is told to stop.</summary>
    public async Task StopAsync()
    {
        await _supervisor.DisposeAsync();
        await Fleet.DisposeAsync();
    }

    /// <summary>What the next process does: a fleet that remembers nothing, on the same store.</summary>
    public void StartAnew()
    {
        Fleet = _create();
        _supervisor = new Supervisor(TimeProvider.System, NullLogger<Supervisor>.Instance);
        Start();
    }

    /// <summary>Makes the fleet that of <see cref="Topology"/>, as the process does when it changes.</summary>
    public async Task FollowAsync()
    {
        await _supervisor.StopAsync(Fleet.Leaving, TimeSpan.FromSeconds(10));
        foreach (Loop came in Fleet.Follow())
            _supervisor.Start(came);
    }

    /// <summary>A provisioned circuit on a pair, with a peering; returns its id. Neither has been on the routers yet.</summary>
    public async Task<ResourceId> CircuitAsync(int number, string pair = "ams-1", string? key = null)
    {
        ResourceId id = ResourceId.Of(
            "11111111-1111-1111-1111-111111111111",
            "rg",
            "Microsoft.Network",
            "expressRouteCircuits",
            $"circuit{number}"
        );
        await SendAsync(
            id,
            new PutCircuit(At, id, Ticket(id))
            {
                Location = "westeurope",
                Tier = CircuitTier.Standard,
                Family = CircuitFamily.MeteredData,
                Order = new RequestedOrder("Equinix", pair == "ams-1" ? "Amsterdam" : "Stockholm", new Bandwidth(100)),
                NewServiceKey = new Guid(number, 0, 0, new byte[8]),
                NewResourceGuid = Guid.NewGuid(),
            }
        );
        await SendAsync(
            id,
            new ProviderWrites(At, ProviderState.Provisioned, null, Ticket(id))
            {
                Landing = new Landing(new Edge(pair, $"{pair}-primary", $"{pair}-secondary"), number % 4000 + 1),
            }
        );
        await PeeringAsync(id, number, key: key);
        return id;
    }

    /// <summary>Writes the peering; returns the operation.</summary>
    public async Task<Guid> PeeringAsync(ResourceId circuit, int number, int vlan = 100, string? key = null)
    {
        Ticket ticket = Ticket(circuit);
        await SendAsync(
            circuit,
            new PutPeering(
                TimeProvider.System.GetUtcNow(),
                new WantedPeering(PeeringType.AzurePrivatePeering)
                {
                    PeerAsn = new Asn(65010),
                    Vlan = new VlanId(vlan),
                    V4 = new WantedFamily(Subnet(number, Side.Primary), Subnet(number, Side.Secondary)),
                    Key = key is null ? KeyChange.Keep : new KeyChange.Set(key, $"hash of {key}"),
                },
                Author.Customer,
                ticket
            )
        );
        return ticket.Id;
    }

    public static IpPrefix Subnet(int number, Side side) =>
        IpPrefix.Of(IPAddress.Parse($"127.{(side == Side.Primary ? 210 : 211)}.{number / 60}.{4 * (number % 60)}"), 30);

    public Ticket Ticket(ResourceId id) => new(new Guid(Interlocked.Increment(ref _tickets), 0, 0, new byte[8]), id, "test", "me");

    public async Task SendAsync(ResourceId id, Signal signal)
    {
        SendOutcome outcome = await Engine.SendAsync(id, Circuit.ResourceType, signal, new SendContext("me"), CancellationToken.None);
        if (outcome is not SendOutcome.Delivered)
            throw new InvalidOperationException($"{signal.Name}: {outcome}");
    }

    public async Task<Circuit> ReadAsync(ResourceId id) => (await Engine.ReadAsync(_circuits, id, CancellationToken.None))!.Resource;

    /// <summary>Waits until the peering is in a state.</summary>
    public async Task<T> PeeringIsAsync<T>(ResourceId circuit)
        where T : PeeringState =>
        (T)
            await Eventually.Get<PeeringState>(
                async () => (await ReadAsync(circuit)).Peerings.Single().State,
                s => s is T,
                $"the peering of {circuit.Name} is {typeof(T).Name}"
            );

    /// <summary>Links a network of its own to a circuit.</summary>
    public Task LinkAsync(ResourceId circuit, int number, string? prefix = null) =>
        SendAsync(
            circuit,
            new LinkNetwork(
                TimeProvider.System.GetUtcNow(),
                circuit,
                ResourceId.Of("11111111-1111-1111-1111-111111111111", "rg", "Microsoft.Network", "connections", $"link{number}"),
                ResourceId.Of("11111111-1111-1111-1111-111111111111", "rg", "Microsoft.Network", "virtualNetworks", $"net{number}"),
                [IpPrefix.Parse(prefix ?? $"10.{number}.0.0/16")],
                "Europe",
                "11111111-1111-1111-1111-111111111111",
                null,
                0
            )
        );

    /// <summary>As the wake-up does when its time has come.</summary>
    public Task OverdueAsync(ResourceId id) =>
        SendAsync(id, new WokenUp(TimeProvider.System.GetUtcNow() + Policy.FollowWithin + TimeSpan.FromSeconds(1), "overdue"));

    /// <summary>Writes a document over what the store has, as a newer version or a disk's fault would.</summary>
    public async Task SpoilAsync(ResourceId id)
    {
        StoredResource row = (await Store.GetAsync(id, CancellationToken.None))!;
        StoredResource bad = row with { Revision = row.Revision + 1, Body = "{\"peerings\": \"of a version to come\"}"u8.ToArray() };
        await Store.CommitAsync(
            new Changes { Writes = [new ResourceWrite.Put(bad, row.Revision)], Announcements = [IOnRouters.Announcement("ams-1")] },
            CancellationToken.None
        );
    }

    private static RouterPair Pair(string name, byte id, int port) =>
        new(
            name,
            new($"{name}-primary", RouterDefinition.Embedded, "PRI", new IPAddress([192, 0, 2, id]), port),
            new($"{name}-secondary", RouterDefinition.Embedded, "SEC", new IPAddress([192, 0, 2, (byte)(id + 1)]), port),
            new Bandwidth(100_000)
        );

    public async ValueTask DisposeAsync()
    {
        Routers.LetAllGo();
        await StopAsync();
        await _disk.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Routers in memory, and what they were told.</summary>
internal sealed class FakeRouters : IRouterDriverFactory
{
    private readonly ConcurrentDictionary<string, FakeRouter> _routers = new();
    private readonly ConcurrentDictionary<string, int> _applyingIn = new();

    public string Name => RouterDefinition.Embedded;

    public FakeRouter this[string router] => _routers[router];

    /// <summary>Pairs of which both routers were being changed at one time.</summary>
    public ConcurrentBag<string> BothAtOnce { get; } = [];

    public IRouterDriver Create(RouterDefinition router, Asn asn) => _routers[router.Name] = new FakeRouter(router.Name, this);

    public void LetAllGo()
    {
        foreach (FakeRouter router in _routers.Values)
            router.Hung.TrySetResult();
    }

    public void Enter(string router)
    {
        string pair = router[..router.LastIndexOf('-')];
        if (_applyingIn.AddOrUpdate(pair, 1, (_, n) => n + 1) > 1)
            BothAtOnce.Add(pair);
    }

    public void Leave(string router) => _applyingIn.AddOrUpdate(router[..router.LastIndexOf('-')], 0, (_, n) => n - 1);
}

internal sealed class FakeRouter(string name, FakeRouters all) : IRouterDriver
{
    private long _epoch;

    public string Router => name;

    /// <summary>Thrown by every call while it is set.</summary>
    public Func<Exception>? Throws { get; set; }

    /// <summary>Calls of Apply hang while this is set, and do not heed their cancellation when <see cref="Heeds"/> is false.</summary>
    public bool Hangs { get; set; }
    public bool Heeds { get; set; } = true;
    public TaskCompletionSource Hung { get; } = new();

    /// <summary>What Apply says of an instance that it does not take.</summary>
    public ConcurrentDictionary<string, string> Refuses { get; } = new();

    public RouterIntent? Carries { get; set; }
    public int Applies { get; private set; }
    public int Releases { get; private set; }

    public event Action? Changed;

    public void SaysChanged() => Changed?.Invoke();

    public IReadOnlyList<CapabilityIssue> Check(RouterIntent intent) => [];

    public RouterPlan Plan(RouterIntent intent, RouterReport? now) => RouterPlan.Of(intent, now);

    public async Task<RouterReport> ApplyAsync(RouterPlan plan, long epoch, CancellationToken cancellation)
    {
        all.Enter(name);
        try
        {
            if (Throws is { } throws)
                throw throws();
            if (epoch < _epoch)
                throw new SupersededException(name, epoch, _epoch);
            _epoch = epoch;
            Applies++;
            if (Hangs)
                await (Heeds ? Hung.Task.WaitAsync(cancellation) : Hung.Task);
            await Task.Yield();
            Carries = plan.Intent;
            return Report();
        }
        finally
        {
            all.Leave(name);
        }
    }

    public Task<RouterReport> ReadAsync(CancellationToken cancellation) =>
        Throws is { } throws ? Task.FromException<RouterReport>(throws()) : Task.FromResult(Report());

    private RouterReport Report() =>
        new(
            name,
            Carries?.Fingerprint ?? "",
            TimeProvider.System.GetUtcNow(),
            [
                .. (Carries?.Instances ?? []).Select(i => new InstanceReport(i.Name, i.Fingerprint, Refuses.GetValueOrDefault(i.Name), [])
                {
                    Lines = IntentText.Of(i),
                }),
            ]
        );

    public async IAsyncEnumerable<RouteReport> RoutesAsync(RouteQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        yield break;
    }

    public Task ReleaseAsync(CancellationToken cancellation)
    {
        Releases++;
        Carries = null;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
