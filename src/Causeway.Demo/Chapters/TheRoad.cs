using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Client.Networks;
using Causeway.Client.Usage;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Primitives;

namespace Causeway.Demo.Chapters;

/// <summary>The seeds' workflow from order to deletion: a circuit with private peering, two linked networks, and the bill.</summary>
internal sealed class TheRoad(DemoCast cast) : CircuitChapter(cast)
{
    private const string Group = "contoso-network";
    private const int Mbps = 200;
    private const int Vlan = 100;
    private static readonly Asn ContosoAsn = new(65010);
    private static readonly IpPrefix Primary = IpPrefix.Parse("127.70.0.0/30");
    private static readonly IpPrefix Secondary = IpPrefix.Parse("127.70.0.4/30");
    private static readonly IpPrefix[] OnPremises = [IpPrefix.Parse("10.100.0.0/16"), IpPrefix.Parse("10.101.0.0/16")];

    protected override string Name => "contoso-amsterdam";

    private string Peering => Ids.Peering(Circuit, "AzurePrivatePeering");

    protected override async Task TellAsync(DemoWatcher watcher, CancellationToken cancellation)
    {
        string key = await CreateAsync(cancellation);
        await ProvisionAsync(key, cancellation);
        await PeerAsync(watcher, cancellation);
        (CausewayClient, string)[] links = await LinkAsync(cancellation);
        await RefusedDeleteAsync(cancellation);
        await UnlinkAsync(links, cancellation);
        await DeprovisionAsync(key, cancellation);
        await DeleteAsync(cancellation);
        await BillAsync(cancellation);
    }

    private async Task<string> CreateAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "create", Name, Mbps, City, Provider);
        string key = await OrderAsync(Mbps, cancellation);
        Tell.Done("Contoso", "created", key);

        await Tell.StepAsync("Contoso", "early");
        await MustBeRefusedAsync(() => ConfigureAsync(cancellation));
        return key;
    }

    private async Task ProvisionAsync(string key, CancellationToken cancellation)
    {
        await Tell.StepAsync(Provider, "order");
        await MoveAsync(key, "Provisioning", "cross connect ordered at AM5", cancellation);
        await Tell.PauseAsync();
        Document<CrossConnectionBody> done = await MoveAsync(key, "Provisioned", "patched AM5 0103:21-22", cancellation);
        Tell.Done(Provider, "provisioned", done.Body.Properties.STag ?? 0);
    }

    private Task<Document<PeeringBody>> ConfigureAsync(CancellationToken cancellation) =>
        Contoso.Peerings.ConfigureAsync(
            Peering,
            new PeeringOrder
            {
                PeeringType = "AzurePrivatePeering",
                PeerASN = ContosoAsn.Value,
                VlanId = Vlan,
                PrimaryPeerAddressPrefix = Primary.ToString(),
                SecondaryPeerAddressPrefix = Secondary.ToString(),
            },
            wait: true,
            cancellation
        );

    private async Task PeerAsync(DemoWatcher watcher, CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "peering", ContosoAsn, Vlan, Primary, Secondary);
        await ConfigureAsync(cancellation);
        await StartRouterAsync(ContosoAsn, Primary, Secondary, OnPremises, cancellation);
        await EstablishedAsync(Peering, cancellation);
        await watcher.LookAsync(cancellation);
        Tell.Done("Causeway", "sessions");
        await LearnedAsync(Peering, OnPremises, cancellation);
    }

    /// <returns>Who made which connection.</returns>
    private async Task<(CausewayClient, string)[]> LinkAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "link", "contoso-apps", "10.1.0.0/16");
        string first = await LinkNetworkAsync(Contoso, Group, "contoso", "10.1", null, cancellation);
        await AnnouncedAsync("10.1.0.0/16", cancellation);

        await Tell.StepAsync("Contoso", "authorize");
        Document<AuthorizationBody> authorization = await Contoso.Authorizations.PutAsync(
            Ids.Authorization(Circuit, "fabrikam"),
            new System.Text.Json.Nodes.JsonObject(),
            wait: true,
            cancellation
        );
        Tell.Done("Contoso", "authorized", authorization.Body.Name, authorization.Body.Properties.AuthorizationUseStatus);

        await Tell.StepAsync("Fabrikam", "link", "fabrikam-apps", "10.2.0.0/16");
        string? key = authorization.Body.Properties.AuthorizationKey;
        string second = await LinkNetworkAsync(Fabrikam, "fabrikam-network", "fabrikam", "10.2", key, cancellation);
        await AnnouncedAsync("10.2.0.0/16", cancellation);
        return [(Contoso, first), (Fabrikam, second)];
    }

    private async Task<string> LinkNetworkAsync(
        CausewayClient who,
        string groupName,
        string name,
        string net,
        string? authorizationKey,
        CancellationToken cancellation
    )
    {
        string group = Ids.Group(who.Arm.Subscription(), groupName);
        await GroupAsync(who, group, cancellation);
        string network = Ids.OfNetwork(group, "virtualNetworks", $"{name}-apps");
        await who.VirtualNetworks.PutAsync(
            network,
            new VirtualNetworkBody
            {
                Location = Region,
                Properties = new VirtualNetworkProperties
                {
                    AddressSpace = new AddressSpaceBody([$"{net}.0.0/16"]),
                    Subnets = [Subnet("web", $"{net}.0.0/24"), Subnet("GatewaySubnet", $"{net}.255.0/27")],
                },
            },
            NetworksContract.Default.VirtualNetworkBody,
            wait: true,
            cancellation
        );
        string gateway = Ids.OfNetwork(group, "virtualNetworkGateways", $"{name}-gateway");
        await who.Gateways.PutAsync(
            gateway,
            new GatewayBody
            {
                Location = Region,
                Properties = new GatewayProperties
                {
                    GatewayType = "ExpressRoute",
                    Sku = new GatewaySkuBody("Standard", "Standard"),
                    IpConfigurations =
                    [
                        new GatewayAddress
                        {
                            Name = "default",
                            Properties = new() { Subnet = new ReferenceBody($"{network}/subnets/GatewaySubnet") },
                        },
                    ],
                },
            },
            NetworksContract.Default.GatewayBody,
            wait: true,
            cancellation
        );
        string id = Ids.OfNetwork(group, "connections", $"{name}-link");
        await who.Connections.PutAsync(
            id,
            new ConnectionBody
            {
                Location = Region,
                Properties = new ConnectionProperties
                {
                    ConnectionType = "ExpressRoute",
                    VirtualNetworkGateway1 = new ReferenceBody(gateway),
                    Peer = new ReferenceBody(Circuit),
                    AuthorizationKey = authorizationKey,
                },
            },
            NetworksContract.Default.ConnectionBody,
            wait: true,
            cancellation
        );
        return id;

        static SubnetBody Subnet(string name, string prefix) =>
            new()
            {
                Name = name,
                Properties = new SubnetProperties { AddressPrefix = prefix },
            };
    }

    private async Task AnnouncedAsync(string prefix, CancellationToken cancellation)
    {
        IpPrefix wanted = IpPrefix.Parse(prefix);
        foreach (string side in Sides)
        {
            IReadOnlyDictionary<IpPrefix, string> learned = await UntilAsync(
                () => Task.FromResult(Router.Learned(side)),
                seen => seen.ContainsKey(wanted),
                $"{prefix} at Contoso's router from the {side} edge",
                cancellation
            );
            Tell.Route("Contoso", "announced", prefix, side, learned[wanted]);
        }
    }

    private async Task RefusedDeleteAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "delete-early");
        await MustBeRefusedAsync(() => Contoso.Circuits.DeleteAsync(Circuit, wait: true, cancellation));
    }

    private async Task UnlinkAsync((CausewayClient Who, string Id)[] links, CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "unlink");
        foreach ((CausewayClient who, string id) in links)
            await who.Connections.DeleteAsync(id, wait: true, cancellation);
        await UntilAsync(
            () => Task.FromResult(Sides.Sum(side => Router.Learned(side).Count)),
            left => left == 0,
            "withdrawal of the networks' prefixes at Contoso's router",
            cancellation
        );
        Tell.Route("Contoso", "withdrawn", "10.1.0.0/16, 10.2.0.0/16");
        await Contoso.Authorizations.DeleteAsync(Ids.Authorization(Circuit, "fabrikam"), wait: true, cancellation);
    }

    private async Task DeprovisionAsync(string key, CancellationToken cancellation)
    {
        await Tell.StepAsync(Provider, "deprovision");
        await MoveAsync(key, "Deprovisioning", "disconnect ordered", cancellation);
        await Tell.PauseAsync();
        Document<CrossConnectionBody> done = await MoveAsync(key, "NotProvisioned", "disconnected", cancellation);
        Tell.Done(Provider, "deprovisioned", done.Body.Properties.ServiceProviderProvisioningState);
    }

    private async Task DeleteAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "delete");
        await Contoso.Circuits.DeleteAsync(Circuit, wait: true, cancellation);
        if (await Contoso.Circuits.FindAsync(Circuit, cancellation) is not null)
            throw new ClientException("The circuit still answers after its deletion.");
        Tell.Done("Contoso", "deleted");
    }

    private async Task BillAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "bill");
        foreach (
            Document<Contracts.Usage.UsageRecordBody> record in await Contoso.Usage.RecordsAsync(
                Contoso.Arm.Subscription(),
                from: null,
                to: null,
                cancellation
            )
        )
            Tell.Bill("Contoso", record.Body.Properties.MeterName, record.Body.Properties.Quantity, record.Body.Properties.Unit);
    }
}
