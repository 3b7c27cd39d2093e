using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Contracts.Networks;

namespace Causeway.Portal.Pages;

/// <summary>A virtual network that is connected to a circuit.</summary>
/// <param name="Name">Of the network; of its gateway where whoever looks may not see that.</param>
/// <param name="Status">Of the connection.</param>
public sealed record LinkedNetwork(string Name, string Status)
{
    /// <summary>Those of the subscription of a circuit; null for whom that is not shown.</summary>
    internal static async Task<IReadOnlyList<LinkedNetwork>?> OfAsync(Asked asked, string circuit)
    {
        string subscription = CustomerLists.SubscriptionOf(circuit);
        Viewer here = asked.Viewer with
        {
            Subscriptions =
            [
                .. asked.Viewer.Subscriptions.Where(s => s.SubscriptionId.Equals(subscription, StringComparison.OrdinalIgnoreCase)),
            ],
        };
        if (here.Subscriptions.Count == 0)
            return null;
        IEnumerable<ConnectionBody> connections = (await CustomerLists.InGroupsAsync(asked with { Viewer = here }, "connections"))
            .Select(c => Document<ConnectionBody>.Of(c, NetworksContract.Default.ConnectionBody).Body)
            .Where(c => c.Properties.Peer.Id.Equals(circuit, StringComparison.OrdinalIgnoreCase));
        return await Task.WhenAll(
            connections.Select(async c => new LinkedNetwork(
                await NameAsync(asked, c.Properties.VirtualNetworkGateway1.Id),
                c.Properties.ConnectionStatus ?? ""
            ))
        );
    }

    /// <summary>A gateway stands in a subnet of its network.</summary>
    private static async Task<string> NameAsync(Asked asked, string gateway)
    {
        try
        {
            JsonNode? found = await asked.Client.Arm.FindAsync(gateway, ArmClient.NetworkVersion, asked.Cancellation);
            return Ids.NameOf(found is null ? gateway : CustomerLists.NetworkOf(found) ?? gateway);
        }
        catch (ArmException)
        {
            return Ids.NameOf(gateway);
        }
    }
}
