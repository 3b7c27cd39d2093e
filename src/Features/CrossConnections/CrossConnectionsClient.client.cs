using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;

namespace Causeway.Client.CrossConnections;

/// <summary>Circuits as their connectivity provider sees them.</summary>
public sealed class CrossConnectionsClient(ArmClient arm)
    : ResourceClient<CrossConnectionBody>(arm, ArmClient.NetworkVersion, CrossConnectionsContract.Default.CrossConnectionBody)
{
    /// <summary>Requests in flight where each of many is asked for.</summary>
    private const int AtOnce = 16;

    /// <summary>All that was ordered from the provider whose subscription this is.</summary>
    public Task<IReadOnlyList<Document<CrossConnectionBody>>> OrdersAsync(string subscription, CancellationToken cancellation) =>
        ListAsync(PathOf(subscription), cancellation);

    private static string PathOf(string subscription) => Ids.OfNetwork(Ids.Subscription(subscription), "expressRouteCrossConnections");

    /// <summary>The same with what lists leave out, ports and S-tags: each is asked for.</summary>
    public async Task<IReadOnlyList<Document<CrossConnectionBody>>> WholeOrdersAsync(string subscription, CancellationToken cancellation)
    {
        var whole = new List<Document<CrossConnectionBody>>();
        foreach (Document<CrossConnectionBody>[] some in (await OrdersAsync(subscription, cancellation)).Chunk(AtOnce))
            whole.AddRange(await Task.WhenAll(some.Select(async order => await FindAsync(order.Body.Id, cancellation) ?? order)));
        return whole;
    }

    /// <summary>The order with this service key; null when there is none.</summary>
    public async Task<Document<CrossConnectionBody>?> FindOrderAsync(
        string subscription,
        string serviceKey,
        CancellationToken cancellation
    ) =>
        await ListAsync(
            $"{PathOf(subscription)}?$filter={Uri.EscapeDataString($"name eq '{serviceKey.Replace("'", "''", StringComparison.Ordinal)}'")}",
            cancellation
        )
            is [var order]
            ? order
            : null;

    /// <param name="state">Null leaves it as it is.</param>
    /// <param name="notes">Null leaves those that are there.</param>
    public Task<Document<CrossConnectionBody>> MoveAsync(
        CrossConnectionBody order,
        string? state,
        string? notes,
        bool wait,
        CancellationToken cancellation
    ) =>
        PutAsync(
            order.Id,
            System.Text.Json.JsonSerializer.SerializeToNode(
                new CrossConnectionMoveBody(
                    order.Location,
                    new CrossConnectionMove(state ?? order.Properties.ServiceProviderProvisioningState, notes)
                ),
                CrossConnectionsContract.Default.CrossConnectionMoveBody
            )!,
            wait,
            cancellation,
            order.Etag
        );
}

public static class CrossConnectionsClientAccess
{
    extension(CausewayClient client)
    {
        public CrossConnectionsClient CrossConnections => new(client.Arm);
    }
}
