using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Networks;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Networks;

/// <summary><c>causeway network gateway …</c>: what a network is linked through.</summary>
internal static class VirtualNetworkGatewayVerbs
{
    internal const string Type = "virtualNetworkGateways";

    private static readonly Column<GatewayBody>[] Gateway =
    [
        new("name", g => g.Name),
        new("region", g => g.Location),
        new("size", g => g.Properties.Sku?.Name),
        new("network", g => g.Properties.IpConfigurations is [var first, ..] ? NetworkOf(first.Properties.Subnet?.Id) : ""),
        new("state", g => g.Properties.ProvisioningState),
    ];

    public static IEnumerable<Twig> Twigs => [new("network gateway", All)];

    private static IEnumerable<Command> All() =>
        NetworkVerbs.Of("gateway", Type, client => client.Gateways, Create(), Gateway, "no gateways", "thing gateway");

    private static Verb Create() =>
        Shape.One(
            "create",
            ["causeway network gateway create apps-gw --vnet apps"],
            "placing the gateway",
            async call =>
            {
                string network = call.PathOf(VirtualNetworkVerbs.Type, call.Text("--vnet"));
                string sku = call.Text("--sku");
                var body = new GatewayBody
                {
                    Location =
                        call.Get<string?>("--location")
                        ?? (await call.Client.VirtualNetworks.GetAsync(network, call.Cancellation)).Body.Location,
                    Properties = new GatewayProperties
                    {
                        GatewayType = "ExpressRoute",
                        Sku = new GatewaySkuBody(sku, sku),
                        IpConfigurations =
                        [
                            new GatewayAddress
                            {
                                Name = "default",
                                Properties = new() { Subnet = new ReferenceBody($"{network}/subnets/GatewaySubnet") },
                            },
                        ],
                    },
                };
                string path = call.PathOf(Type, call.Text("name"));
                return await call.Client.Gateways.PutAsync(path, body, NetworksContract.Default.GatewayBody, call.Wait, call.Cancellation);
            },
            Gateway,
            [
                Opt.Argument("name"),
                Opt.Needed("--vnet", "NETWORK"),
                Opt.OneOf("--sku", "Standard", "Standard", "HighPerformance", "UltraPerformance", "ErGw1AZ", "ErGw2AZ", "ErGw3AZ"),
                Opt.Region(),
            ],
            (call, gateway) => call.Next("next connection", gateway.Name!)
        );

    /// <summary>The network's name in the id of one of its subnets.</summary>
    private static string NetworkOf(string? subnet) => subnet?.Split('/') is { Length: > 2 } segments ? segments[^3] : "";
}
