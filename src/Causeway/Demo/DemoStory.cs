using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Primitives;

namespace Causeway.Demo;

/// <summary>
/// The seeds' workflow from order to deletion, told through the public API only: three people with three logins, and a customer's router with
/// real BGP sessions. Every claim the story makes is read back from the server or from the customer's router before it is shown.
/// </summary>
public sealed class DemoStory(
    ArmClient contoso,
    ArmClient fabrikam,
    ArmClient equinix,
    CustomerRouter router,
    DemoTeller tell,
    TimeProvider time
)
{
    private const string V = ArmClient.NetworkVersion;
    private const string Group = "contoso-network";
    private const string Name = "contoso-amsterdam";
    private const int Mbps = 200;
    private const string Provider = "Equinix";
    private const string City = "Amsterdam";
    private const int Vlan = 100;
    private static readonly Asn ContosoAsn = new(65010);
    private static readonly IpPrefix Primary = IpPrefix.Parse("127.70.0.0/30");
    private static readonly IpPrefix Secondary = IpPrefix.Parse("127.70.0.4/30");
    private static readonly IpPrefix[] OnPremises = [IpPrefix.Parse("10.100.0.0/16"), IpPrefix.Parse("10.101.0.0/16")];

    private readonly string _group = $"/subscriptions/{contoso.Subscription()}/resourceGroups/{Group}";

    private string Circuit => $"{_group}/providers/Microsoft.Network/expressRouteCircuits/{Name}";

    private string Peering => $"{Circuit}/peerings/AzurePrivatePeering";

    public async Task RunAsync(Asn ourAsn, int bgpPort, CancellationToken cancellation)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task watcher = new DemoWatcher(contoso, Circuit, tell, time).RunAsync(watching.Token);
        try
        {
            string key = await CreateAsync(cancellation);
            string order = await ProvisionAsync(key, cancellation);
            await PeerAsync(ourAsn, bgpPort, cancellation);
            (ArmClient, string)[] links = await LinkAsync(cancellation);
            await RefusedDeleteAsync(cancellation);
            await UnlinkAsync(links, cancellation);
            await DeprovisionAsync(order, cancellation);
            await DeleteAsync(cancellation);
            await BillAsync(cancellation);
        }
        finally
        {
            await watching.CancelAsync();
            await watcher;
        }
    }

    private async Task<string> CreateAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "create", Name, Mbps, City, Provider);
        await contoso.PutAsync(_group, ArmClient.ResourcesVersion, new JsonObject { ["location"] = "westeurope" }, true, cancellation);
        JsonNode circuit = await contoso.PutAsync(
            Circuit,
            V,
            new JsonObject
            {
                ["location"] = "westeurope",
                ["sku"] = new JsonObject
                {
                    ["name"] = "Standard_MeteredData",
                    ["tier"] = "Standard",
                    ["family"] = "MeteredData",
                },
                ["properties"] = new JsonObject
                {
                    ["serviceProviderProperties"] = new JsonObject
                    {
                        ["serviceProviderName"] = Provider,
                        ["peeringLocation"] = City,
                        ["bandwidthInMbps"] = Mbps,
                    },
                },
            },
            wait: true,
            cancellation
        );
        string key = Text(circuit, "properties", "serviceKey");
        tell.Done("Contoso", "created", key);

        await tell.StepAsync("Contoso", "early");
        await MustBeRefusedAsync(() => contoso.PutAsync(Peering, V, PeeringBody(), true, cancellation));
        return key;
    }

    /// <returns>The id of the provider's cross connection.</returns>
    private async Task<string> ProvisionAsync(string key, CancellationToken cancellation)
    {
        await tell.StepAsync(Provider, "order");
        JsonNode order = await OrderAsync(key, cancellation);
        string id = Text(order, "id");
        await MoveAsync(id, "Provisioning", "cross connect ordered at AM5", cancellation);
        await tell.PauseAsync();
        JsonNode done = await MoveAsync(id, "Provisioned", "patched AM5 0103:21-22", cancellation);
        tell.Done(Provider, "provisioned", Text(done, "properties", "sTag"));
        return id;
    }

    private async Task<JsonNode> OrderAsync(string key, CancellationToken cancellation)
    {
        string list = $"/subscriptions/{equinix.Subscription()}/providers/Microsoft.Network/expressRouteCrossConnections";
        await foreach (JsonNode order in equinix.ListAsync(list, V, cancellation))
            if (Text(order, "name") == key)
                return order;
        throw new ClientException($"The provider's list of orders does not hold service key {key}.");
    }

    private Task<JsonNode> MoveAsync(string id, string state, string notes, CancellationToken cancellation) =>
        equinix.PutAsync(
            id,
            V,
            new JsonObject
            {
                ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state, ["serviceProviderNotes"] = notes },
            },
            wait: true,
            cancellation
        );

    private static JsonObject PeeringBody() =>
        new()
        {
            ["properties"] = new JsonObject
            {
                ["peeringType"] = "AzurePrivatePeering",
                ["peerASN"] = ContosoAsn.Value,
                ["primaryPeerAddressPrefix"] = Primary.ToString(),
                ["secondaryPeerAddressPrefix"] = Secondary.ToString(),
                ["vlanId"] = Vlan,
            },
        };

    private async Task PeerAsync(Asn ourAsn, int bgpPort, CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "peering", ContosoAsn, Vlan, Primary, Secondary);
        await contoso.PutAsync(Peering, V, PeeringBody(), wait: true, cancellation);
        var edges = new Dictionary<string, IpPrefix> { ["primary"] = Primary, ["secondary"] = Secondary };
        await router.StartAsync(ContosoAsn, ourAsn, bgpPort, edges, OnPremises, cancellation);

        foreach (string side in edges.Keys)
        {
            JsonArray routes = await UntilAsync(
                async () => (await contoso.PostAsync($"{Peering}/routeTables/{side}", V, null, cancellation))?["value"]?.AsArray() ?? [],
                seen => OnPremises.All(p => seen.Any(r => Text(r, "network") == p.ToString())),
                $"routes of Contoso in the {side} route table",
                cancellation
            );
            if (side == "primary")
                tell.Done("Causeway", "sessions");
            foreach (JsonNode? route in routes.Where(r => OnPremises.Any(p => Text(r, "network") == p.ToString())))
                tell.Route("Causeway", "learned", side, Text(route, "network"), Text(route, "path"));
        }
    }

    /// <returns>Who made which connection.</returns>
    private async Task<(ArmClient, string)[]> LinkAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "link", "contoso-apps", "10.1.0.0/16");
        string first = await LinkNetworkAsync(contoso, Group, "contoso", "10.1", null, cancellation);
        await AnnouncedAsync("10.1.0.0/16", cancellation);

        await tell.StepAsync("Contoso", "authorize");
        JsonNode authorization = await contoso.PutAsync(
            $"{Circuit}/authorizations/fabrikam",
            V,
            new JsonObject(),
            wait: true,
            cancellation
        );
        string key = Text(authorization, "properties", "authorizationKey");

        await tell.StepAsync("Fabrikam", "link", "fabrikam-apps", "10.2.0.0/16");
        string second = await LinkNetworkAsync(fabrikam, "fabrikam-network", "fabrikam", "10.2", key, cancellation);
        await AnnouncedAsync("10.2.0.0/16", cancellation);
        return [(contoso, first), (fabrikam, second)];
    }

    private async Task<string> LinkNetworkAsync(
        ArmClient who,
        string groupName,
        string name,
        string net,
        string? authorizationKey,
        CancellationToken cancellation
    )
    {
        string group = $"/subscriptions/{who.Subscription()}/resourceGroups/{groupName}";
        string network = $"{group}/providers/Microsoft.Network";
        await who.PutAsync(group, ArmClient.ResourcesVersion, new JsonObject { ["location"] = "westeurope" }, true, cancellation);
        await who.PutAsync(
            $"{network}/virtualNetworks/{name}-apps",
            V,
            Body(
                new JsonObject
                {
                    ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray($"{net}.0.0/16") },
                    ["subnets"] = new JsonArray(Subnet("web", $"{net}.0.0/24"), Subnet("GatewaySubnet", $"{net}.255.0/27")),
                }
            ),
            wait: true,
            cancellation
        );
        await who.PutAsync(
            $"{network}/virtualNetworkGateways/{name}-gateway",
            V,
            Body(
                new JsonObject
                {
                    ["gatewayType"] = "ExpressRoute",
                    ["sku"] = new JsonObject { ["name"] = "Standard", ["tier"] = "Standard" },
                    ["ipConfigurations"] = new JsonArray(
                        new JsonObject
                        {
                            ["name"] = "default",
                            ["properties"] = new JsonObject
                            {
                                ["subnet"] = Reference($"{network}/virtualNetworks/{name}-apps/subnets/GatewaySubnet"),
                            },
                        }
                    ),
                }
            ),
            wait: true,
            cancellation
        );
        var link = new JsonObject
        {
            ["virtualNetworkGateway1"] = Reference($"{network}/virtualNetworkGateways/{name}-gateway"),
            ["connectionType"] = "ExpressRoute",
            ["peer"] = Reference(Circuit),
        };
        if (authorizationKey is not null)
            link["authorizationKey"] = authorizationKey;
        string id = $"{network}/connections/{name}-link";
        await who.PutAsync(id, V, Body(link), wait: true, cancellation);
        return id;

        static JsonObject Body(JsonObject properties) => new() { ["location"] = "westeurope", ["properties"] = properties };
        static JsonObject Reference(string id) => new() { ["id"] = id };
        static JsonObject Subnet(string name, string prefix) =>
            new()
            {
                ["name"] = name,
                ["properties"] = new JsonObject { ["addressPrefix"] = prefix },
            };
    }

    private async Task AnnouncedAsync(string prefix, CancellationToken cancellation)
    {
        IpPrefix wanted = IpPrefix.Parse(prefix);
        foreach (string edge in new[] { "primary", "secondary" })
        {
            IReadOnlyDictionary<IpPrefix, string> learned = await UntilAsync(
                () => Task.FromResult(router.Learned(edge)),
                seen => seen.ContainsKey(wanted),
                $"{prefix} at Contoso's router from the {edge} edge",
                cancellation
            );
            tell.Route("Contoso", "announced", prefix, edge, learned[wanted]);
        }
    }

    private async Task RefusedDeleteAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "delete-early");
        await MustBeRefusedAsync(() => contoso.DeleteAsync(Circuit, V, wait: true, cancellation));
    }

    private async Task UnlinkAsync((ArmClient Who, string Id)[] links, CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "unlink");
        foreach ((ArmClient who, string id) in links)
            await who.DeleteAsync(id, V, wait: true, cancellation);
        await UntilAsync(
            () => Task.FromResult(router.Learned("primary").Count + router.Learned("secondary").Count),
            left => left == 0,
            "withdrawal of the networks' prefixes at Contoso's router",
            cancellation
        );
        tell.Route("Contoso", "withdrawn", "10.1.0.0/16, 10.2.0.0/16");
        await contoso.DeleteAsync($"{Circuit}/authorizations/fabrikam", V, wait: true, cancellation);
    }

    private async Task DeprovisionAsync(string order, CancellationToken cancellation)
    {
        await tell.StepAsync(Provider, "deprovision");
        await MoveAsync(order, "Deprovisioning", "disconnect ordered", cancellation);
        await tell.PauseAsync();
        await MoveAsync(order, "NotProvisioned", "disconnected", cancellation);
    }

    private async Task DeleteAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "delete");
        await contoso.DeleteAsync(Circuit, V, wait: true, cancellation);
        if (await contoso.FindAsync(Circuit, V, cancellation) is not null)
            throw new ClientException("The circuit still answers after its deletion.");
        tell.Done("Contoso", "deleted");
    }

    private async Task BillAsync(CancellationToken cancellation)
    {
        await tell.StepAsync("Contoso", "bill");
        string usage = $"/subscriptions/{contoso.Subscription()}/providers/Causeway.Billing/usageRecords";
        await foreach (JsonNode record in contoso.ListAsync(usage, V, cancellation))
            tell.Bill(
                "Contoso",
                Text(record, "properties", "meterName"),
                Text(record, "properties", "quantity"),
                Text(record, "properties", "unit")
            );
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

    private static string Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (string member in path)
            node = node?[member];
        return node is JsonValue v && v.TryGetValue(out double number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : node?.ToString() ?? "";
    }
}
