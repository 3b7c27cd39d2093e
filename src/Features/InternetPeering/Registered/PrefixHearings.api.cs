using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Api.InternetPeering;

/// <summary>What our routers hear of single prefixes over a peering's sessions, and what the registries say of their origins.</summary>
internal sealed class PrefixHearings(IRouters routers, IProofs proofs, Func<NetworkTopology> topology)
{
    /// <summary>No registry is there to ask.</summary>
    public bool IsRegistryAway => topology().Registries is null;

    /// <summary>False until the registries have been read: nothing can be judged before.</summary>
    public bool HasLoaded => proofs.HasLoaded;

    public uint? Community => topology().PeeringServices.Community;

    /// <summary>Whether this node drives all routers that carry Active connections of a peering at a site.</summary>
    public bool Drives(Peering peering, string site) =>
        peering
            .Connections.Where(c => c.State is ConnectionState.Active && c.IsAt(site))
            .All(c => c.PlaceIn(topology()) is { } place && place.Routers.All(r => routers.Reader(r.Router.Name) is not null));

    /// <summary>The sessions of a peering's Active connections at a site of this node, with what each has of a prefix.</summary>
    public async Task<IReadOnlyList<PrefixHearing>> OfAsync(Peering peering, string site, IpPrefix prefix, CancellationToken cancellation)
    {
        var heard = new List<PrefixHearing>();
        foreach (Connection connection in peering.Connections)
        {
            if (
                connection.State is not ConnectionState.Active
                || !connection.IsAt(site)
                || connection.FamilyOf(prefix.Family) is not { } peer
                || connection.PlaceIn(topology()) is not { } place
            )
                continue;
            string session = Connection.SessionOf(peering.PeerAsn, peer);
            foreach (ExchangeRouter router in place.Routers)
            {
                if (
                    router.Address(prefix.Family) is null
                    || routers.Reader(router.Router.Name) is not { } reader
                    || await routers.InstanceAsync(router.Router.Name, place.Instance, cancellation) is not { IsNow: true, Value: var seen }
                )
                    continue;
                bool isUp = seen.Sessions.FirstOrDefault(s => s.Name == session)?.IsEstablished == true;
                RouteReport? route = null;
                var question = new RouteQuestion(place.Instance, session, Prefix: prefix, Limit: 1) { IsExact = true };
                if (isUp)
                    await foreach (RouteReport found in reader.RoutesAsync(question, cancellation))
                        route = found;
                heard.Add(new PrefixHearing(router.Router.Name, peer.Address, isUp, route));
            }
        }
        return heard;
    }

    /// <summary>Null when a registry says that a prefix is an ASN's, or none can be asked; else what they say.</summary>
    public string? NotRegistered(IpPrefix prefix, Asn origin) =>
        IsRegistryAway ? null
        : proofs.Prove([prefix], origin, RoutingRegistry.None) is [{ IsProven: false } no] ? no.Text.TrimEnd('.')
        : null;
}
