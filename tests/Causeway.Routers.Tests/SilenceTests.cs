using System.Net;
using System.Net.Sockets;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Routers.Embedded;
using Causeway.Testing;
using Causeway.Testing.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Routers.Tests;

/// <summary>
/// From the store to the customers' own counters, with real sessions: what concerns one customer sends nothing to another, and a store that is away sends
/// nothing to anybody.
/// </summary>
public sealed class SilenceTests
{
    private static readonly Asn Us = new(64496);
    private static readonly Asn Them = new(65010);

    private static readonly EmbeddedSettings Timers = new(
        HoldTime: TimeSpan.FromSeconds(30),
        ConnectRetry: TimeSpan.FromMilliseconds(300),
        MaxPrefixRestart: TimeSpan.FromMilliseconds(500)
    );

    [Fact]
    public async Task What_happens_to_one_of_two_hundred_customers_is_not_heard_by_the_others()
    {
        const int Customers = 200;
        int port = FreePort();
        await using var lab = new FleetLab(
            new FleetSettings { SweepEvery = TimeSpan.FromSeconds(2) },
            new EmbeddedRouterFactory(Timers, TimeProvider.System),
            port: port
        );
        lab.Start();
        var circuits = new ResourceId[Customers];
        var customers = new Customer[Customers];
        try
        {
            for (int i = 0; i < Customers; i++)
            {
                circuits[i] = await lab.CircuitAsync(i, key: "key");
                await lab.LinkAsync(circuits[i], i);
                customers[i] = new Customer(Them, Us, FleetLab.Subnet(i, Side.Primary), port, "key");
                await customers[i].AnnounceAsync($"172.16.{i}.0/24");
            }
            await Eventually.Get(
                () => customers.Count(c => c.HasHeardAll && c.Learned.Count == 1),
                n => n == Customers,
                "every customer has heard all there is",
                TimeSpan.FromMinutes(2)
            );
            foreach (ResourceId circuit in circuits)
                await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
            (long, long)[] before = [.. customers.Select(c => c.Heard)];

            await lab.PeeringAsync(circuits[0], 0, vlan: 300); // one changes
            await lab.LinkAsync(circuits[1], 999, "10.250.0.0/16"); // one is linked
            await lab.PeeringAsync(circuits[2], 2, key: "another key"); // one has a new key
            ResourceId made = await lab.CircuitAsync(Customers); // one is made
            await lab.PeeringIsAsync<PeeringState.Configured>(made);
            foreach (ResourceId circuit in circuits[..3])
                await lab.PeeringIsAsync<PeeringState.Configured>(circuit);
            await Eventually.Get(() => customers[1].Learned.Count, n => n == 2, "the linked network is learned");
            await Eventually.Get(() => customers[2].State, s => s != "Established", "the session with the old key ends");
            // Two sweeps later.
            long turns = Turns();
            await Eventually.Get(Turns, n => n > turns + 2, "sweeps");

            int[] disturbed =
            [
                .. Enumerable.Range(3, Customers - 3).Where(i => customers[i].Heard != before[i] || customers[i].State != "Established"),
            ];
            Assert.Empty(disturbed);
            Assert.Equal(before[0], customers[0].Heard); // a VLAN is nothing to BGP
        }
        finally
        {
            foreach (Customer? customer in customers)
                if (customer is not null)
                    await customer.DisposeAsync();
        }

        long Turns() => lab.Status.Single(l => l.Name == "routers ams-1").Turns;
    }

    [Fact]
    public async Task A_store_that_is_away_for_longer_than_the_lease_takes_no_session_down()
    {
        int port = FreePort();
        var store = default(Away);
        await using var lab = new FleetLab(
            drivers: new EmbeddedRouterFactory(Timers, TimeProvider.System),
            around: inner => store = new Away(inner),
            port: port
        );
        lab.Start();
        var customers = new List<Customer>();
        try
        {
            for (int i = 0; i < 4; i++)
            {
                await lab.CircuitAsync(1000 + i);
                foreach (Side side in Sides.Both)
                {
                    customers.Add(new Customer(Them, Us, FleetLab.Subnet(1000 + i, side), port));
                    await customers[^1].AnnounceAsync($"172.18.{customers.Count}.0/24");
                }
            }
            await Eventually.Get(() => customers.Count(c => c.HasHeardAll), n => n == 8, "8 of 8 sessions are up");
            (long, long)[] before = [.. customers.Select(c => c.Heard)];
            store!.IsAway = true;
            await Eventually.Get(() => lab.Fleet.Groups[0].Ownership.Holds, holds => !holds, "the lease lapses", TimeSpan.FromSeconds(40));
            // A turn of every loop with nothing held.
            long turns = lab.Status.Sum(l => l.Turns);
            await Eventually.Get(() => lab.Status.Sum(l => l.Turns), n => n > turns + 4, "the loops go on");
            Assert.All(customers, c => Assert.Equal("Established", c.State));
            store.IsAway = false;
            await Eventually.Get(() => lab.Fleet.Groups[0].Ownership.Holds, holds => holds, "the lease is held again");
            await Eventually.Get(() => lab.Status.Count(l => !l.IsWell), n => n == 0, "all loops are well again");
            Assert.All(customers, c => Assert.Equal("Established", c.State));
            Assert.Equal(before, customers.Select(c => c.Heard));
        }
        finally
        {
            foreach (Customer customer in customers)
                await customer.DisposeAsync();
        }
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>A store that does not answer.</summary>
    private sealed class Away(IStore inner) : StoreDecorator(inner)
    {
        public bool IsAway { get; set; }

        public override Task<Lease?> TryLeaseAsync(string name, string holder, TimeSpan leaseFor, CancellationToken cancellation) =>
            IsAway ? throw new IOException("the store is away") : base.TryLeaseAsync(name, holder, leaseFor, cancellation);

        public override ValueTask<Page<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellation) =>
            IsAway ? throw new IOException("the store is away") : base.ListAsync(query, cancellation);

        public override Task PutObservationsAsync(IReadOnlyList<Observation> observations, CancellationToken cancellation) =>
            IsAway ? throw new IOException("the store is away") : base.PutObservationsAsync(observations, cancellation);
    }
}
