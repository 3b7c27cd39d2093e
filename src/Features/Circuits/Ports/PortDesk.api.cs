using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Circuits;

/// <summary>How a new circuit comes onto a port of its owner, or of another subscription that gave it a key.</summary>
internal sealed class PortDesk(CircuitDesk desk, Tracked<DirectPort> ports)
{
    private const string JoinPort = "Microsoft.Network/expressRoutePorts/join/action";

    /// <summary>The PUT with its place on the port, and what it asks of the port; made anew for every try, with another S-tag.</summary>
    public async ValueTask<Asked> LandAsync(ArmRequest request, PutCircuit put, string? key)
    {
        ResourceId id = put.Port!;
        bool own = id.Subscription == request.Subscription;
        if (own && !await request.MayAsync(JoinPort, id))
            return Referenced.Forbidden(request, JoinPort, id);
        DirectPort? port = (await ports.ReadAsync(id, request.Aborted))?.Resource;
        if (own && port is null)
            return Referenced.NotFound(id, request.Id, "properties.expressRoutePort");
        var use = new UsePort(put.At, id, put.Id, put.BandwidthAlone?.Mbps ?? 0, key);
        // Whoever has no good key is told the same of a port that is not there.
        if (DirectPortWorkflow.Stranger(port, use) is { } stranger)
            return stranger;
        if (port is null)
            return References.Gone("The port");
        string prefix = Circuit.STagClaims(port.Edge.Pair);
        HashSet<int> taken = [.. (await desk.Store.ClaimsAsync(prefix, request.Aborted)).Select(c => int.Parse(c.AsSpan(prefix.Length)))];
        int[] free = [.. Enumerable.Range(VlanId.Minimum, VlanId.Maximum).Where(n => !taken.Contains(n))];
        if (free.Length == 0)
            return Refusal.Conflict("OperationNotAllowed", $"No S-tag is free on {port.Edge.Pair}: the operator has to make room.");
        bool primary = port.Primary.Enabled,
            secondary = port.Secondary.Enabled;
        return new Asked(
            put with
            {
                PortLanding = (
                    new CircuitPort(id, port.Encapsulation, primary, secondary, put.RateLimited ?? false),
                    port.PeeringLocation,
                    new Landing(port.Edge, free[Random.Shared.Next(Math.Min(free.Length, 16))])
                    {
                        TopologyRevision = desk.Topology.Revision,
                    }
                ),
            },
            null
        )
        {
            Also = [To(use with { Links = (primary, secondary) })],
        };
    }

    private static Addressed To(UsePort use) => new(use.PortId, DirectPort.ResourceType, use);
}
