using System.Collections.Immutable;
using System.Net;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;

namespace Causeway.Samples.InternetPeering;

/// <summary>A small world for peering tests: one exchange with two routers of ours, and a peering in every state.</summary>
internal static class PeeringStates
{
    public const string Mine = "11111111-1111-1111-1111-111111111111";
    public const string C1 = "c1";
    public static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly ResourceId AsnId = PeerAsn.IdOf(Mine, "contoso");
    public static readonly Asn Number = new(64500);
    public static readonly ResourceId Id = ResourceId.Of(Mine, "rg", "Microsoft.Peering", "peerings", "amsix");

    public static readonly Exchange Exchange = new(
        "AMS-IX",
        "Amsterdam",
        26,
        new Bandwidth(100_000),
        [IpPrefix.Parse("127.80.0.0/24"), IpPrefix.Parse("2001:db8:80::/64")],
        [Router(1), Router(2)]
    )
    {
        Rules = new ExchangeRules
        {
            StableFor = TimeSpan.FromSeconds(60),
            ReadyWithin = TimeSpan.FromDays(4),
            DrainFor = TimeSpan.FromSeconds(10),
        },
        // Who asks for these addresses "from before" takes its place.
        Legacy = [new LegacySession(Number, [IPAddress.Parse("127.80.0.70")])],
    };

    public static readonly NetworkTopology Topology = new()
    {
        Asn = new Asn(64496),
        Regions = [new("westeurope", "West Europe", "Europe")],
        PeeringLocations = [new("Amsterdam", "westeurope", "Europe", [])],
        ServiceProviders = [],
        OwnPrefixes = [IpPrefix.Parse("192.88.99.0/24")],
        Exchanges = [Exchange],
        Facilities =
        [
            new Facility(
                "Equinix AM7",
                "Amsterdam",
                1236,
                "Kuiperbergweg 13",
                [DirectPeeringType.Edge],
                [new Bandwidth(10_000), new Bandwidth(100_000)],
                ["ams-x1", "ams-x2"]
            )
            {
                Rules = Exchange.Rules,
            },
        ],
    };

    public static PeeringWorkflow Workflow() => new(() => Topology, new PeeringPolicy());

    public static readonly PeerFilter Proven = new(
        "AS-CONTOSO",
        [new PrefixMatch(IpPrefix.Parse("198.51.100.0/24"), 24, 24) { Origins = [Number] }],
        [new PrefixMatch(IpPrefix.Parse("2001:db8:500::/48"), 48, 48) { Origins = [Number] }]
    )
    {
        Asns = 1,
    };

    public static PutPeering Put(params ImmutableArray<WantedConnection> connections) =>
        new(At, Id)
        {
            Location = "westeurope",
            Sku = "Basic_Exchange_Free",
            PeeringLocation = "Amsterdam",
            PeerAsnId = AsnId,
            PeerAsn = Number,
            Connections = connections.IsEmpty ? [Wanted()] : connections,
        };

    public static WantedConnection Wanted(string identifier = C1, int host = 70, int most = 100, string? v6 = null) =>
        new(identifier, "AMS-IX", 26) { V4 = new WantedPeer($"127.80.0.{host}", most), V6 = v6 is null ? null : new WantedPeer(v6, most) };

    /// <summary>A direct peering with one cable.</summary>
    public static PutPeering PutCable(int mbps = 10_000, string prefix = "127.81.0.0/31") =>
        Put(
            new WantedConnection(C1, "facility/Equinix AM7", 1236)
            {
                V4 = new WantedPeer(LinkEnds.Of(IpPrefix.Parse(prefix)).First.ToString(), 100),
                Link = new DirectLink
                {
                    Facility = "Equinix AM7",
                    Router = "ams-x1",
                    Group = "exchange/AMS-IX",
                    AddressProvider = SessionAddressProvider.Peer,
                    V4 = IpPrefix.Parse(prefix),
                    Bandwidth = new Bandwidth(mbps),
                    TrackingId = "CW-00000001",
                },
            }
        ) with
        {
            Sku = "Basic_Direct_Free",
            DirectType = DirectPeeringType.Edge,
        };

    public static ActOnConnections Act(PeeringVerb verb, string? reason = "because", params string[] connections) =>
        new(At, verb, connections, verb <= PeeringVerb.Deprovision, reason);

    public static SessionsRead Read(int router, long generation, string? problem = null) =>
        new(At, $"ams-x{router}", ImmutableSortedDictionary<string, Followed>.Empty.Add(C1, new Followed(generation, problem)));

    /// <summary>What is looked at now, with every check as said; those that are not named have passed.</summary>
    public static PeeringChecked Looked(
        Peering peering,
        PeerFilter? filter,
        params (PeeringCheck Check, CheckOutcome Outcome, string Reason)[] but
    ) =>
        new(
            At.AddMinutes(2),
            [
                .. peering.Connections.Select(c => new ConnectionChecked(
                    c.Identifier,
                    c.Generation,
                    [
                        .. c.Families.SelectMany(f =>
                            PeeringChecks
                                .All.Where(check => PeeringChecks.AppliesTo(check, c.PlaceIn(Topology)!))
                                .Select(check =>
                                    but.FirstOrDefault(b => b.Check == check) is { Check: not null } b
                                        ? new CheckResult(check.Name, f.Family, b.Outcome, b.Reason, "as seen", At)
                                        : new CheckResult(check.Name, f.Family, CheckOutcome.Passed, "", "well", At)
                                )
                        ),
                    ]
                )),
            ],
            filter
        );

    /// <summary>What comes of signals, each made of what came before it.</summary>
    public static Peering After(params Func<Peering?, Signal>[] signals)
    {
        PeeringWorkflow workflow = Workflow();
        Peering? peering = null;
        foreach (Func<Peering?, Signal> signal in signals)
            peering = workflow.Decide(peering, signal(peering)) is Decision<Peering>.Move move
                ? move.Next
                : throw new InvalidOperationException($"{signal(peering).Name} moves nothing: {workflow.Decide(peering, signal(peering))}");
        return peering!;
    }

    public static readonly Func<Peering?, Signal>[] ToStarted =
    [
        _ => Put(),
        _ => Act(PeeringVerb.Approve),
        _ => Act(PeeringVerb.NotifyReady),
    ];

    public static readonly Func<Peering?, Signal>[] ToCompleted =
    [
        .. ToStarted,
        p => Read(1, p!.Connections[0].Generation),
        p => Read(2, p!.Connections[0].Generation),
    ];

    public static readonly Func<Peering?, Signal>[] ToValidating = [.. ToCompleted, p => Looked(p!, Proven)];

    public static readonly Func<Peering?, Signal>[] ToActive = [.. ToValidating, p => Looked(p!, Proven)];

    /// <summary>The same walk, over a cable.</summary>
    public static readonly Func<Peering?, Signal>[] CableToActive =
    [
        _ => PutCable(),
        _ => Act(PeeringVerb.Approve),
        _ => Act(PeeringVerb.NotifyReady),
        p => Read(1, p!.Connections[0].Generation),
        p => Looked(p!, Proven),
        p => Looked(p!, Proven),
    ];

    public static Peering Requested { get; } = After(_ => Put());
    public static Peering Approved { get; } = After(ToStarted[..2]);
    public static Peering Started { get; } = After(ToStarted);
    public static Peering Completed { get; } = After(ToCompleted);
    public static Peering InValidation { get; } = After(ToValidating);
    public static Peering Active { get; } = After(ToActive);

    private static ExchangeRouter Router(int n) =>
        new(
            new RouterDefinition($"ams-x{n}", "embedded", $"AMS-X{n}", IPAddress.Parse($"192.0.2.{16 + n}"), 1790),
            [IPAddress.Parse($"127.80.0.{n}"), IPAddress.Parse($"2001:db8:80::{n}")]
        );
}
