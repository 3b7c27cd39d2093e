using System.Collections.Immutable;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Circuits;

internal sealed class CircuitSample : Sample<Circuit>
{
    private const string V = "2024-01-01";
    private static readonly ImmutableSortedDictionary<string, string> NoTags = ImmutableSortedDictionary<string, string>.Empty;
    private static readonly Ticket Next = CircuitStates.Ticket(9);
    private static readonly CircuitWorkflow s_workflow = CircuitStates.Workflow();
    private static readonly Signal[] s_toConfigured = [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1)];
    private static readonly Signal s_key1 = new PutAuthorization(At, new WantedAuthorization("key1", Key()), CircuitStates.Ticket(2));

    public override Workflow<Circuit> Workflow => s_workflow;

    public override string Describe(Circuit resource) => CircuitStates.Describe(resource);

    public override ValueTask<SamplePut?> PutAsync(Stage stage) => new(Of(stage, "Equinix"));

    /// <summary>An order from a provider of the default topology.</summary>
    public static SamplePut Of(Stage stage, string provider, string name = "sample", string location = "Amsterdam") =>
        new(stage.InGroup(Circuit.ResourceType, name), V, Body(provider, location, 200)) { Changed = Body(provider, location, 500) };

    private static string Body(string provider, string location, int mbps) =>
        $$$$"""
            {"location":"westeurope","tags":{"a":"b"},"sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},"properties":{
            "allowClassicOperations":false,"globalReachEnabled":false,"authorizations":[],"peerings":[],
            "serviceProviderProperties":{"serviceProviderName":"{{{{provider}}}}","peeringLocation":"{{{{location}}}}","bandwidthInMbps":{{{{mbps}}}}}}}
            """;

    public override IReadOnlyList<(string Name, Circuit? State)> States { get; } =
    [
        ("absent", null),
        ("NotProvisioned", Created),
        ("NotProvisioned, peering waits", After(CircuitStates.Workflow(Accepting), Put(), PutPeering())),
        ("NotProvisioned, authorization", After(s_workflow, Put(), s_key1)),
        ("Provisioning", Provisioning),
        ("Provisioned", Provisioned),
        ("Provisioned, peering on its way", Configuring),
        ("Provisioned, peering configured", Configured),
        ("Provisioned, peering failed", After(s_workflow, [.. s_toConfigured[..3], .. Follow(1, "no such address")])),
        ("Provisioned, peering conflicting", Conflicting),
        ("Provisioned, primary follows", After(s_workflow, [.. s_toConfigured[..3], Follow(Side.Primary, 1)])),
        ("Provisioned, secondary did not follow in time", After(s_workflow, [.. s_toConfigured[..3], Follow(Side.Primary, 1), Overdue])),
        (
            "Provisioned, peering going",
            After(
                s_workflow,
                [.. s_toConfigured, new DeletePeering(At, PeeringType.AzurePrivatePeering, Author.Customer, CircuitStates.Ticket(3))]
            )
        ),
        ("Provisioned, Microsoft peering pending", After(s_workflow, [.. s_toConfigured[..2], PutPeering(Declaring())])),
        ("Provisioned, Microsoft peering unproven", After(s_workflow, [.. s_toConfigured[..2], PutPeering(Declaring(NotFound))])),
        ("Provisioned, Microsoft peering proven", After(s_workflow, [.. s_toConfigured[..2], PutPeering(Declaring(Found))])),
        (
            "Provisioned, Microsoft peering in grace",
            After(s_workflow, [.. s_toConfigured[..2], PutPeering(Declaring(Found)), Proofs(NotFound with { At = At.AddHours(1) })])
        ),
        (
            "Provisioned, Microsoft peering expired",
            After(
                s_workflow,
                [.. s_toConfigured[..2], PutPeering(Declaring(Found)), Proofs(NotFound with { At = At.AddHours(1), Grace = TimeSpan.Zero })]
            )
        ),
        ("Provisioned, linked", Linked),
        ("Provisioned, linked by key1", After(s_workflow, [.. s_toConfigured, s_key1, Link(4, SecretKey.ToString(), Other), .. Follow(2)])),
        ("Provisioned, joins another", After(s_workflow, [.. s_toConfigured, Join()])),
        ("Provisioned, joined by another", After(s_workflow, [.. s_toConfigured, s_key1, Joined()])),
        ("NotProvisioned, join failed", After(CircuitStates.Workflow(Accepting), Put(), PutPeering(), Join())),
        ("Provisioned, primary link tested", After(s_workflow, [.. s_toConfigured, StartTest()])),
        ("Provisioned, secondary link was tested", After(s_workflow, [.. s_toConfigured, StartTest(Side.Secondary), StopTest()])),
        (
            "Provisioned, secondary link was tested, routers followed",
            After(s_workflow, [.. s_toConfigured, StartTest(Side.Secondary), StopTest(), .. Follow(3)])
        ),
        ("On a port, primary link tested", After(s_workflow, [PutOnPort(), PutPeering(), .. Follow(1), StartTest()])),
        ("Deprovisioning, link was tested", After(s_workflow, [.. s_toConfigured, StartTest(), Provider(ProviderState.Deprovisioning, 4)])),
        ("On a port, peering configured", After(s_workflow, [PutOnPort(), PutPeering(), .. Follow(1)])),
        ("Deprovisioning, linked", After(s_workflow, [.. s_toConfigured, Link(), Provider(ProviderState.Deprovisioning, 4)])),
        ("NotProvisioned, routers follow", After(s_workflow, [.. s_toConfigured, Provider(ProviderState.NotProvisioned, 4)])),
        (
            "Deleting",
            After(
                s_workflow,
                [.. s_toConfigured, Provider(ProviderState.NotProvisioned, 4), new DeleteResource(At, CircuitStates.Ticket(5))]
            )
        ),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put the same", Put() with { Ticket = Next }),
        ("Put Premium", Put() with { Ticket = Next, Tier = CircuitTier.Premium }),
        ("Put Unlimited", Put() with { Ticket = Next, Family = CircuitFamily.UnlimitedData }),
        ("Put Local", Put() with { Ticket = Next, Tier = CircuitTier.Local, Family = CircuitFamily.UnlimitedData }),
        ("Put more bandwidth", Put() with { Ticket = Next, Order = new("Equinix", "Amsterdam", new Bandwidth(1000)) }),
        ("Put less bandwidth", Put() with { Ticket = Next, Order = new("Equinix", "Amsterdam", new Bandwidth(50)) }),
        ("Put bandwidth alone", Put() with { Ticket = Next, Order = null, BandwidthAlone = new Bandwidth(1000) }),
        ("Put without order", Put() with { Ticket = Next, Order = null }),
        ("Put other provider", Put() with { Ticket = Next, Order = new("Telia Carrier", "Amsterdam", new Bandwidth(100)) }),
        ("Put unknown provider", Put() with { Ticket = Next, Order = new("Nobody", "Amsterdam", new Bandwidth(100)) }),
        ("Put tags", Put() with { Ticket = Next, Tags = NoTags.Add("env", "prod") }),
        ("Put no peerings, no keys", Put() with { Ticket = Next, Peerings = [], Authorizations = [] }),
        ("Put a peering, a key", Put() with { Ticket = Next, Peerings = [Private()], Authorizations = [new("inline", Key())] }),
        ("Tag", new ReplaceTags(At, NoTags.Add("env", "prod"))),
        ("Delete", new DeleteResource(At, Next)),
        ("Provider Provisioning", Provider(ProviderState.Provisioning, 9)),
        ("Provider Provisioned", Provider(ProviderState.Provisioned, 9)),
        ("Provider Deprovisioning", Provider(ProviderState.Deprovisioning, 9)),
        ("Provider NotProvisioned", Provider(ProviderState.NotProvisioned, 9)),
        ("Provider Provisioned, no S-tag", Provider(ProviderState.Provisioned, 9) with { Landing = null }),
        ("Provider notes", new ProviderWrites(At, null, "patch panel 7", Next)),
        ("Provider tags", new TagCrossConnection(At, NoTags.Add("order", "4711"))),
        ("PutPeering the same", PutPeering() with { Ticket = Next }),
        ("PutPeering other VLAN", PutPeering(Private(vlan: 200)) with { Ticket = Next }),
        ("PutPeering disabled", PutPeering(Private() with { V4 = Private().V4! with { Enabled = false } }) with { Ticket = Next }),
        ("PutPeering by layer-2 provider", PutPeering(Private(vlan: 300), Author.Provider) with { Ticket = Next }),
        (
            "PutPeering Microsoft, nothing declared",
            PutPeering(Private(vlan: 400) with { Type = PeeringType.MicrosoftPeering }) with
            {
                Ticket = Next,
            }
        ),
        ("PutPeering Microsoft, proven", PutPeering(Declaring(Found)) with { Ticket = Next }),
        ("Proofs found", Proofs(Found)),
        ("Proofs not found", Proofs(NotFound)),
        ("Accept", new AcceptPrefixes(At, PeeringType.MicrosoftPeering, SupportTicket, [Declared], At.AddDays(30), "letter")),
        (
            "Accept what is not declared",
            new AcceptPrefixes(At, PeeringType.MicrosoftPeering, SupportTicket, [IpPrefix.Parse("1.0.0.0/24")], At.AddDays(30), "letter")
        ),
        ("Reject", new RejectPrefixes(At, PeeringType.MicrosoftPeering, SupportTicket, [], "illegible")),
        ("A proof ends", new WokenUp(At.AddDays(2), "proof ends")),
        ("DeletePeering", new DeletePeering(At, PeeringType.AzurePrivatePeering, Author.Customer, Next)),
        ("DeletePeering absent", new DeletePeering(At, PeeringType.MicrosoftPeering, Author.Customer, Next)),
        ("PutAuthorization new", new PutAuthorization(At, new("key9", Key(Guid.Empty)), Next)),
        ("PutAuthorization the same", new PutAuthorization(At, new("key1", Key()), Next)),
        ("DeleteAuthorization", new DeleteAuthorization(At, "KEY1", Next)),
        ("Link", Link(3) with { Ticket = Next }),
        ("Link the same", Link(1)),
        ("Link the same, other weight", Link(1) with { RoutingWeight = 10 }),
        ("Link overlapping", Link(3, prefix: "10.101.7.0/24")),
        ("Link over a peering subnet", Link(3, prefix: "10.0.0.0/16")),
        ("Link another continent", Link(3, geo: "North America")),
        ("Link other subscription, key", Link(4, SecretKey.ToString().ToUpperInvariant(), Other)),
        ("Link other subscription, no key", Link(4, null, Other)),
        ("Link other subscription, bad key", Link(4, Guid.Empty.ToString(), Other)),
        ("Unlink", new UnlinkNetwork(At, Connection(1)) { Ticket = Next }),
        ("Unlink unknown", new UnlinkNetwork(At, Connection(99))),
        ("ChangeLinkedPrefixes", new ChangeLinkedPrefixes(At, Network(1), [IpPrefix.Parse("10.50.0.0/16")])),
        ("ChangeLinkedPrefixes overlapping", new ChangeLinkedPrefixes(At, Network(1), [IpPrefix.Parse("10.0.0.0/24")])),
        ("Put on a port", PutOnPort() with { Ticket = Next }),
        ("Links switched", new SwitchPortLinks(At, true, false)),
        ("Other link switched", new SwitchPortLinks(At, false, true)),
        ("Test of the primary link begins", StartTest()),
        ("Test of the secondary link begins, primary down", StartTest(Side.Secondary, otherIsUp: false)),
        ("Test begins, nothing seen", StartTest() with { Seen = [] }),
        ("Test is stopped", StopTest()),
        ("Another test is stopped", StopTest() with { Link = Side.Secondary }),
        ("The other link is lost", new OtherLinkLost(At, StartTest().Id)),
        ("The other link of another test is lost", new OtherLinkLost(At, Guid.Empty)),
        ("A test's time is over", new WokenUp(At.AddHours(1), "failover test ends")),
        ("Link held back", new HoldLink(At, Connection(1), true)),
        ("Link held back no longer", new HoldLink(At, Connection(1), false)),
        ("Put no joins", Put() with { Ticket = Next, Reaches = [] }),
        ("Put a join", Put() with { Ticket = Next, Reaches = [Reach()] }),
        ("PutReach", Join() with { Ticket = Next }),
        ("PutReach other prefix", Join() with { Ticket = Next, Reach = Reach() with { V4 = IpPrefix.Parse("10.9.1.0/29") } }),
        ("PutReach overlapping", Join() with { Ticket = Next, Reach = Reach() with { Name = "j2", V4 = IpPrefix.Parse("10.101.7.0/29") } }),
        ("PutReach to itself", Join() with { Ticket = Next, Reach = Reach() with { Name = "j3", Peer = Id } }),
        ("EndReach", new EndReach(At, ReachKey, Next)),
        ("EndReach unknown", new EndReach(At, Guid.Empty, null)),
        ("AcceptReach", Joined(null)),
        ("AcceptReach of a stranger", Joined(null, Other)),
        ("AcceptReach of a stranger with the key", Joined(SecretKey.ToString(), Other)),
        ("AcceptReach at the same place", Joined(null, Customer, "Amsterdam")),
        ("Primary 0", Follow(Side.Primary, 0)),
        ("Primary 1", Follow(Side.Primary, 1)),
        ("Primary 1, problem", Follow(Side.Primary, 1, "no such address")),
        ("Secondary 1", Follow(Side.Secondary, 1)),
        ("Secondary 1, problem", Follow(Side.Secondary, 1, "no such address")),
        ("Primary 2", Follow(Side.Primary, 2)),
        ("Secondary 2", Follow(Side.Secondary, 2)),
        ("Secondary 3", Follow(Side.Secondary, 3)),
        ("Primary 9, never asked", Follow(Side.Primary, 9)),
        ("Another router 1", Follow(Side.Primary, 1) with { Router = "sto-1-primary" }),
        ("Overdue", Overdue),
        ("A router not asked", new RouterNotAsked(At, Guid.Empty, Refusal.Conflict("RouterNotAvailable", "cannot be asked"))),
    ];

    public override IReadOnlyList<StateTable> Tables => [.. base.Tables, Layer3];

    /// <summary>Layer-3 providers, and an installation that accepts routing early.</summary>
    private StateTable Layer3
    {
        get
        {
            CircuitWorkflow w = CircuitStates.Workflow(Accepting);
            Signal order = Put() with { Order = new("Telia Carrier", "Amsterdam", new Bandwidth(100)) };
            return Table(
                w,
                [
                    ("NotProvisioned", After(w, order)),
                    ("Provisioning", After(w, order, Provider(ProviderState.Provisioning))),
                    ("Provisioned", After(w, order, Provider(ProviderState.Provisioned))),
                    ("Provisioning, peering waits", After(w, order, Provider(ProviderState.Provisioning), PutPeering(by: Author.Provider))),
                    (
                        "Deprovisioning",
                        After(w, order, PutPeering(), Provider(ProviderState.Provisioned), Provider(ProviderState.Deprovisioning))
                    ),
                ],
                [
                    ("PutPeering by the provider", PutPeering(by: Author.Provider) with { Ticket = Next }),
                    ("PutPeering by the customer", PutPeering() with { Ticket = Next }),
                    ("DeletePeering by the provider", new DeletePeering(At, PeeringType.AzurePrivatePeering, Author.Provider, Next)),
                    ("Put with a peering inline", (Put() with { Ticket = Next, Order = null, Peerings = [Private()] })),
                    ("Provider Provisioned", Provider(ProviderState.Provisioned, 9)),
                ],
                ".layer3"
            );
        }
    }

    /// <summary>Provisioned where its addresses were somebody else's on the pair.</summary>
    private static Circuit Conflicting =>
        Configuring with
        {
            Peerings = [.. Configuring.Peerings.Select(p => p with { State = new PeeringState.Conflicting(At, "10.0.0.1 is in use") })],
        };
}
