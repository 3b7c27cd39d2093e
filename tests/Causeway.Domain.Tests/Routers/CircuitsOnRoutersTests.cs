using System.Collections.Immutable;
using System.Net;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Routers;

/// <summary>A router carries exactly what is provisioned, wanted and its own; nothing else, whatever is stored. And the circuit is told what came of it.</summary>
public sealed class CircuitsOnRoutersTests
{
    private static readonly CircuitWorkflow Circuits = Workflow();
    private static readonly CircuitsOnRouters OnRouters = new(Circuits, new CircuitLimits());
    private static readonly RouterPair Pair = CircuitStates.Topology.FindPair("ams-1")!;
    private static readonly GroupMember Primary = new(Pair.Group, 0);
    private static readonly GroupMember Secondary = new(Pair.Group, 1);

    private static readonly CompileContext Context = new(
        CircuitStates.Topology with
        {
            OwnPrefixes = [IpPrefix.Parse("203.0.113.0/24"), IpPrefix.Parse("2001:db8:ffff::/48")],
        },
        sealedKey => sealedKey == "damaged" ? throw new FormatException() : new Md5Key($"clear {sealedKey}", $"hash {sealedKey}"),
        At
    );

    private static Circuit WithKey(string? key) => Linked with { Peerings = [Linked.Peerings[0] with { ProtectedKey = key }] };

    private static StoredResource Row(Circuit circuit) =>
        new()
        {
            Id = circuit.Id,
            Type = Circuit.ResourceType,
            Revision = 3,
            Body = (byte[])
                [
                    .. "{\"schema\":2,"u8,
                    .. System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(circuit, CircuitJson.Default.Circuit).AsSpan(1),
                ],
        };

    private static Compiled Compile(Circuit circuit, GroupMember? on = null) => OnRouters.Compile(on ?? Primary, Row(circuit), Context);

    [Fact]
    public void Each_router_of_the_pair_gets_its_own_side()
    {
        InstanceIntent instance = Compile(WithKey("key")).Instances.Single();
        SessionIntent primary = instance.Sessions.Single();
        SessionIntent secondary = Compile(WithKey("key"), Secondary).Instances.Single().Sessions.Single();
        Assert.Equal((IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.1")), (primary.Ours, primary.Theirs));
        Assert.Equal(IPAddress.Parse("10.0.0.6"), secondary.Ours);
        Assert.Equal("clear key", primary.Md5Key?.Clear);
        Assert.Equal(4000, primary.Import.MaxPrefixes);
        Assert.Equal(("c7.101", "AMS-PRI", 7), (instance.Vrf, instance.Access.Port, instance.Access.STag?.Value));
        Assert.Equal(new Bandwidth(100), instance.Access.Rate);
        Assert.Empty(Compile(Linked, new GroupMember((Pair with { Primary = Pair.Primary with { Name = "other" } }).Group, 0)).Instances);
    }

    [Fact]
    public void Linked_networks_are_announced_and_refused_from_the_customer_beside_our_own()
    {
        InstanceIntent instance = Compile(Linked).Instances.Single();
        Assert.Equal([IpPrefix.Parse("10.101.0.0/16")], instance.Announce.Select(a => a.Prefix));
        Assert.Equal([IpPrefix.Parse("203.0.113.0/24"), IpPrefix.Parse("10.101.0.0/16")], instance.Sessions.Single().Import.Refuse);
    }

    [Fact]
    public void A_tested_link_is_down_or_announces_longer_paths_and_the_other_is_as_it_was()
    {
        SessionIntent On(LinkTestKind kind, GroupMember router)
        {
            Circuit tested = After(
                Circuits,
                [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1), StartTest() with { Kind = kind }]
            );
            return Compile(tested, router).Instances.Single().Sessions.Single();
        }
        Assert.Equal(
            (SessionMode.Down, 0),
            (On(LinkTestKind.BgpDisconnect, Primary).Mode, On(LinkTestKind.BgpDisconnect, Primary).Export.Prepend)
        );
        Assert.Equal(
            (SessionMode.Open, 3),
            (On(LinkTestKind.AsPathPrepend, Primary).Mode, On(LinkTestKind.AsPathPrepend, Primary).Export.Prepend)
        );
        foreach (LinkTestKind kind in Enum.GetValues<LinkTestKind>())
            Assert.Equal((SessionMode.Open, 0), (On(kind, Secondary).Mode, On(kind, Secondary).Export.Prepend));
    }

    [Fact]
    public void A_link_that_is_held_back_is_announced_to_nobody_and_still_refused_from_the_customer()
    {
        Circuit held = After(
            Circuits,
            [
                Put(),
                Provider(ProviderState.Provisioned),
                PutPeering(),
                .. Follow(1),
                Link(),
                .. Follow(2),
                new HoldLink(At, Connection(1), true),
            ]
        );
        InstanceIntent instance = Compile(held).Instances.Single();
        Assert.Empty(instance.Announce);
        Assert.Contains(IpPrefix.Parse("10.101.0.0/16"), instance.Sessions.Single().Import.Refuse);
        Assert.Single(
            Compile(After(Circuits, [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1), Link()]))
                .Instances.Single()
                .Announce
        );
    }

    [Fact]
    public void A_circuit_is_on_no_router_unless_provisioned_and_a_peering_not_unless_wanted()
    {
        foreach (Circuit circuit in (Circuit[])[Created, Provisioning, Provisioned, Linked with { DeletingSince = At }])
            Assert.Empty(Compile(circuit).Instances);
        PeeringState[] unwanted =
        [
            new PeeringState.Removing(At, 3),
            new PeeringState.Waiting(At),
            new PeeringState.Conflicting(At, "taken"),
        ];
        foreach (PeeringState state in unwanted)
            Assert.Empty(Compile(Linked with { Peerings = [Linked.Peerings[0] with { State = state }] }).Instances);
    }

    [Fact]
    public void A_key_that_cannot_be_decrypted_is_a_fault_of_its_peering()
    {
        Compiled compiled = Compile(WithKey("damaged"));
        Assert.Empty(compiled.Instances);
        Assert.Contains("MD5 key", compiled.Faults[Linked.InstanceOf(PeeringType.AzurePrivatePeering)], StringComparison.Ordinal);
    }

    [Fact]
    public void Intents_are_equal_when_they_say_the_same_in_whatever_order_and_their_fingerprints_too()
    {
        InstanceIntent a = Compile(WithKey("key")).Instances[0];
        InstanceIntent b = a with { Name = "b", Announce = [.. a.Announce, new AnnouncedPrefix(IpPrefix.Parse("10.5.0.0/16"))] };
        var one = RouterIntent.Of("r", new Asn(64496), [a, b]);
        var two = RouterIntent.Of(
            "r",
            new Asn(64496),
            [b with { Announce = [.. Enumerable.Reverse(b.Announce)] }, Compile(WithKey("key")).Instances[0]]
        );
        Assert.Equal(one, two);
        Assert.Equal(one.Fingerprint, two.Fingerprint);
        Assert.NotEqual(one.Fingerprint, RouterIntent.Of("r", new Asn(64496), [a]).Fingerprint);
        Assert.NotEqual(one.Fingerprint, RouterIntent.Of("r", new Asn(64496), [b, Compile(WithKey("other")).Instances[0]]).Fingerprint);
        Assert.DoesNotContain("clear key", string.Join('\n', IntentText.Of(one)), StringComparison.Ordinal);
    }

    /// <summary>Every setting of an intent has to show in its text: what does not would be applied only by chance.</summary>
    [Fact]
    public void Whatever_changes_in_an_intent_changes_its_fingerprint()
    {
        InstanceIntent start = Compile(WithKey("key")).Instances[0];
        SessionIntent session = start.Sessions[0];
        InstanceIntent With(SessionIntent s) => start with { Sessions = [s] };
        InstanceIntent Import(ImportRules rules) => With(session with { Import = rules });
        InstanceIntent Export(ExportRules rules) => With(session with { Export = rules });
        InstanceIntent Options(SessionOptions options) => With(session with { Options = options });
        ImportRules import = session.Import;
        PrefixMatch accept = import.Accept[0];
        var second = TimeSpan.FromSeconds(1);
        InstanceIntent[] all =
        [
            start,
            start with
            {
                Name = "other",
            },
            start with
            {
                Vrf = "other",
            },
            start with
            {
                Vrf = null,
            },
            start with
            {
                Access = start.Access with { Port = "other" },
            },
            start with
            {
                Access = start.Access with { Encapsulation = Encapsulation.Dot1Q },
            },
            start with
            {
                Access = start.Access with { STag = new VlanId(8) },
            },
            start with
            {
                Access = start.Access with { CTag = new VlanId(8) },
            },
            start with
            {
                Access = start.Access with { Rate = null },
            },
            start with
            {
                Announce = [],
            },
            start with
            {
                Announce = [start.Announce[0] with { Communities = [1] }],
            },
            With(session with { Name = "other" }),
            With(session with { Owner = CircuitNamed("other") }),
            With(session with { Ours = IPAddress.Parse("10.0.0.3") }),
            With(session with { Theirs = IPAddress.Parse("10.0.0.3") }),
            With(session with { Lan = IpPrefix.Parse("10.0.0.0/29") }),
            With(session with { PeerAsn = new Asn(65011) }),
            With(session with { Mode = SessionMode.DenyAll }),
            With(session with { Mode = SessionMode.Down }),
            With(session with { Md5Key = null }),
            Import(import with { DefaultRoute = false }),
            Import(import with { Space = AddressSpace.Public }),
            Import(import with { Space = AddressSpace.Laboratory }),
            Import(import with { Refuse = [] }),
            Import(import with { ShortestPrefix = 8 }),
            Import(import with { LongestPrefix = 8 }),
            Import(import with { LongestPath = 8 }),
            Import(import with { FirstAsnIsPeer = false }),
            Import(import with { PrivateAsns = false }),
            Import(import with { RefuseThrough = [new Asn(174)] }),
            Import(import with { RefuseRpkiInvalid = true }),
            Import(import with { RefuseAspaInvalid = true }),
            Import(import with { Accept = [] }),
            Import(import with { Accept = [accept with { Origins = [new Asn(1)] }] }),
            Import(import with { Accept = [new PrefixMatch(IpPrefix.Parse("0.0.0.0/0"), 0, 24)] }),
            Import(import with { MaxPrefixes = 1 }),
            Import(import with { NextHopOnLink = false }),
            Import(import with { NextHopIsPeer = true }),
            Export(new ExportRules { Only = [] }),
            Export(new ExportRules { Prepend = 1 }),
            Export(new ExportRules { Learned = true }),
            Export(new ExportRules { Learned = true, AsRouteServer = true }),
            Export(new ExportRules { Med = 0 }),
            Export(new ExportRules { Communities = [1] }),
            Options(new SessionOptions { HoldTime = second }),
            Options(new SessionOptions { MaxPrefixRestart = second }),
            Options(new SessionOptions { MaxPrefixWarning = 80 }),
            Options(new SessionOptions { TtlSecurityHops = 1 }),
            Options(new SessionOptions { Bfd = new BfdIntent(second, second) }),
            Options(new SessionOptions { Bfd = new BfdIntent(second, second, 5) }),
            Options(new SessionOptions { Passive = true }),
            Options(new SessionOptions { Role = SessionRole.Peer }),
            Options(new SessionOptions { Role = SessionRole.RouteServer }),
            Options(new SessionOptions { GracefulShutdown = true }),
            Options(new SessionOptions { GracefulRestart = second }),
        ];
        Assert.Equal(all.Length, all.Select(i => i.Fingerprint).Distinct().Count());
        Type[] types =
        [
            typeof(InstanceIntent),
            typeof(AccessIntent),
            typeof(SessionIntent),
            typeof(ImportRules),
            typeof(ExportRules),
            typeof(SessionOptions),
        ];
        int members = types.Sum(t => t.GetProperties().Count(p => p.CanWrite));
        Assert.True(all.Length >= members, $"{members} settings, {all.Length} variants: a new setting needs one here");
    }

    [Fact]
    public void Peers_of_one_lan_are_merged_and_what_disagrees_is_refused()
    {
        InstanceIntent lan = Compile(Linked).Instances[0] with
        {
            Name = "exchange/X",
            Vrf = null,
            Access = new AccessIntent("X", Encapsulation.Untagged),
        };
        InstanceIntent other = lan with { Sessions = [lan.Sessions[0] with { Name = "as2" }] };
        Assert.Equal(["as2", "ipv4"], RouterIntent.Of("r", new Asn(1), [lan, other]).Instances.Single().Sessions.Select(s => s.Name));
        Assert.Throws<ArgumentException>(() => RouterIntent.Of("r", new Asn(1), [lan, other with { Vrf = "v" }]));
    }

    /// <summary>As an earlier version wrote it: one number for both routers, operations without a time.</summary>
    [Fact]
    public void A_document_from_before_says_the_same_of_both_sides()
    {
        string now = System.Text.Json.JsonSerializer.Serialize(Configuring, CircuitJson.Default.Circuit);
        System.Text.Json.Nodes.JsonObject old = System.Text.Json.Nodes.JsonNode.Parse(now)!.AsObject();
        old.Remove("primary");
        old.Remove("secondary");
        old["applied"] = 1;
        old["pending"]!.AsArray()[0]!.AsObject().Remove("until");
        var row = new StoredResource
        {
            Id = Id,
            Type = Circuit.ResourceType,
            Revision = 3,
            Body = System.Text.Encoding.UTF8.GetBytes(old.ToJsonString()),
        };
        Circuit read = Circuits.Read(row).Resource;
        Assert.Equal((1L, 1L), (read.Primary.Applied, read.Secondary.Applied));
        Assert.True(read.Pending[0].Until > At.AddYears(100));
        Assert.False(((IWorkflow)Circuits).Step(Id, Circuits.Read(row), Follow(Side.Primary, 0), "me", null).Changes.Writes.Any());
    }

    [Fact]
    public void A_circuit_is_told_what_it_does_not_know_and_nothing_else()
    {
        string instance = Configuring.InstanceOf(PeeringType.AzurePrivatePeering);
        RoutersConfigured told = Tell(Configuring, Report(instance, null)).Single();
        Assert.Equal((Side.Primary, "ams-1-primary", 1L, true), (told.Side, told.Router, told.Generation, told.Problems.IsEmpty));
        Assert.Empty(Tell(Configured, Report(instance, null)));
        Assert.Equal("no such port", Tell(Configured, Report(instance, "no such port")).Single().Problems[instance]);
        Assert.Equal("the router does not have it", Tell(Configured, Report("another", null)).Single().Problems[instance]);
        Assert.Equal("cannot", Tell(Configured, Report(instance, null), (instance, "cannot")).Single().Problems[instance]);
        Assert.Empty(Tell(Configured, null));

        static IEnumerable<RoutersConfigured> Tell(Circuit circuit, RouterReport? report, params (string, string)[] faults) =>
            OnRouters
                .Signals(new SideOutcome(Primary, At, report, faults.ToDictionary(f => f.Item1, f => f.Item2), null), Row(circuit))
                .Cast<RoutersConfigured>();

        static RouterReport Report(string instance, string? problem) =>
            new("ams-1-primary", "", At, [new InstanceReport(instance, "", problem, [])]);
    }

    [Fact]
    public void A_failed_peering_mends_when_its_router_does_and_a_lost_one_says_so()
    {
        Circuit failed = After(Workflow(), [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1, "no such port")]);
        Assert.Contains("ams-1-primary: no such port", ProblemOf(failed), StringComparison.Ordinal);
        Circuit mended = Moved(failed, Follow(Side.Primary, 1));
        Assert.IsType<PeeringState.Configured>(mended.Peerings[0].State);
        Circuit lost = Moved(mended, Follow(Side.Secondary, 1, "the router does not have it"));
        Assert.Contains("ams-1-secondary", ProblemOf(lost), StringComparison.Ordinal);
    }

    [Fact]
    public void What_waits_too_long_for_one_side_fails_naming_it_and_follows_later()
    {
        Circuit half = Moved(Configuring, Follow(Side.Primary, 1));
        Assert.Single(Circuits.WakeUpsOf(half));
        var late = Assert.IsType<Decision<Circuit>.Move>(Circuits.Decide(half, Overdue));
        Refusal error = Assert.IsType<OperationChange.Finish>(late.Operations.Single()).Error!;
        Assert.Contains("ams-1-secondary did not follow", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ams-1-primary", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.IsType<PeeringState.Failed>(late.Next.Peerings[0].State);
        Assert.Empty(Circuits.WakeUpsOf(late.Next));
        Assert.IsType<PeeringState.Configured>(Moved(late.Next, Follow(Side.Secondary, 1)).Peerings[0].State);
        Assert.IsType<Decision<Circuit>.Stay>(Circuits.Decide(half, Overdue with { At = At }));
    }

    [Fact]
    public void A_router_that_the_topology_no_longer_has_has_let_go()
    {
        var without = new CircuitWorkflow(() => CircuitStates.Topology with { PeeringLocations = [] }, new CircuitPolicy());
        Circuit left = Move(without, Configured, new DeletePeering(At, PeeringType.AzurePrivatePeering, Author.Customer, Ticket(9))).Next;
        Assert.Empty(left.Peerings);
        Assert.Empty(left.Pending);
        Circuit waits = Moved(Configured, Provider(ProviderState.NotProvisioned, 4));
        Assert.NotEqual(waits.Applied, waits.Generation);
        Assert.IsType<Decision<Circuit>.End>(without.Decide(waits, new DeleteResource(At, Ticket(5))));
        Decision<Circuit>.Move put = Move(without, Configured, PutPeering(Private(vlan: 200)) with { Ticket = Ticket(6) });
        Assert.Contains("no longer in the topology", ProblemOf(put.Next), StringComparison.Ordinal);
        Assert.Equal(OperationStatus.Failed, Assert.IsType<OperationChange.Start>(put.Operations.Single()).Operation.Status);
    }

    [Fact]
    public void Addresses_are_claimed_inside_a_link_space_only()
    {
        Assert.Empty(Addresses(Configured));
        Circuit inside = After(
            Workflow(),
            Put(),
            Provider(ProviderState.Provisioned),
            PutPeering(Private(primary: "127.5.0.0/30", secondary: "127.0.5.0/30"))
        );
        Assert.Equal(["router-address/ams-1-primary/127.5.0.1", "router-address/ams-1-primary/127.5.0.2"], Addresses(inside));
    }

    [Fact]
    public void An_address_taken_where_it_lands_is_the_customers_matter_not_the_providers()
    {
        Circuit early = After(Workflow(Accepting), Put(), PutPeering(Private(primary: "127.5.0.0/30")));
        var conflicts = ImmutableDictionary<PeeringType, string>.Empty.Add(
            PeeringType.AzurePrivatePeering,
            "The address 127.5.0.1 is taken."
        );
        Circuit landed = Moved(
            early,
            Provider(ProviderState.Provisioned) with
            {
                Landing = CircuitStates.Landing with { Conflicts = conflicts },
            }
        );
        Assert.IsType<PeeringState.Conflicting>(landed.Peerings[0].State);
        Assert.Empty(Addresses(landed));
        Circuit mended = Moved(landed, PutPeering(Private(primary: "127.6.0.0/30")));
        Assert.IsType<PeeringState.Configuring>(mended.Peerings[0].State);
    }

    [Fact]
    public void The_same_key_encrypted_anew_is_no_change()
    {
        static WantedPeering Keyed(string ciphertext, string print) => Private() with { Key = new KeyChange.Set(ciphertext, print) };
        Circuit keyed = After(Workflow(), [Put(), Provider(ProviderState.Provisioned), PutPeering(Keyed("one", "print")), .. Follow(1)]);
        Assert.IsType<Decision<Circuit>.Stay>(Circuits.Decide(keyed, PutPeering(Keyed("two", "print")) with { Ticket = Ticket(7) }));
        Circuit changed = Moved(keyed, PutPeering(Keyed("three", "other")) with { Ticket = Ticket(8) });
        Assert.Equal((keyed.Generation + 1, "three"), (changed.Generation, changed.Peerings[0].ProtectedKey));
    }

    private static IEnumerable<string> Addresses(Circuit circuit) =>
        Circuits.ClaimsOf(circuit).Where(c => c.StartsWith("router-address/", StringComparison.Ordinal)).Order();

    private static string ProblemOf(Circuit circuit) => Assert.IsType<PeeringState.Failed>(circuit.Peerings[0].State).Problem;

    private static Circuit Moved(Circuit from, Signal signal) => Move(Circuits, from, signal).Next;

    private static Decision<Circuit>.Move Move(CircuitWorkflow workflow, Circuit from, Signal signal) =>
        Assert.IsType<Decision<Circuit>.Move>(workflow.Decide(from, signal));
}
