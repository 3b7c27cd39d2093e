using System.Collections.Immutable;
using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Api.Networks;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Server.Topology;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Samples.Networks;

/// <summary>
/// Stories of the writes that span networks, gateways, connections and circuits. However they go, all documents agree at the end.
/// </summary>
internal static class NetworkStories
{
    private const string Mine = "11111111-1111-1111-1111-111111111111";
    private const string Theirs = "22222222-2222-2222-2222-222222222222";
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly SendContext Me = new("me");
    private static readonly NetworkTopology Topology = TopologyFile.Default(
        new TopologyDefaults("33333333-3333-3333-3333-333333333333", 1790)
    );
    private static readonly Guid Key = Guid.Parse("fc0bf2b0-f7f9-4864-af2b-7a5ec4fa91ff");
    private static readonly ResourceId CircuitId = Id(Mine, "expressRouteCircuits", "office");

    /// <summary>Links of two subscriptions, and a change of what one of them announces.</summary>
    public static WorkflowStory InUse => Story([.. Linked, AddressSpaceAsync]);

    /// <summary>A link whose authorization is revoked, and the way back to nothing.</summary>
    public static WorkflowStory Revoked =>
        Story([
            .. Linked,
            (engine, _) => SendAsync(engine, new DeleteAuthorization(At, "fabrikam", Ticket())),
            (engine, _) => DisconnectAsync(engine, Mine),
            (engine, _) => RemoveGatewayAsync(engine, Mine),
            (engine, _) => RemoveGatewayAsync(engine, Theirs),
            (engine, _) => DeleteAsync(engine, s_networks, Id(Mine, "virtualNetworks", "net")),
        ]);

    /// <summary>A hub of another subscription on a circuit, revoked, and one of its own, disconnected.</summary>
    public static WorkflowStory Hubs =>
        Story([
            .. Provisioned,
            (engine, _) => PlaceHubAsync(engine, Mine, 3),
            (engine, _) => PlaceHubAsync(engine, Theirs, 4),
            (engine, _) => ConnectHubAsync(engine, Mine, null),
            (engine, _) => ConnectHubAsync(engine, Theirs, Key.ToString()),
            (engine, _) => SendAsync(engine, new DeleteAuthorization(At, "fabrikam", Ticket())),
            (engine, _) => DisconnectHubAsync(engine, Mine),
            (engine, _) => DeleteAsync(engine, s_hubGateways, Id(Mine, "expressRouteGateways", "gw")),
            (engine, _) => DeleteAsync(engine, s_hubs, Id(Mine, "virtualHubs", "hub")),
            (engine, _) => DeleteAsync(engine, s_wans, Id(Mine, "virtualWans", "wan")),
        ]);

    private static ImmutableArray<Func<Engine, TimeProvider, Task>> Linked =>
        [
            .. Provisioned,
            (engine, _) => PlaceAsync(engine, Mine, 1),
            (engine, _) => PlaceAsync(engine, Theirs, 2),
            (engine, _) => AskForRoutesAsync(engine),
            (engine, _) => ConnectAsync(engine, Mine, null),
            (engine, _) => ConnectAsync(engine, Theirs, Key.ToString()),
        ];

    private static ImmutableArray<Func<Engine, TimeProvider, Task>> Provisioned =>
        [
            (engine, _) =>
                SendAsync(
                    engine,
                    new PutCircuit(At, CircuitId, Ticket())
                    {
                        Location = "westeurope",
                        Tier = CircuitTier.Standard,
                        Family = CircuitFamily.MeteredData,
                        Order = new RequestedOrder("Equinix", "Amsterdam", new Bandwidth(200)),
                        NewServiceKey = Key,
                        NewResourceGuid = Key,
                    }
                ),
            (engine, _) =>
                SendAsync(
                    engine,
                    new ProviderWrites(At, ProviderState.Provisioned, null, Ticket())
                    {
                        Landing = new Landing(new Edge("ams-1", "ams-1-primary", "ams-1-secondary"), 7),
                    }
                ),
            (engine, _) =>
                SendAsync(
                    engine,
                    new PutPeering(
                        At,
                        new WantedPeering(PeeringType.AzurePrivatePeering)
                        {
                            PeerAsn = new Asn(65010),
                            Vlan = new VlanId(100),
                            V4 = new WantedFamily(IpPrefix.Parse("192.168.0.0/30"), IpPrefix.Parse("192.168.0.4/30")),
                        },
                        Author.Customer,
                        Ticket()
                    )
                ),
            (engine, _) =>
                SendAsync(
                    engine,
                    new PutAuthorization(At, new WantedAuthorization("fabrikam", AuthorizationKey.Of(Key, _ => "protected")), Ticket())
                ),
        ];

    private static WorkflowStory Story(ImmutableArray<Func<Engine, TimeProvider, Task>> requests)
    {
        CircuitWorkflow circuits = s_circuits;
        VirtualNetworkWorkflow networks = s_networks;
        return new WorkflowStory
        {
            Workflows =
            [
                circuits,
                new PortLoadWorkflow(() => Topology),
                networks,
                s_gateways,
                s_connections,
                s_wans,
                s_hubs,
                s_hubGateways,
                new PublicIpAddressWorkflow(),
            ],
            Handlers = (engine, time) =>
                [
                    new BreakLinkHandler(new(engine, s_connections), new(engine, s_hubGateways), new(engine, circuits), time),
                    new RouteTables(
                        new CircuitDesk(engine.Store, new(engine, circuits), () => Topology, new NoSecrets()),
                        engine,
                        circuits,
                        new NoRouters(),
                        time
                    ),
                ],
            Meanwhile = (engine, time) => FollowAsync(engine, circuits, time),
            Requests = requests,
            End = async store =>
            {
                var lines = new List<string>();
                Circuit circuit = circuits.Read((await store.GetAsync(CircuitId, default))!).Resource;
                Assert.Equal(circuit.Generation, circuit.Applied);
                foreach (LinkedNetwork link in circuit.Links)
                    lines.Add($"circuit: {link.Connection} announces {string.Join(", ", link.Prefixes)}");
                lines.AddRange(circuit.Authorizations.Select(a => $"circuit: {a.Name} {a.Connection}"));
                foreach (string subscription in (string[])[Mine, Theirs])
                {
                    ResourceId connection = Id(subscription, "connections", "link");
                    bool connected = await store.GetAsync(connection, default) is not null;
                    StoredResource? row = await store.GetAsync(Id(subscription, "virtualNetworks", "net"), default);
                    VirtualNetwork? network = row is null ? null : networks.Read(row).Resource;
                    // The three documents say the same.
                    Assert.Equal(connected, circuit.FindLink(connection) is not null);
                    Assert.Equal(connected, network?.Links.Any(l => l.Connection == connection) ?? false);
                    if (connected)
                        Assert.Equal(network!.AddressSpace, circuit.FindLink(connection)!.Prefixes);
                    ResourceId hubGateway = Id(subscription, "expressRouteGateways", "gw");
                    StoredResource? hubRow = await store.GetAsync(hubGateway, default);
                    ExpressRouteGateway? hub = hubRow is null ? null : s_hubGateways.Read(hubRow).Resource;
                    Assert.Equal(
                        hub?.FindConnection("link") is not null,
                        circuit.FindLink(hubGateway.Child("expressRouteConnections", "link")) is not null
                    );
                    if (hub is not null)
                        lines.Add($"{subscription}: hub gateway {hub.StateName}");
                    lines.Add($"{subscription}: {network?.StateName ?? "no network"}, connection {connected}");
                }
                Assert.Empty(await store.PendingEffectsAsync(null, 10, default));
                Operation? asked = await store.GetOperationAsync(Question, default);
                lines.Add($"asked for routes: {asked?.Status} {asked?.Error?.Code}");
                return string.Join('\n', lines);
            },
        };
    }

    private static readonly CircuitWorkflow s_circuits = new(() => Topology, new CircuitPolicy());
    private static readonly VirtualNetworkWorkflow s_networks = new(new NetworkLimits());
    private static readonly VirtualNetworkGatewayWorkflow s_gateways = new();
    private static readonly ConnectionWorkflow s_connections = new();
    private static readonly VirtualWanWorkflow s_wans = new();
    private static readonly VirtualHubWorkflow s_hubs = new();
    private static readonly ExpressRouteGatewayWorkflow s_hubGateways = new();

    private static async Task PlaceHubAsync(Engine engine, string subscription, int net)
    {
        ResourceId wan = Id(subscription, "virtualWans", "wan"),
            hub = Id(subscription, "virtualHubs", "hub"),
            gateway = Id(subscription, "expressRouteGateways", "gw");
        IpPrefix prefix = IpPrefix.Parse($"10.{net}.0.0/23");
        await AskAsync(
            engine,
            wan,
            VirtualWan.ResourceType,
            _ => new PutVirtualWan(At, wan, "westeurope", NoTags, "Standard", null, Guid.Empty)
        );
        await AskAsync(
            engine,
            hub,
            VirtualHub.ResourceType,
            _ => VirtualHubWorkflow.Put(new PutVirtualHub(At, hub, "westeurope", NoTags, wan, prefix, null))
        );
        await AskAsync(
            engine,
            gateway,
            ExpressRouteGateway.ResourceType,
            _ =>
                ExpressRouteGatewayWorkflow.Put(
                    new PutExpressRouteGateway(At, gateway, "westeurope", NoTags, hub, prefix, 1, null, false, Guid.Empty)
                )
        );
    }

    private static Task ConnectHubAsync(Engine engine, string subscription, string? key) =>
        AskAsync(
            engine,
            Id(subscription, "expressRouteGateways", "gw"),
            ExpressRouteGateway.ResourceType,
            present =>
            {
                ExpressRouteGateway gateway = ((Versioned<ExpressRouteGateway>)present!).Resource;
                var connection = new HubConnection("link", CircuitId, Guid.Empty, 0);
                return ExpressRouteGatewayWorkflow.Put(
                    new PutHubConnection(At, connection),
                    new LinkNetwork(
                        At,
                        CircuitId,
                        gateway.IdOf(connection),
                        gateway.Hub,
                        [gateway.HubPrefix],
                        "Europe",
                        subscription,
                        key,
                        0
                    )
                    {
                        Ticket = Ticket(),
                    }
                );
            }
        );

    private static Task DisconnectHubAsync(Engine engine, string subscription) =>
        AskAsync(
            engine,
            Id(subscription, "expressRouteGateways", "gw"),
            ExpressRouteGateway.ResourceType,
            present =>
                present is Versioned<ExpressRouteGateway> { Resource: var gateway } && gateway.FindConnection("link") is { } connection
                    ? ExpressRouteGatewayWorkflow.Disconnection(gateway, connection, At, Ticket())
                    : new EndHubConnection(At, "link", "deleted")
        );

    private static async Task PlaceAsync(Engine engine, string subscription, int net)
    {
        ResourceId network = Id(subscription, "virtualNetworks", "net"),
            address = Id(subscription, "publicIPAddresses", "ip");
        await PutNetworkAsync(
            engine,
            new PutVirtualNetwork(
                At,
                network,
                "westeurope",
                NoTags,
                [IpPrefix.Parse($"10.{net}.0.0/16")],
                [new Subnet("GatewaySubnet", [IpPrefix.Parse($"10.{net}.255.0/27")])],
                [],
                Guid.Empty
            )
        );
        var put = new PutPublicIp(At, address, "westeurope", NoTags, "Basic", "Dynamic", "IPv4", 4, [], Guid.Empty);
        await Delivered(engine.SendAsync(address, PublicIpAddress.ResourceType, put, Me, default));
        await AskAsync(
            engine,
            Id(subscription, "virtualNetworkGateways", "gw"),
            VirtualNetworkGateway.ResourceType,
            _ =>
                VirtualNetworkGatewayWorkflow.Put(
                    new PutGateway(
                        At,
                        Id(subscription, "virtualNetworkGateways", "gw"),
                        "westeurope",
                        NoTags,
                        network,
                        "Standard",
                        [new GatewayIpConfiguration("default", address)],
                        new(),
                        Guid.Empty
                    )
                )
        );
    }

    private static Task ConnectAsync(Engine engine, string subscription, string? key)
    {
        var put = new PutConnection(
            At,
            Id(subscription, "connections", "link"),
            "westeurope",
            NoTags,
            Id(subscription, "virtualNetworkGateways", "gw"),
            Id(subscription, "virtualNetworks", "net"),
            CircuitId,
            key is not null,
            new(),
            Guid.Empty
        );
        return AskAsync(
            engine,
            put.Id,
            Connection.ResourceType,
            _ =>
                ConnectionWorkflow.Put(
                    put,
                    "Amsterdam",
                    prefixes => new LinkNetwork(At, put.Circuit, put.Id, put.Network, prefixes, "Europe", subscription, key, 0)
                    {
                        Ticket = Ticket(),
                    }
                )
        );
    }

    private static Task AddressSpaceAsync(Engine engine, TimeProvider time) =>
        PutNetworkAsync(
            engine,
            new PutVirtualNetwork(
                At,
                Id(Mine, "virtualNetworks", "net"),
                "westeurope",
                NoTags,
                [IpPrefix.Parse("10.1.0.0/16"), IpPrefix.Parse("10.7.0.0/16")],
                null,
                [],
                Guid.Empty
            )
        );

    private static Task PutNetworkAsync(Engine engine, PutVirtualNetwork put) =>
        AskAsync(
            engine,
            put.Id,
            VirtualNetwork.ResourceType,
            present => VirtualNetworkWorkflow.Put(put, (present as Versioned<VirtualNetwork>)?.Resource)
        );

    private static Task DisconnectAsync(Engine engine, string subscription) =>
        DeleteAsync(engine, s_connections, Id(subscription, "connections", "link"), Ticket());

    private static Task RemoveGatewayAsync(Engine engine, string subscription) =>
        DeleteAsync(engine, s_gateways, Id(subscription, "virtualNetworkGateways", "gw"));

    private static Task DeleteAsync<T>(Engine engine, TrackedWorkflow<T> workflow, ResourceId id, Ticket? ticket = null)
        where T : class, ITracked<T> => Delivered(engine.SendAsync([Tracked<T>.Deletion(workflow, id, At, ticket)], Me, default));

    private static Task AskAsync(Engine engine, ResourceId id, string type, Func<Versioned?, Asked> ask) =>
        Delivered(engine.SendAsync([new Addressed(id, type, (present, _) => new(ask(present)))], Me, default));

    private static Task SendAsync(Engine engine, Signal signal) =>
        Delivered(engine.SendAsync(CircuitId, Circuit.ResourceType, signal, Me, CancellationToken.None));

    private static async Task Delivered(Task<SendOutcome> send)
    {
        SendOutcome outcome = await send;
        Assert.True(outcome is SendOutcome.Delivered, $"{outcome}");
    }

    private static readonly ImmutableSortedDictionary<string, string> NoTags = ImmutableSortedDictionary<string, string>.Empty;

    private static ResourceId Id(string subscription, string type, string name) =>
        ResourceId.Of(subscription, "rg", "Microsoft.Network", type, name);

    private static Ticket Ticket() => new(Guid.NewGuid(), CircuitId, "test", "me");

    private static readonly Guid Question = Guid.Parse("77777777-7777-7777-7777-777777777777");

    /// <summary>A question to the primary router, as a POST of a route table asks it; nobody answers, and that is an answer.</summary>
    private static async Task AskForRoutesAsync(Engine engine)
    {
        var question = new TableQuestion(Question, TableKind.Routes, PeeringType.AzurePrivatePeering, Side.Primary, At);
        await engine.Store.CommitAsync(
            new Changes
            {
                Operations =
                [
                    new OperationChange.Start(new(Question, CircuitId, "POST routeTables", "me", OperationStatus.InProgress, At)),
                ],
                Effects = [question.ToEffect(CircuitId, "ams-1")],
            },
            CancellationToken.None
        );
    }

    /// <summary>Routers that nobody drives here.</summary>
    private sealed class NoRouters : IRouters
    {
        public ValueTask<Seen<InstanceReport>?> InstanceAsync(string router, string instance, CancellationToken cancellation) =>
            new((Seen<InstanceReport>?)null);

        public ValueTask<Seen<RouterHead>?> HeadAsync(string router, CancellationToken cancellation) => new((Seen<RouterHead>?)null);

        public IRouterReader? Reader(string router) => null;
    }

    private sealed class NoSecrets : ISecretProtector
    {
        public string Protect(string secret, string purpose) => secret;

        public string Fingerprint(string secret, string purpose) => secret;

        public string Unprotect(string protectedText, string purpose) => protectedText;

        public byte[] Protect(ReadOnlySpan<byte> content, string purpose) => content.ToArray();

        public string Fingerprint(ReadOnlySpan<byte> content, string purpose) => Convert.ToHexString(content);

        public byte[] Unprotect(ReadOnlySpan<byte> protectedContent, string purpose) => protectedContent.ToArray();
    }

    /// <summary>Both routers take everything at once, one after the other.</summary>
    private static async Task<bool> FollowAsync(Engine engine, CircuitWorkflow workflow, TimeProvider time)
    {
        bool any = false;
        foreach (Side side in Sides.Both)
            if (
                (await engine.ReadAsync(workflow, CircuitId, CancellationToken.None))?.Resource is { Edge: { } edge } circuit
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
                await engine.SendAsync(CircuitId, workflow.Type, signal, SendContext.Causeway, CancellationToken.None);
                any = true;
            }
        return any;
    }
}
