using System.Collections.Immutable;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>
/// Decisions at their edges: the exact instant, the second of two, the one that is missing. Each stands here because a mutant of the code lived without it
/// (docs/testing.md).
/// </summary>
public sealed class CircuitDecisionTests
{
    [Theory]
    [InlineData(null, CircuitFamily.MeteredData)]
    [InlineData(CircuitTier.Standard, null)]
    public void A_new_circuit_needs_tier_and_family(CircuitTier? tier, CircuitFamily? family)
    {
        Refusal no = Refused(Workflow().Decide(null, Put() with { Tier = tier, Family = family }));
        Assert.Equal(("InvalidRequestFormat", "sku"), (no.Code, no.Target));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_a_new_circuit_is_asked_to_allow_it_allows_and_nothing_else(bool classic, bool reach)
    {
        CircuitWorkflow w = Workflow();
        PutCircuit put = Put() with { AllowClassicOperations = classic, GlobalReachEnabled = reach };
        Circuit made = After(w, put);
        Assert.Equal((classic, reach), (made.AllowClassicOperations, made.GlobalReachEnabled));
        Circuit turned = After(w, put, put with { AllowClassicOperations = !classic, GlobalReachEnabled = !reach });
        Assert.Equal((!classic, !reach), (turned.AllowClassicOperations, turned.GlobalReachEnabled));
        Assert.IsType<Decision<Circuit>.Stay>(w.Decide(turned, put with { AllowClassicOperations = null, GlobalReachEnabled = null }));
        Circuit plain = After(w, Put());
        Assert.Equal((false, false), (plain.AllowClassicOperations, plain.GlobalReachEnabled));
    }

    [Fact]
    public void The_peering_location_cannot_change()
    {
        Refusal no = Refused(Workflow().Decide(Created, Put() with { Order = new("Equinix", "Stockholm", new Bandwidth(100)) }));
        Assert.Equal("properties.serviceProviderProperties.peeringLocation", no.Target);
    }

    [Fact]
    public void A_bandwidth_that_cannot_be_is_refused_where_it_was_written()
    {
        Refusal whole = Refused(Workflow().Decide(Created, Put() with { Order = new("Equinix", "Amsterdam", new Bandwidth(70)) }));
        Refusal alone = Refused(Workflow().Decide(Created, Put() with { Order = null, BandwidthAlone = new Bandwidth(70) }));
        Assert.Equal(("properties.serviceProviderProperties.bandwidthInMbps", "properties.bandwidthInGbps"), (whole.Target, alone.Target));
    }

    [Fact]
    public void An_sku_that_there_is_not_is_refused_of_a_circuit_that_exists_too() =>
        Refused(Workflow().Decide(Created, Put() with { Tier = CircuitTier.Local, Family = CircuitFamily.MeteredData }));

    [Fact]
    public void A_circuit_in_use_names_who_uses_it()
    {
        CircuitWorkflow w = Workflow(Accepting);
        Circuit used = After(
            w,
            Put() with
            {
                Authorizations = [new("key1", Key()), new("key2", Key(Guid.Empty))],
            },
            Provider(ProviderState.Provisioned),
            PutPeering(),
            Link()
        );
        // Links outlive the provider's side. An authorization that nobody uses goes with its circuit.
        Circuit left = used with
        {
            Provider = Created.Provider,
        };
        string said = Refused(w.Decide(left, new DeleteResource(At, Ticket(2)))).Message;
        Assert.Contains($"connection {Connection(1)}", said, StringComparison.Ordinal);
        Assert.DoesNotContain("authorization", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Authorizations_are_limited_where_the_operator_says_so()
    {
        CircuitWorkflow w = Workflow(new CircuitPolicy { Limits = new CircuitLimits { AuthorizationsPerCircuit = 2 } });
        Circuit two = After(w, Put() with { Authorizations = [new("key1", Key()), new("key2", Key(Guid.Empty))] });
        Assert.Contains("already has 2", Refused(w.Decide(two, Another("key3"))).Message, StringComparison.Ordinal);
        Assert.IsType<Decision<Circuit>.Stay>(w.Decide(two, Another("key2")));
        Circuit one = After(w, Put() with { Authorizations = [new("key1", Key())] }, Another("key2"));
        Assert.Equal(2, one.Authorizations.Length);
        Circuit three = After(
            Workflow(),
            Put() with
            {
                Authorizations = [new("key1", Key()), new("key2", Key(Guid.Empty))],
            },
            Another("key3")
        );
        Assert.Equal(3, three.Authorizations.Length);

        static PutAuthorization Another(string name) =>
            new(At, new WantedAuthorization(name, Key(new Guid(5, 0, 0, new byte[8]))), Ticket(3));
    }

    [Fact]
    public void The_meters_hear_who_pays() =>
        Assert.Equal(
            Customer,
            CircuitFacts.Read(Assert.IsType<Decision<Circuit>.Move>(Workflow().Decide(null, Put())).Facts.Span)!.Subscription
        );

    /// <summary>The first is due a minute before the second: what wakes is the earlier one, and what fails is only what is late.</summary>
    [Fact]
    public void Of_two_requests_that_wait_the_earlier_is_overdue_first_at_its_very_instant()
    {
        CircuitWorkflow w = Workflow();
        TimeSpan within = w.Policy.FollowWithin;
        DateTimeOffset later = At + TimeSpan.FromMinutes(1);
        Circuit two = After(
            w,
            Put(),
            Provider(ProviderState.Provisioned),
            PutPeering(),
            (PutPeering(Private(vlan: 200)) with { Ticket = Ticket(2), At = later })
        );
        Assert.Equal([1L, 2L], two.Pending.Select(p => p.Generation));
        Assert.Equal(At + within, Assert.Single(w.WakeUpsOf(two)).Due);

        Assert.IsType<Decision<Circuit>.Stay>(w.Decide(two, new WokenUp(At + within - TimeSpan.FromTicks(1), "overdue")));
        Decision<Circuit>.Move first = Assert.IsType<Decision<Circuit>.Move>(w.Decide(two, new WokenUp(At + within, "overdue")));
        Assert.Equal([Ticket().Id], first.Operations.Select(Failed));
        Assert.Equal(later + within, Assert.Single(w.WakeUpsOf(first.Next)).Due);
        // The peering waits for the second generation, which is not late.
        Assert.IsType<PeeringState.Configuring>(first.Next.Peerings[0].State);

        Decision<Circuit>.Move both = Assert.IsType<Decision<Circuit>.Move>(w.Decide(two, new WokenUp(later + within, "overdue")));
        Assert.Equal([Ticket().Id, Ticket(2).Id], both.Operations.Select(Failed));
        Assert.IsType<PeeringState.Failed>(both.Next.Peerings[0].State);
        Assert.Empty(w.WakeUpsOf(both.Next));
    }

    /// <summary>Each operation that fails names the routers that it waited for: the primary has the first generation, and not the second.</summary>
    [Fact]
    public void What_is_overdue_names_the_routers_that_this_request_waited_for()
    {
        CircuitWorkflow w = Workflow();
        Circuit two = After(
            w,
            Put(),
            Provider(ProviderState.Provisioned),
            PutPeering(),
            PutPeering(Private(vlan: 200)) with
            {
                Ticket = Ticket(2),
            },
            Follow(Side.Primary, 1)
        );
        Decision<Circuit>.Move late = Assert.IsType<Decision<Circuit>.Move>(w.Decide(two, Overdue));
        string[] said = [.. late.Operations.Cast<OperationChange.Finish>().Select(f => f.Error!.Message)];
        Assert.StartsWith("Ams-1-secondary did not follow", said[0], StringComparison.Ordinal);
        Assert.StartsWith("Ams-1-primary and ams-1-secondary did not follow", said[1], StringComparison.Ordinal);
        // The peering waits for the newest of what is late.
        Assert.StartsWith(
            "ams-1-primary and ams-1-secondary",
            Assert.IsType<PeeringState.Failed>(late.Next.Peerings[0].State).Problem,
            StringComparison.Ordinal
        );
    }

    /// <summary>What both routers carry is done, however late its confirmation was looked at; only the other one fails.</summary>
    [Fact]
    public void What_the_routers_carry_is_not_overdue()
    {
        CircuitWorkflow w = Workflow();
        Circuit waits = After(w, Put(), Provider(ProviderState.Provisioned), PutPeering());
        Circuit carried = waits with { Primary = new SideState(1), Secondary = new SideState(1) };
        Decision<Circuit>.Move done = Assert.IsType<Decision<Circuit>.Move>(w.Decide(carried, Overdue));
        Assert.Null(Assert.IsType<OperationChange.Finish>(Assert.Single(done.Operations)).Error);
        Assert.IsType<PeeringState.Configured>(done.Next.Peerings[0].State);
    }

    [Fact]
    public void An_address_of_another_circuit_is_refused_by_name_and_any_other_claim_by_its_own()
    {
        CircuitWorkflow w = Workflow();
        Refusal address = w.ClaimTaken(Provisioned, "router-address/ams-1-primary/127.1.0.1", CircuitNamed("somebodys"));
        Assert.Equal("PeerAddressInUse", address.Code);
        Assert.Contains("127.1.0.1", address.Message, StringComparison.Ordinal);
        Assert.Contains("ams-1-primary", address.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("somebodys", address.Message, StringComparison.Ordinal); // whose it is, is nobody's business
        Assert.NotEqual("PeerAddressInUse", w.ClaimTaken(Provisioned, "stag/ams-1/7", CircuitNamed("somebodys")).Code);
    }

    /// <summary>What is ours to choose is chosen anew when another was faster; what the customer chose is the customer's to change.</summary>
    [Fact]
    public void Only_what_was_chosen_for_the_provider_is_chosen_anew()
    {
        CircuitWorkflow w = Workflow();
        const string Address = "router-address/ams-1-primary/127.1.0.1";
        Assert.True(w.IsChosen("stag/ams-1/7", Provider(ProviderState.Provisioned)));
        Assert.True(w.IsChosen(Address, Provider(ProviderState.Provisioned)));
        Assert.False(w.IsChosen(Address, Provider(ProviderState.Provisioned) with { Peerings = [Private()] }));
        Assert.False(w.IsChosen(Address, Provider(ProviderState.Provisioned) with { Landing = null }));
        Assert.False(w.IsChosen(Address, PutPeering()));
        Assert.False(w.IsChosen(Circuit.ServiceKeyClaim(ServiceKey), Provider(ProviderState.Provisioned)));
    }

    [Fact]
    public void Quotas_count_the_subscriptions_circuits_and_those_of_its_region_and_say_which_is_full()
    {
        CircuitWorkflow w = Workflow(
            new CircuitPolicy
            {
                Limits = new CircuitLimits { CircuitsPerSubscription = 5, CircuitsPerRegion = 3 },
            }
        );
        Quota[] quotas = [.. w.QuotasOf(Created)];
        Assert.Equal(
            [(5, Circuit.ResourceType, (string?)null), (3, null, Circuit.RegionLabel(Customer, "westeurope"))],
            quotas.Select(q => ((int)q.Most, q.Of.Type, q.Of.Label))
        );
        Assert.Equal(ResourceId.OfSubscription(Customer), quotas[0].Of.Scope);
        Assert.Contains("already has 5 circuits, the limit", w.OverQuota(Created, quotas[0]).Message, StringComparison.Ordinal);
        Assert.Contains(
            "already has 3 circuits in region westeurope, the limit",
            w.OverQuota(Created, quotas[1]).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(
            Workflow(
                    new CircuitPolicy
                    {
                        Limits = new CircuitLimits { CircuitsPerSubscription = 0, CircuitsPerRegion = 0 },
                    }
                )
                .QuotasOf(Created)
        );
    }

    /// <summary>Whatever comes onto something of the topology checks that it is still the one it was decided on.</summary>
    [Fact]
    public void What_comes_onto_the_topology_is_committed_only_on_the_topology_it_was_decided_on()
    {
        CircuitWorkflow stored = new(() => CircuitStates.Topology with { Revision = 4 }, new CircuitPolicy());
        Assert.Equal(4, Checked(stored.Decide(null, Put())));
        Assert.Equal(4, Checked(stored.Decide(Created, Provider(ProviderState.Provisioned))));
        ProviderWrites chosenBefore = Provider(ProviderState.Provisioned) with
        {
            Landing = CircuitStates.Landing with { TopologyRevision = 3 },
        };
        Assert.Equal(3, Checked(stored.Decide(Created, chosenBefore)));
        Assert.Null(Checked(stored.Decide(Created, Put() with { Tags = ImmutableSortedDictionary<string, string>.Empty.Add("a", "b") })));
        Assert.Null(Checked(stored.Decide(Provisioned, PutPeering())));
        Assert.Null(Checked(Workflow().Decide(null, Put()))); // one that lies in no store

        static long? Checked(Decision<Circuit> decision) =>
            Assert.IsType<Decision<Circuit>.Move>(decision).Checks is [ResourceWrite.Check check] ? check.ExpectedRevision : null;
    }

    /// <summary>What a test took out is down until its router has followed the end: the other link is not taken out before. The other router has nothing to bring back.</summary>
    [Fact]
    public void The_other_link_is_tested_only_when_the_first_is_back()
    {
        CircuitWorkflow w = Workflow();
        Circuit stopping = After(w, [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1), StartTest(), StopTest()]);
        Assert.Equal("FailoverTestStillStopping", Refused(w.Decide(stopping, StartTest(Side.Secondary))).Code);
        Circuit other = Moved(w.Decide(stopping, Follow(Side.Secondary, 3)));
        Assert.Equal("FailoverTestStillStopping", Refused(w.Decide(other, StartTest(Side.Secondary))).Code);
        Circuit back = Moved(w.Decide(stopping, Follow(Side.Primary, 3)));
        Assert.Null(back.LeansOn);
        Assert.NotNull(Moved(w.Decide(back, StartTest(Side.Secondary))).Test);
    }

    /// <summary>A test belongs to the routers on which it began: whoever arrives on others, arrives with both links, and asks nothing of a pair that is worked on.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_circuit_that_leaves_its_routers_takes_no_test_with_it(bool stopped)
    {
        CircuitWorkflow w = Workflow();
        Signal[] tested = [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1), StartTest()];
        Circuit left = After(w, [.. tested, .. stopped ? [StopTest()] : Array.Empty<Signal>(), Provider(ProviderState.NotProvisioned)]);
        Assert.Null(left.Test);
        Assert.Null(left.LeansOn);
        LinkTest ended = Assert.Single(left.Tests);
        Assert.Equal(stopped ? "Completed" : "Invalid", ended.StatusAt(left.Primary.Applied));
        Assert.DoesNotContain(w.WakeUpsOf(left), u => u.Name == "failover test ends");

        var elsewhere = new Landing(new Edge("ams-2", "ams-2-primary", "ams-2-secondary"), 9);
        Circuit arrived = Moved(w.Decide(left, Provider(ProviderState.Provisioned) with { Landing = elsewhere }));
        Assert.Equal("ams-2", arrived.Edge!.Pair);
        Assert.Null(arrived.LeansOn);
        Assert.True(arrived.IsLinkUp(Side.Primary) && arrived.IsLinkUp(Side.Secondary));
    }

    [Fact]
    public void A_test_ends_when_the_other_link_is_lost_and_another_test_is_not_touched()
    {
        CircuitWorkflow w = Workflow();
        Circuit tested = After(w, [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1), StartTest()]);
        Assert.IsType<Decision<Circuit>.Stay>(w.Decide(tested, new OtherLinkLost(At, Guid.Empty)));
        Circuit ended = Moved(w.Decide(tested, new OtherLinkLost(At, tested.Test!.Id)));
        Assert.True(ended.IsLinkUp(Side.Primary));
        Assert.Equal(tested.Generation + 1, ended.Generation);
        Assert.Contains(ended.Tests[0].Issues, i => i.Contains("a session of the secondary link was lost", StringComparison.Ordinal));
    }

    /// <summary>A port's owner switches its links; a test that would leave a circuit on it without both ends, and says why.</summary>
    [Fact]
    public void A_test_ends_when_the_port_loses_the_other_link_and_goes_on_when_it_loses_the_tested_one()
    {
        CircuitWorkflow w = Workflow();
        Circuit tested = After(w, [PutOnPort(), PutPeering(), .. Follow(1), StartTest()]);
        Assert.NotNull(Moved(w.Decide(tested, new SwitchPortLinks(At, false, true))).Test);
        Circuit alone = Moved(w.Decide(tested, new SwitchPortLinks(At, true, false)));
        Assert.Null(alone.Test);
        Assert.True(alone.IsLinkUp(Side.Primary));
        LinkTest ended = Assert.Single(alone.Tests);
        Assert.Equal("Invalid", ended.StatusAt(alone.Generation));
        Assert.Contains(ended.Issues, i => i.Contains("the secondary link was disabled", StringComparison.Ordinal));
        Assert.Contains(w.WakeUpsOf(tested), u => u.Name == "failover test ends");
        Assert.DoesNotContain(w.WakeUpsOf(alone), u => u.Name == "failover test ends");

        Circuit settled = After(w, [PutOnPort(), PutPeering(), .. Follow(1), new SwitchPortLinks(At, true, false), .. Follow(2)]);
        Refusal no = Refused(w.Decide(settled, StartTest()));
        Assert.Equal("FailoverTestNotPossible", no.Code);
        Assert.Contains("secondary link is disabled", no.Message, StringComparison.Ordinal);
    }

    private static Circuit Moved(Decision<Circuit> decision) => Assert.IsType<Decision<Circuit>.Move>(decision).Next;

    private static Guid Failed(OperationChange change)
    {
        OperationChange.Finish finish = Assert.IsType<OperationChange.Finish>(change);
        Assert.Equal("RouterDoesNotFollow", finish.Error?.Code);
        return finish.Id;
    }

    private static Refusal Refused(Decision<Circuit> decision) => Assert.IsType<Decision<Circuit>.Refuse>(decision).Refusal;
}
