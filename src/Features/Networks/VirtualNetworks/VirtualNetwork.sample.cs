using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Workflows;
using static Causeway.Samples.Networks.NetworkStates;

namespace Causeway.Samples.Networks;

internal sealed class VirtualNetworkSample : Sample<VirtualNetwork>
{
    public override Workflow<VirtualNetwork> Workflow { get; } = new VirtualNetworkWorkflow(new NetworkLimits());

    public override IReadOnlyList<(string Name, VirtualNetwork? State)> States { get; } =
    [
        ("absent", null),
        ("Plain", Plain),
        ("Plain, no GatewaySubnet", Plain with { Subnets = [] }),
        ("WithGateway", WithGateway),
        ("Linked to 1", Linked()),
        ("Linked to 4", Linked(4)),
        ("Peered", Plain with { Peerings = [Peering("hub", "hub", "10.2.0.0/16")] }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
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
        ("PutNetworkPeering", new PutNetworkPeering(At, Peering("hub", "hub", "10.2.0.0/15"), Sync: true)),
        ("PutNetworkPeering with another", new PutNetworkPeering(At, Peering("hub", "hub2", "10.4.0.0/16"), Sync: false)),
        ("PutNetworkPeering again", new PutNetworkPeering(At, Peering("hub2", "hub", "10.2.0.0/16"), Sync: false)),
        ("PutNetworkPeering overlapping", new PutNetworkPeering(At, Peering("other", "other", "10.1.128.0/17"), Sync: false)),
        ("DeleteNetworkPeering", new DeleteNetworkPeering(At, "HUB")),
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
        ("ReplaceTags", new ReplaceTags(At, NoTags.Add("env", "prod"))),
    ];

    public override string Describe(VirtualNetwork resource) =>
        $"{resource.StateName} {string.Join(' ', resource.AddressSpace)} [{string.Join(", ", resource.Subnets.Select(x => x.Name))}]"
        + (resource.Gateway is { } g ? $" {g.Gateway.Name} {g.Sku}" : "")
        + string.Concat(resource.Peerings.Select(p => $" ~{p.Name} {p.Remote.Name} {string.Join(' ', p.RemoteSpace)}"))
        + string.Concat(resource.Links.Select(l => $" {l.Connection.Name}->{l.Circuit.Name}"));

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut(stage.InGroup(Type), "2024-01-01", Body("10.60.0.4")) { Changed = Body("10.60.0.5") });

    private static string Body(string dns) =>
        $$$$"""
            {"location":"westeurope","tags":{"a":"b"},"properties":{"addressSpace":{"addressPrefixes":["10.60.0.0/16","fd00:60::/48"]},"dhcpOptions":{
            "dnsServers":["{{{{dns}}}}"]},"subnets":[{"name":"GatewaySubnet","properties":{"addressPrefix":"10.60.255.0/27"}},
            {"name":"s","properties":{"addressPrefixes":["10.60.1.0/24","fd00:60::/64"]}}]}}
            """;
}
