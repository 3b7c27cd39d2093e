using System.Collections.Immutable;
using System.Net;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// What peerings have on routers: one instance for an exchange, and one for the cables of a building, in the global table, and in it a session for each connection,
/// family and router.
/// Pure, and the theorem of the whole: <b>a session is open only where its connection's state is, its family is proven, and then to what is proven in the same
/// row; otherwise it accepts and announces nothing</b>. Nothing else in Causeway makes a permit for a peer.
/// </summary>
public sealed class PeeringsOnRouters(PeeringWorkflow workflow, PeeringPolicy policy) : IOnRouters
{
    public string Type => Peering.ResourceType;

    public Compiled Compile(GroupMember router, StoredResource row, CompileContext context)
    {
        Peering peering = workflow.Read(row).Resource;
        var faults = new Dictionary<string, string>();
        var instances = new List<InstanceIntent>();
        foreach (Connection connection in peering.Connections)
            if (
                On(router, connection, context.Topology) is var (place, member)
                && Sessions(peering, connection, place, member, context, policy, faults) is { IsEmpty: false } sessions
            )
                instances.Add(Instance(place, member, context.Topology, sessions));
        return instances.Count == 0 && faults.Count == 0 ? Compiled.Nothing : new Compiled(instances, faults);
    }

    /// <summary>The theorem: what a connection has on one router.</summary>
    public static ImmutableArray<SessionIntent> Sessions(
        Peering peering,
        Connection connection,
        MeetingPlace place,
        ExchangeRouter router,
        CompileContext context,
        PeeringPolicy policy,
        Dictionary<string, string> faults
    )
    {
        if (!connection.State.HasSession)
            return [];
        Md5Key? key = null;
        try
        {
            key = connection.ProtectedKey is { } sealedKey ? context.Reveal(sealedKey) : null;
        }
#pragma warning disable CA1031 // Whatever the cipher says, it is this connection's trouble and nobody else's.
        catch (Exception)
#pragma warning restore CA1031
        {
            faults[place.Instance] =
                $"the MD5 key of connection '{connection.Identifier}' of {peering.Id} cannot be decrypted with this installation's key: set the key anew";
            return [];
        }
        var sessions = ImmutableArray.CreateBuilder<SessionIntent>();
        foreach ((IpFamily family, PeerFamily peer) in connection.Families)
            if (
                Session(
                    peering.Id,
                    peering.PeerAsn,
                    family,
                    peer,
                    IsOpen(connection, peer) ? SessionMode.Open : SessionMode.DenyAll,
                    peering.ProvenAt(family, context.Now),
                    place,
                    router,
                    RoleTo(connection, place),
                    context.Topology,
                    policy
                ) is
                { } session
            )
                sessions.Add(
                    session with
                    {
                        Md5Key = key,
                        Options = session.Options with { GracefulShutdown = connection.State is ConnectionState.PendingRemove },
                    }
                );
        return sessions.ToImmutable();
    }

    /// <summary>One session of a router; null where it has no address of the family.</summary>
    /// <param name="role">What we are to the peer; null states nothing.</param>
    internal static SessionIntent? Session(
        ResourceId owner,
        Asn peerAsn,
        IpFamily family,
        PeerFamily peer,
        SessionMode mode,
        ImmutableArray<PrefixMatch> proven,
        MeetingPlace place,
        ExchangeRouter router,
        SessionRole? role,
        NetworkTopology topology,
        PeeringPolicy policy
    ) =>
        router.Address(family) is { } ours && place.Lan(family) is { } lan
            ? new SessionIntent(
                Connection.SessionOf(peerAsn, peer),
                owner,
                ours,
                peer.Peer,
                lan,
                peerAsn,
                mode,
                Import(peerAsn, family, peer, proven, place, topology, policy),
                place.RouteServer is null ? ExportRules.Everything : s_asRouteServer,
                null,
                new SessionOptions { Role = role }
            )
            : null;

    private static readonly ExportRules s_asRouteServer = new() { Learned = true, AsRouteServer = true };

    /// <summary>
    /// What we are to a peer at an exchange. Over a cable anything may be agreed on, and a session from before is left as it was: there we state nothing.
    /// </summary>
    internal static SessionRole? RoleTo(Connection connection, MeetingPlace place) =>
        place.RouteServer is not null ? SessionRole.RouteServer
        : place is Exchange && !connection.IsLegacy ? SessionRole.Peer
        : null;

    /// <summary>Whether a session lets anything through.</summary>
    public static bool IsOpen(Connection connection, PeerFamily peer) => connection.State.IsOpen && peer.IsProven;

    public IEnumerable<Signal> Signals(SideOutcome outcome, StoredResource row)
    {
        if (outcome.Report is not { } report)
            yield break;
        Peering peering = workflow.Read(row).Resource;
        var read = ImmutableSortedDictionary.CreateBuilder<string, Followed>();
        foreach (Connection connection in peering.Connections)
        {
            if (!connection.State.HasSession || On(outcome.Router, connection, workflow.Topology) is not var (place, member))
                continue;
            if (!connection.Families.Any(f => member.Address(f.Family) is not null))
                continue;
            var now = new Followed(connection.Generation, Problem(peering, connection, member, place, outcome, report));
            if (connection.Routers.GetValueOrDefault(outcome.Router.Router.Name) != now)
                read.Add(connection.Identifier, now);
        }
        if (read.Count > 0)
            yield return new SessionsRead(outcome.At, outcome.Router.Router.Name, read.ToImmutable());
    }

    /// <summary>What a router lacks of what a connection wants there; null when it has all of it.</summary>
    private static string? Problem(
        Peering peering,
        Connection connection,
        ExchangeRouter router,
        MeetingPlace place,
        SideOutcome outcome,
        RouterReport report
    )
    {
        string instance = place.Instance;
        foreach ((IpFamily family, PeerFamily peer) in connection.Families)
        {
            if (router.Address(family) is not { } ours)
                continue;
            string name = Connection.SessionOf(peering.PeerAsn, peer);
            SessionReport? found = report.Find(instance)?.Sessions.FirstOrDefault(s => s.Name == name);
            if (found is null)
                return outcome.Faults.GetValueOrDefault(instance)
                    ?? report.Find(instance)?.Problem
                    ?? $"it has no session with {peer.Address}";
            SessionMode wanted = IsOpen(connection, peer) ? SessionMode.Open : SessionMode.DenyAll;
            if (found.Mode != wanted || found.Ours != ours.ToString() || found.PeerAsn != peering.PeerAsn)
                return $"its session with {peer.Address} is {found.Mode}, from {found.Ours} with AS{found.PeerAsn}";
        }
        return null;
    }

    /// <summary>What we announce to every peer: our own networks, and those of services that are for everybody.</summary>
    public static IEnumerable<IpPrefix> OurNetworks(NetworkTopology topology) =>
        topology.OwnPrefixes.Concat(topology.Services.Where(s => s.Subscriptions.IsEmpty).SelectMany(s => s.Prefixes)).Distinct().Order();

    internal static InstanceIntent Instance(
        MeetingPlace place,
        ExchangeRouter router,
        NetworkTopology topology,
        ImmutableArray<SessionIntent> sessions
    ) =>
        new(
            place.Instance,
            null,
            new AccessIntent(router.Router.PortName, Encapsulation.Untagged),
            sessions,
            // A route server has no networks of its own.
            [.. place.RouteServer is null ? OurNetworks(topology).Select(p => new AnnouncedPrefix(p)) : []]
        );

    /// <summary>What the session would accept if it were open. Under DENY ALL the same rules say why each route would be refused.</summary>
    private static ImportRules Import(
        Asn peerAsn,
        IpFamily family,
        PeerFamily peer,
        ImmutableArray<PrefixMatch> proven,
        MeetingPlace place,
        NetworkTopology topology,
        PeeringPolicy policy
    )
    {
        bool givesOthers = (place as Exchange)?.IsRouteServer(peer.Peer) == true;
        return new()
        {
            Space = AddressSpaces.PublicOf(topology.Asn),
            // Our own network may be a member of an exchange that we run.
            Refuse = [.. (place.RouteServer is null ? OurNetworks(topology) : []).Concat(place.Lans).Where(p => p.Family == family)],
            // A route server gives the routes of its members, as these gave them.
            FirstAsnIsPeer = !givesOthers,
            NextHopIsPeer = !givesOthers,
            ShortestPrefix = PeeringPolicy.ShortestPrefix(family),
            LongestPrefix = PeeringPolicy.LongestPrefix(family),
            LongestPath = place.Rules.LongestPath,
            // A peer whose own ASN is private is one of a laboratory; there is none on the Internet.
            PrivateAsns = peerAsn.IsPrivate,
            // Of a peer that is one itself, the others.
            RefuseThrough = [.. topology.TransitFree.Where(a => a != peerAsn)],
            RefuseRpkiInvalid = true,
            // Who gives us routes here is a peer, or a route server or its member: nobody's provider of ours.
            RefuseAspaInvalid = true,
            Accept = proven,
            MaxPrefixes = policy.MaxPrefixes(family, peer),
        };
    }

    /// <summary>A connection's place and a router of a group in it; null when it has no session there.</summary>
    private static (MeetingPlace Place, ExchangeRouter Router)? On(GroupMember router, Connection connection, NetworkTopology topology) =>
        connection.Group.Equals(router.Group.Name, StringComparison.OrdinalIgnoreCase)
        && connection.PlaceIn(topology) is { } place
        && place.Routers.FirstOrDefault(r => r.Router.Name.Equals(router.Router.Name, StringComparison.OrdinalIgnoreCase)) is { } member
            ? (place, member)
            : null;

    /// <summary>The exchange that a router stands at; null for the routers of pairs.</summary>
    internal static (Exchange Exchange, ExchangeRouter Router)? At(GroupMember router, NetworkTopology topology) =>
        topology.Exchanges.FirstOrDefault(x => x.Group.Name.Equals(router.Group.Name, StringComparison.OrdinalIgnoreCase)) is { } exchange
        && exchange.Routers.FirstOrDefault(r => r.Router.Name.Equals(router.Router.Name, StringComparison.OrdinalIgnoreCase)) is { } member
            ? (exchange, member)
            : null;
}
