using System.Diagnostics;
using System.Text.Json;
using Causeway.Domain.Circuits;
using Causeway.Domain.Operations;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Routers.Tests;

/// <summary>Routers that are away, hang, lose what they had; rows that nobody can read; leases that change hands. The store and the loops are the real ones.</summary>
public sealed class GroupReconcilerTests
{
    private const string Primary = "ams-1-primary";
    private const string Secondary = "ams-1-secondary";

    [Fact]
    public async Task A_circuit_comes_onto_both_routers_and_is_told()
    {
        await using var lab = new FleetLab();
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        Assert.Single(lab.Routers[Primary].Carries!.Instances);
        Assert.Single(lab.Routers[Secondary].Carries!.Instances);
        Guid operation = await lab.PeeringAsync(circuit, 1, vlan: 200);
        await Eventually.Get(
            async () => (await lab.Store.GetOperationAsync(operation, CancellationToken.None))!.Status,
            s => s == OperationStatus.Succeeded,
            "the operation ends"
        );
        await lab.SendAsync(
            circuit,
            new DeletePeering(TimeProvider.System.GetUtcNow(), PeeringType.AzurePrivatePeering, Author.Customer, lab.Ticket(circuit))
        );
        await Eventually.Get(async () => (await lab.ReadAsync(circuit)).Peerings.Length, n => n == 0, "the peering is gone");
        Assert.Empty(lab.Routers[Primary].Carries!.Instances);
        Assert.Empty(lab.Routers[Secondary].Carries!.Instances);
        Assert.Empty((await lab.Store.ListAsync(new ResourceQuery { Label = IOnRouters.OnGroup("ams-1") }, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task A_drained_router_tells_its_peers_to_send_elsewhere_until_it_is_restored_and_its_twin_never_does()
    {
        await using var lab = new FleetLab();
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        await MaintainAsync(lab, Drain(Primary, Secondary, 0));
        await Eventually.Get(() => Tells(Primary), tells => tells, "the drained router tells its peers");
        Assert.False(Tells(Secondary));
        await FollowedAsync(lab, 1);
        await MaintainAsync(lab, new RestoreRouter(TimeProvider.System.GetUtcNow(), Primary));
        await Eventually.Get(() => Tells(Primary), tells => !tells, "the restored one does not");
        await FollowedAsync(lab, 2);

        bool Tells(string router) => lab.Routers[router].Carries!.Instances.Single().Sessions.Single().Options.GracefulShutdown;
    }

    [Fact]
    public async Task A_router_that_a_failover_test_leans_on_is_not_drained_and_nothing_leans_on_one_that_is()
    {
        await using var lab = new FleetLab();
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        await MaintainAsync(lab, Drain(Primary, Secondary, 0));
        Assert.Equal("RouterIsDrained", Code(await LinkTestAsync(Side.Secondary)));
        await MaintainAsync(lab, new RestoreRouter(TimeProvider.System.GetUtcNow(), Primary));
        await FollowedAsync(lab, 2);

        Assert.IsType<SendOutcome.Delivered>(await LinkTestAsync(Side.Secondary));
        Assert.Equal("RouterIsNeeded", Code(await SendAsync(lab, await DrainAsync(lab, circuit, Primary, Secondary, 2))));
        await lab.SendAsync(circuit, new StopLinkTest(TimeProvider.System.GetUtcNow(), null, null, true, true, [], lab.Ticket(circuit)));
        await Eventually.Get<SendOutcome>(
            async () => await SendAsync(lab, await DrainAsync(lab, circuit, Primary, Secondary, 2)),
            sent => sent is SendOutcome.Delivered,
            "it may be drained when the router of the tested link has it back"
        );
        Assert.Null((await lab.ReadAsync(circuit)).UnsettledTest);

        Task<SendOutcome> LinkTestAsync(Side side) =>
            lab.Engine.SendAsync(
                circuit,
                Circuit.ResourceType,
                new StartLinkTest(
                    TimeProvider.System.GetUtcNow(),
                    Guid.NewGuid(),
                    side,
                    LinkTestKind.BgpDisconnect,
                    [new LinkSession(side.Other, IpFamily.V4, true, TimeProvider.System.GetUtcNow())],
                    [],
                    lab.Ticket(circuit)
                ),
                new SendContext("me"),
                CancellationToken.None
            );
    }

    /// <summary>An observation of another owner, an old one, or of something else than what is wanted is no reason to rely on a router.</summary>
    [Fact]
    public async Task A_router_is_relied_upon_only_while_somebody_drives_it_and_has_just_seen_it_as_it_shall_be()
    {
        await using var lab = new FleetLab();
        RouterStanding before = await StandingAsync(lab, Secondary);
        Assert.Equal("is driven by nobody just now", before.WhyNotReliable(TimeProvider.System.GetUtcNow()));
        lab.Start();
        RouterStanding well = await Eventually.Get(
            () => StandingAsync(lab, Secondary),
            s => s.WhyNotReliable(TimeProvider.System.GetUtcNow()) is null,
            "it is driven"
        );
        DateTimeOffset at = well.At!.Value;
        Assert.Contains("driven by nobody", (well with { SeenIn = well.Epoch - 1 }).WhyNotReliable(at), StringComparison.Ordinal);
        Assert.Contains("not seen for more than 30 s", well.WhyNotReliable(at.AddSeconds(31)), StringComparison.Ordinal);
        Assert.Contains("(broken)", (well with { Problem = "broken" }).WhyNotReliable(at), StringComparison.Ordinal);
        Assert.Contains("whole of its configuration", (well with { Applied = "" }).WhyNotReliable(at), StringComparison.Ordinal);
    }

    private static DrainRouter Drain(string router, string other, long followed) =>
        new(TimeProvider.System.GetUtcNow(), "ams-1", router, "", [new OtherRouter(other, null, followed)], []);

    /// <summary>With what the circuit says of its failover test just now, as the API reads it.</summary>
    private static async Task<DrainRouter> DrainAsync(FleetLab lab, ResourceId circuit, string router, string other, long followed) =>
        Drain(router, other, followed) with
        {
            Leaning = (await lab.ReadAsync(circuit)).LeansOn is { } leans ? [leans.On] : [],
        };

    private static async Task<RouterStanding> StandingAsync(FleetLab lab, string router) =>
        (await lab.Fleet.AllAsync(CancellationToken.None)).Single(r => r.Router == router);

    private static async Task FollowedAsync(FleetLab lab, long generation) =>
        await Eventually.Get(
            async () => (await StandingAsync(lab, Primary), await StandingAsync(lab, Secondary)),
            both => both.Item1.Maintenance == generation && both.Item2.Maintenance == generation && both.Item1.Wanted == both.Item1.Applied,
            $"both routers have followed maintenance {generation}"
        );

    private static async Task MaintainAsync(FleetLab lab, Signal signal) =>
        Assert.IsType<SendOutcome.Delivered>(await SendAsync(lab, signal));

    private static Task<SendOutcome> SendAsync(FleetLab lab, Signal signal) =>
        lab.Engine.SendAsync(
            RouterMaintenance.IdOf("ams-1"),
            RouterMaintenance.ResourceType,
            signal,
            new SendContext("operator"),
            CancellationToken.None
        );

    private static string Code(SendOutcome outcome) => Assert.IsType<SendOutcome.Refused>(outcome).Refusal.Code;

    /// <summary>A TaskCanceledException is what an HTTP or gRPC driver throws when its own time is over; it is a failure like any other.</summary>
    [Theory]
    [InlineData(Primary, false)]
    [InlineData(Secondary, true)]
    public async Task A_router_that_always_throws_does_not_keep_its_twin_waiting_and_mends_by_itself(string away, bool cancelled)
    {
        string twin = away == Primary ? Secondary : Primary;
        await using var lab = new FleetLab();
        lab.Routers[away].Throws = () => cancelled ? new TaskCanceledException("its own timeout") : new IOException("connection refused");
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        Guid operation = await lab.PeeringAsync(circuit, 1, vlan: 200);
        await Eventually.Get(() => lab.Routers[twin].Carries?.Instances.Length ?? 0, n => n == 1, "its twin has it");
        await Eventually.Get(
            async () => (await lab.ReadAsync(circuit)).On(twin == Primary ? Side.Primary : Side.Secondary).Applied,
            n => n == 2,
            "the circuit knows of its twin"
        );
        await Eventually.Get(
            async () => (await lab.Fleet.AllAsync(CancellationToken.None)).Single(r => r.Router == away).Problem,
            p => p is not null && p.Contains(cancelled ? "its own timeout" : "connection refused", StringComparison.Ordinal),
            "the operator sees why"
        );
        Assert.Null((await lab.Fleet.AllAsync(CancellationToken.None)).Single(r => r.Router == twin).Problem);

        await lab.OverdueAsync(circuit);
        Operation ended = (await lab.Store.GetOperationAsync(operation, CancellationToken.None))!;
        Assert.Equal((OperationStatus.Failed, "RouterDoesNotFollow"), (ended.Status, ended.Error?.Code));
        Assert.Contains(away, ended.Error!.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(twin, ended.Error.Message, StringComparison.OrdinalIgnoreCase);
        await lab.PeeringIsAsync<PeeringState.Failed>(circuit);

        lab.Routers[away].Throws = null;
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        Assert.Single(lab.Routers[away].Carries!.Instances);
        await Eventually.Get(
            async () => (await lab.Fleet.AllAsync(CancellationToken.None)).Count(r => r.Problem is not null),
            n => n == 0,
            "no problem is left"
        );
        Assert.Empty(lab.Routers.BothAtOnce);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_router_that_hangs_is_left_to_itself(bool heeds)
    {
        await using var lab = new FleetLab();
        (lab.Routers[Primary].Hangs, lab.Routers[Primary].Heeds) = (true, heeds);
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await Eventually.Get(() => lab.Routers[Secondary].Carries?.Instances.Length ?? 0, n => n == 1, "its twin has it");
        await Eventually.Get<string?>(
            async () => (await lab.Fleet.AllAsync(CancellationToken.None)).Single(r => r.Router == Primary).Problem,
            p => p is not null,
            "the operator sees it"
        );
        int calls = lab.Routers[Primary].Applies;
        await lab.PeeringAsync(circuit, 1, vlan: 200);
        await Eventually.Get(() => lab.Routers[Secondary].Carries!.Instances[0].Access.CTag?.Value, v => v == 200, "its twin follows");
        if (!heeds)
            Assert.Equal(calls, lab.Routers[Primary].Applies);
        lab.Routers[Primary].Hangs = false;
        lab.Routers[Primary].Hung.TrySetResult();
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        Assert.Equal(200, lab.Routers[Primary].Carries!.Instances[0].Access.CTag?.Value);
    }

    [Fact]
    public async Task Two_hundred_circuits_wait_for_a_hung_router_and_another_pair_changes_meanwhile()
    {
        await using var lab = new FleetLab(new FleetSettings { AnswerWithin = TimeSpan.FromSeconds(8) });
        lab.Start();
        ResourceId other = await lab.CircuitAsync(500, "sto-1");
        await lab.PeeringIsAsync<PeeringState.Configured>(other);
        lab.Routers[Primary].Hangs = true;
        for (int i = 0; i < 200; i++)
            await lab.CircuitAsync(i);
        await Eventually.Get(() => lab.Routers[Primary].Applies, n => n > 0, "the router hangs");
        long began = Stopwatch.GetTimestamp();
        Guid operation = await lab.PeeringAsync(other, 500, vlan: 200);
        await Eventually.Get(
            async () => (await lab.Store.GetOperationAsync(operation, CancellationToken.None))!.Status,
            s => s == OperationStatus.Succeeded,
            "a change at the other pair"
        );
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalMilliseconds:N0} ms");
        Assert.False(lab.Routers[Primary].Hung.Task.IsCompleted);
        // Far below the eight seconds that the hung router has, whatever else this machine does.
        Assert.True(took < TimeSpan.FromSeconds(6), $"{took}");
    }

    [Fact]
    public async Task Both_routers_of_a_pair_are_never_changed_at_once_by_sweeps_either()
    {
        await using var lab = new FleetLab(
            new FleetSettings { SweepEvery = TimeSpan.FromMilliseconds(20), AnswerWithin = TimeSpan.FromSeconds(5) }
        );
        lab.Start();
        ResourceId[] circuits = [await lab.CircuitAsync(1), await lab.CircuitAsync(2), await lab.CircuitAsync(3)];
        for (int i = 0; i < 60; i++)
        {
            await lab.PeeringAsync(circuits[i % 3], i % 3 + 1, vlan: 200 + i);
            // Somebody's hand on both routers: a sweep has to put both back.
            lab.Routers[i % 2 == 0 ? Primary : Secondary].Carries = null;
            lab.Routers[Primary].SaysChanged();
        }
        foreach (ResourceId circuit in circuits)
            await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        await Eventually.Get(
            () => (lab.Routers[Primary].Carries?.Instances.Length, lab.Routers[Secondary].Carries?.Instances.Length),
            n => n == (3, 3),
            "both carry all three"
        );
        Assert.True(lab.Routers[Primary].Applies > 5 && lab.Routers[Secondary].Applies > 5);
        Assert.Empty(lab.Routers.BothAtOnce);
    }

    [Fact]
    public async Task A_row_that_nobody_can_read_and_a_key_that_cannot_be_decrypted_harm_no_other()
    {
        await using var lab = new FleetLab();
        lab.Start();
        ResourceId good = await lab.CircuitAsync(1);
        ResourceId bad = await lab.CircuitAsync(2);
        ResourceId keyed = await lab.CircuitAsync(3, key: "key");
        foreach (ResourceId circuit in (ResourceId[])[good, bad, keyed])
            await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        await lab.SpoilAsync(bad);
        await lab.PeeringAsync(keyed, 3, key: "damaged");
        await lab.PeeringAsync(good, 1, vlan: 200);
        await lab.PeeringIsAsync<PeeringState.Configured>(good);
        await Eventually.Get(
            () => lab.Routers[Secondary].Carries!.Instances.Any(i => i.Access.CTag?.Value == 200),
            there => there,
            "the good one is served"
        );
        // What the others had last stays: their sessions do not know of it.
        Assert.Equal(3, lab.Routers[Primary].Carries!.Instances.Length);
        Assert.Equal(
            "key",
            lab.Routers[Primary].Carries!.Instances.Single(i => i.Sessions[0].Md5Key is not null).Sessions[0].Md5Key!.Clear
        );
        Assert.Contains("MD5 key", (await lab.PeeringIsAsync<PeeringState.Failed>(keyed)).Problem, StringComparison.Ordinal);
        RouterHead head = (await lab.Fleet.HeadAsync(Primary, CancellationToken.None))!.Value;
        Assert.Equal([bad.Text, keyed.Text], head.Faults.Select(f => f.Resource).Order());
        await lab.PeeringAsync(keyed, 3, key: "new");
        await lab.PeeringIsAsync<PeeringState.Configured>(keyed);
    }

    [Fact]
    public async Task A_configured_peering_that_a_router_lost_says_so_and_mends()
    {
        await using var lab = new FleetLab(
            new FleetSettings { AnswerWithin = TimeSpan.FromSeconds(1), SweepEvery = TimeSpan.FromMilliseconds(200) }
        );
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        string instance = (await lab.ReadAsync(circuit)).InstanceOf(PeeringType.AzurePrivatePeering);
        lab.Routers[Secondary].Refuses[instance] = "the line card is gone";
        lab.Routers[Secondary].Carries = null;
        Assert.Equal($"{Secondary}: the line card is gone", (await lab.PeeringIsAsync<PeeringState.Failed>(circuit)).Problem);
        lab.Routers[Secondary].Refuses.Clear();
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        Assert.NotNull(lab.Routers[Secondary].Carries);
    }

    [Fact]
    public async Task Somebodys_hand_on_a_router_is_put_back_without_a_change_of_anything()
    {
        await using var lab = new FleetLab();
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        lab.Routers[Primary].Carries = null;
        lab.Routers[Primary].SaysChanged();
        await Eventually.Get(() => lab.Routers[Primary].Carries?.Instances.Length, n => n == 1, "it is put back");
    }

    [Fact]
    public async Task What_is_in_place_is_not_applied_again_by_a_sweep_or_by_a_change_elsewhere()
    {
        await using var lab = new FleetLab(new FleetSettings { SweepEvery = TimeSpan.FromMilliseconds(50) });
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        await lab.PeeringIsAsync<PeeringState.Configured>(await lab.CircuitAsync(2, "sto-1"));
        int before = lab.Routers[Primary].Applies;
        long turns = Turns();
        await Eventually.Get(Turns, n => n > turns + 10, "ten more turns");
        Assert.Equal(before, lab.Routers[Primary].Applies);

        long Turns()
        {
            lab.Fleet.Groups[0].Wake();
            return lab.Status.Single(l => l.Name == "routers ams-1").Turns;
        }
    }

    [Fact]
    public async Task Another_node_that_takes_the_pair_is_seen_and_the_drivers_let_go()
    {
        var store = default(Away);
        await using var lab = new FleetLab(around: inner => store = new Away(inner));
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        Assert.NotNull(lab.Fleet.Reader(Primary));
        store!.Taken = true;
        await Eventually.Get(() => (lab.Routers[Primary].Releases, lab.Routers[Secondary].Releases), r => r == (1, 1), "both are let go");
        Assert.Null(lab.Fleet.Reader(Primary));
        // What it wrote down is there for all to read, with its age.
        Seen<InstanceReport> seen = (
            await lab.Fleet.InstanceAsync(Primary, (await lab.ReadAsync(circuit)).InstanceOf(PeeringType.AzurePrivatePeering), default)
        )!;
        Assert.False(seen.IsNow);
        int applies = lab.Routers[Primary].Applies;
        await lab.PeeringAsync(circuit, 1, vlan: 200);
        store.Taken = false;
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        Assert.True(lab.Routers[Primary].Applies > applies);
        Assert.Equal(200, lab.Routers[Primary].Carries!.Instances[0].Access.CTag?.Value);
    }

    /// <summary>The lease is over and nobody is known to have taken it: nothing is applied, and nothing is taken down.</summary>
    [Fact]
    public async Task While_the_store_is_away_the_routers_stay_as_they_are()
    {
        var store = default(Away);
        await using var lab = new FleetLab(around: inner => store = new Away(inner));
        lab.Start();
        ResourceId circuit = await lab.CircuitAsync(1);
        await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
        store!.IsAway = true;
        await Eventually.Get(() => lab.Fleet.Groups[0].Ownership.Holds, holds => !holds, "the lease lapses", TimeSpan.FromSeconds(40));
        Assert.Equal((0, 0), (lab.Routers[Primary].Releases, lab.Routers[Secondary].Releases));
        Assert.Single(lab.Routers[Primary].Carries!.Instances);
        Assert.Contains(lab.Status, l => !l.IsWell);
        store.IsAway = false;
        await lab.PeeringAsync(circuit, 1, vlan: 200);
        await Eventually.Get(() => lab.Routers[Primary].Carries!.Instances[0].Access.CTag?.Value, v => v == 200, "it goes on");
        Assert.Equal(0, lab.Routers[Primary].Releases);
        await Eventually.Get(() => lab.Status.Count(l => !l.IsWell), n => n == 0, "all loops are well again");
    }

    [Fact]
    public async Task At_the_end_drivers_end_before_the_lease_is_given_back()
    {
        var lab = new FleetLab();
        lab.Start();
        await lab.PeeringIsAsync<PeeringState.Configured>(await lab.CircuitAsync(1));
        Assert.Equal(["routers/ams-1", "routers/sto-1"], (await lab.Store.LeasesAsync("routers/", default)).Select(l => l.Name));
        foreach (Loop loop in lab.Fleet.Groups)
            await loop.EndAsync(CancellationToken.None);
        Assert.Empty(await lab.Store.LeasesAsync("routers/", default));
        Assert.Null(lab.Fleet.Reader(Primary));
        await lab.DisposeAsync();
    }

    /// <summary>A store that does not answer, or says that another node has every lease.</summary>
    private sealed class Away(IStore inner) : StoreDecorator(inner)
    {
        public bool IsAway { get; set; }
        public bool Taken { get; set; }

        public override Task<Lease?> TryLeaseAsync(string name, string holder, TimeSpan leaseFor, CancellationToken cancellation) =>
            IsAway ? throw new IOException("the store is away")
            : Taken ? Task.FromResult<Lease?>(null)
            : base.TryLeaseAsync(name, holder, leaseFor, cancellation);

        public override ValueTask<Page<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellation) =>
            IsAway ? throw new IOException("the store is away") : base.ListAsync(query, cancellation);

        public override Task PutObservationsAsync(IReadOnlyList<Observation> observations, CancellationToken cancellation) =>
            IsAway ? throw new IOException("the store is away") : base.PutObservationsAsync(observations, cancellation);
    }
}
