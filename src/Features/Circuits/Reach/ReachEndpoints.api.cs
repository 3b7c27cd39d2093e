using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>
/// Global Reach below a private peering: <c>connections</c> in the circuit that asks for it, where it is made and ended, and <c>peerConnections</c> in the other,
/// which can only look at it, and revoke its authorization.
/// </summary>
internal sealed class ReachEndpoints(Tracked<Circuit> circuits, ReachDesk desk) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        Nested<Circuit, GlobalReach> initiated = Of(
            "connections",
            c => c.Initiated,
            r => r.Name,
            async (r, c, reach, moment) =>
                ArmBody.Of(
                    CircuitViews.Reach(c, reach, await desk.SeenAsync(c.Resource, r.Aborted), moment, r.ApiVersion),
                    CircuitsContract.Default.ReachBody
                )
        );
        routes
            .Arm(CircuitTypes.Reach)
            .Put(r => initiated.PutAsync(r, (body, c) => desk.Put(r, body, c)), () => CircuitsContract.Default.ReachBody, operation: true)
            .Get(initiated.GetAsync, () => CircuitsContract.Default.ReachBody)
            .Delete(r => initiated.DeleteAsync(r, (c, reach) => Reaching.Deletion(c, reach, r.Now, r.Ticket())), operation: true)
            .ListInParent(initiated.ListAsync, () => CircuitsContract.Default.ReachBody);
        Nested<Circuit, GlobalReach> peered = Of(
            "peerConnections",
            c => [.. c.Reaches.Where(r => !r.Initiated)],
            r => r.Key.ToString("D"),
            async (r, c, reach, moment) =>
                ArmBody.Of(
                    CircuitViews.Peered(c, reach, await desk.SeenAsync(c.Resource, r.Aborted), moment, r.ApiVersion),
                    CircuitsContract.Default.PeeredReachBody
                )
        );
        routes
            .Arm(CircuitTypes.PeeredReach)
            .Get(peered.GetAsync, () => CircuitsContract.Default.PeeredReachBody)
            .ListInParent(peered.ListAsync, () => CircuitsContract.Default.PeeredReachBody);
    }

    /// <summary>Children of the private peering, in the circuit's document.</summary>
    private Nested<Circuit, GlobalReach> Of(
        string segment,
        Func<Circuit, IReadOnlyList<GlobalReach>> all,
        Func<GlobalReach, string> name,
        View<Circuit, GlobalReach> view
    ) =>
        new(circuits, view)
        {
            Segment = segment,
            All = all,
            NameOf = name,
            ETagHeader = true,
            ParentOf = CircuitOfAsync,
        };

    /// <summary>The circuit whose private peering the path names; null when it has none. Another peering has no joins.</summary>
    private async ValueTask<Versioned<Circuit>?> CircuitOfAsync(ResourceId peering, CancellationToken cancellation) =>
        CircuitTypes.TryPeering(peering.Name, out PeeringType type)
        && await circuits.ReadAsync(peering.Parent!, cancellation) is { } read
        && read.Resource.FindPeering(type) is not null
            ? type == PeeringType.AzurePrivatePeering
                ? read
                : new Versioned<Circuit>(read.Resource with { Reaches = [] }, read.Revision, read.ETag, read.Created, read.Changed)
            : null;
}
