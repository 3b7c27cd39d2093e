using System.Collections.Immutable;
using System.Net;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;

namespace Causeway.Samples.Circuits;

/// <summary>A small world for circuit tests: one layer-2 and one layer-3 provider in Amsterdam, and a circuit in every state.</summary>
internal static class CircuitStates
{
    public const string Customer = "11111111-1111-1111-1111-111111111111";
    public const string Other = "22222222-2222-2222-2222-222222222222";
    public static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly ResourceId Id = CircuitNamed("circuit1");
    public static readonly Guid ServiceKey = Guid.Parse("24e6ea2b-6940-4bec-b0b3-3a9e5471e512");
    public static readonly Edge Ams = new("ams-1", "ams-1-primary", "ams-1-secondary");
    public static readonly Landing Landing = new(Ams, 7);

    public static readonly NetworkTopology Topology = new()
    {
        Asn = new Asn(64496),
        Regions = [new("westeurope", "West Europe", "Europe"), new("eastus", "East US", "North America")],
        PeeringLocations =
        [
            new(
                "Amsterdam",
                "westeurope",
                "Europe",
                [
                    new(
                        "ams-1",
                        new("ams-1-primary", "embedded", "AMS-PRI", IPAddress.Parse("192.0.2.1"), 1790),
                        new("ams-1-secondary", "embedded", "AMS-SEC", IPAddress.Parse("192.0.2.2"), 1790),
                        new Bandwidth(100_000)
                    ),
                ]
            ),
        ],
        ServiceProviders =
        [
            new("Equinix", ProviderLayer.Layer2, "33333333-3333-3333-3333-333333333333", ["Amsterdam"], [new(50), new(100), new(1000)]),
            new("Telia Carrier", ProviderLayer.Layer3, "44444444-4444-4444-4444-444444444444", ["Amsterdam"], [new(50), new(100)]),
        ],
    };

    public static CircuitWorkflow Workflow(CircuitPolicy? policy = null) => new(() => Topology, policy ?? new CircuitPolicy());

    public static readonly CircuitPolicy Accepting = new() { RoutingBeforeProvisioned = RoutingBeforeProvisioned.Accept };

    public static ResourceId CircuitNamed(string name) => ResourceId.Of(Customer, "rg", "Microsoft.Network", "expressRouteCircuits", name);

    public static ResourceId Connection(int n, string subscription = Customer) =>
        ResourceId.Of(subscription, "rg", "Microsoft.Network", "connections", $"link{n}");

    public static ResourceId Network(int n, string subscription = Customer) =>
        ResourceId.Of(subscription, "rg", "Microsoft.Network", "virtualNetworks", $"net{n}");

    public static Ticket Ticket(int n = 1) => new(new Guid(n, 0, 0, new byte[8]), Id, "test", "me");

    public static readonly Guid SecretKey = Guid.Parse("fc0bf2b0-f7f9-4864-af2b-7a5ec4fa91ff");

    public static AuthorizationKey Key(Guid? key = null) => AuthorizationKey.Of(key ?? SecretKey, k => $"protected:{k.Length}");

    public static PutCircuit Put() =>
        new(At, Id, Ticket())
        {
            Location = "westeurope",
            Tier = CircuitTier.Standard,
            Family = CircuitFamily.MeteredData,
            Order = new RequestedOrder("equinix", "amsterdam", new Bandwidth(100)),
            NewServiceKey = ServiceKey,
            NewResourceGuid = Guid.Parse("4beb6a5b-0999-4bac-a28a-e602966ccb9f"),
        };

    public static WantedPeering Private(
        int vlan = 101,
        string primary = "10.0.0.0/30",
        string secondary = "10.0.0.4/30",
        uint asn = 65010
    ) =>
        new(PeeringType.AzurePrivatePeering)
        {
            PeerAsn = new Asn(asn),
            Vlan = new VlanId(vlan),
            V4 = new WantedFamily(IpPrefix.Parse(primary), IpPrefix.Parse(secondary)),
        };

    public static readonly IpPrefix Declared = IpPrefix.Parse("192.0.2.0/24");

    public static readonly ProofQuestion Question = new(new Asn(3333), new Asn(3333), "NONE");

    public static readonly ProofFact.Found Found = new(
        At,
        new RegistryProof(At, EvidenceKind.Irr, ProofReason.RouteObject, [new PrefixPermit(Declared, 24, new Asn(3333))])
    );

    public static readonly ProofFact.NotFound NotFound = new(At, ProofReason.NotRegistered, "nothing covers it", TimeSpan.FromHours(24));

    public static ResourceId SupportTicket => ResourceId.Of(Customer, "rg", "Microsoft.Support", "supportTickets", "t1");

    /// <summary>A Microsoft peering that declares one prefix.</summary>
    /// <param name="facts">What was found of it before the request was decided on.</param>
    public static WantedPeering Declaring(params ProofFact[] facts) =>
        new(PeeringType.MicrosoftPeering)
        {
            PeerAsn = new Asn(3333),
            Vlan = new VlanId(300),
            V4 = new WantedFamily(IpPrefix.Parse("10.0.1.0/30"), IpPrefix.Parse("10.0.1.4/30"))
            {
                Public = new WantedPublic { Prefixes = [new(Declared)], Facts = [.. facts.Select(f => new PrefixFact(Declared, f))] },
            },
        };

    public static ProofsFound Proofs(ProofFact fact) =>
        new(fact.At, [new FamilyProofs(PeeringType.MicrosoftPeering, IpFamily.V4, Question, [new PrefixFact(Declared, fact)])]);

    public static PutPeering PutPeering(WantedPeering? peering = null, Author by = Author.Customer) =>
        new(At, peering ?? Private(), by, Ticket());

    public static ProviderWrites Provider(ProviderState to, int ticket = 1) => new(At, to, null, Ticket(ticket)) { Landing = Landing };

    public static LinkNetwork Link(
        int n = 1,
        string? key = null,
        string subscription = Customer,
        string geo = "Europe",
        string? prefix = null
    ) =>
        new(
            At,
            Id,
            Connection(n, subscription),
            Network(n, subscription),
            [IpPrefix.Parse(prefix ?? $"10.{100 + n}.0.0/16")],
            geo,
            subscription,
            key,
            0
        );

    public static readonly Guid ReachKey = Guid.Parse("5f0fbd0a-6a0a-4d5b-9e80-0a8c8d5d4b11");

    public static WantedReach Reach(string? key = null) =>
        new("join1", CircuitNamed("circuit2"), IpPrefix.Parse("10.9.0.0/29"), null, key) { NewKey = ReachKey };

    public static PutReach Join() => new(At, Reach(), Ticket(6));

    /// <summary>Another circuit, elsewhere, joins this one.</summary>
    public static AcceptReach Joined(string? key = "fc0bf2b0-f7f9-4864-af2b-7a5ec4fa91ff", string by = Customer, string at = "Stockholm") =>
        new(
            At,
            Id,
            ReachKey,
            Reach(key) with
            {
                Peer = Id,
            },
            Configured with
            {
                Id = ResourceId.Of(by, "rg", "Microsoft.Network", "expressRouteCircuits", "circuit2"),
                Order = Configured.Order with { PeeringLocation = at },
            }
        );

    public static readonly ResourceId PortId = ResourceId.Of(Customer, "rg", "Microsoft.Network", "expressRoutePorts", "port1");

    /// <summary>A circuit on a port with both links enabled.</summary>
    public static PutCircuit PutOnPort() =>
        Put() with
        {
            Order = null,
            BandwidthAlone = new Bandwidth(5000),
            Port = PortId,
            PortLanding = (new CircuitPort(PortId, Encapsulation.QinQ, true, true, false), "Amsterdam", Landing),
        };

    /// <summary>One router's answer.</summary>
    public static RoutersConfigured Follow(Side side, long generation, string? problem = null) =>
        new(
            At,
            side,
            Ams.RouterOf(side),
            generation,
            problem is null
                ? ImmutableSortedDictionary<string, string>.Empty
                : ImmutableSortedDictionary<string, string>.Empty.Add($"{ServiceKey:D}/AzurePrivatePeering", problem)
        );

    /// <summary>Both routers' answers.</summary>
    public static Signal[] Follow(long generation, string? problem = null) =>
        [Follow(Side.Primary, generation, problem), Follow(Side.Secondary, generation)];

    public static readonly WokenUp Overdue = new(At + TimeSpan.FromMinutes(3), "overdue");

    /// <summary>The state after signals, each of which has to move it.</summary>
    public static Circuit After(CircuitWorkflow workflow, params Signal[] signals)
    {
        Circuit? state = null;
        foreach (Signal signal in signals)
            state = workflow.Decide(state, signal) switch
            {
                Decision<Circuit>.Move move => move.Next,
                var other => throw new InvalidOperationException($"{signal} does not move: {other}"),
            };
        return state!;
    }

    public static Circuit Created => After(Workflow(), Put());
    public static Circuit Provisioning => After(Workflow(), Put(), Provider(ProviderState.Provisioning));
    public static Circuit Provisioned => After(Workflow(), Put(), Provider(ProviderState.Provisioned));
    public static Circuit Configuring => After(Workflow(), Put(), Provider(ProviderState.Provisioned), PutPeering());
    public static Circuit Configured => After(Workflow(), [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1)]);
    public static Circuit Linked =>
        After(Workflow(), [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1), Link(), .. Follow(2)]);

    public static StartLinkTest StartTest(Side link = Side.Primary, bool otherIsUp = true) =>
        new(
            At,
            Guid.Parse("7e57ab1e-0000-4000-8000-000000000000"),
            link,
            LinkTestKind.BgpDisconnect,
            [.. Sides.Both.Select(s => new LinkSession(s, IpFamily.V4, s == link || otherIsUp, At))],
            [],
            Ticket(7)
        );

    public static StopLinkTest StopTest() =>
        new(At, null, null, true, true, [.. Sides.Both.Select(s => new LinkSession(s, IpFamily.V4, s == Side.Secondary, At))], Ticket(8));

    /// <summary>What is known of what a peering declares.</summary>
    private static string Proven(Peering peering) =>
        peering.V4?.Public is { } config
            ? $" {config.State}{(config.IsOpen ? " open" : "")} ({string.Join(" ", config.Prefixes.Select(p => p.Standing.GetType().Name))})"
            : "";

    public static string Describe(Circuit c)
    {
        var parts = new List<string> { $"{c.StateName} {c.Sku.Name} {c.Order.Bandwidth}" };
        if (c.Port is { } port)
            parts.Add($"on {port.Id.Name} {(port.PrimaryUp ? "up" : "down")}/{(port.SecondaryUp ? "up" : "down")}");
        if (c.Provider.OccupiedSTag is { } tag)
            parts.Add($"stag {tag}");
        parts.AddRange(
            c.Peerings.Select(p => $"{p.Type.ToString().Replace("Azure", "").Replace("Peering", "")}={p.State.GetType().Name}{Proven(p)}")
        );
        parts.AddRange(c.Authorizations.Select(a => $"auth {a.Name}{(a.IsInUse ? " in use" : "")}"));
        parts.AddRange(
            c.Links.Select(l =>
                $"link {l.Connection.Name}{(l.Authorization is null ? "" : " by " + l.Authorization)}{(l.Held ? " held" : "")}"
            )
        );
        parts.AddRange(c.Tests.Select(t => $"{t.Link} tested{(t.Ended is null ? "" : $" until {t.Ended.Why}")}"));
        parts.AddRange(
            c.Reaches.Select(r => $"{(r.Initiated ? "joins" : "joined by")} {r.Peer.Name} over {r.V4}{(r.Stands ? "" : " failed")}")
        );
        if (c.Generation > 0)
            parts.Add(
                c.Primary.Applied == c.Secondary.Applied
                    ? $"gen {c.Applied}/{c.Generation}"
                    : $"gen {c.Primary.Applied}+{c.Secondary.Applied}/{c.Generation}"
            );
        if (c.Pending.Length > 0)
            parts.Add($"{c.Pending.Length} pending");
        return string.Join(", ", parts);
    }
}
