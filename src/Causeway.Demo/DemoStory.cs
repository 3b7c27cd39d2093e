using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Client.Networks;
using Causeway.Client.Resources;
using Causeway.Client.Usage;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Primitives;

namespace Causeway.Demo;

/// <summary>
/// The seeds' workflow from order to deletion, told through the public API only: three people with three logins, and a customer's router with
/// real BGP sessions. Every claim the story makes is read back from the server or from the customer's router before it is shown.
/// </summary>
public sealed class DemoStory(
    CausewayClient contoso,
    CausewayClient fabrikam,
    CausewayClient equinix,
    CustomerRouter router,
    DemoTeller tell,
    TimeProvider time
)
{
    private const string Region = "westeurope";
    private const string Group = "contoso-network";
    private const string Name = "contoso-amsterdam";
    private const int Mbps = 200;
    private const string Provider = "Equinix";
    private const string City = "Amsterdam";
    private const int Vlan = 100;
    private static readonly string[] Sides = ["primary", "secondary"];
    private static readonly Asn ContosoAsn = new(65010);
    private static readonly IpPrefix Primary = IpPrefix.Parse("127.70.0.0/30");
    private static readonly IpPrefix Secondary = IpPrefix.Parse("127.70.0.4/30");
    private static readonly IpPrefix[] OnPremises = [IpPrefix.Parse("10.100.0.0/16"), IpPrefix.Parse("10.101.0.0/16")];

    private readonly string _group = Ids.Group(contoso.Arm.Subscription(), Group);

    private string Circuit => Ids.Circuit(_group, Name);

    private string Peering => Ids.Peering(Circuit, "AzurePrivatePeering");

    public async Task RunAsync(Asn ourAsn, int bgpPort, CancellationToken cancellation)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var watcher = new DemoWatcher(contoso, Circuit, tell, time);
        Task watched = watcher.RunAsync(watching.Token);
        try
        {
            string key = await CreateAsync(cancellation);
            await ProvisionAsync(key, cancellation);
            await PeerAsync(ourAsn, bgpPort, watcher, cancellation);
            (CausewayClient, string)[] links = await LinkAsync(cancellation);
            await RefusedDeleteAsync(cancellation);
            await UnlinkAsync(links, cancellation);
            await DeprovisionAsync(key, cancellation);
            await DeleteAsync(cancellation);
            await BillAsync(cancellation);
        }
        finally
        {
            await watching.CancelAsync();
            await watched;
        }
    }

    private async Task<string> CreateAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "create", Name, Mbps, City, Provider);
        await GroupAsync(contoso, _group, cancellation);
        Document<CircuitBody> circuit = await contoso.Circuits.OrderAsync(
            Circuit,
            new CircuitOrderBody(
                Region,
                Tags: null,
                new SkuBody("Standard_MeteredData", "Standard", "MeteredData"),
                new CircuitOrderProperties(new ServiceProviderProperties(Provider, City, Mbps))
            ),
            wait: true,
            cancellation
        );
        string key = circuit.Body.Properties.ServiceKey.ToString();
        tell.Done("Contoso", "created", key);

        await tell.StepAsync("Contoso", "early");
        await MustBeRefusedAsync(() => ConfigureAsync(cancellation));
        return key;
    }

    private static Task<Document<GroupBody>> GroupAsync(CausewayClient who, string group, CancellationToken cancellation) =>
        who.Groups.PutAsync(group, new GroupBody { Location = Region }, ResourcesContract.Default.GroupBody, wait: true, cancellation);

    private async Task ProvisionAsync(string key, CancellationToken cancellation)
    {
        await tell.StepAsync(Provider, "order");
        await MoveAsync(key, "Provisioning", "cross connect ordered at AM5", cancellation);
        await tell.PauseAsync();
        Document<CrossConnectionBody> done = await MoveAsync(key, "Provisioned", "patched AM5 0103:21-22", cancellation);
        tell.Done(Provider, "provisioned", done.Body.Properties.STag ?? 0);
    }

    private async Task<Document<CrossConnectionBody>> MoveAsync(string key, string state, string notes, CancellationToken cancellation)
    {
        Document<CrossConnectionBody> order =
            await equinix.CrossConnections.FindOrderAsync(equinix.Arm.Subscription(), key, cancellation)
            ?? throw new ClientException($"The provider's list of orders does not hold service key {key}.");
        return await equinix.CrossConnections.MoveAsync(order.Body, state, notes, wait: true, cancellation);
    }

    private Task<Document<PeeringBody>> ConfigureAsync(CancellationToken cancellation) =>
        contoso.Peerings.ConfigureAsync(
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

    private async Task PeerAsync(Asn ourAsn, int bgpPort, DemoWatcher watcher, CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "peering", ContosoAsn, Vlan, Primary, Secondary);
        await ConfigureAsync(cancellation);
        var edges = new Dictionary<string, IpPrefix> { ["primary"] = Primary, ["secondary"] = Secondary };
        await router.StartAsync(ContosoAsn, ourAsn, bgpPort, edges, OnPremises, cancellation);

        await UntilAsync(
            () => contoso.Peerings.SessionsAsync(Peering, cancellation),
            seen => seen.Count == Sides.Length && seen.All(s => s.Body.State == "Established"),
            "both sessions to be Established",
            cancellation
        );
        await watcher.LookAsync(cancellation);
        tell.Done("Causeway", "sessions");
        string[] expected = [.. OnPremises.Select(p => p.ToString())];
        foreach (string side in Sides)
        {
            IReadOnlyList<Document<RouteEntry>> routes = await UntilAsync(
                () => contoso.Peerings.RoutesAsync(Peering, side, cancellation),
                seen => expected.All(p => seen.Any(r => r.Body.Network == p)),
                $"routes of Contoso in the {side} route table",
                cancellation
            );
            foreach (RouteEntry route in routes.Select(r => r.Body).Where(r => expected.Contains(r.Network)))
                tell.Route("Causeway", "learned", side, route.Network, route.Path);
        }
    }

    /// <returns>Who made which connection.</returns>
    private async Task<(CausewayClient, string)[]> LinkAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "link", "contoso-apps", "10.1.0.0/16");
        string first = await LinkNetworkAsync(contoso, Group, "contoso", "10.1", null, cancellation);
        await AnnouncedAsync("10.1.0.0/16", cancellation);

        await tell.StepAsync("Contoso", "authorize");
        Document<AuthorizationBody> authorization = await contoso.Authorizations.PutAsync(
            Ids.Authorization(Circuit, "fabrikam"),
            new System.Text.Json.Nodes.JsonObject(),
            wait: true,
            cancellation
        );
        tell.Done("Contoso", "authorized", authorization.Body.Name, authorization.Body.Properties.AuthorizationUseStatus);

        await tell.StepAsync("Fabrikam", "link", "fabrikam-apps", "10.2.0.0/16");
        string? key = authorization.Body.Properties.AuthorizationKey;
        string second = await LinkNetworkAsync(fabrikam, "fabrikam-network", "fabrikam", "10.2", key, cancellation);
        await AnnouncedAsync("10.2.0.0/16", cancellation);
        return [(contoso, first), (fabrikam, second)];
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
                () => Task.FromResult(router.Learned(side)),
                seen => seen.ContainsKey(wanted),
                $"{prefix} at Contoso's router from the {side} edge",
                cancellation
            );
            tell.Route("Contoso", "announced", prefix, side, learned[wanted]);
        }
    }

    private async Task RefusedDeleteAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "delete-early");
        await MustBeRefusedAsync(() => contoso.Circuits.DeleteAsync(Circuit, wait: true, cancellation));
    }

    private async Task UnlinkAsync((CausewayClient Who, string Id)[] links, CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "unlink");
        foreach ((CausewayClient who, string id) in links)
            await who.Connections.DeleteAsync(id, wait: true, cancellation);
        await UntilAsync(
            () => Task.FromResult(Sides.Sum(side => router.Learned(side).Count)),
            left => left == 0,
            "withdrawal of the networks' prefixes at Contoso's router",
            cancellation
        );
        tell.Route("Contoso", "withdrawn", "10.1.0.0/16, 10.2.0.0/16");
        await contoso.Authorizations.DeleteAsync(Ids.Authorization(Circuit, "fabrikam"), wait: true, cancellation);
    }

    private async Task DeprovisionAsync(string key, CancellationToken cancellation)
    {
        await tell.StepAsync(Provider, "deprovision");
        await MoveAsync(key, "Deprovisioning", "disconnect ordered", cancellation);
        await tell.PauseAsync();
        Document<CrossConnectionBody> done = await MoveAsync(key, "NotProvisioned", "disconnected", cancellation);
        tell.Done(Provider, "deprovisioned", done.Body.Properties.ServiceProviderProvisioningState);
    }

    private async Task DeleteAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "delete");
        await contoso.Circuits.DeleteAsync(Circuit, wait: true, cancellation);
        if (await contoso.Circuits.FindAsync(Circuit, cancellation) is not null)
            throw new ClientException("The circuit still answers after its deletion.");
        tell.Done("Contoso", "deleted");
    }

    private async Task BillAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "bill");
        foreach (
            Document<Contracts.Usage.UsageRecordBody> record in await contoso.Usage.RecordsAsync(
                contoso.Arm.Subscription(),
                from: null,
                to: null,
                cancellation
            )
        )
            tell.Bill("Contoso", record.Body.Properties.MeterName, record.Body.Properties.Quantity, record.Body.Properties.Unit);
    }

    private async Task MustBeRefusedAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (ArmException e)
        {
            tell.Refused("Causeway", e.Code, e.Message);
            return;
        }
        throw new ClientException("What should have been refused was accepted.");
    }

    /// <summary>Looks until something is so; half a minute is far more than any of it takes.</summary>
    private async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> holds, string what, CancellationToken cancellation)
    {
        DateTimeOffset deadline = time.GetUtcNow() + TimeSpan.FromSeconds(30);
        while (true)
        {
            T seen = await look();
            if (holds(seen))
                return seen;
            if (time.GetUtcNow() > deadline)
                throw new ClientException($"Waited 30 s in vain for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
        }
    }
}
