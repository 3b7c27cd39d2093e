using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Drills.Tests;

/// <summary>What one circuit is known to be, from answers alone.</summary>
internal sealed class KnownCircuit(string id)
{
    public string Id => id;
    public string? ServiceKey { get; set; }
    public bool Created { get; set; }
    public bool DeleteAnswered { get; set; }
    public bool Gone { get; set; }

    /// <summary>Something it was asked for may happen later, in an order that nobody knows.</summary>
    public bool MayBeLate { get; set; }
}

/// <summary>
/// One worker of the mixed load: takes circuits through their whole life (order, provisioning, peering, link, unlink, deprovisioning, deletion), one after
/// the other. A step that was answered is a fact; one whose answer never came is looked up, and is one of the two.
/// </summary>
internal sealed class CircuitLife(int number, Caller customer, Caller provider, string group, Figures figures)
{
    private readonly List<KnownCircuit> _circuits = [];
    private readonly string _gateway = $"{group}/providers/Microsoft.Network/virtualNetworkGateways/w{number}";
    private readonly string _network = $"{group}/providers/Microsoft.Network/virtualNetworks/w{number}";

    public IReadOnlyList<KnownCircuit> Circuits => _circuits;

    /// <summary>The longest that an answered step took to be done, while nobody was in its way for good.</summary>
    public TimeSpan Slowest { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await DoneAsync(_network, () => customer.PutAsync(_network, Network(), stop), stop);
            await DoneAsync(_gateway, () => customer.PutAsync(_gateway, Gateway(), stop), stop);
            for (int i = 0; !stop.IsCancellationRequested; i++)
                await LifeAsync(i, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The drill has seen enough; what was cut off is looked at in the end.
        }
    }

    private async Task LifeAsync(int index, CancellationToken stop)
    {
        var circuit = new KnownCircuit($"{group}/providers/Microsoft.Network/expressRouteCircuits/w{number}-c{index}");
        _circuits.Add(circuit);
        await DoneAsync(circuit.Id, () => customer.PutAsync(circuit.Id, Samples.Circuit(), stop), stop);
        circuit.ServiceKey = (await customer.FindAsync(circuit.Id, stop))?["properties"]?["serviceKey"]?.ToString();
        circuit.Created = true;

        await MoveAsync(circuit, "Provisioning", stop);
        await MoveAsync(circuit, "Provisioned", stop);
        string peering = $"{circuit.Id}/peerings/AzurePrivatePeering";
        // Circuits that stay keep their addresses, so each life has its own.
        JsonObject body = Samples.Peering($"127.{120 + number}.{index * 8 / 256}.{index * 8 % 256}");
        await DoneAsync(peering, () => customer.PutAsync(peering, body, stop), stop);
        if (index % 2 == 0)
        {
            string connection = $"{group}/providers/Microsoft.Network/connections/w{number}-c{index}";
            await DoneAsync(connection, () => customer.PutAsync(connection, Samples.Connection(_gateway, circuit.Id), stop), stop);
            await GoneAsync(connection, stop);
        }
        if (index % 3 == 0)
            await GoneAsync(peering, stop);
        await MoveAsync(circuit, "Deprovisioning", stop);
        await MoveAsync(circuit, "NotProvisioned", stop);
        if (index % 4 == 3)
            return; // Some stay, and their meters run on.
        await GoneAsync(circuit.Id, stop, () => circuit.DeleteAnswered = true);
        circuit.Gone = true;
    }

    private async Task MoveAsync(KnownCircuit circuit, string state, CancellationToken stop)
    {
        string cross =
            $"/subscriptions/{provider.Subscription}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{circuit.ServiceKey}";
        var body = new JsonObject { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state } };
        await DoneAsync(
            circuit.Id,
            () => provider.PutAsync(cross, body, stop),
            stop,
            seen => seen?["properties"]?["serviceProviderProvisioningState"]?.ToString() == state,
            state
        );
    }

    /// <summary>Writes until it was answered or is seen to have happened, then waits until it is done.</summary>
    private async Task DoneAsync(
        string id,
        Func<Task<Answered>> write,
        CancellationToken stop,
        Func<JsonNode?, bool>? happened = null,
        string what = "exists"
    )
    {
        happened ??= seen => seen is not null;
        while (true)
        {
            Answered answer = await write();
            bool answered = answer == Answered.Yes;
            if (answer == Answered.Late && _circuits.Count > 0)
                _circuits[^1].MayBeLate = true;
            JsonNode? seen = await customer.FindAsync(id, stop);
            if (happened(seen))
                break;
            if (answered)
            {
                figures.Lost.Add($"{id}: '{what}' was answered; now: {seen?.ToJsonString() ?? "nothing"}");
                return;
            }
        }
        await RestAsync(id, seen => happened(seen) && seen!["properties"]!["provisioningState"]!.ToString() == "Succeeded", what, stop);
    }

    private async Task GoneAsync(string id, CancellationToken stop, Action? answered = null)
    {
        while (await customer.DeleteAsync(id, stop) is var answer && answer != Answered.Yes)
        {
            _circuits[^1].MayBeLate |= answer == Answered.Late;
            if (await customer.FindAsync(id, stop) is null)
                return;
        }
        answered?.Invoke();
        await RestAsync(id, seen => seen is null, "be gone", stop);
    }

    private async Task RestAsync(string id, Func<JsonNode?, bool> rests, string what, CancellationToken stop)
    {
        long began = TimeProvider.System.GetTimestamp();
        TimeSpan patience = Drill.RestWithin + Drill.Outage;
        while (await customer.FindAsync(id, stop) is var seen && !rests(seen))
        {
            if (TimeProvider.System.GetElapsedTime(began) > patience)
            {
                figures.Stuck.Add($"{id} to {what}: {seen?["properties"]?["provisioningState"]?.ToString() ?? "not there"}");
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, stop);
        }
        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        if (took > Slowest)
            Slowest = took;
    }

    /// <summary>After the drill: what is known from answers is so, and nothing is on its way for ever.</summary>
    public async Task VerifyAsync(CancellationToken stop)
    {
        foreach (KnownCircuit circuit in _circuits)
        {
            if (circuit.MayBeLate)
                circuit.DeleteAnswered = false;
            JsonNode? now = await customer.FindAsync(circuit.Id, stop);
            bool settled = circuit.DeleteAnswered || now?["properties"]?["provisioningState"]?.ToString() is "Updating" or "Deleting";
            if (settled && now is not null)
                await RestAsync(
                    circuit.Id,
                    seen =>
                        circuit.DeleteAnswered
                            ? seen is null
                            : seen?["properties"]?["provisioningState"]?.ToString() is null or "Succeeded" or "Failed",
                    "come to rest",
                    stop
                );
            now = await customer.FindAsync(circuit.Id, stop);
            string? key = now?["properties"]?["serviceKey"]?.ToString();
            if (circuit.MayBeLate)
                continue;
            if (circuit.Gone && now is not null)
                figures.Lost.Add($"{circuit.Id}: its deletion was answered and done, and it is there again");
            if (circuit is { Created: true, DeleteAnswered: false, Gone: false } && now is null && circuit != _circuits[^1])
                figures.Lost.Add($"{circuit.Id}: its creation was answered, and it is gone");
            if (key is not null && circuit.ServiceKey is not null && key != circuit.ServiceKey)
                figures.Doubled.Add($"{circuit.Id}: service key was {circuit.ServiceKey}, is {key}");
            circuit.Gone = now is null && (circuit.Gone || circuit.Created);
            circuit.ServiceKey ??= key;
        }
    }

    private JsonObject Network() =>
        Samples.Located(
            new JsonObject
            {
                ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray($"10.{100 + number}.0.0/16") },
                ["subnets"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "GatewaySubnet",
                        ["properties"] = new JsonObject { ["addressPrefix"] = $"10.{100 + number}.255.0/27" },
                    }
                ),
            }
        );

    private JsonObject Gateway() =>
        Samples.Located(
            new JsonObject
            {
                ["gatewayType"] = "ExpressRoute",
                ["sku"] = new JsonObject { ["name"] = "Standard", ["tier"] = "Standard" },
                ["ipConfigurations"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "default",
                        ["properties"] = new JsonObject { ["subnet"] = new JsonObject { ["id"] = $"{_network}/subnets/GatewaySubnet" } },
                    }
                ),
            }
        );
}

/// <summary>Request bodies.</summary>
internal static class Samples
{
    public static JsonObject Located(JsonObject properties) => new() { ["location"] = "westeurope", ["properties"] = properties };

    public static JsonObject Circuit()
    {
        JsonObject circuit = Located(
            new JsonObject
            {
                ["serviceProviderProperties"] = new JsonObject
                {
                    ["serviceProviderName"] = "Equinix",
                    ["peeringLocation"] = "Amsterdam",
                    ["bandwidthInMbps"] = 50,
                },
            }
        );
        circuit["sku"] = new JsonObject
        {
            ["name"] = "Standard_MeteredData",
            ["tier"] = "Standard",
            ["family"] = "MeteredData",
        };
        return circuit;
    }

    /// <param name="first">First address of the primary /30; the secondary follows it.</param>
    public static JsonObject Peering(string first)
    {
        int dot = first.LastIndexOf('.');
        int last = int.Parse(first.AsSpan(dot + 1));
        return new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["peeringType"] = "AzurePrivatePeering",
                ["peerASN"] = 65010,
                ["vlanId"] = 100,
                ["primaryPeerAddressPrefix"] = $"{first}/30",
                ["secondaryPeerAddressPrefix"] = $"{first[..dot]}.{last + 4}/30",
            },
        };
    }

    public static JsonObject Connection(string gateway, string circuit) =>
        Located(
            new JsonObject
            {
                ["connectionType"] = "ExpressRoute",
                ["virtualNetworkGateway1"] = new JsonObject { ["id"] = gateway },
                ["peer"] = new JsonObject { ["id"] = circuit },
            }
        );
}
