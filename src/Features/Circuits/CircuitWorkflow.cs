using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Operations;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Documents;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>
/// Theory of operation. Three things move in a circuit: the provider's side (by the provider's hand only), what the customer wants of it (SKU, routing
/// domains, authorizations, links), and how far each router of its pair has followed. Whatever routers have to know raises <see cref="Circuit.Generation"/>,
/// which is announced to whoever drives the pair, and lets the request's operation wait. Each router's answer names the generation it carries; what both
/// carry ends every operation up to there. An operation that one side keeps waiting fails at its time and names that side; what it asked for stays wanted,
/// and follows when the router does. A further write meanwhile makes a further generation: it is served, never refused for being second. Only a provisioned
/// circuit is on the routers; when it leaves that state its peerings wait, and return with it. A router that the topology no longer has cannot be waited
/// for: it has let go.
/// </summary>
public sealed class CircuitWorkflow(Func<NetworkTopology> topology, CircuitPolicy policy) : TrackedWorkflow<Circuit>
{
    public override string Type => Circuit.ResourceType;

    protected override string Called => "circuit";

    public CircuitPolicy Policy => policy;

    protected override JsonTypeInfo<Circuit> Json => CircuitJson.Default.Circuit;

    public override IReadOnlyList<string> Told =>
        [
            "tags",
            "sku",
            "order.serviceProvider",
            "order.peeringLocation",
            "order.bandwidth",
            "port.id",
            "port.encapsulation",
            "port.rateLimited",
            "allowClassicOperations",
            "globalReachEnabled",
            "serviceProviderNotes",
            "provider.sTag",
            "edge",
            "peerings[type].peerAsn",
            "peerings[type].vlan",
            "peerings[type].keyFingerprint!",
            "peerings[type].v4.primary",
            "peerings[type].v4.secondary",
            "peerings[type].v4.enabled",
            "peerings[type].v4.filter.id",
            "peerings[type].v4.public.prefixes[prefix].prefix",
            "peerings[type].v4.public.customerAsn",
            "peerings[type].v4.public.registry",
            "peerings[type].v4.public.legacyMode",
            "peerings[type].v4.public.communities",
            "peerings[type].v6.primary",
            "peerings[type].v6.secondary",
            "peerings[type].v6.enabled",
            "peerings[type].v6.filter.id",
            "peerings[type].v6.public.prefixes[prefix].prefix",
            "peerings[type].v6.public.customerAsn",
            "peerings[type].v6.public.registry",
            "peerings[type].v6.public.legacyMode",
            "peerings[type].v6.public.communities",
            "authorizations[name].name",
            "authorizations[name].connection",
            "links[connection].network",
            "links[connection].routingWeight",
            "reaches[name].peer",
            "reaches[name].v4",
            "reaches[name].v6",
        ];

    protected override IReadOnlyList<Upcaster> Upcasters => CircuitUpcasters.All;

    protected override Decision<Circuit> DecideOn(Circuit? current, Signal signal)
    {
        var context = new CircuitContext(topology(), policy);
        Decision<Circuit> decision = Decide(current, signal, context);
        // A landing was chosen before this decision, maybe from a topology that is not the present one any more.
        long revision = signal is ProviderWrites { Landing.TopologyRevision: > 0 and var chosenFrom }
            ? chosenFrom
            : context.Topology.Revision;
        return decision is Decision<Circuit>.Move move && revision > 0 && StandsOnMore(current, move.Next)
            ? move with
            {
                Checks = [new ResourceWrite.Check(InstalledTopology.Only, revision)],
            }
            : decision;
    }

    /// <summary>Whether it comes onto something of the topology: a topology that takes this away at the same time must not miss it.</summary>
    private static bool StandsOnMore(Circuit? before, Circuit after) =>
        before is null || (after.Edge is not null && (after.Edge != before.Edge || before.Provider.OccupiedSTag is null));

    protected override Decision<Circuit> Tag(Circuit current, ReplaceTags tags) =>
        current.DeletingSince is not null
            ? Refuse(Ordering.IsBeingDeleted(current))
            : Ordering.Tag(new Draft(current, tags.At, new CircuitContext(topology(), policy)), tags);

    private static Decision<Circuit> Decide(Circuit? current, Signal signal, CircuitContext context) =>
        (current, signal) switch
        {
            (null, PutCircuit put) => Ordering.Create(put, context),
            (_, RouterNotAsked missed) => new Decision<Circuit>.Stay("a router was not asked in time")
            {
                Operations = [new OperationChange.Finish(missed.Operation, missed.At, missed.Why)],
            },
            (
                null,
                RoutersConfigured
                    or WokenUp
                    or UnlinkNetwork
                    or ChangeLinkedPrefixes
                    or ChangeFilter
                    or ProofsFound
                    or EndReach
                    or SwitchPortLinks
                    or HoldLink
                    or OtherLinkLost
            ) => new Decision<Circuit>.Stay("there is no such circuit"),
            // Before anything else is looked at, deletion included.
            (_, LinkNetwork link)
                when Linking.Stranger(current, link.CircuitId, link.CallerSubscription, link.AuthorizationKey, link.ConnectionId)
                    is { } no => new Decision<Circuit>.Refuse(no),
            (_, AcceptReach accept) when Reaching.Stranger(current, accept) is { } no => new Decision<Circuit>.Refuse(no),
            (null, LinkNetwork or AcceptReach) => new Decision<Circuit>.Refuse(References.Gone("The circuit")),
            (null, _) => new Decision<Circuit>.Refuse(Refusal.NotFound("NotFound", "The circuit does not exist.")),

            ({ } c, RoutersConfigured done) => FollowingRouters.Confirm(c, done),
            ({ } c, WokenUp { What: ProofEndsWakeUp } woken) => Proving.Expire(new Draft(c, woken.At, context)),
            ({ } c, WokenUp { What: TestEndsWakeUp } woken) => LinkTesting.Expire(new Draft(c, woken.At, context)),
            ({ } c, WokenUp woken) => FollowingRouters.Overdue(c, woken.At, context.Topology),
            ({ DeletingSince: not null }, DeleteResource { Ticket: null }) => Stay("it is being deleted already"),
            ({ DeletingSince: not null } c, DeleteResource delete) => Ordering.DeleteAgain(c, delete, context),
            (
                { DeletingSince: not null },
                UnlinkNetwork
                    or ChangeLinkedPrefixes
                    or EndReach
                    or SwitchPortLinks
                    or HoldLink
                    or OtherLinkLost
            ) => new Decision<Circuit>.Stay("the circuit is being deleted and has no links"),
            ({ DeletingSince: not null }, ProofsFound) => new Decision<Circuit>.Stay("the circuit is being deleted and proves nothing"),
            ({ DeletingSince: not null }, ChangeFilter) => new Decision<Circuit>.Stay("the circuit is being deleted and uses no filter"),
            ({ DeletingSince: not null } c, _) => new Decision<Circuit>.Refuse(Ordering.IsBeingDeleted(c)),

            ({ } c, PutCircuit put) => Ordering.Update(new Draft(c, put.At, context), put),
            ({ } c, DeleteResource delete) => Ordering.Delete(c, delete, context),

            ({ } c, ProviderWrites write) => Provisioning.Write(new Draft(c, write.At, context), write),
            ({ } c, TagCrossConnection tag) => Provisioning.Tag(new Draft(c, tag.At, context), tag),

            ({ } c, PutPeering put) => Routing.Put(new Draft(c, put.At, context), put),
            ({ } c, DeletePeering delete) => Routing.Delete(new Draft(c, delete.At, context), delete),

            ({ } c, PutAuthorization put) => Authorizing.Put(new Draft(c, put.At, context), put),
            ({ } c, DeleteAuthorization delete) => Authorizing.Delete(new Draft(c, delete.At, context), delete),

            ({ } c, LinkNetwork link) => Linking.Link(new Draft(c, link.At, context), link),
            ({ } c, UnlinkNetwork unlink) => Linking.Unlink(new Draft(c, unlink.At, context), unlink),
            ({ } c, ChangeLinkedPrefixes change) => Linking.Change(new Draft(c, change.At, context), change),

            ({ Port: not null } c, SwitchPortLinks links) => PortSwitched(new Draft(c, links.At, context), links),
            ({ }, SwitchPortLinks) => new Decision<Circuit>.Stay("it is on no port"),
            ({ } c, StartLinkTest start) => LinkTesting.Start(new Draft(c, start.At, context), start),
            ({ } c, StopLinkTest stop) => LinkTesting.Stop(new Draft(c, stop.At, context), stop),
            ({ } c, OtherLinkLost lost) => LinkTesting.OtherLost(new Draft(c, lost.At, context), lost),
            ({ } c, HoldLink hold) => LinkTesting.Hold(new Draft(c, hold.At, context), hold),

            ({ } c, PutReach put) => Reaching.Put(new Draft(c, put.At, context), put),
            ({ } c, EndReach end) => Reaching.End(new Draft(c, end.At, context), end),
            ({ } c, AcceptReach accept) => Reaching.Accept(new Draft(c, accept.At, context), accept),

            ({ } c, ProofsFound found) => Proving.Found(new Draft(c, found.At, context), found),
            ({ } c, AcceptPrefixes accept) => Proving.Accept(new Draft(c, accept.At, context), accept),
            ({ } c, RejectPrefixes reject) => Proving.Reject(new Draft(c, reject.At, context), reject),

            ({ } c, ChangeFilter change) => Filtering.Change(new Draft(c, change.At, context), change),

            _ => throw new ArgumentException($"{signal.Name} is not a signal of circuits.", nameof(signal)),
        };

    /// <summary>
    /// The service key for ever; while the provider's side stands, the S-tag on the pair, and those addresses of its sessions that lie inside a router's link
    /// space, where two circuits would meet.
    /// </summary>
    public override IEnumerable<string> ClaimsOf(Circuit resource)
    {
        yield return Circuit.ServiceKeyClaim(resource.ServiceKey);
        if (resource is not { Edge: { } edge, Provider.OccupiedSTag: { } tag })
            yield break;
        yield return Circuit.STagClaim(edge.Pair, tag);
        if (resource.Port is { Encapsulation: Encapsulation.Dot1Q } port)
            foreach (Peering peering in resource.Peerings)
                yield return $"{PortVlanClaims}{port.Id.Key}/{peering.Vlan}";
        foreach (Peering peering in resource.Peerings.Where(p => p.State is not PeeringState.Conflicting))
        foreach (string claim in AddressClaims(topology(), edge, peering))
            yield return claim;
        foreach (string claim in AddressClaims(topology(), edge, resource.Reaches))
            yield return claim;
    }

    /// <summary>The claims on a peering's addresses, on the routers of a pair.</summary>
    public static IEnumerable<string> AddressClaims(NetworkTopology topology, Edge edge, Peering peering) =>
        from side in Sides.Both
        let router = edge.RouterOf(side)
        let space = topology.FindRouter(router)?.LinkSpace
        where space is not null
        from family in peering.Families
        from address in (IPAddress[])[family.Configured.CustomerAddress(side), family.Configured.OurAddress(side)]
        where space.Contains(address)
        select AddressClaim(router, address);

    /// <summary>The claims on our own ends of joins with other circuits.</summary>
    private static IEnumerable<string> AddressClaims(NetworkTopology topology, Edge edge, IEnumerable<GlobalReach> reaches) =>
        from reach in reaches
        where reach.Stands
        from side in Sides.Both
        let router = edge.RouterOf(side)
        let space = topology.FindRouter(router)?.LinkSpace
        where space is not null
        from family in reach.Families
        let ours = GlobalReach.LinkOf(family.Subnet, side).AddressAt(reach.Initiated ? 1u : 2u)
        where space.Contains(ours)
        select AddressClaim(router, ours);

    /// <summary>The claim on an address of a router's link space.</summary>
    public static string AddressClaim(string router, IPAddress address) => $"{RouterAddressClaims}{router}/{address}";

    /// <summary>What is said of an address that another circuit has.</summary>
    public static string AddressTaken(string claim)
    {
        string[] parts = claim[RouterAddressClaims.Length..].Split('/');
        return $"The address {parts[1]} is already used by a session of another circuit on router {parts[0]}: choose another peer address prefix there.";
    }

    /// <summary>The earliest time at which an operation has waited long enough, and that at which a proof ends.</summary>
    public override IEnumerable<WakeUp> WakeUpsOf(Circuit resource)
    {
        if (!resource.Pending.IsEmpty)
            yield return new WakeUp(OverdueWakeUp, resource.Pending.Min(p => p.Until));
        if (Proving.NextEnd(resource) is { } end)
            yield return new WakeUp(ProofEndsWakeUp, end);
        if (resource is { DeletingSince: null, Test: { } test })
            yield return new WakeUp(TestEndsWakeUp, test.Until);
    }

    private const string OverdueWakeUp = "overdue";
    private const string ProofEndsWakeUp = "proof ends";
    private const string TestEndsWakeUp = "failover test ends";

    /// <summary>Whoever drives the pair is told when there is something new for its routers, or somebody waits for them again.</summary>
    protected override IEnumerable<string> AnnouncementsOf(Circuit? before, Circuit? after)
    {
        if ((after ?? before) is { Edge: { } edge } c && (before?.Generation != c.Generation || before.Pending.Length < c.Pending.Length))
            yield return IOnRouters.Announcement(edge.Pair);
        if ((before?.Declared ?? []).Select(Known).SequenceEqual((after?.Declared ?? []).Select(Known)))
            yield break;
        yield return Circuit.ProofAnnouncement((after ?? before)!.Id);

        // Whoever follows the registries looks again when something else is declared, or known of it.
        static (PeeringType, Asn, PublicConfig) Known((Peering Peering, IpFamily, PublicConfig Config) d) =>
            (d.Peering.Type, d.Peering.PeerAsn, d.Config);
    }

    public override IEnumerable<string> LabelsOf(Circuit resource)
    {
        if (resource.Port is null)
            yield return Circuit.ProviderLabel(resource.Order.ProviderSubscription);
        yield return Circuit.RegionLabel(resource.Id.Subscription!, resource.Location);
        if (resource.Port is null)
            yield return Circuit.OrderLabel(resource.Order.ServiceProvider, resource.Order.PeeringLocation);
        if (resource.Edge is { } stands && (resource.Provider.OccupiedSTag is not null || resource.Applied < resource.Generation))
            yield return Circuit.EdgeLabel(stands.Pair);
        if (resource.ConcernsRouters)
            yield return IOnRouters.OnGroup(resource.Edge!.Pair);
        if (resource is { IsOnRouters: true, Test: not null })
            yield return Circuit.TestedLabel;
        foreach (LinkedNetwork link in resource.Links)
            yield return Circuit.NetworkLabel(link.Network);
        Asn[] owners = [.. resource.Declared.Select(d => d.Config.OwnerFor(d.Peering.PeerAsn)).Distinct()];
        if (owners.Length > 0)
            yield return Circuit.DeclaresLabel;
        foreach (Asn owner in owners)
            yield return Circuit.ProofLabel(resource.Id.Subscription!, owner);
    }

    /// <summary>What it takes of the ports that it lands on is in their account, which filters it uses in theirs, and what it leans on in its pair's maintenance.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(Circuit? before, Circuit? after, DateTimeOffset at) =>
        [
            .. AccountOf(before, after, at),
            .. Filtering.Consequences(before, after, at),
            .. PortOf(before, after, at),
            .. LeaningOf(before, after, at),
        ];

    /// <summary>Its port knows how much it takes, and when it goes; that it comes, the port was asked with its creation, where its key is looked at.</summary>
    private static IEnumerable<Addressed> PortOf(Circuit? before, Circuit? after, DateTimeOffset at)
    {
        if (before is { Port: { } port } && after is null)
            yield return new Addressed(port.Id, DirectPort.ResourceType, new ReleasePort(at, before.Id));
        else if (before is not null && after is { Port: { } on } && before.Order.Bandwidth != after.Order.Bandwidth)
            yield return new Addressed(on.Id, DirectPort.ResourceType, new UsePort(at, on.Id, after.Id, after.Order.Bandwidth.Mbps));
    }

    private static Decision<Circuit> PortSwitched(Draft draft, SwitchPortLinks links)
    {
        CircuitPort next = draft.Now.Port! with { PrimaryUp = links.Primary, SecondaryUp = links.Secondary };
        if (next == draft.Now.Port)
            return draft.End(null);
        draft.Change(
            draft.Now with
            {
                Port = next,
            },
            $"its port's links: primary {(links.Primary ? "enabled" : "disabled")}, secondary {(links.Secondary ? "enabled" : "disabled")}"
        );
        Linking.Follow(draft);
        LinkTesting.PortSwitched(draft);
        return draft.End(null);
    }

    /// <summary>While one of its links is tested, it leans on the router of the other one: that is not drained meanwhile.</summary>
    private static IEnumerable<Addressed> LeaningOf(Circuit? before, Circuit? after, DateTimeOffset at)
    {
        ((string Pair, Leaning On)? had, (string Pair, Leaning On)? has) = (before?.LeansOn, after?.LeansOn);
        if (had == has)
            yield break;
        if (had is { } left && left.Pair != has?.Pair)
            yield return To(left.Pair, new LeanNoMore(at, before!.Id));
        if (has is { } leans)
            yield return To(leans.Pair, new LeanOn(at, leans.Pair, leans.On));

        static Addressed To(string pair, Signal signal) => new(RouterMaintenance.IdOf(pair), RouterMaintenance.ResourceType, signal);
    }

    private static IEnumerable<Addressed> AccountOf(Circuit? before, Circuit? after, DateTimeOffset at)
    {
        ((string Pair, int Mbps)? had, (string Pair, int Mbps)? has) = (Taken(before), Taken(after));
        if (had == has)
            yield break;
        if (had is { } from && has is { } to && from.Pair == to.Pair)
            yield return Account(to.Pair, to.Mbps - from.Mbps, 0);
        else
        {
            if (had is { } left)
                yield return Account(left.Pair, -left.Mbps, -1);
            if (has is { } taken)
                yield return Account(taken.Pair, taken.Mbps, 1);
        }

        Addressed Account(string pair, int mbps, int circuits) =>
            new(PortLoad.IdOf(pair), PortLoad.ResourceType, new ChangePortLoad(at, pair, mbps, circuits));
    }

    /// <summary>The bandwidth that it has on its pair while the provider's side stands there.</summary>
    public static (string Pair, int Mbps)? Taken(Circuit? circuit) =>
        circuit is { Port: null, Edge: { } edge, Provider.OccupiedSTag: not null } ? (edge.Pair, circuit.Order.Bandwidth.Mbps) : null;

    /// <summary>S-tags are ours to choose. An address that was taken between the look and the landing makes the provider's signal anew: it is never the provider's fault.</summary>
    public override bool IsChosen(string claim, Signal signal) =>
        claim.StartsWith("stag/", StringComparison.Ordinal)
        || (IsAddressClaim(claim) && signal is ProviderWrites { Landing: not null, Peerings: null });

    public override Refusal ClaimTaken(Circuit resource, string claim, ResourceId owner) =>
        IsAddressClaim(claim) ? Refusal.Conflict("PeerAddressInUse", AddressTaken(claim))
        : claim.StartsWith(PortVlanClaims, StringComparison.Ordinal)
            ? Refusal.Conflict(
                "VlanIdInUse",
                $"VLAN {claim[(claim.LastIndexOf('/') + 1)..]} is used by another circuit on the port: with one tag each peering needs a VLAN of its own there.",
                "properties.vlanId"
            )
        : base.ClaimTaken(resource, claim, owner);

    private static bool IsAddressClaim(string claim) => claim.StartsWith(RouterAddressClaims, StringComparison.Ordinal);

    public override IEnumerable<Quota> QuotasOf(Circuit resource)
    {
        string subscription = resource.Id.Subscription!;
        if (policy.Limits.CircuitsPerSubscription is > 0 and var most)
            yield return new Quota(new ResourceQuery { Type = Type, Scope = ResourceId.OfSubscription(subscription) }, most);
        if (policy.Limits.CircuitsPerRegion is > 0 and var inRegion)
            yield return new Quota(new ResourceQuery { Label = Circuit.RegionLabel(subscription, resource.Location) }, inRegion);
    }

    public override Refusal OverQuota(Circuit resource, Quota quota) =>
        Refusal.Conflict(
            "OperationNotAllowed",
            $"The subscription already has {quota.Most} circuits{(quota.Of.Label is null ? "" : $" in region {resource.Location}")}, the limit. Delete one, or ask the operator to raise it."
        );

    private const string RouterAddressClaims = "router-address/";
    private const string PortVlanClaims = "port-vlan/";
}
