using System.Collections.Immutable;
using System.Net;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Tests.Routers;

/// <summary>A router carries exactly what is provisioned, wanted and its own; nothing else, whatever is stored.</summary>
public sealed class IntentCompilerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RouterDefinition P = new("ams-1-primary", "embedded", "AMS-PRI", IPAddress.Parse("192.0.2.1"), 1790);
    private static readonly RouterDefinition S = new("ams-1-secondary", "embedded", "AMS-SEC", IPAddress.Parse("192.0.2.2"), 1790);

    private static readonly NetworkTopology Topology = new()
    {
        Asn = new Asn(64496),
        Regions = [new Region("westeurope", "West Europe", "Europe")],
        PeeringLocations =
        [
            new PeeringLocation("Amsterdam", "westeurope", "Europe", [new RouterPair("ams-1", P, S, new Bandwidth(100_000))]),
        ],
        ServiceProviders = [],
        OwnPrefixes = [IpPrefix.Parse("203.0.113.0/24"), IpPrefix.Parse("2001:db8:ffff::/48")],
    };

    private static readonly IntentCompiler Compiler = new(Topology, new CircuitLimits(), secret => $"clear {secret}");

    private static Circuit Provisioned(ProviderSide? side = null) =>
        new()
        {
            Id = ResourceId.Of("11111111-1111-1111-1111-111111111111", "rg", "Microsoft.Network", "expressRouteCircuits", "c1"),
            Location = "westeurope",
            Sku = new CircuitSku(CircuitTier.Standard, CircuitFamily.MeteredData),
            Order = new ProviderOrder("Equinix", "Amsterdam", new Bandwidth(200)) { ProviderSubscription = "p" },
            ServiceKey = Guid.Parse("0a0a0a0a-0000-0000-0000-000000000001"),
            ResourceGuid = Guid.Parse("0a0a0a0a-0000-0000-0000-000000000002"),
            Provider = side ?? new ProviderSide.Provisioned(Now, 7),
            Edge = new Edge("ams-1", P.Name, S.Name),
            Peerings =
            [
                new Peering
                {
                    Type = PeeringType.AzurePrivatePeering,
                    PeerAsn = new Asn(65010),
                    Vlan = new VlanId(100),
                    V4 = new PeeringFamily(IpPrefix.Parse("192.168.100.128/30"), IpPrefix.Parse("192.168.100.132/30")),
                    ProtectedKey = "sealed",
                    LastModifiedBy = Author.Customer,
                    State = new PeeringState.Configured(Now),
                },
            ],
            Links =
            [
                new LinkedNetwork(
                    ResourceId.Of("11111111-1111-1111-1111-111111111111", "rg", "Microsoft.Network", "connections", "l1"),
                    ResourceId.Of("11111111-1111-1111-1111-111111111111", "rg", "Microsoft.Network", "virtualNetworks", "v1"),
                    [IpPrefix.Parse("10.1.0.0/16")],
                    "Europe",
                    "11111111-1111-1111-1111-111111111111",
                    null,
                    0,
                    Now,
                    1
                ),
            ],
        };

    [Fact]
    public void Each_router_of_the_pair_gets_its_own_side()
    {
        Circuit circuit = Provisioned();
        SessionIntent primary = Compiler.Compile(P.Name, [circuit]).Instances.Single().Sessions.Single();
        SessionIntent secondary = Compiler.Compile(S.Name, [circuit]).Instances.Single().Sessions.Single();

        Assert.Equal(IPAddress.Parse("192.168.100.129"), primary.CustomerAddress);
        Assert.Equal(IPAddress.Parse("192.168.100.130"), primary.OurAddress);
        Assert.Equal(IPAddress.Parse("192.168.100.134"), secondary.OurAddress);
        Assert.Equal("clear sealed", primary.Md5Key);
        Assert.Equal(4000, primary.MaxPrefixes);
        Assert.Empty(Compiler.Compile("sto-1-primary", [circuit]).Instances);
    }

    [Fact]
    public void Linked_networks_are_announced_and_refused_from_the_customer_beside_our_own()
    {
        InstanceIntent instance = Compiler.Compile(P.Name, [Provisioned()]).Instances.Single();
        Assert.Equal([IpPrefix.Parse("10.1.0.0/16")], instance.Announce);
        Assert.Equal([IpPrefix.Parse("203.0.113.0/24"), IpPrefix.Parse("10.1.0.0/16")], instance.Sessions.Single().Refuse);
        Assert.Equal(7, instance.STag);
    }

    [Fact]
    public void A_circuit_is_on_no_router_unless_provisioned()
    {
        ProviderSide[] others =
        [
            new ProviderSide.NotProvisioned(Now),
            new ProviderSide.Provisioning(Now, 7),
            new ProviderSide.Deprovisioning(Now, 7),
        ];
        foreach (ProviderSide side in others)
            Assert.Empty(Compiler.Compile(P.Name, [Provisioned(side)]).Instances);
        Assert.Empty(Compiler.Compile(P.Name, [Provisioned() with { DeletingSince = Now }]).Instances);
    }

    [Fact]
    public void A_peering_that_is_being_removed_or_only_waits_is_not_on_the_router()
    {
        Circuit circuit = Provisioned();
        PeeringState[] unwanted = [new PeeringState.Removing(Now, 3), new PeeringState.Waiting(Now)];
        foreach (PeeringState state in unwanted)
            Assert.Empty(Compiler.Compile(P.Name, [circuit with { Peerings = [circuit.Peerings[0] with { State = state }] }]).Instances);
    }

    [Fact]
    public void The_order_in_which_circuits_are_read_does_not_matter()
    {
        Circuit a = Provisioned();
        Circuit b = Provisioned() with { ServiceKey = Guid.Parse("0a0a0a0a-0000-0000-0000-000000000009") };
        Assert.Equal(
            Compiler.Compile(P.Name, [a, b]).Instances.Select(i => i.Name),
            Compiler.Compile(P.Name, [b, a]).Instances.Select(i => i.Name)
        );
    }
}
