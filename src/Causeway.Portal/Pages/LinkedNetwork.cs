using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Contracts.Networks;

namespace Causeway.Portal.Pages;

/// <summary>A virtual network that is connected to a circuit.</summary>
/// <param name="Id">Of the network; of its gateway where whoever looks may not see that.</param>
/// <param name="Connection">By which it is connected.</param>
public sealed record LinkedNetwork(string Id, ConnectionBody Connection)
{
    public string Name => Ids.NameOf(Id);

    /// <summary>Of the connection.</summary>
    public string Status => Connection.Properties.ConnectionStatus ?? "";

    /// <summary>Those of the subscription of a circuit; null for whom that is not shown.</summary>
    internal static async Task<IReadOnlyList<LinkedNetwork>?> OfAsync(Asked asked, string circuit) =>
        await ConnectionsAsync(asked, circuit) is { } connections
            ? await Task.WhenAll(
                connections
                    .Where(c => c.Properties.Peer.Id.Equals(circuit, StringComparison.OrdinalIgnoreCase))
                    .Select(async c => new LinkedNetwork(await NetworkAsync(asked, c.Properties.VirtualNetworkGateway1.Id), c))
            )
            : null;

    /// <summary>The connections of the subscription of a resource; null for whom that is not shown.</summary>
    internal static async Task<IReadOnlyList<ConnectionBody>?> ConnectionsAsync(Asked asked, string id) =>
        await InSubscriptionAsync(asked, id, "connections") is { } all
            ? [.. all.Select(c => Document<ConnectionBody>.Of(c, NetworksContract.Default.ConnectionBody).Body)]
            : null;

    /// <summary>All of a type in the subscription of a resource; null for whom that is not shown.</summary>
    internal static async Task<IReadOnlyList<JsonNode>?> InSubscriptionAsync(Asked asked, string id, string type)
    {
        string subscription = CustomerLists.SubscriptionOf(id);
        Viewer here = asked.Viewer with
        {
            Subscriptions =
            [
                .. asked.Viewer.Subscriptions.Where(s => s.SubscriptionId.Equals(subscription, StringComparison.OrdinalIgnoreCase)),
            ],
        };
        return here.Subscriptions.Count == 0 ? null : await CustomerLists.InGroupsAsync(asked with { Viewer = here }, type);
    }

    /// <summary>A gateway stands in a subnet of its network.</summary>
    internal static async Task<string> NetworkAsync(Asked asked, string gateway)
    {
        try
        {
            JsonNode? found = await asked.Client.Arm.FindAsync(gateway, ArmClient.NetworkVersion, asked.Cancellation);
            return found is null ? gateway : CustomerLists.NetworkOf(found) ?? gateway;
        }
        catch (ArmException)
        {
            return gateway;
        }
    }

    /// <summary>Connections as a list, each with what it connects.</summary>
    internal static Table TableOf(Asked asked, IEnumerable<ConnectionBody> connections, string empty) =>
        Table.Of(
            asked.Words,
            asked.Words["portal links"],
            empty,
            connections,
            ("name", c => Cell.Link(c.Id)),
            ("status", c => Cell.State(c.Properties.ConnectionStatus)),
            ("circuit", c => Cell.Link(c.Properties.Peer.Id)),
            ("gateway", c => Cell.Link(c.Properties.VirtualNetworkGateway1.Id)),
            ("weight", c => Cell.Number(c.Properties.RoutingWeight))
        );
}
