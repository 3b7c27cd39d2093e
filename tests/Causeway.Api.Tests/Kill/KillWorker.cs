using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Api.Tests.Kill;

/// <summary>What one circuit is known to be, from answers alone.</summary>
public sealed class KilledCircuit(string id)
{
    public string Id => id;
    public string? ServiceKey { get; set; }
    public bool Created { get; set; }
    public bool Deleted { get; set; }
}

/// <summary>
/// Takes circuits through their whole life, one after the other. A step that was answered is a fact; a step whose answer never came may or may not have
/// happened, and is looked up after the restart, when it must be one of the two.
/// </summary>
public sealed class KillWorker(int number, ArmClient customer, ArmClient provider, string group)
{
    private const string V = ArmClient.NetworkVersion;
    private readonly List<KilledCircuit> _circuits = [];
    private long _answered;

    public IReadOnlyList<KilledCircuit> Circuits => _circuits;

    public long Answered => Interlocked.Read(ref _answered);

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (int i = 0; ; i++)
                await LifeAsync(i, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The last kill has happened.
        }
    }

    private async Task LifeAsync(int index, CancellationToken cancellation)
    {
        var circuit = new KilledCircuit($"{group}/providers/Microsoft.Network/expressRouteCircuits/w{number}-c{index}");
        _circuits.Add(circuit);
        await StepAsync(
            circuit,
            "create",
            () => customer.PutAsync(circuit.Id, V, Road.RoadBuilder.CircuitBody(), wait: true, cancellation),
            async () => await customer.FindAsync(circuit.Id, V, cancellation) is not null,
            cancellation
        );
        circuit.Created = true;
        circuit.ServiceKey = (await ReadAsync(circuit, cancellation))!["properties"]!["serviceKey"]!.ToString();

        await MoveAsync(circuit, "Provisioning", cancellation);
        await MoveAsync(circuit, "Provisioned", cancellation);
        string peering = $"{circuit.Id}/peerings/AzurePrivatePeering";
        await StepAsync(
            circuit,
            "peering",
            () => customer.PutAsync(peering, V, PeeringBody(index), wait: true, cancellation),
            async () => await customer.FindAsync(peering, V, cancellation) is not null,
            cancellation
        );
        // An operation that a crash interrupted has to end by itself: the peering must become Succeeded without anybody asking again.
        await UntilAsync(
            async () =>
                (await customer.FindAsync(peering, V, cancellation))?["properties"]?["provisioningState"]?.ToString() == "Succeeded",
            $"{peering} to be Succeeded",
            cancellation
        );
        if (index % 2 == 0)
            await StepAsync(
                circuit,
                "delete peering",
                () => customer.DeleteAsync(peering, V, wait: true, cancellation),
                async () => await customer.FindAsync(peering, V, cancellation) is null,
                cancellation
            );
        await MoveAsync(circuit, "Deprovisioning", cancellation);
        await MoveAsync(circuit, "NotProvisioned", cancellation);
        if (index % 3 == 2)
            return; // Some stay, and their meters run on.
        await StepAsync(
            circuit,
            "delete",
            () => customer.DeleteAsync(circuit.Id, V, wait: true, cancellation),
            async () => await customer.FindAsync(circuit.Id, V, cancellation) is null,
            cancellation
        );
        circuit.Deleted = true;
    }

    private JsonObject PeeringBody(int index)
    {
        // Circuits that stay keep their addresses, so each life has its own.
        string at = $"127.{120 + number}.{index * 8 / 256}";
        return new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["peerASN"] = 65010,
                ["primaryPeerAddressPrefix"] = $"{at}.{index * 8 % 256}/30",
                ["secondaryPeerAddressPrefix"] = $"{at}.{(index * 8 % 256) + 4}/30",
                ["vlanId"] = 100,
            },
        };
    }

    private Task MoveAsync(KilledCircuit circuit, string state, CancellationToken cancellation) =>
        StepAsync(
            circuit,
            state,
            () =>
                provider.PutAsync(
                    $"/subscriptions/{provider.Subscription()}/resourceGroups/CrossConnection-Amsterdam/providers/Microsoft.Network/expressRouteCrossConnections/{circuit.ServiceKey}",
                    V,
                    new JsonObject { ["properties"] = new JsonObject { ["serviceProviderProvisioningState"] = state } },
                    wait: true,
                    cancellation
                ),
            async () => (await ReadAsync(circuit, cancellation))?["properties"]?["serviceProviderProvisioningState"]?.ToString() == state,
            cancellation
        );

    /// <summary>Does a step until it has been answered, or is seen to have happened.</summary>
    private async Task StepAsync(
        KilledCircuit circuit,
        string what,
        Func<Task> act,
        Func<Task<bool>> happened,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            try
            {
                await act();
                Interlocked.Increment(ref _answered);
            }
            catch (ArmException e)
            {
                throw new InvalidOperationException($"{what} of {circuit.Id} was refused: {e.Code}: {e.Message}", e);
            }
            catch (ClientException)
            {
                // Killed while we waited: it happened or it did not.
                if (!await UnlessDownAsync(happened, cancellation))
                    continue;
                return;
            }
            // Answered: from now on it must be so, whatever is killed.
            if (!await UnlessDownAsync(happened, cancellation))
                throw new InvalidOperationException($"{what} of {circuit.Id} was answered, and is lost.");
            return;
        }
    }

    private Task<JsonNode?> ReadAsync(KilledCircuit circuit, CancellationToken cancellation) =>
        UnlessDownAsync(() => customer.FindAsync(circuit.Id, V, cancellation), cancellation);

    /// <summary>Repeats a read while the server is down.</summary>
    private static async Task<T> UnlessDownAsync<T>(Func<Task<T>> read, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await read();
            }
            catch (ClientException e) when (e is not ArmException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
            }
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what, CancellationToken cancellation)
    {
        DateTimeOffset deadline = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(60);
        while (!await UnlessDownAsync(holds, cancellation))
        {
            if (TimeProvider.System.GetUtcNow() > deadline)
                throw new TimeoutException($"Waited 60 s in vain for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
    }

    /// <summary>After the last restart: what is known from answers is so.</summary>
    public async Task VerifyAsync(CancellationToken cancellation)
    {
        foreach (KilledCircuit circuit in _circuits.SkipLast(1))
        {
            JsonNode? now = await customer.FindAsync(circuit.Id, V, cancellation);
            if (circuit.Deleted)
                Assert.Null(now);
            else
                Assert.Equal(circuit.ServiceKey, now?["properties"]?["serviceKey"]?.ToString());
        }
        // The last one was cut off anywhere; it may not be stuck.
        KilledCircuit last = _circuits[^1];
        await UntilAsync(
            async () =>
                await customer.FindAsync(last.Id, V, cancellation) is not { } seen
                || seen["properties"]!["provisioningState"]!.ToString() is "Succeeded" or "Failed",
            $"{last.Id} to come to rest",
            cancellation
        );
        JsonNode? there = await ReadAsync(last, cancellation);
        if (!last.Created)
            return;
        last.Deleted = there is null;
        // The end came between the answer and the look at the key.
        last.ServiceKey ??= there?["properties"]!["serviceKey"]!.ToString();
    }
}
