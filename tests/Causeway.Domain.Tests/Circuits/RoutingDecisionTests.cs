using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>As <see cref="CircuitDecisionTests"/>: peerings, links and orders at their edges, where mutants lived (docs/testing.md).</summary>
public sealed class RoutingDecisionTests
{
    private static readonly WantedFamily Six = new(IpPrefix.Parse("fd00::/126"), IpPrefix.Parse("fd00::4/126"));

    [Fact]
    public void A_layer_2_provider_deletes_no_peering_of_the_customers()
    {
        DeletePeering delete = new(At, PeeringType.AzurePrivatePeering, Author.Provider, Ticket(2));
        Refused(Workflow().Decide(Configured, delete));
        Assert.IsType<Decision<Circuit>.Move>(Workflow().Decide(Configured, delete with { By = Author.Customer }));
    }

    /// <summary>The error names the member of the request that is wrong, of the family and the side that it is about.</summary>
    [Theory]
    [InlineData("10.0.0.0/29", "10.0.0.8/30", "properties.primaryPeerAddressPrefix", "an IPv4 /30")]
    [InlineData("10.0.0.0/30", "10.0.0.8/29", "properties.secondaryPeerAddressPrefix", "an IPv4 /30")]
    [InlineData("fd00::/64", "fd00:1::/126", "properties.ipv6PeeringConfig.primaryPeerAddressPrefix", "an IPv6 /126")]
    [InlineData("fd00::/126", "fd00:1::/64", "properties.ipv6PeeringConfig.secondaryPeerAddressPrefix", "an IPv6 /126")]
    public void A_subnet_of_the_wrong_size_is_named(string primary, string secondary, string target, string right)
    {
        var family = new WantedFamily(IpPrefix.Parse(primary), IpPrefix.Parse(secondary));
        WantedPeering wanted = family.Primary.Family == IpFamily.V4 ? Private() with { V4 = family } : Private() with { V6 = family };
        Refusal no = Refused(Workflow().Decide(Provisioned, PutPeering(wanted)));
        Assert.Equal(target, no.Target);
        Assert.Contains(right, no.Message, StringComparison.Ordinal);
    }

    /// <summary>State, as ARM has it, is of the peering; what is not sent of it stays as it is.</summary>
    [Fact]
    public void A_family_that_was_disabled_stays_so_until_it_is_enabled()
    {
        CircuitWorkflow w = Workflow();
        Circuit off = Moved(w.Decide(Configured, PutPeering(Private() with { V4 = Private().V4! with { Enabled = false } })));
        Assert.False(off.Peerings[0].V4!.Enabled);
        Assert.False(Moved(w.Decide(off, PutPeering(Private(vlan: 200)))).Peerings[0].V4!.Enabled);
        Assert.True(
            Moved(w.Decide(off, PutPeering(Private() with { V4 = Private().V4! with { Enabled = true } }))).Peerings[0].V4!.Enabled
        );
    }

    /// <summary>Azure CLI leaves IPv4 out of an update of IPv6, and means to keep it; whoever else leaves it out means to end it.</summary>
    [Fact]
    public void Ipv4_left_out_goes_unless_it_is_kept()
    {
        CircuitWorkflow w = Workflow();
        WantedPeering without = Private() with { V4 = null, V6 = Six };
        Peering kept = Moved(w.Decide(Configured, PutPeering(without with { KeepsV4 = true }))).Peerings[0];
        Assert.Equal(Configured.Peerings[0].V4, kept.V4);
        Assert.Equal([IpFamily.V4, IpFamily.V6], kept.Families.Select(f => f.Family));
        Assert.Null(Moved(w.Decide(Configured, PutPeering(without))).Peerings[0].V4);
        // What is sent is taken, whatever would have been kept.
        WantedPeering other = Private(primary: "10.0.0.8/30") with
        {
            KeepsV4 = true,
        };
        Assert.Equal("10.0.0.8/30", Moved(w.Decide(Configured, PutPeering(other))).Peerings[0].V4!.Primary.ToString());
    }

    [Fact]
    public void The_journal_says_of_a_key_that_it_came_changed_or_went_and_never_what_it_is()
    {
        CircuitWorkflow w = Workflow();
        Decision<Circuit>.Move came = Move(
            w.Decide(Configured, PutPeering(Private() with { Key = new KeyChange.Set("sealed-1", "print-1") }))
        );
        Assert.Contains("MD5 key", came.Why, StringComparison.Ordinal);
        Decision<Circuit>.Move went = Move(w.Decide(came.Next, PutPeering(Private() with { Key = new KeyChange.Remove() })));
        Assert.Contains("MD5 key removed", went.Why, StringComparison.Ordinal);
        Assert.Null(went.Next.Peerings[0].ProtectedKey);
        Assert.Null(went.Next.Peerings[0].KeyFingerprint);
        // There was none: nothing is removed, and nothing is said.
        Assert.IsType<Decision<Circuit>.Stay>(w.Decide(Configured, PutPeering(Private() with { Key = new KeyChange.Remove() })));
        Assert.All([came, went], m => Assert.DoesNotContain("sealed", m.Why, StringComparison.Ordinal));
    }

    /// <summary>Encrypted anew, as it is each time that it is sent.</summary>
    [Fact]
    public void The_same_key_sealed_anew_is_no_change()
    {
        CircuitWorkflow w = Workflow();
        Circuit keyed = Moved(w.Decide(Configured, PutPeering(Private() with { Key = new KeyChange.Set("sealed-1", "print-1") })));
        Decision<Circuit> again = w.Decide(
            keyed,
            PutPeering(Private() with { Key = new KeyChange.Set("sealed-2", "print-1") }) with
            {
                Ticket = Ticket(2),
            }
        );
        Assert.Equal(keyed.Generation, again is Decision<Circuit>.Move move ? move.Next.Generation : keyed.Generation);
        Circuit other = Moved(w.Decide(keyed, PutPeering(Private() with { Key = new KeyChange.Set("sealed-3", "print-2") })));
        Assert.Equal((keyed.Generation + 1, "sealed-3"), (other.Generation, other.Peerings[0].ProtectedKey));
    }

    [Fact]
    public void A_key_that_is_none_of_the_circuits_is_refused_of_its_own_subscription_too()
    {
        Refusal no = Refused(Workflow().Decide(Configured, Link(3, SecretKey.ToString())));
        Assert.Equal(("InvalidAuthorizationKey", "properties.authorizationKey"), (no.Code, no.Target));
    }

    /// <summary>A network may grow into what it had itself, not into what another one has.</summary>
    [Fact]
    public void A_linked_network_changes_within_its_own_space_and_not_into_anothers()
    {
        CircuitWorkflow w = Workflow();
        Circuit two = Moved(w.Decide(Linked, Link(2)));
        Circuit grown = Moved(w.Decide(two, new ChangeLinkedPrefixes(At, Network(1), [IpPrefix.Parse("10.101.0.0/17")])));
        Assert.Equal("10.101.0.0/17", grown.Links.Single(l => l.Network == Network(1)).Prefixes[0].ToString());
        Refused(w.Decide(two, new ChangeLinkedPrefixes(At, Network(1), [IpPrefix.Parse("10.102.0.0/17")])));
    }

    [Theory]
    [InlineData(CircuitTier.Local, "northeurope", false)]
    [InlineData(CircuitTier.Local, "westeurope", true)]
    [InlineData(CircuitTier.Local, "", true)]
    [InlineData(CircuitTier.Standard, "northeurope", true)]
    public void Only_a_local_circuit_asks_for_the_region(CircuitTier tier, string region, bool fine)
    {
        CircuitWorkflow w = Workflow();
        Circuit circuit = After(
            w,
            Put() with
            {
                Tier = tier,
                Family = CircuitFamily.UnlimitedData,
            },
            Provider(ProviderState.Provisioned),
            PutPeering()
        );
        Assert.Equal(fine, w.Decide(circuit, Link() with { Region = region }) is Decision<Circuit>.Move);
    }

    [Theory]
    [InlineData("Equinix", "Stockholm", 100, "properties.serviceProviderProperties.peeringLocation")]
    [InlineData("Equinix", "Amsterdam", 70, "properties.serviceProviderProperties.bandwidthInMbps")]
    public void An_order_that_the_provider_does_not_offer_names_what_is_wrong(string provider, string location, int mbps, string target)
    {
        Refusal no = Refused(Workflow().Decide(null, Put() with { Order = new(provider, location, new Bandwidth(mbps)) }));
        Assert.Equal(("InvalidParameter", target), (no.Code, no.Target));
    }

    [Fact]
    public void Data_plans_do_not_go_back_to_metered_and_do_go_to_unlimited()
    {
        CircuitWorkflow w = Workflow();
        Circuit unlimited = Moved(w.Decide(Created, Put() with { Family = CircuitFamily.UnlimitedData }));
        Assert.Equal("sku.family", Refused(w.Decide(unlimited, Put())).Target);
        Moved(w.Decide(unlimited, Put() with { Family = CircuitFamily.UnlimitedData, Tier = CircuitTier.Premium }));
    }

    private static Decision<Circuit>.Move Move(Decision<Circuit> decision) => Assert.IsType<Decision<Circuit>.Move>(decision);

    private static Circuit Moved(Decision<Circuit> decision) => Move(decision).Next;

    private static Refusal Refused(Decision<Circuit> decision) => Assert.IsType<Decision<Circuit>.Refuse>(decision).Refusal;
}
