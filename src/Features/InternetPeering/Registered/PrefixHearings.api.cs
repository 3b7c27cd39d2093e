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

    /// <summary>Whether this node drives all routers of an exchange.</summary>
    public bool Drives(string exchange) =>
        topology().FindExchange(exchange) is { } there && there.Routers.All(r => routers.Reader(r.Router.Name) is not null);

    /// <summary>The sessions of a peering's Active connections at an exchange of this node, with what each has of a prefix.</summary>
    public async Task<IReadOnlyList<PrefixHearing>> OfAsync(
        Peering peering,
        string exchange,
        IpPrefix prefix,
        CancellationToken cancellation
    )
    {
        var heard = new List<PrefixHearing>();
        if (topology().FindExchange(exchange) is not { } there)
            return heard;
        string instance = PeeringsOnRouters.InstanceOf(there);
        foreach (ExchangeRouter router in there.Routers)
        {
            if (
                router.Address(prefix.Family) is null
                || routers.Reader(router.Router.Name) is not { } reader
                || await routers.InstanceAsync(router.Router.Name, instance, cancellation) is not { IsNow: true, Value: var seen }
            )
                continue;
            foreach (Connection connection in peering.Connections)
                if (
                    connection.State is ConnectionState.Active
                    && connection.Exchange.Equals(exchange, StringComparison.OrdinalIgnoreCase)
                    && connection.FamilyOf(prefix.Family) is { } peer
                )
                {
                    string session = Connection.SessionOf(peering.PeerAsn, peer);
                    bool isUp = seen.Sessions.FirstOrDefault(s => s.Name == session)?.IsEstablished == true;
                    RouteReport? route = null;
                    var question = new RouteQuestion(instance, session, Prefix: prefix, Limit: 1) { IsExact = true };
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
