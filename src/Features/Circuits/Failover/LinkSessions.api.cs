using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Api.Circuits;

/// <summary>What the routers say of the sessions of a circuit's links just now.</summary>
internal sealed class LinkSessions(IRouters routers, TimeProvider clock)
{
    /// <summary>Each family on each link, of all peerings that shall be up: up when every session of it is, as a router says that was read just now.</summary>
    public async ValueTask<ImmutableArray<LinkSession>> SeenAsync(Circuit circuit, CancellationToken cancellation) =>
        [.. from seen in await AskAsync(circuit, cancellation) select seen.Session with { IsUp = seen.Session.IsUp && seen.IsFresh }];

    /// <summary>
    /// Whether a router that was read just now says that the other link has not all sessions any more that were up when the test began: one that cannot be read says
    /// nothing.
    /// </summary>
    public async ValueTask<bool> HasLostAsync(Circuit circuit, LinkTest test, CancellationToken cancellation) =>
        (await AskAsync(circuit, cancellation)).Any(seen =>
            seen is { IsFresh: true, Session.IsUp: false }
            && seen.Session.Link == test.Link.Other
            && test.Before.Any(b => b.IsUp && (b.Link, b.Family) == (seen.Session.Link, seen.Session.Family))
        );

    private async ValueTask<IEnumerable<(LinkSession Session, bool IsFresh)>> AskAsync(Circuit circuit, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var all = new List<(LinkSession Session, bool IsFresh)>();
        foreach (Peering peering in circuit.Peerings.Where(p => p.State.IsWanted))
        {
            CircuitSeen known = await CircuitDiagnostics.SeenAsync(routers, circuit, peering.Type, cancellation);
            foreach ((IpFamily family, PeeringFamily configured) in peering.Families)
                if (CircuitsOnRouters.IsUp(peering, configured))
                    all.AddRange(
                        from side in Sides.Both
                        let read = known.On(side).Instance
                        let session = read?.Value.Sessions.FirstOrDefault(s => s.Name == CircuitsOnRouters.SessionOf(family))
                        select (
                            new LinkSession(side, family, session is { IsEstablished: true }, read is null || read.IsNow ? now : read.At),
                            read is not null && (read.IsNow || now - read.At <= CircuitSeen.Fresh)
                        )
                    );
        }
        return all.GroupBy(s => (s.Session.Link, s.Session.Family))
            .Select(g => (g.First().Session with { IsUp = g.All(s => s.Session.IsUp) }, g.All(s => s.IsFresh)));
    }
}
