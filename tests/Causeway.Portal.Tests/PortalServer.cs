using Causeway.Api.Tests;
using Causeway.Identity.Roles;

namespace Causeway.Portal.Tests;

/// <summary>A server with a little on every side.</summary>
public sealed class PortalServer : SqliteApi
{
    public string Group => $"/subscriptions/{CustomerSubscription}/resourceGroups/rg";

    public string Circuit(string name) => $"{Group}/providers/Microsoft.Network/expressRouteCircuits/{name}?api-version=2024-01-01";

    /// <summary>Orders a circuit as the customer.</summary>
    public async Task OrderAsync(string name, string tags = "{}")
    {
        (await Customer.Put($"{Group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(await GroupStatusAsync());
        (
            await Customer.Put(
                Circuit(name),
                $$$$"""
                {"location":"westeurope","tags":{{{{tags}}}},"sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},
                 "properties":{"serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":100}}}
                """
            )
        ).Is(201);
    }

    private readonly SemaphoreSlim _once = new(1);
    private bool _hasSomething;

    /// <summary>A circuit with a name that is as long as names may be, provisioned, with a routing domain.</summary>
    public const string Long = "a-circuit-with-a-name-that-is-as-long-as-a-name-of-a-circuit-may-be-in-azure.1";

    /// <summary>Something on every side; the same for all tests of a class.</summary>
    public async Task SomethingAsync()
    {
        await _once.WaitAsync();
        try
        {
            if (_hasSomething)
                return;
            await OrderAsync(Long, """{"owner":"<b>Örebro</b>"}""");
            await ProviderMovesAsync(Long, "Provisioned");
            (
                await Customer.Put(
                    $"{Group}/providers/Microsoft.Network/expressRouteCircuits/{Long}/peerings/AzurePrivatePeering?api-version=2024-01-01",
                    """{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"192.168.15.16/30","secondaryPeerAddressPrefix":"192.168.15.20/30"}}"""
                )
            ).Is(201);
            (
                await Customer.Put(
                    $"/subscriptions/{CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso?api-version=2022-10-01",
                    """{"properties":{"peerAsn":65001,"peerName":"<i>Contoso</i>","peerContactDetail":[{"role":"Noc","email":"noc@contoso.example"}]}}"""
                )
            ).Is(201);
            (
                await Customer.Put(
                    $"{Group}/providers/Microsoft.Network/expressRouteCircuits/{Long}/peerings/MicrosoftPeering?api-version=2024-01-01",
                    """
                    {"properties":{"peeringType":"MicrosoftPeering","peerASN":65010,"vlanId":101,"primaryPeerAddressPrefix":"192.0.2.0/30","secondaryPeerAddressPrefix":"192.0.2.4/30",
                     "microsoftPeeringConfig":{"advertisedPublicPrefixes":["193.10.0.0/20"],"routingRegistryName":"RIPENCC"}}}
                    """
                )
            ).Is(201);
            string asn = $"/subscriptions/{CustomerSubscription}/providers/Microsoft.Peering/peerAsns/meeting";
            (
                await Customer.Put(
                    $"{asn}?api-version=2022-10-01",
                    """{"properties":{"peerAsn":64500,"peerName":"Meeting","peerContactDetail":[{"role":"Noc","email":"noc@meeting.example"}]}}"""
                )
            ).Is(201);
            (await Operator.Post($"{asn}/approve?api-version=2022-10-01")).Is(200);
            foreach ((string peering, int host) in ((string, int)[])[(Peering, 70), (Questioned, 69)])
                (
                    await Customer.Put(
                        $"{peering}?api-version=2022-10-01",
                        $$$$"""
                        {"location":"westeurope","sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"peeringLocation":"Amsterdam","exchange":{
                         "peerAsn":{"id":"{{{{asn}}}}"},"connections":[{"peeringDBFacilityId":26,"connectionIdentifier":"c1","bgpSession":{"peerSessionIPv4Address":"127.80.0.{{{{host}}}}","maxPrefixesAdvertisedV4":100}}]}}}
                        """
                    )
                ).Is(201);
            (await Operator.Post($"{Questioned}/ask?api-version=2022-10-01", """{"reason":"Which port is yours?"}""")).Is(200);
            await AskAsync(Ticket, $"{Group}/providers/Microsoft.Network/expressRouteCircuits/{Long}/peerings/MicrosoftPeering");
            (
                await Customer.Put(
                    $"{Filter}?api-version=2024-01-01",
                    """
                    {"location":"westeurope","properties":{"rules":[{"name":"allow","properties":{"access":"Allow","routeFilterRuleType":"Community","communities":["12076:5010"]}}]}}
                    """
                )
            ).Is(201);
            (await Customer.Put($"{Authorization}?api-version=2024-01-01", "{}")).Is(201);
            _hasSomething = true;
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>A ticket about the Microsoft peering of <see cref="Long"/>, that waits for the operator.</summary>
    public string Ticket => TicketOf("letter");

    public string Filter => $"{Group}/providers/Microsoft.Network/routeFilters/services";

    /// <summary>Lets another subscription connect to <see cref="Long"/>.</summary>
    public string Authorization => $"{Group}/providers/Microsoft.Network/expressRouteCircuits/{Long}/authorizations/fabrikam";

    public string Network(string name) => $"{Group}/providers/Microsoft.Network/virtualNetworks/{name}";

    public string Gateway(string name) => $"{Group}/providers/Microsoft.Network/virtualNetworkGateways/{name}";

    /// <summary>A network and a gateway of the same name.</summary>
    public async Task NetworkWithGatewayAsync(string name)
    {
        await NetworkAsync(name);
        (
            await Customer.Put(
                $"{Gateway(name)}?api-version=2024-01-01",
                $$$$"""
                {"location":"westeurope","properties":{"gatewayType":"ExpressRoute","sku":{"name":"Standard","tier":"Standard"},
                 "ipConfigurations":[{"name":"default","properties":{"subnet":{"id":"{{{{Network(name)}}}}/subnets/GatewaySubnet"}}}]}}
                """
            )
        ).Is(201);
    }

    /// <summary>A network that has room for a gateway, and none.</summary>
    public async Task NetworkAsync(string name) =>
        (
            await Customer.Put(
                $"{Network(name)}?api-version=2024-01-01",
                """
                {"location":"westeurope","tags":{"owner":"<b>ann</b>"},"properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]},
                 "subnets":[{"name":"web","properties":{"addressPrefix":"10.1.0.0/24"}},{"name":"GatewaySubnet","properties":{"addressPrefix":"10.1.255.0/27"}}]}}
                """
            )
        ).Is(201);

    public string TicketOf(string name) => $"/subscriptions/{CustomerSubscription}/providers/Microsoft.Support/supportTickets/{name}";

    /// <summary>Lets somebody read what the customer has, and change nothing of it.</summary>
    public async Task ReadsAsync(string principal) =>
        (
            await Operator.Put(
                $"/subscriptions/{CustomerSubscription}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
                $$$"""
                {"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{BuiltInRoles.Reader.Id}}}",
                 "principalId":"{{{Server.Installation.Principals[principal].ObjectId}}}"}}
                """
            )
        ).Is(201);

    /// <summary>The customer asks for prefixes to be accepted.</summary>
    public async Task AskAsync(string ticket, string about, string title = "Please accept <b>193.10.0.0/20</b>") =>
        (
            await Customer.Put(
                $"{ticket}?api-version=2024-04-01",
                $$$$"""
                {"properties":{"serviceId":"/providers/Microsoft.Support/services/expressRoute",
                 "problemClassificationId":"/providers/Microsoft.Support/services/expressRoute/problemClassifications/advertisedPrefixes",
                 "title":"{{{{title}}}}","description":"We use it since 1999.","severity":"moderate","advancedDiagnosticConsent":"No","technicalTicketDetails":{"resourceId":"{{{{about}}}}"},
                 "contactDetails":{"firstName":"Ann","lastName":"Berg","preferredContactMethod":"email","primaryEmailAddress":"ann@example.net","preferredTimeZone":"UTC","country":"SWE","preferredSupportLanguage":"en"}}}
                """
            )
        ).Is(200);

    /// <summary>Pages of single things at a side, and its forms.</summary>
    public IEnumerable<string> PagesOf(string side) =>
        side switch
        {
            "customer" =>
            [
                $"/portal/r{Group}/providers/Microsoft.Network/expressRouteCircuits/{Long}",
                "/portal/do/order",
                "/portal/do/group",
                "/portal/do/network",
                "/portal/do/gateway",
                "/portal/do/ticket",
                $"/portal/r{Ticket}",
                .. new[] { "say", "attach", "close" }.Select(act => $"/portal/do/{act}?on={Uri.EscapeDataString(Ticket)}"),
                $"/portal/r{Filter}",
                $"/portal/r{Authorization}",
                "/portal/do/filter",
                $"/portal/do/rule?on={Uri.EscapeDataString(Filter)}",
                $"/portal/do/delete?on={Uri.EscapeDataString(Filter)}",
                $"/portal/do/delete?on={Uri.EscapeDataString(Group)}",
                .. new[] { "configure", "configure-public", "prefixes", "link", "resize", "authorize", "attach-filter" }.Select(act =>
                    $"/portal/do/{act}?on={Uri.EscapeDataString($"{Group}/providers/Microsoft.Network/expressRouteCircuits/{Long}")}"
                ),
                $"/portal/r{Group}/providers/Microsoft.Network/expressRouteCircuits/{Long}?routes=accepted",
                $"/portal/r{Group}",
                "/portal/customer/whatif?prefixes=193.0.0.0/21&asn=3333",
            ],
            "peer" =>
            [
                "/portal/do/asn",
                "/portal/do/request",
                $"/portal/do/answer?on={Uri.EscapeDataString(Questioned)}",
                $"/portal/r{Peering}?routes=refused&prefix=192.0.2.0/24",
                $"/portal/r/subscriptions/{CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso",
            ],
            "provider" => [$"/portal/r{_order}", $"/portal/do/move?on={Uri.EscapeDataString(_order)}"],
            _ =>
            [
                $"/portal/r{Peering}",
                $"/portal/r{Ticket}",
                .. new[] { "approve", "ask", "reject" }.Select(act => $"/portal/do/{act}?on={Uri.EscapeDataString(Peering)}"),
                $"/portal/do/accept?on={Uri.EscapeDataString(Ticket)}",
                $"/portal/share?on={Uri.EscapeDataString(Peering)}",
                $"/portal/do/reject?on={Uri.EscapeDataString($"/subscriptions/{CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso")}",
            ],
        };

    /// <summary>One at an exchange, that waits for the operator.</summary>
    public string Peering => $"{Group}/providers/Microsoft.Peering/peerings/at-ams-ix";

    /// <summary>One at the same exchange, about which the operator has asked something.</summary>
    public string Questioned => $"{Group}/providers/Microsoft.Peering/peerings/asked-at-ams-ix";

    private string _order = "";

    /// <summary>The last order that the provider moved.</summary>
    public string Order => _order;

    /// <summary>The provider says how far a circuit is.</summary>
    public async Task ProviderMovesAsync(string circuit, string state)
    {
        string key = (await Customer.Get(Circuit(circuit))).Is(200).Body!["properties"]!["serviceKey"]!.ToString();
        _order =
            $"/subscriptions/{ProviderSubscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{key}";
        (
            await Provider.Put(
                $"{_order}?api-version=2024-01-01",
                $$$"""{"location":"westeurope","properties":{"serviceProviderProvisioningState":"{{{state}}}"}}"""
            )
        ).Is(200);
    }

    private bool _hasGroup;

    private Task<int> GroupStatusAsync()
    {
        int status = _hasGroup ? 200 : 201;
        _hasGroup = true;
        return Task.FromResult(status);
    }
}
