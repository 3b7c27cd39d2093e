using System.Net;
using Causeway.Api.Tests;
using Causeway.Demo;
using Causeway.Primitives;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Testing;

namespace Causeway.Portal.Tests;

/// <summary>A server with customers whose routers have real sessions with ours: established, refused and absent.</summary>
public sealed class SessionServer : SqliteApi, IAsyncLifetime
{
    /// <summary>What proves the prefixes of Contoso, in a registry of its own.</summary>
    private const string Registry = """
        route:   193.10.0.0/20
        descr:   Contoso
        origin:  AS401900
        mnt-by:  MAINT-CONTOSO
        source:  RADB

        route:   194.9.0.0/20
        descr:   Fourth Coffee
        origin:  AS401901
        mnt-by:  MAINT-COFFEE
        source:  RADB

        """;

    private static readonly Asn s_asn = new(401_900);
    private static readonly IpPrefix s_own = IpPrefix.Parse("193.10.0.0/20");
    private static readonly IpPrefix s_anothers = IpPrefix.Parse("194.9.0.0/20");

    private readonly List<CustomerRouter> _routers = [];
    private int _bgpPort;

    public string Group => $"/subscriptions/{CustomerSubscription}/resourceGroups/contoso-network";

    public string Circuit(string name) => $"{Group}/providers/Microsoft.Network/expressRouteCircuits/{name}";

    public string Peering => $"{Group}/providers/Microsoft.Peering/peerings/contoso-ams-ix";

    private string Coffee => $"/subscriptions/{OtherSubscription}/resourceGroups/fourth-coffee";

    protected override ServerSettings Configure(ServerSettings settings)
    {
        _bgpPort = settings.BgpPort;
        string folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(DataFolder)!, "registry")).FullName;
        File.WriteAllText(Path.Combine(folder, "registry.db"), Registry);
        string topology = Path.Combine(folder, "topology.yaml");
        File.WriteAllText(topology, $"{TopologyFile.BuiltIn}\nregistries: {{ dumps: [registry.db] }}\n");
        return base.Configure(settings) with { TopologyFile = topology };
    }

    /// <summary>A customer's router, with a session to each of the circuit's edges, or to our routers at the exchange.</summary>
    public async Task<CustomerRouter> RouterAsync(
        Asn asn,
        IReadOnlyDictionary<string, (IPAddress Ours, IPAddress Theirs)> edges,
        params IReadOnlyList<IpPrefix> announce
    )
    {
        var router = new CustomerRouter(TimeProvider.System);
        _routers.Add(router);
        await router.StartAsync(asn, new Asn(64496), _bgpPort, edges, announce, CancellationToken.None);
        return router;
    }

    /// <summary>The two ends of both links of a circuit that has <c>127.NET.0.0/30</c> and <c>127.NET.0.4/30</c>.</summary>
    public static IReadOnlyDictionary<string, (IPAddress Ours, IPAddress Theirs)> Links(int net) =>
        new Dictionary<string, (IPAddress, IPAddress)>
        {
            ["primary"] = (IPAddress.Parse($"127.{net}.0.1"), IPAddress.Parse($"127.{net}.0.2")),
            ["secondary"] = (IPAddress.Parse($"127.{net}.0.5"), IPAddress.Parse($"127.{net}.0.6")),
        };

    /// <summary>Everything that is pictured.</summary>
    public async Task WorldAsync()
    {
        await GroupAsync(Customer, Group);
        await GroupAsync(OtherCustomer, Coffee);
        await OrderAsync(Customer, Circuit("ams-office"), "Equinix", "Amsterdam", 1000);
        await OrderAsync(Customer, Circuit("ams-internet"), "Equinix", "Amsterdam", 500);
        await OrderAsync(Customer, Circuit("ams-leased"), "Equinix", "Amsterdam", 200);
        await OrderAsync(Customer, Circuit("sto-backup-for-the-office-in-amsterdam-and-its-warehouse"), "Megaport", "Stockholm", 100);
        await OrderAsync(Customer, Circuit("sto-factory"), "Equinix", "Stockholm", 2000);
        await OrderAsync(Customer, Circuit("ams-sales"), "Megaport", "Amsterdam", 50);
        await OrderAsync(OtherCustomer, $"{Coffee}/providers/Microsoft.Network/expressRouteCircuits/roastery", "Equinix", "Amsterdam", 50);
        foreach (string circuit in (string[])["ams-office", "ams-internet", "ams-leased"])
            await MovesAsync(Circuit(circuit), "Provisioned");
        await MovesAsync(Circuit("sto-factory"), "Provisioning");

        await PutAsync(
            $"{Circuit("ams-office")}/peerings/AzurePrivatePeering?api-version=2024-01-01",
            """{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"127.67.0.0/30","secondaryPeerAddressPrefix":"127.67.0.4/30"}}"""
        );
        await RouterAsync(new Asn(65010), Links(67), IpPrefix.Parse("172.20.0.0/16"), IpPrefix.Parse("172.21.8.0/22"));
        await DeclareAsync("ams-internet", 71, "193.10.0.0/20");
        await RouterAsync(s_asn, Links(71), s_own, s_anothers, IpPrefix.Parse("193.10.3.0/24"));
        await DeclareAsync("ams-leased", 72, "198.18.64.0/20");

        await AtTheExchangeAsync();
        await EstablishedAsync($"{Circuit("ams-office")}/peerings/AzurePrivatePeering");
        await EstablishedAsync($"{Circuit("ams-internet")}/peerings/MicrosoftPeering");
    }

    /// <summary>One peering with sessions that are up and closed, and one that asks.</summary>
    private async Task AtTheExchangeAsync()
    {
        string mine = $"/subscriptions/{CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso";
        string theirs = $"/subscriptions/{OtherSubscription}/providers/Microsoft.Peering/peerAsns/fourth-coffee";
        await AsnAsync(Customer, mine, 401_900, "Contoso");
        await AsnAsync(OtherCustomer, theirs, 401_901, "Fourth Coffee");
        (await Operator.Post($"{mine}/approve?api-version=2022-10-01")).Is(200);
        (await Operator.Post($"{theirs}/approve?api-version=2022-10-01")).Is(200);
        await AtAsync(Customer, Peering, mine, "127.80.0.70");
        await AtAsync(OtherCustomer, $"{Coffee}/providers/Microsoft.Peering/peerings/coffee-ams-ix", theirs, "127.80.0.71");
        (await Operator.Post($"{Peering}/approve?api-version=2022-10-01", "{}")).Is(200);
        IPAddress own = IPAddress.Parse("127.80.0.70");
        await RouterAsync(
            s_asn,
            new Dictionary<string, (IPAddress, IPAddress)>
            {
                ["ams-x1"] = (own, IPAddress.Parse("127.80.0.1")),
                ["ams-x2"] = (own, IPAddress.Parse("127.80.0.2")),
            },
            s_own,
            s_anothers
        );
        (await Customer.Post($"{Peering}/notifyReady?api-version=2022-10-01", "{}")).Is(200);
    }

    private static async Task AtAsync(HttpClient who, string peering, string asn, string address) =>
        (
            await who.Put(
                $"{peering}?api-version=2022-10-01",
                $$$$"""
                {"location":"westeurope","sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"peeringLocation":"Amsterdam","exchange":{
                 "peerAsn":{"id":"{{{{asn}}}}"},"connections":[{"peeringDBFacilityId":26,"connectionIdentifier":"port-1","bgpSession":{"peerSessionIPv4Address":"{{{{address}}}}","maxPrefixesAdvertisedV4":100}}]}}}
                """
            )
        ).Is(201);

    private static async Task AsnAsync(HttpClient who, string path, uint asn, string name) =>
        (
            await who.Put(
                $"{path}?api-version=2022-10-01",
                $$$$"""{"properties":{"peerAsn":{{{{asn}}}},"peerName":"{{{{name}}}}","peerContactDetail":[{"role":"Noc","email":"noc@network.example"}]}}"""
            )
        ).Is(201);

    public static async Task GroupAsync(HttpClient who, string group) =>
        (await who.Put($"{group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);

    public static async Task OrderAsync(HttpClient who, string circuit, string provider, string location, int mbps) =>
        (
            await who.Put(
                $"{circuit}?api-version=2024-01-01",
                $$$$"""
                {"location":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},
                 "properties":{"serviceProviderProperties":{"serviceProviderName":"{{{{provider}}}}","peeringLocation":"{{{{location}}}}","bandwidthInMbps":{{{{mbps}}}}}}}
                """
            )
        ).Is(201);

    public async Task MovesAsync(string circuit, string state)
    {
        var body = (await Customer.Get($"{circuit}?api-version=2024-01-01")).Is(200).Body!["properties"]!;
        string location = body["serviceProviderProperties"]!["peeringLocation"]!.ToString();
        string order =
            $"/subscriptions/{ProviderSubscription}/resourceGroups/CrossConnection-{location}/providers/Microsoft.Network/expressRouteCrossConnections/{body["serviceKey"]}";
        (
            await Provider.Put(
                $"{order}?api-version=2024-01-01",
                $$$$"""{"location":"westeurope","properties":{"serviceProviderProvisioningState":"{{{{state}}}}"}}"""
            )
        ).Is(200);
    }

    public Task DeclareAsync(string circuit, int net, string prefix) =>
        PutAsync(
            $"{Circuit(circuit)}/peerings/MicrosoftPeering?api-version=2024-01-01",
            $$$$"""
            {"properties":{"peeringType":"MicrosoftPeering","peerASN":401900,"vlanId":101,"primaryPeerAddressPrefix":"127.{{{{net}}}}.0.0/30","secondaryPeerAddressPrefix":"127.{{{{net}}}}.0.4/30",
             "microsoftPeeringConfig":{"advertisedPublicPrefixes":["{{{{prefix}}}}"],"routingRegistryName":"RADB"}}}
            """
        );

    private async Task PutAsync(string path, string body) => (await Customer.Put(path, body)).Is(201);

    /// <summary>Both sessions of a peering are up.</summary>
    public Task EstablishedAsync(string peering) =>
        Eventually.Get(
            async () => (await Customer.Get($"{peering}/sessions?api-version=2024-01-01")).Body?.ToJsonString() ?? "",
            seen => seen.Split("\"Established\"").Length == 3,
            $"the sessions of {peering} are up"
        );

    public new async ValueTask DisposeAsync()
    {
        foreach (CustomerRouter router in _routers)
            await router.DisposeAsync();
        await base.DisposeAsync();
    }
}
