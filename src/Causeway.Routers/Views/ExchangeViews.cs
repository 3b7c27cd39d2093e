using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Routers.Views;

/// <summary>
/// What our own routers hear at exchanges, as a view of the Internet: who is reached over a circuit and announces the same to us there has two ways to the same edge.
/// Only routes that are accepted count, and only of routers that this node drives.
/// </summary>
public sealed class ExchangeViews(Func<NetworkTopology> topology, IRouters routers, TimeProvider clock) : IInternetPaths
{
    /// <summary>What is told of one prefix at the most, of one router.</summary>
    private const int MostInside = 16;

    public async ValueTask<IReadOnlyList<InternetPath>> ToAsync(IpPrefix prefix, CancellationToken cancellation)
    {
        var paths = new List<InternetPath>();
        // What members give a route server they give each other, not us.
        foreach (Exchange exchange in topology().Exchanges.Where(x => x.RouteServer is null))
        foreach (ExchangeRouter router in exchange.Routers)
            if (routers.Reader(router.Router.Name) is { } reader)
                await foreach (
                    RouteReport route in reader.RoutesAsync(
                        new RouteQuestion(exchange.Group.Name, Stage: RouteStage.Accepted, Prefix: prefix, Limit: MostInside),
                        cancellation
                    )
                )
                    paths.Add(new InternetPath(route.Prefix, route.AsPath, OriginOf(route.AsPath), exchange.Name, clock.GetUtcNow()));
        return [.. paths.DistinctBy(p => (p.Prefix, p.AsPath, p.SeenAt))];
    }

    private static Asn? OriginOf(string path) => Asn.TryParse(path.Split(' ')[^1], out Asn origin) ? origin : null;
}

/// <summary>Everything that can be seen of the Internet from here.</summary>
public sealed class AllInternetPaths(params IReadOnlyList<IInternetPaths> parts) : IInternetPaths
{
    public async ValueTask<IReadOnlyList<InternetPath>> ToAsync(IpPrefix prefix, CancellationToken cancellation)
    {
        var paths = new List<InternetPath>();
        foreach (IInternetPaths part in parts)
            paths.AddRange(await part.ToAsync(prefix, cancellation));
        return paths;
    }
}
