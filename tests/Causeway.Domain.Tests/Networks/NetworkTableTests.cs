using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Domain.Tests.Networks.Sample;

namespace Causeway.Domain.Tests.Networks;

/// <summary>The full state × signal table of each network workflow.</summary>
public sealed class NetworkTableTests
{
    [Fact]
    public void Virtual_network_decides_as_its_table_says() =>
        WorkflowTable.Verify(
            new VirtualNetworkWorkflow(new NetworkLimits()),
            [
                ("absent", null),
                ("Plain", Plain),
                ("Plain, no GatewaySubnet", Plain with { Subnets = [] }),
                ("WithGateway", WithGateway),
                ("Linked to 1", Linked()),
                ("Linked to 4", Linked(4)),
            ],
            [
                ("Put same", Put(["10.1.0.0/16"])),
                ("Put larger", Put(["10.1.0.0/16", "10.2.0.0/16"])),
                ("Put elsewhere", Put(["10.1.0.0/16"], location: "northeurope")),
                ("Put too small for subnets", Put(["10.1.0.0/24"])),
                ("Put without subnets", Put(["10.1.0.0/16"], subnets: [])),
                ("PutSubnet new", new PutSubnet(At, Subnet("apps", "10.1.1.0/24"))),
                ("PutSubnet overlapping", new PutSubnet(At, Subnet("apps", "10.1.255.0/24"))),
                ("PutSubnet GatewaySubnet moved", new PutSubnet(At, Subnet("GatewaySubnet", "10.1.254.0/27"))),
                ("DeleteSubnet GatewaySubnet", new DeleteSubnet(At, "gatewaysubnet")),
                ("DeleteSubnet unknown", new DeleteSubnet(At, "nope")),
                ("DeleteVirtualNetwork", new DeleteResource(At)),
                ("PlaceGateway", new PlaceGateway(At, Placement)),
                ("PlaceGateway larger", new PlaceGateway(At, Placement with { Sku = "UltraPerformance" })),
                ("PlaceGateway other", new PlaceGateway(At, Placement with { Gateway = OtherGatewayId })),
                ("RemoveGateway", new RemoveGateway(At, GatewayId)),
                ("RemoveGateway other", new RemoveGateway(At, OtherGatewayId)),
                ("AddLink new", Link(9)),
                ("AddLink same", Link(1)),
                ("AddLink same circuit", Link(9) with { Link = new(ConnectionId(9), Circuit(1), "Amsterdam") }),
                ("AddLink other gateway", Link(9, gateway: OtherGatewayId)),
                ("RemoveLink", new RemoveLink(At, ConnectionId(1))),
                ("RemoveLink unknown", new RemoveLink(At, ConnectionId(9))),
                ("ReplaceTags", new ReplaceTags(At, NoTags)),
            ],
            n =>
                $"{n.StateName} {string.Join(' ', n.AddressSpace)} [{string.Join(", ", n.Subnets.Select(x => x.Name))}]"
                + (n.Gateway is { } g ? $" {g.Gateway.Name} {g.Sku}" : "")
                + string.Concat(n.Links.Select(l => $" {l.Connection.Name}->{l.Circuit.Name}"))
        );

    [Fact]
    public void Gateway_decides_as_its_table_says() =>
        WorkflowTable.Verify(
            new VirtualNetworkGatewayWorkflow(),
            [("absent", null), ("Ready", Gateway)],
            [
                ("Put same", PutGateway()),
                ("Put larger", PutGateway("HighPerformance")),
                ("Put zonal", PutGateway("ErGw1AZ")),
                ("Put other address", PutGateway() with { IpConfigurations = [new("default", null)] }),
                ("Put elsewhere", PutGateway(location: "northeurope")),
                ("Put in another network", PutGateway(network: Id("virtualNetworks", "lab"))),
                ("ReplaceTags", new ReplaceTags(At, NoTags)),
                ("DeleteGateway", new DeleteResource(At)),
            ],
            g => $"{g.StateName} {g.Sku} in {g.Network.Name}"
        );

    [Fact]
    public void Connection_decides_as_its_table_says() =>
        WorkflowTable.Verify(
            new ConnectionWorkflow(),
            [("absent", null), ("Linked", Link1)],
            [
                ("Put same", PutConnection()),
                ("Put elsewhere", PutConnection(location: "northeurope")),
                ("Put other gateway", PutConnection(gateway: OtherGatewayId)),
                ("Put other circuit", PutConnection(circuit: Circuit(2))),
                ("ReplaceTags", new ReplaceTags(At, NoTags)),
                ("DeleteConnection", new DeleteResource(At)),
                ("BreakConnection", new BreakConnection(At, "authorization revoked")),
            ],
            c => $"{c.StateName} {c.Gateway.Name}->{c.Circuit.Name} weight {c.Options.RoutingWeight}"
        );

    [Fact]
    public void Public_address_decides_as_its_table_says()
    {
        var mine = GatewayId.Child("ipConfigurations", "default");
        var others = OtherGatewayId.Child("ipConfigurations", "default");
        WorkflowTable.Verify(
            new PublicIpAddressWorkflow(),
            [("absent", null), ("Free", Address), ("InUse", Address with { UsedBy = mine })],
            [
                ("Put same", PutAddress()),
                ("Put elsewhere", PutAddress(location: "northeurope")),
                ("Put other sku", PutAddress(sku: "Standard")),
                ("Put other version", PutAddress(version: "IPv6")),
                ("UsePublicIp", new UsePublicIp(At, mine)),
                ("UsePublicIp by another", new UsePublicIp(At, others)),
                ("ReleasePublicIp", new ReleasePublicIp(At, mine)),
                ("ReleasePublicIp by another", new ReleasePublicIp(At, others)),
                ("ReplaceTags", new ReplaceTags(At, NoTags)),
                ("DeletePublicIp", new DeleteResource(At)),
            ],
            a => $"{a.StateName} {a.Sku} {a.Version} {a.UsedBy?.Parent?.Name}".TrimEnd()
        );
    }
}
