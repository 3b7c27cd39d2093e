using System.CommandLine;
using Causeway.Client;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;

namespace Causeway.Cli;

/// <summary><c>causeway network …</c>: virtual networks, gateways, and their connections to circuits.</summary>
internal static class NetworkVerbs
{
    private const string Networks = "virtualNetworks";
    private const string Gateways = "virtualNetworkGateways";
    private const string Connections = "connections";

    private static readonly Column<VirtualNetworkBody>[] Network =
    [
        new("name", n => n.Name),
        new("region", n => n.Location),
        new("addressSpace", n => n.Properties.AddressSpace.AddressPrefixes),
        new("subnets", n => n.Properties.Subnets.Select(Prefixes)),
        new("state", n => n.Properties.ProvisioningState),
    ];

    private static readonly Column<GatewayBody>[] Gateway =
    [
        new("name", g => g.Name),
        new("region", g => g.Location),
        new("size", g => g.Properties.Sku?.Name),
        new("network", g => g.Properties.IpConfigurations is [var first, ..] ? NetworkOf(first.Properties.Subnet?.Id) : ""),
        new("state", g => g.Properties.ProvisioningState),
    ];

    private static readonly Column<ConnectionBody>[] Link =
    [
        new("name", c => c.Name),
        new("gateway", c => Ids.NameOf(c.Properties.VirtualNetworkGateway1.Id)),
        new("circuit", c => Ids.NameOf(c.Properties.Peer.Id)),
        new("weight", c => c.Properties.RoutingWeight),
        new("status", c => c.Properties.ConnectionStatus),
        new("state", c => c.Properties.ProvisioningState),
    ];

    public static Command Command() =>
        new("network")
        {
            Kind("vnet", Networks, client => client.VirtualNetworks, CreateNetwork(), Network),
            Kind("gateway", Gateways, client => client.Gateways, CreateGateway(), Gateway),
            Kind("connection", Connections, client => client.Connections, CreateConnection(), Link),
        };

    /// <summary>A kind of resource with the usual verbs and its own create.</summary>
    private static Command Kind<T>(
        string word,
        string type,
        Func<CausewayClient, ResourceClient<T>> of,
        Verb create,
        Column<T>[] columns
    ) =>
        new(word)
        {
            create,
            Shape.One(
                "show",
                [$"causeway network {word} show apps"],
                "reading",
                call => of(call.Client).GetAsync(call.PathOf(type, call.Text("name")), call.Cancellation),
                columns,
                [Opt.Argument("name")]
            ),
            Shape.List(
                "list",
                [$"causeway network {word} list --group rg"],
                $"no {word}s",
                call => of(call.Client).ListAsync(Ids.OfNetwork(call.GroupPath, type), call.Cancellation),
                columns
            ),
            Shape.Delete(
                "delete",
                [$"causeway network {word} delete apps"],
                call => of(call.Client).DeleteAsync(call.PathOf(type, call.Text("name")), call.Wait, call.Cancellation),
                call => $"{call.Words[$"thing {word}"]} {call.Text("name")}",
                Opt.Argument("name")
            ),
        };

    private static Verb CreateNetwork() =>
        Shape.One(
            "create",
            ["causeway network vnet create apps --prefix 10.1.0.0/16 --subnet web=10.1.0.0/24 --gateway-subnet 10.1.255.0/27"],
            "storing the network",
            async call =>
            {
                List<SubnetBody> subnets = [.. (call.Get<string[]>("--subnet") ?? []).Select(s => Subnet(call, s))];
                if (call.Get<string?>("--gateway-subnet") is { } gateway)
                    subnets.Add(Subnet("GatewaySubnet", gateway));
                var body = new VirtualNetworkBody
                {
                    Location = await Opt.RegionAsync(call),
                    Tags = Opt.TagsOf(call),
                    Properties = new VirtualNetworkProperties
                    {
                        AddressSpace = new AddressSpaceBody(call.Get<string[]>("--prefix") ?? []),
                        Subnets = subnets,
                    },
                };
                string path = call.PathOf(Networks, call.Text("name"));
                return await call.Client.VirtualNetworks.PutAsync(
                    path,
                    body,
                    NetworksContract.Default.VirtualNetworkBody,
                    call.Wait,
                    call.Cancellation
                );
            },
            Network,
            [
                Opt.Argument("name"),
                Opt.Many("--prefix", "PREFIX", required: true),
                Opt.Many("--subnet", "NAME=PREFIX"),
                Opt.Text("--gateway-subnet", "PREFIX"),
                Opt.Region(),
                Opt.Tags(),
            ],
            (call, network) => call.Next("next gateway", network.Name!)
        );

    private static Verb CreateGateway() =>
        Shape.One(
            "create",
            ["causeway network gateway create apps-gw --vnet apps"],
            "placing the gateway",
            async call =>
            {
                string network = call.PathOf(Networks, call.Text("--vnet"));
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
                string path = call.PathOf(Gateways, call.Text("name"));
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

    private static Verb CreateConnection() =>
        Shape.One(
            "create",
            [
                "causeway network connection create apps-office --gateway apps-gw --circuit office",
                "causeway network connection create theirs --gateway gw --circuit /subscriptions/…/expressRouteCircuits/office --authorization-key-file key.txt --as otherCustomer",
            ],
            "linking",
            async call =>
            {
                string gateway = call.PathOf(Gateways, call.Text("--gateway"));
                var body = new ConnectionBody
                {
                    Location = (await call.Client.Gateways.GetAsync(gateway, call.Cancellation)).Body.Location,
                    Properties = new ConnectionProperties
                    {
                        ConnectionType = "ExpressRoute",
                        VirtualNetworkGateway1 = new ReferenceBody(gateway),
                        Peer = new ReferenceBody(call.Circuit("--circuit")),
                        RoutingWeight = (int)call.Get<long>("--weight"),
                        AuthorizationKey = SecretFile.Of(call, "--authorization-key", "CAUSEWAY_AUTHORIZATION_KEY"),
                    },
                };
                string path = call.PathOf(Connections, call.Text("name"));
                return await call.Client.Connections.PutAsync(
                    path,
                    body,
                    NetworksContract.Default.ConnectionBody,
                    call.Wait,
                    call.Cancellation
                );
            },
            Link,
            [
                Opt.Argument("name"),
                Opt.Needed("--gateway", "GATEWAY"),
                Opt.Needed("--circuit", "CIRCUIT"),
                Opt.Text("--authorization-key", "KEY"),
                Opt.Text("--authorization-key-file", "FILE"),
                Opt.Number("--weight"),
            ],
            (call, _) => call.Next("next routes", Ids.NameOf(call.Text("--circuit")))
        );

    private static SubnetBody Subnet(CliCall call, string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals
            ? Subnet(text[..equals], text[(equals + 1)..])
            : throw new CliException(call.Words["not a subnet", text]);

    private static SubnetBody Subnet(string name, string prefix) =>
        new()
        {
            Name = name,
            Properties = new SubnetProperties { AddressPrefix = prefix },
        };

    private static string Prefixes(SubnetBody subnet) =>
        $"{subnet.Name} {subnet.Properties.AddressPrefix ?? string.Join(' ', subnet.Properties.AddressPrefixes ?? [])}";

    /// <summary>The network's name in the id of one of its subnets.</summary>
    private static string NetworkOf(string? subnet) => subnet?.Split('/') is { Length: > 2 } segments ? segments[^3] : "";
}
