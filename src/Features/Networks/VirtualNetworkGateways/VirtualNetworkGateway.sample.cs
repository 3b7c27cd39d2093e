using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Workflows;
using static Causeway.Samples.Networks.NetworkStates;

namespace Causeway.Samples.Networks;

internal sealed class VirtualNetworkGatewaySample : Sample<VirtualNetworkGateway>
{
    public override Workflow<VirtualNetworkGateway> Workflow { get; } = new VirtualNetworkGatewayWorkflow();

    public override IReadOnlyList<(string Name, VirtualNetworkGateway? State)> States { get; } =
    [("absent", null), ("Ready", Gateway), ("tested", Gateway with { Tests = [Tested] })];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put same", PutGateway()),
        ("Put larger", PutGateway("HighPerformance")),
        ("Put zonal", PutGateway("ErGw1AZ")),
        ("Put other address", PutGateway() with { IpConfigurations = [new("default", null)] }),
        ("Put elsewhere", PutGateway(location: "northeurope")),
        ("Put in another network", PutGateway(network: Id("virtualNetworks", "lab"))),
        ("ReplaceTags", new ReplaceTags(At, NoTags.Add("env", "prod"))),
        ("DeleteGateway", new DeleteResource(At)),
        .. SiteTestSignals,
    ];

    public override string Describe(VirtualNetworkGateway resource) =>
        $"{resource.StateName} {resource.Sku} in {resource.Network.Name}{InWords(resource.Tests)}";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string network = await stage.MakeAsync<VirtualNetworkSample>(),
            address = await stage.MakeAsync<PublicIpAddressSample>();
        return new SamplePut(stage.InGroup(Type), "2024-01-01", Body("Standard")) { Changed = Body("HighPerformance") };

        string Body(string sku) =>
            $$$$"""
                {"location":"westeurope","tags":{"a":"b"},"properties":{"gatewayType":"ExpressRoute","vpnType":"RouteBased","enableBgp":false,
                "sku":{"name":"{{{{sku}}}}","tier":"{{{{sku}}}}"},"ipConfigurations":[{"name":"d","properties":{"privateIPAllocationMethod":"Dynamic",
                "subnet":{"id":"{{{{network}}}}/subnets/GatewaySubnet"},"publicIPAddress":{"id":"{{{{address}}}}"}}}]}}
                """;
    }
}
