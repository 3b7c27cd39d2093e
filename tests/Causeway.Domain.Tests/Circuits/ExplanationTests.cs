using Causeway.Domain.Circuits;
using Causeway.Domain.Findings;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>For every stop on the road: usable or not, the decisive finding, who acts next.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public void A_finding_names_what_its_message_says_in_that_order()
    {
        Finding found = Explain(Created).Decisive;
        Assert.Equal([new("provider", Created.Order.ServiceProvider), new FindingValue("serviceKey", $"{ServiceKey:D}")], found.Values);
        Assert.Equal(
            $"{Created.Order.ServiceProvider} has not provisioned its side: give it the service key {ServiceKey:D}, then it acts.",
            found.Message
        );
    }

    [Fact]
    public void A_value_that_the_message_does_not_name_or_that_is_missing_is_a_fault_of_ours()
    {
        FindingKind kind = new("X", "{a} and {b} and {a}");
        Assert.Equal("1 and {a} and 1", kind.Found(FindingLevel.Ok, null, null, ("b", "{a}"), ("a", "1")).Message);
        Assert.Throws<ArgumentException>(() => kind.Found(FindingLevel.Ok, null, null, ("a", "1")));
        Assert.Throws<ArgumentException>(() => kind.Found(FindingLevel.Ok, null, null, ("a", "1"), ("b", "2"), ("c", "3")));
        Assert.Throws<ArgumentException>(() => kind.Found(FindingLevel.Ok, null, null, ("a", "1"), ("a", "2")));
    }

    [Fact]
    public void The_provider_acts_next_until_it_has_provisioned()
    {
        Says(Created, usable: false, "NotProvisioned", "provider");
        Assert.Contains(ServiceKey.ToString(), Explain(Created).Decisive.Message, StringComparison.Ordinal);
        Says(Provisioning, usable: false, "Provisioning", "provider");
        Says(
            After(Workflow(), Put(), Provider(ProviderState.Provisioned), Provider(ProviderState.Deprovisioning)),
            false,
            "Deprovisioning",
            "provider"
        );
    }

    [Fact]
    public void Whom_to_ask_at_the_provider_is_told_while_it_acts_next()
    {
        NetworkTopology topology = CircuitStates.Topology with
        {
            ServiceProviders = [.. CircuitStates.Topology.ServiceProviders.Select(p => p with { Contact = "noc@example.net" })],
        };
        Finding told = Assert.Single(Of(Created), f => f.Code == "ProviderContact");
        Assert.EndsWith("noc@example.net.", told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Of(After(Workflow(), Put(), Provider(ProviderState.Provisioned))), f => f.Code == "ProviderContact");
        Assert.DoesNotContain(Explain(Created).Findings, f => f.Code == "ProviderContact");

        IReadOnlyList<Finding> Of(Circuit circuit) => Explanation.Of(circuit, topology, CircuitSeen.Nothing, At).Findings;
    }

    [Fact]
    public void Routing_is_the_customers_or_the_layer_3_providers_to_configure()
    {
        Says(Provisioned, usable: false, "NoPrivatePeering", "customer");
        Circuit telia = After(
            Workflow(),
            Put() with
            {
                Order = new("Telia Carrier", "Amsterdam", new Bandwidth(100)),
            },
            Provider(ProviderState.Provisioned)
        );
        Says(telia, usable: false, "NoPrivatePeering", "provider");
    }

    [Fact]
    public void Routers_that_do_not_follow_are_the_operators_matter()
    {
        Says(Configuring, usable: false, "PeeringConfiguring", null);
        var away = new CircuitSeen(new SideSeen(null, Head("does not answer")), SideSeen.Nothing);
        Finding tried = Explanation.Of(Configuring, CircuitStates.Topology, away, At).Decisive;
        Assert.Equal("operator", tried.ActsNext);
        Assert.Contains("does not answer", tried.Message, StringComparison.Ordinal);
        Circuit failed = After(Workflow(), [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1, "no such address")]);
        Says(failed, usable: false, "PeeringFailed", "operator");
    }

    [Fact]
    public void Sessions_decide_what_is_left()
    {
        Says(Linked, false, "SessionUnknown", "operator");
        Says(Linked, false, "SessionDown", "customer", Session("Active", 0), Session("Idle", 0));
        Says(Linked, true, "SessionDown", "customer", Session("Established", 3), Session("Active", 0));
        Says(Linked, true, "NoRoutes", "customer", Session("Established", 0), Session("Established", 2));
        Says(Configured, true, "NoNetworks", "customer", Session("Established", 3), Session("Established", 3));
        Says(Linked, true, "Networks", null, Session("Established", 3), Session("Established", 3));
    }

    /// <summary>A join whose routers cannot meet says so, and does not keep the circuit from being used.</summary>
    [Fact]
    public void What_becomes_of_a_join_is_told()
    {
        Circuit joined = After(Workflow(), [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1), Join()]);
        SessionReport own = Session("Established", 3);
        SessionReport ours = own with { Name = $"reach-{ReachKey:N}-ipv4", State = "Idle" };
        Assert.DoesNotContain(Of(), f => f.Code.StartsWith("Join", StringComparison.Ordinal));
        Finding noLink = Assert.Single(Of(ours with { Code = SessionReport.NoLink }), f => f.Code == "JoinNoLink");
        Assert.Equal((FindingLevel.Warning, "operator"), (noLink.Level, noLink.ActsNext));
        Assert.Contains("10.9.0.0/29", noLink.Message, StringComparison.Ordinal);
        Assert.Contains("is Idle", Assert.Single(Of(ours), f => f.Code == "JoinDown").Message, StringComparison.Ordinal);
        Assert.Equal(FindingLevel.Ok, Assert.Single(Of(ours with { State = "Established" }), f => f.Code == "Joined").Level);

        IReadOnlyList<Finding> Of(params SessionReport[] reaches)
        {
            Seen<InstanceReport> seen = new(
                new InstanceReport($"{ServiceKey:D}/AzurePrivatePeering", "revision", null, [own, .. reaches]),
                At,
                IsNow: true
            );
            var side = new SideSeen(seen, Head(null));
            return Explanation.Of(joined, CircuitStates.Topology, new CircuitSeen(side, side), At).Findings;
        }
    }

    [Fact]
    public void A_circuit_on_a_port_whose_links_are_both_off_cannot_be_used()
    {
        Circuit on = Linked with { Port = new CircuitPort(CircuitNamed("cage"), Encapsulation.QinQ, true, true, false) };
        Says(on, true, "Networks", null, Session("Established", 3), Session("Established", 3));
        Assert.Contains(Explain(on).Findings, f => f.Code == "OnPort");
        Says(
            on with
            {
                Port = on.Port! with { PrimaryUp = false },
            },
            true,
            "LinkDisabled",
            "customer",
            Session("Active", 0),
            Session("Established", 3)
        );
        Says(on with { Port = on.Port! with { PrimaryUp = false, SecondaryUp = false } }, false, "LinkDisabled", "customer");
    }

    [Fact]
    public void A_disabled_peering_is_the_customers_to_enable()
    {
        PutPeering disabled = PutPeering(Private() with { V4 = Private().V4! with { Enabled = false } });
        Says(After(Workflow(), [Put(), Provider(ProviderState.Provisioned), disabled, .. Follow(1)]), false, "PeeringDisabled", "customer");
    }

    [Fact]
    public void An_old_count_is_no_verdict()
    {
        Explanation Seen(TimeSpan age, int accepted) =>
            Explanation.Of(
                Linked,
                CircuitStates.Topology,
                Both(Session("Established", accepted), Session("Established", accepted), At - age),
                At
            );
        Assert.Equal("NoRoutes", Seen(TimeSpan.FromSeconds(3), 0).Decisive.Code);
        Assert.True(Seen(TimeSpan.FromSeconds(3), 2).Usable);
        foreach (int accepted in (int[])[0, 2])
        {
            Explanation old = Seen(TimeSpan.FromMinutes(2), accepted);
            Assert.Equal(("SessionStale", "operator", false), (old.Decisive.Code, old.Decisive.ActsNext, old.Usable));
            Assert.Contains("120 s ago", old.Decisive.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Refused_routes_are_told_with_their_reasons()
    {
        SessionReport refusing = Session("Established", 2) with { Received = 3, Refused = [new RefusedCount(4, "OwnNetwork", 1)] };
        Finding told = Explain(Linked, refusing, Session("Established", 2)).Findings.Single(f => f.Code == "RoutesRefused");
        Assert.Contains("1 OwnNetwork (4)", told.Message, StringComparison.Ordinal);
        Assert.Equal("customer", told.ActsNext);
    }

    [Fact]
    public void While_a_peer_still_sends_its_routes_nobody_is_blamed_for_having_none() =>
        Says(Configured, true, "NoNetworks", "customer", Session("Established", 0) with { EndOfRib = false }, Session("Established", 3));

    [Fact]
    public void A_session_without_a_link_says_so() =>
        Says(Linked, false, "NoLink", "operator", Session("Idle", 0) with { Code = SessionReport.NoLink }, Session("Idle", 0));

    [Fact]
    public void Deprovisioning_with_a_link_left_is_one_actors_matter() =>
        Says(
            After(
                Workflow(),
                [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Follow(1), Link(), Provider(ProviderState.Deprovisioning)]
            ),
            false,
            "DeprovisioningLinked",
            "customer"
        );

    [Fact]
    public void A_Microsoft_peering_that_is_up_without_a_route_filter_says_so()
    {
        AttachedFilter filter = new(ResourceId.Of(Customer, "rg", "Microsoft.Network", "routeFilters", "office"), [(12076 << 16) | 5010]);
        Finding found = Assert.Single(Unfiltered(filter, null));
        Assert.Equal(("customer", FindingLevel.Warning), (found.ActsNext, found.Level));
        Assert.Contains("over IPv6", found.Message, StringComparison.Ordinal);
        Assert.Equal(2, Unfiltered(null, null).Length);
        Assert.Empty(Unfiltered(filter, filter));
        Assert.Empty(Unfiltered(null, null, legacyMode: 1));
        Assert.Empty(Unfiltered(null, null, follow: false));

        static Finding[] Unfiltered(AttachedFilter? v4, AttachedFilter? v6, int legacyMode = 0, bool follow = true)
        {
            WantedPeering wanted = new(PeeringType.MicrosoftPeering)
            {
                PeerAsn = new Asn(65010),
                Vlan = new VlanId(200),
                V4 = new WantedFamily(IpPrefix.Parse("10.9.0.0/30"), IpPrefix.Parse("10.9.0.4/30"))
                {
                    Filter = v4,
                    Public = new WantedPublic { Prefixes = [new(IpPrefix.Parse("11.9.0.0/24"))], LegacyMode = legacyMode },
                },
                V6 = new WantedFamily(IpPrefix.Parse("fd00:9::/126"), IpPrefix.Parse("fd00:9::4/126"))
                {
                    Filter = v6,
                    Public = new WantedPublic { Prefixes = [new(IpPrefix.Parse("2a10:9::/48"))], LegacyMode = legacyMode },
                },
            };
            Circuit circuit = After(
                Workflow(),
                [Put(), Provider(ProviderState.Provisioned), PutPeering(wanted), .. follow ? Follow(1) : []]
            );
            return [.. Explain(circuit).Findings.Where(f => f.Code == "NoRouteFilter")];
        }
    }

    private static void Says(Circuit circuit, bool usable, string code, string? actsNext, params SessionReport[] sessions)
    {
        Explanation explanation = Explain(circuit, sessions);
        Assert.Equal((usable, code, actsNext), (explanation.Usable, explanation.Decisive.Code, explanation.Decisive.ActsNext));
    }

    private static Explanation Explain(Circuit circuit, params SessionReport[] sessions) =>
        Explanation.Of(
            circuit,
            CircuitStates.Topology,
            sessions.Length == 0 ? CircuitSeen.Nothing : Both(sessions[0], sessions[1], null),
            At
        );

    private static CircuitSeen Both(SessionReport primary, SessionReport secondary, DateTimeOffset? at) =>
        new(new SideSeen(Instance(primary, at), Head(null)), new SideSeen(Instance(secondary, at), Head(null)));

    private static Seen<InstanceReport> Instance(SessionReport session, DateTimeOffset? at) =>
        new(new InstanceReport($"{ServiceKey:D}/AzurePrivatePeering", "revision", null, [session]), at ?? At, IsNow: at is null);

    private static Seen<RouterHead> Head(string? problem) =>
        new(new RouterHead("ams-1-primary", "ams-1", "node", 1, "", "", problem, null, []), At, IsNow: false);

    private static SessionReport Session(string state, int accepted) =>
        new("ipv4", "10.0.0.2", "10.0.0.1", new Asn(65010), SessionMode.Open, state, At)
        {
            Received = accepted,
            Accepted = accepted,
            Announced = 1,
        };
}
