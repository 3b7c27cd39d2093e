using System.CommandLine;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Networks;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Networks;

/// <summary><c>causeway network vnet …</c>: address space and subnets.</summary>
internal static class VirtualNetworkVerbs
{
    internal const string Type = "virtualNetworks";

    private static readonly Column<VirtualNetworkBody>[] Network =
    [
        new("name", n => n.Name),
        new("region", n => n.Location),
        new("addressSpace", n => n.Properties.AddressSpace.AddressPrefixes),
        new("subnets", n => n.Properties.Subnets.Select(Prefixes)),
        new("state", n => n.Properties.ProvisioningState),
    ];

    public static IEnumerable<Twig> Twigs => [new("network vnet", All)];

    private static IEnumerable<Command> All() =>
        NetworkVerbs.Of("vnet", Type, client => client.VirtualNetworks, Create(), Network, "no vnets", "thing vnet");

    private static Verb Create() =>
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
                string path = call.PathOf(Type, call.Text("name"));
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
}
