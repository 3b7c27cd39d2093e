using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Service;
using Causeway.Server;
using Causeway.Server.Configuration;
using Causeway.Server.Registries;
using Causeway.Server.Topology;
using Causeway.Storage;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Bench;

/// <summary>
/// The second half of <c>causeway bench proof</c>: the same peerings in the store of a server in this process, with its
/// loop, rows, intents and embedded routers. How long until all is proven, and until one changed route object is seen in
/// the router's table.
///</summary>
/// <remarks>
/// All but one of the circuits are not provisioned, so that the routers carry one session and not two hundred thousand:
/// what is measured is the proof's way and not the speaker. The one has a customer's speaker at the other end. The route
/// object comes and goes as a mirror brings it.
/// </remarks>
internal sealed class PeeringBench(string work, IReadOnlyList<string> dumps, string vrps, Action<string, string> say)
{
    private const string Pair = "ams-1",
        Primary = "ams-1-primary",
        Secondary = "ams-1-secondary";

    /// <summary>Circuits of a subscription: whoever lends its blocks is looked for among them.</summary>
    private const int InOneSubscription = 100;

    private static readonly DateTimeOffset s_since = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly IpPrefix s_link = IpPrefix.Parse("127.90.0.0/30");
    private static readonly Asn s_customer = new(3399);

    private string Database => Path.Combine(work, "peerings.db");

    /// <param name="peerings">ASN and declared prefixes of each.</param>
    /// <param name="one">What the one declares: prefixes that are registered to nobody yet; the second comes and goes.</param>
    public async Task RunAsync(IReadOnlyList<(Asn Asn, IpPrefix[] Prefixes)> peerings, (IpPrefix Stays, IpPrefix Moves) one, int rounds)
    {
        string topology = Path.Combine(work, "topology.yaml");
        await File.WriteAllTextAsync(
            topology,
            $"{TopologyFile.BuiltIn}\nregistries:\n  dumps: [{string.Join(", ", dumps.Select(d => $"\"{d}\""))}]\n  vrps: [\"{vrps}\"]\n  grace: 0s\n"
        );
        File.Delete(Database);
        Circuit live = Live(one.Stays, one.Moves);
        await using (IStore store = StoreFactory.Open(Database, TimeProvider.System))
        {
            await store.MigrateAsync(CancellationToken.None);
            await Parallel.ForEachAsync(
                peerings.Select((p, i) => Stored(i, p.Asn, p.Prefixes)).Append(live),
                new ParallelOptions { MaxDegreeOfParallelism = 64 },
                async (circuit, stop) => await PutAsync(store, circuit, stop)
            );
        }
        var settings = new ServerSettings
        {
            DataFolder = Path.Combine(work, "data"),
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Database = Database,
            TopologyFile = topology,
            BgpPort = FreePort(),
        };
        await AllAsync(settings, "first proof");
        (long began, ServerHost server) = await StartAsync(settings);
        await using (server)
        {
            await ProvenAsync(server, "everything", began);
            say("memory", ProofBench.Memory());
            await OneAsync(server, settings, live, one, rounds);
        }
    }

    /// <summary>A start that finds everything to be proven: the first writes what it finds, a later one finds nothing new.</summary>
    private async Task AllAsync(ServerSettings settings, string what)
    {
        (long began, ServerHost server) = await StartAsync(settings);
        await using (server)
            await ProvenAsync(server, what, began);
    }

    private static async Task<(long Began, ServerHost Server)> StartAsync(ServerSettings settings)
    {
        ServerHost server = await ServerHost.StartAsync(settings, CancellationToken.None);
        return (TimeProvider.System.GetTimestamp(), server);
    }

    private async Task ProvenAsync(ServerHost server, string what, long began)
    {
        var registries = server.Services.GetRequiredService<LiveRegistries>();
        var supervisor = server.Services.GetRequiredService<Supervisor>();
        // A turn for what is there, others for what its writes announce and what loads meanwhile, and one that finds nothing due.
        List<(double Took, string Says)> turns = [];
        TimeSpan before = Environment.CpuUsage.TotalTime,
            worked = before;
        double last = 0;
        for (long seen = 0; ; await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            LoopStatus proofs = supervisor.Status.Single(l => l.Name == "proofs");
            if (proofs.Turns == seen || proofs.Says is not { } said)
                continue;
            seen = proofs.Turns;
            bool idle = said.Contains("; 0 circuits", StringComparison.Ordinal);
            if (idle && registries.HasLoaded && turns.Count > 0)
                break;
            if (idle)
                continue;
            turns.Add((proofs.LastTook.TotalSeconds, said));
            (worked, last) = (Environment.CpuUsage.TotalTime, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }
        say(
            what,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{last:N1} s after the start, {(worked - before).TotalSeconds:N1} s of CPU; turns of {string.Join(", ", turns.Select(t => t.Took.ToString("N1", CultureInfo.InvariantCulture)))} s; {turns.MaxBy(t => t.Took).Says}"
            )
        );
    }

    private async Task OneAsync(ServerHost server, ServerSettings settings, Circuit live, (IpPrefix Stays, IpPrefix Moves) one, int rounds)
    {
        RegistryService registries = server.Services.GetRequiredService<LiveRegistries>().Service!;
        await using var customer = new BgpSpeaker(TimeProvider.System);
        await customer.ApplyAsync(Customer(settings.BgpPort, one));
        IRouters routers = server.Services.GetRequiredService<IRouters>();
        long serial = 1_000_000;
        // Both are registered: the session comes up, and both are accepted.
        await ApplyAsync(Put(one.Stays), Put(one.Moves));
        await AcceptedAsync(2);
        List<double> gone = [],
            back = [];
        for (int round = 0; round < rounds; round++)
        {
            gone.Add(await TimedAsync(new IrrChange.Delete(new RpslObjectKey.Route(one.Moves, s_customer)), 1));
            back.Add(await TimedAsync(Put(one.Moves), 2));
        }
        await ApplyAsync(
            new IrrChange.Delete(new RpslObjectKey.Route(one.Moves, s_customer)),
            new IrrChange.Delete(new RpslObjectKey.Route(one.Stays, s_customer))
        );
        say(
            "one object",
            $"{ProofBench.Spread(gone, "N0")} ms from the mirror's step until the router has refused the route, {ProofBench.Spread(back, "N0")} ms until it has accepted it again; aim: under 200 ms"
        );

        async Task<double> TimedAsync(IrrChange change, int accepted)
        {
            long began = TimeProvider.System.GetTimestamp();
            await ApplyAsync(change);
            await AcceptedAsync(accepted);
            return TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        }

        Task ApplyAsync(params IrrChange[] changes) =>
            registries.Irr.ApplyAsync("RADB", changes, ++serial, "nrtm bench", null, CancellationToken.None);

        async Task AcceptedAsync(int count)
        {
            string instance = live.InstanceOf(PeeringType.MicrosoftPeering);
            for (long now = -1; now != count; )
            {
                Seen<InstanceReport>? seen = await routers.InstanceAsync(Primary, instance, CancellationToken.None);
                now = seen?.Value.Sessions is [var session] ? session.Accepted ?? -1 : -1;
                if (now != count)
                    await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        }
    }

    private static IrrChange.Put Put(IpPrefix prefix) =>
        new(Encoding.ASCII.GetBytes($"route: {prefix}\norigin: AS{s_customer}\nmnt-by: MNT-BENCH\nsource: RADB\n"));

    private static SpeakerConfiguration Customer(int port, (IpPrefix Stays, IpPrefix Moves) one) =>
        new()
        {
            Asn = s_customer,
            RouterId = IPAddress.Parse("198.51.100.1"),
            Instances =
            [
                new InstanceConfiguration
                {
                    Name = "customer",
                    Networks = [one.Stays, one.Moves],
                    Neighbors =
                    [
                        new NeighborConfiguration
                        {
                            Name = "edge",
                            PeerAsn = new Asn(64496),
                            PeerAddress = s_link.AddressAt(2),
                            PeerPort = port,
                            LocalAddress = s_link.AddressAt(1),
                            ConnectRetry = TimeSpan.FromMilliseconds(500),
                            Import = RoutePolicy.AcceptAll,
                            Export = RoutePolicy.AcceptAll,
                        },
                    ],
                },
            ],
        };

    /// <summary>The circuit whose session is real.</summary>
    private static Circuit Live(IpPrefix stays, IpPrefix moves) =>
        Stored(-1, s_customer, [stays, moves]) with
        {
            Provider = new ProviderSide.Provisioned(s_since, 1),
            Edge = new Edge(Pair, Primary, Secondary),
            Generation = 1,
        };

    private static Circuit Stored(int number, Asn asn, IpPrefix[] prefixes)
    {
        var subscription = new Guid(number / InOneSubscription + 1, 0, 0, [.. new byte[8]]);
        ResourceId id = ResourceId.Of(subscription.ToString(), "rg", "Microsoft.Network", "expressRouteCircuits", $"circuit{number}");
        PublicConfig Declares(IpFamily family) =>
            new(s_since)
            {
                Prefixes =
                [
                    .. prefixes
                        .Where(p => p.Family == family)
                        .Distinct()
                        .Select(p => new AdvertisedPrefix(p) { Standing = new PrefixStanding.Pending(s_since) }),
                ],
            };
        return new Circuit
        {
            Id = id,
            Location = "westeurope",
            Sku = new CircuitSku(CircuitTier.Standard, CircuitFamily.MeteredData),
            Order = new ProviderOrder("Equinix", "Amsterdam", new Bandwidth(200))
            {
                ProviderSubscription = "00000000-0000-0000-0000-0000000000ff",
            },
            ServiceKey = new Guid(number, 1, 0, [.. new byte[8]]),
            ResourceGuid = new Guid(number, 2, 0, [.. new byte[8]]),
            Provider = new ProviderSide.NotProvisioned(s_since),
            Peerings =
            [
                new Peering
                {
                    Type = PeeringType.MicrosoftPeering,
                    PeerAsn = asn,
                    Vlan = new VlanId(300),
                    V4 = new PeeringFamily(s_link, IpPrefix.Parse("127.90.0.4/30")) { Public = Declares(IpFamily.V4) },
                    V6 = prefixes.All(p => p.IsV4)
                        ? null
                        : new PeeringFamily(IpPrefix.Parse("fdca::/126"), IpPrefix.Parse("fdca::4/126")) { Public = Declares(IpFamily.V6) },
                    LastModifiedBy = Author.Customer,
                    State = number < 0 ? new PeeringState.Configuring(s_since, 1) : new PeeringState.Waiting(s_since),
                },
            ],
        };
    }

    private static async Task PutAsync(IStore store, Circuit circuit, CancellationToken cancellation)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(circuit, CircuitJson.Default.Circuit);
        // Of the schema that the program writes now: where that has moved on, no circuit is counted below.
        byte[] document = [.. "{\"schema\":2,"u8, .. body.AsSpan(1)];
        CommitOutcome outcome = await store.CommitAsync(
            new Changes
            {
                Writes =
                [
                    new ResourceWrite.Put(
                        new StoredResource
                        {
                            Id = circuit.Id,
                            Type = Circuit.ResourceType,
                            Location = circuit.Location,
                            Revision = 1,
                            ETag = Guid.NewGuid(),
                            State = circuit.StateName,
                            Body = document,
                            Created = s_since,
                            Changed = s_since,
                        },
                        0
                    ),
                ],
            },
            cancellation
        );
        if (outcome is not CommitOutcome.Committed)
            throw new InvalidOperationException(outcome.ToString());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
