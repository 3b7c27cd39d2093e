using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// Theory of operation. Each connection goes its own way: asked for, approved, configured by the peer, given to our routers under DENY ALL, looked at, Active. Nobody
/// but this decides where it is: what people say (<see cref="ActOnConnections"/>), what routers were read to be (<see cref="SessionsRead"/>), what checks saw and
/// registries prove (<see cref="PeeringChecked"/>) and what has lasted too long (<see cref="WokenUp"/>) come in as signals, and what a router lets through is compiled
/// from the row that they leave (<see cref="PeeringsOnRouters"/>). An instant that passes may end a wait, and never makes anything Active.
/// </summary>
public sealed class PeeringWorkflow(Func<NetworkTopology> topology, PeeringPolicy policy) : TrackedWorkflow<Peering>
{
    public override string Type => Peering.ResourceType;

    protected override string Called => "peering";

    public PeeringPolicy Policy => policy;

    /// <summary>The topology of now.</summary>
    public NetworkTopology Topology => topology();

    protected override JsonTypeInfo<Peering> Json => PeeringJson.Default.Peering;

    public override IReadOnlyList<string> Told =>
        [
            "tags",
            "sku",
            "peeringLocation",
            "peerAsn",
            "directType",
            "connections[identifier].exchange",
            "connections[identifier].facilityId",
            "connections[identifier].link.facility",
            "connections[identifier].link.bandwidth",
            "connections[identifier].v4.address",
            "connections[identifier].v4.maxPrefixes",
            "connections[identifier].v6.address",
            "connections[identifier].v6.maxPrefixes",
            "connections[identifier].keyFingerprint!",
            "accepted[prefix].until",
            "isHeldBack",
            "registeredPrefixes[name].prefix",
            "registeredAsns[name].asn",
        ];

    protected override Decision<Peering> DecideOn(Peering? current, Signal signal)
    {
        Decision<Peering> decision = Decide(current, signal, new PeeringContext(topology(), policy));
        decision = decision switch
        {
            Decision<Peering>.Move told => told with
            {
                Effects = told.Effects.AddRange(Notice.Effects(current, told.Next, signal.At, topology())),
            },
            Decision<Peering>.End end => end with { Effects = end.Effects.AddRange(Notice.Effects(current, null, signal.At, topology())) },
            var other => other,
        };
        // Claims keep other peerings off an address; two connections of one have to be told apart here.
        return
            decision is Decision<Peering>.Move { Next: var next }
            && ClaimsOf(next).GroupBy(c => c).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? Refuse(ClaimTaken(next, twice.Key, next.Id))
            : decision;
    }

    private static Decision<Peering> Decide(Peering? current, Signal signal, PeeringContext context) =>
        (current, signal) switch
        {
            (_, PutPeering put) => Guarded(Requesting.Put(current, put, context), put),
            ({ } c, DeleteResource) => Requesting.Delete(c),
            ({ } c, ActOnConnections act) => Acting.Act(c, act, context),
            ({ } c, WithdrawConnections withdraw) => Requesting.Withdraw(c, withdraw, context),
            ({ } c, SessionsRead read) => Provisioning.Read(c, read, context),
            ({ } c, PeeringChecked looked) => Validating.Look(c, looked, context),
            ({ } c, AcceptPeerPrefixes accept) => Accepting.Accept(c, accept),
            ({ } c, RejectPeerPrefixes reject) => Accepting.Reject(c, reject),
            ({ } c, RegistrationSignal registration) => Registering.Decide(c, registration),
            ({ } c, WokenUp woken) => Waiting.Over(c, woken, context),
            (null, SessionsRead or PeeringChecked or WokenUp or RegisteredPrefixesSeen) => Stay("there is no such peering"),
            (null, _) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such peering.")),
            _ => throw new ArgumentException($"{signal.Name} is not a signal of peerings.", nameof(signal)),
        };

    /// <summary>What comes onto an exchange must not be missed by a topology that takes it away at the same time.</summary>
    private static Decision<Peering> Guarded(Decision<Peering> decision, PutPeering put) =>
        decision is Decision<Peering>.Move move && put.TopologyRevision > 0
            ? move with
            {
                Checks = [new ResourceWrite.Check(InstalledTopology.Only, put.TopologyRevision)],
            }
            : decision;

    /// <summary>A peer's address at an exchange, and a cable's everywhere, is in one connection only, from the request until it is gone or rejected.</summary>
    public override IEnumerable<string> ClaimsOf(Peering resource) =>
        resource
            .Connections.Where(c => c.State is not ConnectionState.ProvisioningFailed)
            .SelectMany(c =>
                c.Link is { } link
                    ? new[] { link.V4, link.V6 }.OfType<IpPrefix>().SelectMany(LinkEnds.All).Select(Peering.LinkClaim)
                    : c.Families.Select(f => Peering.AddressClaim(c.Site, f.Peer.Peer))
            );

    public override Refusal ClaimTaken(Peering resource, string claim, ResourceId owner)
    {
        string address = claim[(claim.LastIndexOf('/') + 1)..];
        return Refusal.Conflict(
            "PeerAddressInUse",
            claim.StartsWith(Peering.LinkClaims, StringComparison.Ordinal)
                ? $"{address} is an address of another cable: give another prefix; where we give it, ask again."
                : $"{address} at that exchange is the address of another connection: give the address that the exchange gave to you."
        );
    }

    public override IEnumerable<string> LabelsOf(Peering resource)
    {
        yield return Peering.PeerLabel(resource.PeerAsn);
        if (
            resource.LeavesSince is not null
            || resource.Connections.Any(c => c.State is ConnectionState.PendingApproval || c.Link is { IsResized: true })
        )
            yield return Peering.WaitsLabel;
        foreach (string label in Registering.LabelsOf(resource))
            yield return label;
        foreach (Connection connection in resource.Connections)
        {
            yield return Peering.SiteLabel(connection.Site);
            if (
                connection.State
                    is ConnectionState.ProvisioningStarted
                        or ConnectionState.ProvisioningCompleted
                        or ConnectionState.Validating
                // It cannot be approved before anything is proven.
                || (connection is { IsLegacy: true, State: ConnectionState.PendingApproval } && !resource.IsAnythingProven)
            )
                yield return Peering.OnTheWayLabel(connection.Site);
            if (connection.State.HasSession)
                yield return IOnRouters.OnGroup(connection.Group);
        }
    }

    public override IEnumerable<WakeUp> WakeUpsOf(Peering resource) => Waiting.Of(resource, policy);

    /// <summary>Whoever drives its routers is told when there is something new for them, and whoever checks its connections when there is something to look at.</summary>
    protected override IEnumerable<string> AnnouncementsOf(Peering? before, Peering? after)
    {
        Connection[] all = [.. before?.Connections ?? [], .. after?.Connections ?? []];
        foreach (string group in all.Select(c => c.Group).Distinct(StringComparer.OrdinalIgnoreCase))
            if (!OnRouters(before, group).SequenceEqual(OnRouters(after, group)))
                yield return IOnRouters.Announcement(group);
        foreach (string site in all.Select(c => c.Site).Distinct(StringComparer.OrdinalIgnoreCase))
            yield return Peering.ChecksAnnouncement(site);

        static IEnumerable<(string, long)> OnRouters(Peering? peering, string group) =>
            (peering?.Connections ?? [])
                .Where(c => c.State.HasSession && c.Group.Equals(group, StringComparison.OrdinalIgnoreCase))
                .Select(c => (c.Identifier, c.Generation));
    }

    /// <summary>Its peer's ASN knows that it stands on it, and a session from before that it has become a peering.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(Peering? before, Peering? after, DateTimeOffset at)
    {
        if (before is null != after is null)
            yield return new Addressed(
                (after ?? before)!.PeerAsnId,
                PeerAsn.ResourceType,
                new UsePeerAsn(at, (after ?? before)!.Id, (after ?? before)!.PeerAsn, after is not null)
            );
        if (before is { IsHeldBack: true } && after is null)
            yield return new Addressed(
                HeldBackPeer.IdOf(before.PeerAsn),
                HeldBackPeer.ResourceType,
                new HoldBackPeer(at, before.PeerAsn, before.Id)
            );
        // Only the operator takes a connection from there anywhere else than to ProvisioningFailed.
        Connection[] approved =
        [
            .. (after?.Connections ?? []).Where(c =>
                c.State is not (ConnectionState.PendingApproval or ConnectionState.ProvisioningFailed)
                && before?.Find(c.Identifier)?.State is ConnectionState.PendingApproval
            ),
        ];
        if (approved.Length > 0)
            yield return new Addressed(HeldBackPeer.IdOf(after!.PeerAsn), HeldBackPeer.ResourceType, new TrustPeer(at));
        foreach (Connection connection in approved)
            if (before!.Find(connection.Identifier)!.IsLegacy)
                yield return new Addressed(
                    LegacyPeer.IdOf(connection.Site, after!.PeerAsn, connection.Families.Select(f => f.Peer.Peer)),
                    LegacyPeer.ResourceType,
                    new ConvertLegacy(at, after.Id)
                );
    }

    /// <summary>Name of the router group of an exchange (<see cref="Exchange.Group"/>).</summary>
    internal static string GroupOf(string exchange) => $"exchange/{exchange}";
}

/// <summary>What peering decisions are made with, besides state and signal: how the installation is configured.</summary>
internal sealed record PeeringContext(NetworkTopology Topology, PeeringPolicy Policy)
{
    /// <inheritdoc cref="NetworkTopology.RulesOf"/>
    public ExchangeRules RulesOf(string site) => Topology.RulesOf(site);

    /// <summary>
    /// Whether a connection takes the place of a session from before that the topology has now and that routers were seen to have Established, in one family at least:
    /// else nothing is known of it, and the connection is validated as any other.
    /// </summary>
    /// <param name="running">What runs from before, as it was seen.</param>
    public bool RunsFromBefore(Asn asn, Connection connection, EquatableArray<SessionFromBefore> running) =>
        connection.IsLegacy
        && connection.Families.Any(f => running.Any(r => r.IsOf(connection, f.Peer)))
        && Topology.FindExchange(connection.Site) is { } exchange
        && exchange.Legacy.Any(l => l.Asn == asn && l.Addresses.ToHashSet().SetEquals(connection.Families.Select(f => f.Peer.Peer)));
}

/// <summary>Changes of connections that more than one decision makes.</summary>
internal static class Steps
{
    /// <summary>The routers have to follow.</summary>
    public static Connection Followed(this Connection connection) => connection with { Generation = connection.Generation + 1 };

    /// <summary>To our routers, under DENY ALL: nothing that was seen before counts.</summary>
    public static Connection Provision(this Connection connection, DateTimeOffset at) =>
        connection.Each(f => f with { IsProven = false }) with
        {
            State = new ConnectionState.ProvisioningStarted(at),
            Generation = connection.Generation + 1,
            Checks = [],
        };

    /// <summary>Off our routers, with what was wrong.</summary>
    public static Connection Fail(this Connection connection, DateTimeOffset at, string error) =>
        connection.Each(f => f with { IsProven = false }) with
        {
            State = new ConnectionState.ProvisioningFailed(at, error, WasApproved: true),
            Generation = connection.Generation + 1,
        };

    /// <summary>One that was Active goes back under DENY ALL, and comes back when its checks pass.</summary>
    public static Connection Close(this Connection connection, ConnectionState to) =>
        connection.Each(f => f with { IsProven = false }) with
        {
            State = to,
            Generation = connection.Generation + 1,
        };

    /// <summary>It leaves.</summary>
    public static Connection Leave(this Connection connection, DateTimeOffset at, TimeSpan drain) =>
        connection with
        {
            State = new ConnectionState.PendingRemove(at, at + drain, connection.State is ConnectionState.Active),
            Generation = connection.Generation + 1,
        };

    /// <summary>Something is said; of too much, the oldest goes, and of a peer that talks much its own.</summary>
    public static Peering Say(
        this Peering peering,
        DateTimeOffset at,
        string by,
        string code,
        string text,
        params ReadOnlySpan<string> connections
    )
    {
        var messages = peering.Messages.Add(new PeeringMessage(at, by, code, text, [.. connections]));
        return peering with { Messages = messages.Length <= Peering.MostMessages ? messages : messages.RemoveAt(Forgotten(messages)) };

        static int Forgotten(ImmutableArray<PeeringMessage> all) =>
            all.Count(m => m.By == ByPeer) * 2 > all.Length ? all.IndexOf(all.First(m => m.By == ByPeer)) : 0;
    }

    /// <summary>Without those connections; null when none is left.</summary>
    public static Peering? Without(this Peering peering, IReadOnlyCollection<string> identifiers)
    {
        var left = peering.Connections.RemoveAll(c => identifiers.Contains(c.Identifier));
        return left.IsEmpty ? null : peering with { Connections = left };
    }

    public const string ByCauseway = "causeway";
    public const string ByOperator = "operator";
    public const string ByPeer = "peer";
}
