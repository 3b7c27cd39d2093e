using System.Collections.Immutable;
using Causeway.Api.Circuits;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Server.Topology;
using Causeway.Testing.Workflows;
using Causeway.Workflows;

namespace Causeway.Samples.Circuits;

/// <summary>Global Reach between a circuit in Amsterdam and one in Stockholm.</summary>
internal sealed class ReachSample : Sample
{
    private const string V = "2024-01-01";

    public override string Type => "Microsoft.Network/expressRouteCircuits/peerings/connections";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string here = await stage.MakeAsync<PeeringSample>();
        SamplePut order = CircuitSample.Of(stage, "Equinix", "far", "Stockholm");
        await stage.SendAsync(order.By, order.Url, order.Body);
        string cross = await CrossConnectionSample.PathAsync(stage, order.Path, "Stockholm");
        await stage.SendAsync("provider", $"{cross}?api-version={V}", CrossConnectionSample.Body("n"));
        string there = $"{order.Path}/peerings/AzurePrivatePeering";
        await stage.SendAsync("customer", $"{there}?api-version={V}", Peering(stage));
        return new($"{here}/connections/sample", V, Body(here, there, stage.Link(32))) { Changed = Body(here, there, stage.Link(40)) };
    }

    public override IReadOnlyList<Story> Stories => [new("circuits joined, and the key revoked", () => JoinedAndRevoked)];

    private static readonly DateTimeOffset s_at = CircuitStates.At;
    private static readonly ResourceId s_here = CircuitStates.CircuitNamed("here");
    private static readonly ResourceId s_there = ResourceId.Of(
        CircuitStates.Other,
        "rg",
        "Microsoft.Network",
        "expressRouteCircuits",
        "there"
    );

    private static readonly NetworkTopology s_topology = TopologyFile.Default(
        new TopologyDefaults("33333333-3333-3333-3333-333333333333", 1790)
    );

    private static readonly CircuitWorkflow s_workflow = new(() => s_topology, new CircuitPolicy());

    /// <summary>A circuit of another subscription is joined by its key; then its owner revokes that.</summary>
    private static WorkflowStory JoinedAndRevoked =>
        new()
        {
            Workflows = [s_workflow, new PortLoadWorkflow(() => s_topology)],
            Handlers = (_, time) => [new BreakReachHandler(time)],
            Meanwhile = (engine, time) => FollowAsync(engine, time),
            Requests =
            [
                .. Configured(s_here, "Amsterdam", "ams-1", 1),
                .. Configured(s_there, "Stockholm", "sto-1", 2),
                (engine, _) => SendAsync(engine, s_there, new PutAuthorization(s_at, new("key", CircuitStates.Key()), Ticket())),
                (engine, _) =>
                    Delivered(
                        engine.SendAsync(
                            [
                                new Addressed(
                                    s_here,
                                    Circuit.ResourceType,
                                    (present, _) =>
                                        new(
                                            Reaching.Put(
                                                new PutReach(
                                                    s_at,
                                                    CircuitStates.Reach(CircuitStates.SecretKey.ToString()) with
                                                    {
                                                        Peer = s_there,
                                                    },
                                                    Ticket()
                                                ),
                                                ((Versioned<Circuit>)present!).Resource,
                                                s_workflow.Policy
                                            )
                                        )
                                ),
                            ],
                            SendContext.Causeway,
                            default
                        )
                    ),
                (engine, _) => SendAsync(engine, s_there, new DeleteAuthorization(s_at, "key", Ticket())),
            ],
            End = async store =>
            {
                var lines = new List<string>();
                foreach (ResourceId id in (ResourceId[])[s_here, s_there])
                {
                    Circuit circuit = s_workflow.Read((await store.GetAsync(id, default))!).Resource;
                    Assert.Equal(circuit.Generation, circuit.Applied);
                    // Both say the same of what joins them.
                    Assert.Empty(circuit.Reaches);
                    lines.Add(
                        CircuitStates.Describe(circuit with { Generation = 0, Primary = SideState.None, Secondary = SideState.None })
                    );
                }
                Assert.Empty(await store.PendingEffectsAsync(null, 10, default));
                return string.Join('\n', lines);
            },
        };

    private static ImmutableArray<Func<Engine, TimeProvider, Task>> Configured(ResourceId id, string location, string pair, int n) =>
        [
            (engine, _) =>
                SendAsync(
                    engine,
                    id,
                    CircuitStates.Put() with
                    {
                        Id = id,
                        Order = new("Equinix", location, new Bandwidth(200)),
                        NewServiceKey = new Guid(n, 0, 0, new byte[8]),
                    }
                ),
            (engine, _) =>
                SendAsync(
                    engine,
                    id,
                    new ProviderWrites(s_at, ProviderState.Provisioned, null, Ticket())
                    {
                        Landing = new(new Edge(pair, $"{pair}-primary", $"{pair}-secondary"), 7),
                    }
                ),
            (engine, _) =>
                SendAsync(
                    engine,
                    id,
                    new PutPeering(
                        s_at,
                        CircuitStates.Private(primary: $"192.168.{n}.0/30", secondary: $"192.168.{n}.4/30"),
                        Author.Customer,
                        Ticket()
                    )
                ),
        ];

    private static Ticket Ticket() => new(Guid.NewGuid(), s_here, "test", "me");

    private static Task SendAsync(Engine engine, ResourceId id, Signal signal) =>
        Delivered(engine.SendAsync(id, Circuit.ResourceType, signal, SendContext.Causeway, CancellationToken.None));

    private static async Task Delivered(Task<SendOutcome> send) => Assert.IsType<SendOutcome.Delivered>(await send);

    /// <summary>Both routers of both circuits take everything at once.</summary>
    private static async Task<bool> FollowAsync(Engine engine, TimeProvider time)
    {
        bool any = false;
        foreach (ResourceId id in (ResourceId[])[s_here, s_there])
        foreach (Side side in Sides.Both)
            if (
                (await engine.ReadAsync(s_workflow, id, CancellationToken.None))?.Resource is { Edge: { } edge } circuit
                && circuit.On(side).Applied < circuit.Generation
            )
            {
                var signal = new RoutersConfigured(
                    time.GetUtcNow(),
                    side,
                    edge.RouterOf(side),
                    circuit.Generation,
                    ImmutableSortedDictionary<string, string>.Empty
                );
                await engine.SendAsync(id, Circuit.ResourceType, signal, SendContext.Causeway, CancellationToken.None);
                any = true;
            }
        return any;
    }

    private static string Peering(Stage stage) =>
        $$$$"""
            {"properties":{"peeringType":"AzurePrivatePeering","peerASN":65020,"vlanId":101,
            "primaryPeerAddressPrefix":"{{{{stage.Link(16)}}}}/30","secondaryPeerAddressPrefix":"{{{{stage.Link(20)}}}}/30"}}
            """;

    private static string Body(string here, string there, string prefix) =>
        $$$$"""
            {"properties":{"expressRouteCircuitPeering":{"id":"{{{{here}}}}"},"peerExpressRouteCircuitPeering":{"id":"{{{{there}}}}"},
            "addressPrefix":"{{{{prefix}}}}/29"}}
            """;
}
