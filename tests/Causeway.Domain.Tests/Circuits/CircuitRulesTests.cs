using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>Limits and rules that the table's few samples do not reach.</summary>
public sealed class CircuitRulesTests
{
    [Theory]
    [InlineData(CircuitTier.Standard, 10000, 10)]
    [InlineData(CircuitTier.Local, 50, 10)]
    [InlineData(CircuitTier.Premium, 50, 20)]
    [InlineData(CircuitTier.Premium, 100, 25)]
    [InlineData(CircuitTier.Premium, 200, 25)]
    [InlineData(CircuitTier.Premium, 500, 40)]
    [InlineData(CircuitTier.Premium, 1000, 50)]
    [InlineData(CircuitTier.Premium, 2000, 60)]
    [InlineData(CircuitTier.Premium, 5000, 75)]
    [InlineData(CircuitTier.Premium, 10000, 100)]
    public void Links_are_limited_by_tier_and_size(CircuitTier tier, int mbps, int links) =>
        Assert.Equal(links, new CircuitLimits().LinksOf(new CircuitSku(tier, CircuitFamily.MeteredData), new Bandwidth(mbps)));

    [Fact]
    public void The_eleventh_link_of_a_standard_circuit_is_refused_and_premium_takes_it()
    {
        CircuitWorkflow w = Workflow();
        Circuit full = After(
            w,
            [Put(), Provider(ProviderState.Provisioned), PutPeering(), .. Enumerable.Range(1, 10).Select(n => Link(n))]
        );
        Refusal no = Refused(w.Decide(full, Link(11)));
        Assert.Equal("OperationNotAllowed", no.Code);
        Assert.Contains("at most 10", no.Message, StringComparison.Ordinal);

        Circuit premium = Moved(w.Decide(full, Put() with { Tier = CircuitTier.Premium }));
        Circuit eleven = Moved(w.Decide(premium, Link(11)));
        Assert.Contains("delete 1 connections", Refused(w.Decide(eleven, Put())).Message, StringComparison.Ordinal);
        Moved(w.Decide(premium, Put()));
    }

    [Fact]
    public void Another_continent_needs_premium_and_keeps_it()
    {
        CircuitWorkflow w = Workflow();
        Circuit premium = After(w, Put() with { Tier = CircuitTier.Premium }, Provider(ProviderState.Provisioned), PutPeering());
        Circuit linked = Moved(w.Decide(premium, Link(1, geo: "North America")));
        Assert.Equal("PropertyChangeNotAllowed", Refused(w.Decide(linked, Put())).Code);
    }

    [Fact]
    public void A_local_circuit_links_its_own_region_only()
    {
        CircuitWorkflow w = Workflow();
        PutCircuit local = Put() with { Tier = CircuitTier.Local, Family = CircuitFamily.UnlimitedData };
        Circuit circuit = After(w, local, Provider(ProviderState.Provisioned), PutPeering());
        Moved(w.Decide(circuit, Link() with { Region = "westeurope" }));
        Assert.Contains("westeurope", Refused(w.Decide(circuit, Link() with { Region = "northeurope" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_key_serves_one_connection_and_is_free_again_afterwards()
    {
        CircuitWorkflow w = Workflow();
        var key1 = new PutAuthorization(At, new WantedAuthorization("key1", Key()), Ticket());
        Circuit circuit = After(w, Put(), Provider(ProviderState.Provisioned), PutPeering(), key1, Link(4, SecretKey.ToString(), Other));
        Assert.Equal("AuthorizationKeyInUse", Refused(w.Decide(circuit, Link(5, SecretKey.ToString(), Other))).Code);
        // The link is written again without the key, which is given back nowhere.
        Circuit heavier = Moved(w.Decide(circuit, Link(4, null, Other) with { RoutingWeight = 7 }));
        Assert.Equal("key1", Assert.Single(heavier.Links).Authorization);
        Circuit free = Moved(w.Decide(heavier, new UnlinkNetwork(At, Connection(4, Other))));
        Assert.False(Assert.Single(free.Authorizations).IsInUse);
        Moved(w.Decide(free, Link(5, SecretKey.ToString(), Other)));
    }

    [Theory]
    [InlineData("10.0.0.0/29", "10.0.0.8/30", 101, 65010u, "InvalidAddressPrefixFormat")]
    [InlineData("10.0.0.0/30", "10.0.0.0/30", 101, 65010u, "InvalidAddressPrefixFormat")]
    [InlineData("0.1.0.0/30", "10.0.0.0/30", 101, 65010u, "InvalidAddressPrefixFormat")]
    [InlineData("240.0.0.0/30", "10.0.0.0/30", 101, 65010u, "InvalidAddressPrefixFormat")]
    [InlineData("10.0.0.0/30", "10.0.0.4/30", 101, 65515u, "InvalidParameter")]
    [InlineData("10.0.0.0/30", "10.0.0.4/30", 101, 65520u, "InvalidParameter")]
    [InlineData("10.0.0.0/30", "10.0.0.4/30", 101, 23456u, "InvalidParameter")]
    [InlineData("10.0.0.0/30", "10.0.0.4/30", 101, 64496u, "InvalidParameter")]
    public void A_peering_that_cannot_work_is_refused(string primary, string secondary, int vlan, uint asn, string code) =>
        Assert.Equal(code, Refused(Workflow().Decide(Provisioned, PutPeering(Private(vlan, primary, secondary, asn)))).Code);

    [Fact]
    public void A_peering_may_not_overlap_a_linked_network() =>
        Assert.Equal(
            "SubnetOverlapsWithExistingAddressSpaceException",
            Refused(Workflow().Decide(Linked, PutPeering(Private(primary: "10.101.9.0/30")))).Code
        );

    [Theory]
    [InlineData("A1B2C3D4", true)]
    [InlineData("0123456789012345678901234", true)]
    [InlineData("01234567890123456789012345", false)]
    [InlineData("with space", false)]
    [InlineData("ümlaut", false)]
    public void An_md5_key_is_25_letters_and_digits(string key, bool fine) => Assert.Equal(fine, PeeringRules.CheckKey(key, "k") is null);

    [Fact]
    public void Adding_ipv4_to_an_ipv6_only_peering_enables_it_whatever_state_was_sent_back()
    {
        CircuitWorkflow w = Workflow();
        var v6 = new WantedFamily(IpPrefix.Parse("fd00::/126"), IpPrefix.Parse("fd00::4/126"));
        Circuit only6 = After(w, Put(), Provider(ProviderState.Provisioned), PutPeering(Private() with { V4 = null, V6 = v6 }));
        Circuit both = Moved(w.Decide(only6, PutPeering(Private() with { V4 = Private().V4! with { Enabled = false }, V6 = v6 })));
        Assert.True(both.Peerings[0].V4!.Enabled);
    }

    [Fact]
    public void A_circuit_reads_back_from_its_document_as_it_was_written()
    {
        var key1 = new PutAuthorization(At, new WantedAuthorization("key1", Key()), Ticket());
        Circuit circuit = After(
            Workflow(),
            Put() with
            {
                Tags = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("a", "b"),
            },
            Provider(ProviderState.Provisioned),
            PutPeering(Private() with { V6 = new(IpPrefix.Parse("fd00::/126"), IpPrefix.Parse("fd00::4/126"), false) }),
            key1,
            Link(4, SecretKey.ToString(), Other)
        );
        string json = System.Text.Json.JsonSerializer.Serialize(circuit, CircuitJson.Default.Circuit);
        Circuit read = System.Text.Json.JsonSerializer.Deserialize(json, CircuitJson.Default.Circuit)!;
        Assert.Equal(json, System.Text.Json.JsonSerializer.Serialize(read, CircuitJson.Default.Circuit));
        Assert.Equal(circuit.Peerings, read.Peerings);
        Assert.Equal(circuit.Provider, read.Provider);
        Assert.Equal(circuit.Links[0].Prefixes, read.Links[0].Prefixes);
        Assert.DoesNotContain(SecretKey.ToString(), json, StringComparison.OrdinalIgnoreCase);
    }

    private static Refusal Refused(Decision<Circuit> decision) => Assert.IsType<Decision<Circuit>.Refuse>(decision).Refusal;

    private static Circuit Moved(Decision<Circuit> decision) =>
        decision is Decision<Circuit>.Refuse refuse
            ? throw new InvalidOperationException(refuse.Refusal.Message)
            : Assert.IsType<Decision<Circuit>.Move>(decision).Next;
}
