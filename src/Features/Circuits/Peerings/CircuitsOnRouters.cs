using System.Collections.Immutable;
using System.Globalization;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Circuits;

/// <summary>
/// What circuits have on routers: one instance for each peering that is wanted, while the circuit is provisioned. Pure: the same row gives the same intent at the same instant.
/// </summary>
public sealed class CircuitsOnRouters(CircuitWorkflow workflow, CircuitLimits limits) : IOnRouters
{
    public string Type => Circuit.ResourceType;

    public Compiled Compile(GroupMember router, StoredResource row, CompileContext context)
    {
        Circuit circuit = workflow.Read(row).Resource;
        if (!IsOn(circuit, router) || !circuit.IsOnRouters || circuit.Provider.OccupiedSTag is not { } stag)
            return Compiled.Nothing;
        ImmutableArray<IpPrefix> networks = [.. circuit.Links.SelectMany(l => l.Prefixes).Distinct()];
        // What is held back for a test is announced to nobody, and is not the customer's all the same.
        ImmutableArray<IpPrefix> announced = [.. circuit.Links.Where(l => !l.Held).SelectMany(l => l.Prefixes).Distinct()];
        var instances = new List<InstanceIntent>();
        var faults = new Dictionary<string, string>();
        foreach (Peering peering in circuit.Peerings.Where(p => p.State.IsWanted))
        {
            string name = circuit.InstanceOf(peering.Type);
            Md5Key? key = null;
            try
            {
                key = peering.ProtectedKey is { } sealedKey ? context.Reveal(sealedKey) : null;
            }
#pragma warning disable CA1031 // Whatever the cipher says, it is this peering's trouble and nobody else's.
            catch (Exception)
#pragma warning restore CA1031
            {
                faults.Add(name, "its MD5 key cannot be decrypted with this installation's key: set the key anew");
                continue;
            }
            // Linked networks are reached over private peering only.
            bool isPrivate = peering.Type == PeeringType.AzurePrivatePeering;
            instances.Add(
                new InstanceIntent(
                    name,
                    string.Create(CultureInfo.InvariantCulture, $"c{stag}.{peering.Vlan}"),
                    Access(circuit, router, stag, peering),
                    [
                        .. peering.Families.Select(f =>
                            Session(circuit, peering, f.Family, f.Configured, router.Side, networks, key, context)
                        ),
                        .. isPrivate ? Joins(circuit, peering, router.Side, networks, context.Topology) : [],
                    ],
                    isPrivate
                        ? [.. announced.Select(n => new AnnouncedPrefix(n))]
                        : [.. ServiceAnnouncements.Of(context.Topology, circuit.Id, peering)]
                )
            );
        }
        return new Compiled([.. instances], faults);
    }

    /// <summary>A provider's circuit has its S-tag; on a port of one tag a peering has only its own, and the port limits it when that was asked for.</summary>
    private static AccessIntent Access(Circuit circuit, GroupMember router, int stag, Peering peering) =>
        circuit.Port is not { } port
            ? new AccessIntent(router.Router.PortName, Encapsulation.QinQ, new VlanId(stag), peering.Vlan, circuit.Order.Bandwidth)
            : new AccessIntent(
                router.Router.PortName,
                port.Encapsulation,
                port.Encapsulation == Encapsulation.QinQ ? new VlanId(stag) : null,
                peering.Vlan,
                port.RateLimited ? circuit.Order.Bandwidth : null
            );

    public IEnumerable<Signal> Signals(SideOutcome outcome, StoredResource row)
    {
        if (outcome.Report is not { } report || workflow.Read(row).Resource is not { } circuit || !IsOn(circuit, outcome.Router))
            yield break;
        var problems = ImmutableSortedDictionary.CreateBuilder<string, string>();
        if (circuit.IsOnRouters)
            foreach (Peering peering in circuit.Peerings.Where(p => p.State.IsWanted))
            {
                string instance = circuit.InstanceOf(peering.Type);
                if (outcome.Faults.GetValueOrDefault(instance) is { } fault)
                    problems.Add(instance, fault);
                else if (report.Find(instance) is not { } found)
                    problems.Add(instance, "the router does not have it");
                else if (found.Problem is { } problem)
                    problems.Add(instance, problem);
            }
        var now = new SideState(circuit.Generation) { Problems = problems.ToImmutable() };
        if (circuit.On(outcome.Router.Side) != now)
            yield return new RoutersConfigured(
                outcome.At,
                outcome.Router.Side,
                outcome.Router.Router.Name,
                circuit.Generation,
                now.Problems
            );
    }

    private static bool IsOn(Circuit circuit, GroupMember router) =>
        circuit.Edge is { } edge && edge.RouterOf(router.Side).Equals(router.Router.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Name of a peering's session: one for each family.</summary>
    public static string SessionOf(IpFamily family) => family == IpFamily.V4 ? "ipv4" : "ipv6";

    /// <summary>Whether a session of a peering is one with the customer, and not one between our own routers.</summary>
    public static bool IsCustomers(string session) => session is "ipv4" or "ipv6";

    private SessionIntent Session(
        Circuit circuit,
        Peering peering,
        IpFamily family,
        PeeringFamily configured,
        Side side,
        ImmutableArray<IpPrefix> networks,
        Md5Key? key,
        CompileContext context
    ) =>
        new(
            SessionOf(family),
            circuit.Id,
            configured.OurAddress(side),
            configured.CustomerAddress(side),
            configured.On(side),
            peering.PeerAsn,
            IsUp(peering, configured) && circuit.IsLinkUp(side) ? SessionMode.Open : SessionMode.Down,
            peering.Type == PeeringType.AzurePrivatePeering
                ? Private(circuit, family, networks, context.Topology)
                : Public(circuit, peering, family, configured, context.Topology, context.Now),
            new ExportRules
            {
                Learned = peering.Type == PeeringType.AzurePrivatePeering && circuit.Reaches.Any(r => r.Stands),
                Prepend = circuit.Test is { Kind: LinkTestKind.AsPathPrepend } test && test.Link == side ? LinkTest.Prepend : 0,
            },
            key,
            SessionOptions.Default
        );

    /// <summary>The sessions with the routers of joined circuits: everything that either customer announces, and nothing of the linked networks.</summary>
    private IEnumerable<SessionIntent> Joins(
        Circuit circuit,
        Peering peering,
        Side side,
        ImmutableArray<IpPrefix> networks,
        NetworkTopology topology
    ) =>
        from reach in circuit.Reaches
        where reach.Stands
        from family in reach.Families
        let link = GlobalReach.LinkOf(family.Subnet, side)
        select new SessionIntent(
            reach.SessionOf(family.Family),
            circuit.Id,
            link.AddressAt(reach.Initiated ? 1u : 2u),
            link.AddressAt(reach.Initiated ? 2u : 1u),
            link,
            topology.Asn,
            peering.FamilyOf(family.Family) is { Enabled: true } ? SessionMode.Open : SessionMode.Down,
            Private(circuit, family.Family, networks, topology) with
            {
                DefaultRoute = false,
                FirstAsnIsPeer = false,
                NextHopOnLink = false,
            },
            new ExportRules { Only = [], Learned = true },
            null,
            SessionOptions.Default
        );

    /// <summary>What is not proven does not come up: a session of Microsoft or public peering opens first when all is.</summary>
    public static bool IsUp(Peering peering, PeeringFamily configured) =>
        configured.Enabled && (peering.Type == PeeringType.AzurePrivatePeering || configured.Public is { IsOpen: true });

    private ImportRules Private(Circuit circuit, IpFamily family, ImmutableArray<IpPrefix> networks, NetworkTopology topology) =>
        new()
        {
            DefaultRoute = true,
            Space = AddressSpace.Private,
            Refuse = [.. topology.OwnPrefixes.Concat(networks).Where(p => p.Family == family)],
            Accept = [PrefixMatch.Everything(family)],
            MaxPrefixes = limits.RoutesOf(PeeringType.AzurePrivatePeering, circuit.Sku, family),
        };

    /// <summary>Exactly what is proven, from whom it is proven for.</summary>
    private ImportRules Public(
        Circuit circuit,
        Peering peering,
        IpFamily family,
        PeeringFamily configured,
        NetworkTopology topology,
        DateTimeOffset now
    ) =>
        new()
        {
            Space = AddressSpaces.PublicOf(topology.Asn),
            Refuse = [.. PublicRules.OwnSpace(topology).Where(p => p.Family == family)],
            // Behind a public number a private one is somebody's mistake.
            PrivateAsns = peering.PeerAsn.IsPrivate,
            // Networks that buy transit from nobody are behind no customer, unless the customer is one.
            RefuseThrough = [.. topology.TransitFree.Where(a => a != peering.PeerAsn && a != configured.Public?.OwnerFor(peering.PeerAsn))],
            // Who peers with a private number is heard for whom its prefixes are registered to.
            PrivateAsnsStandFor = peering.PeerAsn.IsPrivate ? configured.Public?.OwnerFor(peering.PeerAsn) : null,
            RefuseRpkiInvalid = true,
            Accept =
            [
                .. (configured.Public?.Permits(peering.PeerAsn, now) ?? [])
                    .Where(p => p.Prefix.Family == family)
                    .GroupBy(p => (p.Prefix, p.MaxLength), p => p.Origin)
                    .Select(g => new PrefixMatch(g.Key.Prefix, g.Key.Prefix.Length, (byte)g.Key.MaxLength) { Origins = [.. g.Order()] }),
            ],
            MaxPrefixes = limits.RoutesOf(peering.Type, circuit.Sku, family),
        };
}
