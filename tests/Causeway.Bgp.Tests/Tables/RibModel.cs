using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>The tables as one would write them without thinking of speed: the measure for the real ones.</summary>
internal sealed class RibModel(uint localAsn)
{
    public sealed record Entry(TestRoute Received, RefuseReason Reason, TestRoute Effective);

    public sealed class Peer(string name, uint asn, uint routerId)
    {
        public string Name => name;
        public uint Asn => asn;
        public uint RouterId => routerId;
        public RoutePolicy? Import { get; set; }
        public Dictionary<(IpPrefix Prefix, uint PathId), TestRoute> Routes { get; } = [];
        public HashSet<(IpPrefix, uint)> Stale { get; } = [];
    }

    public List<Peer> Peers { get; } = [];
    public VrpTable Vrps { get; set; } = VrpTable.Empty;
    public AspaTable Aspas { get; set; } = AspaTable.Empty;
    public HashSet<IpPrefix> Networks { get; } = [];

    public Entry Judge(Peer peer, IpPrefix prefix, TestRoute route)
    {
        if (route.Path.Contains(localAsn))
            return new Entry(route, RefuseReason.OwnAsnInPath, route);
        if (peer.Import is null)
            return new Entry(route, RefuseReason.NoPolicy, route);
        (RefuseReason reason, PolicyTerm? term) = PolicyModel.Evaluate(peer.Import, route, prefix, Vrps, Aspas, localAsn);
        if (term is null || reason != RefuseReason.None)
            return new Entry(route, reason, route);
        return new Entry(route, RefuseReason.None, PolicyModel.Change(route, term));
    }

    public IEnumerable<(Peer Peer, uint PathId, Entry Entry)> Of(IpPrefix prefix) =>
        from peer in Peers
        from route in peer.Routes
        where route.Key.Prefix == prefix
        select (peer, route.Key.PathId, Judge(peer, prefix, route.Value));

    /// <summary>RFC 4271 §9.1.2.2, step by step over the whole set. Null: the prefix is our own.</summary>
    /// <param name="may">Which routes there are to choose from; all unless given.</param>
    public (Peer? Peer, uint PathId, TestRoute Route)? Best(IpPrefix prefix, Func<Peer, TestRoute, bool>? may = null)
    {
        if (Networks.Contains(prefix))
            return (null, 0, new TestRoute());
        var left = Of(prefix)
            .Where(c => c.Entry.Reason == RefuseReason.None && may?.Invoke(c.Peer, c.Entry.Effective) != false)
            .Select(c => (c.Peer, c.PathId, Route: c.Entry.Effective))
            .ToList();
        if (left.Count == 0)
            return null;
        Keep(c => -(long)Preference(c.Route));
        Keep(c => c.Route.Path.Length);
        Keep(c => c.Route.Origin);
        left = [.. left.Where(c => !left.Any(o => Neighbour(o.Route) == Neighbour(c.Route) && (o.Route.Med ?? 0) < (c.Route.Med ?? 0)))];
        Keep(c => c.Peer.Asn == localAsn ? 1 : 0);
        Keep(c => c.Peer.RouterId);
        Keep(c => c.PathId);
        return left.Single();

        void Keep(Func<(Peer Peer, uint PathId, TestRoute Route), long> by)
        {
            long least = left.Min(by);
            left = [.. left.Where(c => by(c) == least)];
        }
    }

    private static uint Neighbour(TestRoute route) => route.Path.FirstOrDefault();

    private static uint Preference(TestRoute route) => route.Communities.Contains(0xFFFF0000) ? 0 : route.LocalPreference ?? 100;

    public IEnumerable<IpPrefix> Prefixes => Peers.SelectMany(p => p.Routes.Keys.Select(k => k.Prefix)).Concat(Networks).Distinct();
}
