using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;

namespace Causeway.Client.CrossConnections;

/// <summary>Circuits as their connectivity provider sees them.</summary>
public sealed class CrossConnectionsClient(ArmClient arm)
    : ResourceClient<CrossConnectionBody>(arm, ArmClient.NetworkVersion, CrossConnectionsContract.Default.CrossConnectionBody)
{
    /// <summary>All that was ordered from the provider whose subscription this is.</summary>
    public Task<IReadOnlyList<Document<CrossConnectionBody>>> OrdersAsync(string subscription, CancellationToken cancellation) =>
        ListAsync(Ids.OfNetwork(Ids.Subscription(subscription), "expressRouteCrossConnections"), cancellation);

    /// <summary>The order with this service key; null when there is none.</summary>
    public async Task<Document<CrossConnectionBody>?> FindOrderAsync(
        string subscription,
        string serviceKey,
        CancellationToken cancellation
    ) =>
        (await OrdersAsync(subscription, cancellation)).FirstOrDefault(o =>
            o.Body.Name.Equals(serviceKey, StringComparison.OrdinalIgnoreCase)
        );

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
