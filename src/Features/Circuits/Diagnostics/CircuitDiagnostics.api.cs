using Causeway.Api.Observations;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Api.Circuits;

/// <summary>
/// What the routers say of a circuit's sessions: read from the router now where this node drives it, else what its owner last wrote down, with its age. The
/// same on every node.
/// </summary>
internal sealed class CircuitDiagnostics(IRouters routers, TimeProvider time)
{
    /// <summary>What is known of both routers about one peering.</summary>
    public static async ValueTask<CircuitSeen> SeenAsync(
        IRouters routers,
        Circuit circuit,
        PeeringType type,
        CancellationToken cancellation
    )
    {
        if (circuit.Edge is not { } edge)
            return CircuitSeen.Nothing;
        string instance = circuit.InstanceOf(type);
        return new CircuitSeen(await Of(edge.Primary), await Of(edge.Secondary));

        async ValueTask<SideSeen> Of(string router) =>
            new(await routers.InstanceAsync(router, instance, cancellation), await routers.HeadAsync(router, cancellation));
    }

    /// <summary>Octets of both sides, of the given peerings; members that no router can measure are absent. What is on no router has carried nothing.</summary>
    public async ValueTask<ArmResult> StatsAsync(Circuit circuit, IEnumerable<PeeringType> peerings, CancellationToken cancellation)
    {
        List<SessionReport> primary = [],
            secondary = [];
        if (circuit.IsOnRouters)
            foreach (PeeringType type in peerings)
            {
                CircuitSeen seen = await SeenAsync(routers, circuit, type, cancellation);
                primary.AddRange(seen.Primary.Instance?.Value.Sessions ?? []);
                secondary.AddRange(seen.Secondary.Instance?.Value.Sessions ?? []);
            }
        var stats = new StatsBody
        {
            PrimaryBytesIn = circuit.IsOnRouters ? Sum(primary, s => s.BytesIn) : 0,
            PrimaryBytesOut = circuit.IsOnRouters ? Sum(primary, s => s.BytesOut) : 0,
            SecondaryBytesIn = circuit.IsOnRouters ? Sum(secondary, s => s.BytesIn) : 0,
            SecondaryBytesOut = circuit.IsOnRouters ? Sum(secondary, s => s.BytesOut) : 0,
        };
        return new ArmResult.Ok(ArmBody.Of(stats, CircuitsContract.Default.StatsBody));
    }

    /// <summary>Every configured session with what its router says, and how old that is.</summary>
    public async ValueTask<ArmResult> SessionsAsync(Circuit circuit, Peering peering, CancellationToken cancellation)
    {
        var sessions = new List<SessionBody>();
        if (circuit is { IsOnRouters: true, Edge: { } edge } && peering.State.IsWanted)
        {
            CircuitSeen known = await SeenAsync(routers, circuit, peering.Type, cancellation);
            DateTimeOffset now = time.GetUtcNow();
            foreach ((IpFamily family, PeeringFamily configured) in peering.Families)
            foreach (Side side in Sides.Both)
            {
                Seen<InstanceReport>? read = known.On(side).Instance;
                SessionReport? seen = read?.Value.Sessions.FirstOrDefault(s => s.Name == CircuitsOnRouters.SessionOf(family));
                sessions.Add(
                    new SessionBody(
                        side == Side.Primary ? "primary" : "secondary",
                        edge.RouterOf(side),
                        family == IpFamily.V4 ? "IPv4" : "IPv6",
                        configured.CustomerAddress(side).ToString(),
                        configured.OurAddress(side).ToString(),
                        peering.PeerAsn.Value,
                        CircuitsOnRouters.IsUp(peering, configured),
                        seen?.State ?? "Unknown",
                        seen?.Since,
                        seen?.Received,
                        seen?.Accepted,
                        seen?.Announced,
                        seen?.LastProblem,
                        read?.At,
                        read is null ? null : Math.Round(Math.Max(0, (now - read.At).TotalSeconds), 3)
                    )
                    {
                        Code = seen?.Code,
                        Revision = read?.Value.Revision,
                        PrefixesRefused = seen is null ? null : [.. seen.Refused.Select(r => new RefusedBody(r.Reason, r.Name, r.Routes))],
                    }
                );
            }
        }
        return new ArmResult.Ok(ArmBody.Of(new ListBody<SessionBody>(sessions), CircuitsContract.Default.ListBodySessionBody));
    }

    /// <summary>The sessions that a peering wants, by what routers call them.</summary>
    public static IEnumerable<AskedSession> Wanted(Circuit circuit, Peering peering) =>
        circuit is { IsOnRouters: true, Edge: { } edge } && peering.State.IsWanted
            ? from configured in peering.Families
            from side in Sides.Both
            select new AskedSession(
                side == Side.Primary ? "primary" : "secondary",
                edge.RouterOf(side),
                circuit.InstanceOf(peering.Type),
                CircuitsOnRouters.SessionOf(configured.Item1),
                configured.Item1 == IpFamily.V4 ? "IPv4" : "IPv6",
                configured.Item2.CustomerAddress(side).ToString()
            )
            : [];

    private static long? Sum(List<SessionReport> sessions, Func<SessionReport, long?> octets) =>
        sessions.Count == 0 || sessions.Any(s => octets(s) is null) ? null : sessions.Sum(octets);
}
