using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Circuits;

/// <summary>
/// From a circuit to its wire form. <see cref="Moment.Answer"/> is the form that the answer to a PUT has on the real service: <c>Updating</c>, and on
/// creation without what is only known afterwards, although here it is all committed. The first poll says Succeeded, and a GET shows everything.
/// </summary>
internal sealed class CircuitViews(CircuitDesk desk)
{
    /// <param name="keys">Whether the caller may have the keys of authorizations (<see cref="MayHaveKeysAsync"/>).</param>
    /// <param name="reach">What is known of its joins with other circuits.</param>
    public CircuitBody Circuit(
        Versioned<Circuit> read,
        bool keys,
        Moment moment = Moment.Read,
        string version = "",
        ReachSeen? reach = null
    )
    {
        Circuit c = read.Resource;
        bool running = IsRunning(moment);
        // Children as they stand in the answer to a write of the whole: under way with it, and what it removes is not in it any more.
        Moment below = running ? Moment.Answer : moment;
        return new CircuitBody
        {
            Name = c.Id.Name,
            Id = c.Id.Text,
            Etag = Preconditions.Format(read.ETag),
            Type = CircuitTypes.Circuit.FullName,
            Location = c.Location,
            Tags = c.Tags,
            Properties = new CircuitProperties
            {
                ProvisioningState = running ? "Updating" : StateOf(c),
                ResourceGuid = c.ResourceGuid,
                Peerings =
                [
                    .. c
                        .Peerings.Where(p => !running || p.State is not PeeringState.Removing)
                        .Select(p => Peering(read, p, below, version, reach)),
                ],
                Authorizations = [.. c.Authorizations.Select(a => Authorization(read, a, keys, below, version))],
                ExpressRoutePort = c.Port is { } port ? new(port.Id.Text) : null,
                BandwidthInGbps = c.Port is null ? null : c.Order.Bandwidth.Mbps / 1000.0,
                ServiceProviderProperties = c.Port is not null
                    ? null
                    : new(
                        c.Order.ServiceProviderAsSent ?? c.Order.ServiceProvider,
                        c.Order.PeeringLocationAsSent ?? c.Order.PeeringLocation,
                        c.Order.Bandwidth.Mbps
                    ),
                CircuitProvisioningState = running ? "Disabled" : "Enabled",
                AllowClassicOperations = c.AllowClassicOperations,
                GatewayManagerEtag = moment == Moment.Created ? null : ManagerEtag(c),
                ServiceKey = moment == Moment.Created ? Guid.Empty : c.ServiceKey,
                ServiceProviderNotes = c.ServiceProviderNotes.Length == 0 ? null : c.ServiceProviderNotes,
                ServiceProviderProvisioningState = c.Provider.Name.ToString(),
                AllowGlobalReach = Since(version, "2018-08-01") ? false : null,
                GlobalReachEnabled = Since(version, "2019-04-01") ? c.GlobalReachEnabled : null,
                EnableDirectPortRateLimit = Since(version, "2024-01-01") ? c.Port?.RateLimited ?? false : null,
                // VLAN 0 is none: a tag is taken when the circuit lands on a pair of routers.
                Stag = Since(version, "2018-08-01") && moment != Moment.Created ? c.Provider.OccupiedSTag ?? 0 : null,
                ResiliencyLevel = Since(version, "2025-09-01") ? "Standard" : null,
            },
            Sku = new(c.Sku.Name, c.Sku.Tier.ToString(), c.Sku.Family.ToString()),
        };
    }

    /// <summary>Whether answers of a version have what came with another; none is the present one.</summary>
    private static bool Since(string version, string first) => version.Length == 0 || string.CompareOrdinal(version, first) >= 0;

    public PeeringBody Peering(
        Versioned<Circuit> read,
        Peering peering,
        Moment moment = Moment.Read,
        string version = "",
        ReachSeen? reach = null
    ) => Peering(read, peering, read.Resource.Id, CircuitTypes.Peering, moment, version, reach: reach);

    /// <param name="parent">The circuit, or the cross connection through which the provider sees it.</param>
    /// <param name="version">The api-version, on which it depends what is answered.</param>
    public PeeringBody Peering(
        Versioned<Circuit> read,
        Peering peering,
        ResourceId parent,
        ArmType type,
        Moment moment,
        string version,
        string? echoedKey = null,
        ReachSeen? reach = null
    )
    {
        Circuit c = read.Resource;
        string name = peering.Type.ToString();
        bool made = moment == Moment.Created;
        return new PeeringBody
        {
            Name = name,
            Id = parent.Child("peerings", name).Text,
            Etag = Preconditions.Format(read.ETag),
            Type = Since(version, TypesOfChildren) ? type.FullName : null,
            Properties = new PeeringProperties
            {
                ProvisioningState = IsRunning(moment) ? "Updating" : StateOf(peering),
                PeeringType = name,
                AzureASN = made ? 0 : desk.Topology.Asn.Value,
                PeerASN = peering.PeerAsn.Value,
                PrimaryPeerAddressPrefix = peering.V4?.Primary.ToString(),
                SecondaryPeerAddressPrefix = peering.V4?.Secondary.ToString(),
                PrimaryAzurePort = made ? null : PortOf(c, Side.Primary),
                SecondaryAzurePort = made ? null : PortOf(c, Side.Secondary),
                SharedKey = echoedKey,
                // Up to then the first answer said that it was not yet.
                State = peering.V4 is { Enabled: true } && !(made && !Since(version, TypesOfChildren)) ? "Enabled" : "Disabled",
                VlanId = peering.Vlan.Value,
                GatewayManagerEtag = made ? null : ManagerEtag(c),
                LastModifiedBy = made ? "" : peering.LastModifiedBy.ToString(),
                MicrosoftPeeringConfig = PublicViews.Config(c, peering, peering.V4, moment, version),
                RouteFilter = Reference(peering.V4),
                Ipv6PeeringConfig = peering.V6 is { } v6
                    ? new(
                        v6.Primary.ToString(),
                        v6.Secondary.ToString(),
                        v6.Enabled ? "Enabled" : "Disabled",
                        PublicViews.Config(c, peering, v6, moment, version),
                        Reference(v6)
                    )
                    : null,
                // The provider is not shown who uses it.
                ExpressRouteConnection =
                    peering.Type == PeeringType.AzurePrivatePeering
                    && parent == c.Id
                    && c.Links.FirstOrDefault(l => l.Connection.Type == HubConnections) is { } hub
                        ? new(hub.Connection.Text)
                        : null,
                // Not of the provider's view, which says nothing of whom its customer joins.
                Connections = parent == c.Id && Since(version, "2018-02-01") ? Joins(Reach, r => r.Initiated) : null,
                PeeredConnections = parent == c.Id && Since(version, "2019-04-01") ? Joins(Peered, r => !r.Initiated) : null,
            },
        };

        IReadOnlyList<T> Joins<T>(
            Func<Versioned<Circuit>, GlobalReach, ReachSeen?, Moment, string, T> show,
            Func<GlobalReach, bool> which
        ) =>
            peering.Type == PeeringType.AzurePrivatePeering
                ? [.. c.Reaches.Where(which).Select(r => show(read, r, reach, moment, version))]
                : [];
    }

    private const string HubConnections = "Microsoft.Network/expressRouteGateways/expressRouteConnections";

    /// <summary>The first version in which children say their type, and the first answer that a peering is enabled (recorded).</summary>
    private const string TypesOfChildren = "2018-08-01";

    /// <summary>A join that the circuit asked for.</summary>
    public static ReachBody Reach(
        Versioned<Circuit> read,
        GlobalReach reach,
        ReachSeen? seen,
        Moment moment = Moment.Read,
        string version = ""
    )
    {
        ResourceId id = reach.IdIn(read.Resource.Id);
        return new ReachBody
        {
            Name = reach.Name,
            Id = id.Text,
            Etag = Preconditions.Format(read.ETag),
            Properties = new()
            {
                ProvisioningState = StateOf(read.Resource, reach, moment),
                ExpressRouteCircuitPeering = new(id.Parent!.Text),
                PeerExpressRouteCircuitPeering = PrivatePeeringOf(reach.Peer),
                AddressPrefix = reach.V4.ToString(),
                Ipv6CircuitConnectionConfig = reach.V6 is { } v6 ? new(v6.ToString(), Status(reach, IpFamily.V6)) : null,
                CircuitConnectionStatus = Status(reach, IpFamily.V4),
            },
            Type = Since(version, TypesOfChildren) ? CircuitTypes.Reach.FullName : null,
        };

        string Status(GlobalReach r, IpFamily family) =>
            moment == Moment.Created || seen is null ? "Disconnected" : seen.StatusOf(r, family);
    }

    /// <summary>A join that another circuit asked for.</summary>
    public static PeeredReachBody Peered(
        Versioned<Circuit> read,
        GlobalReach reach,
        ReachSeen? seen,
        Moment moment = Moment.Read,
        string version = ""
    )
    {
        ReferenceBody own = PrivatePeeringOf(read.Resource.Id);
        return new PeeredReachBody
        {
            Name = reach.Key.ToString("D"),
            Id = $"{own.Id}/peerConnections/{reach.Key:D}",
            Etag = Preconditions.Format(read.ETag),
            Properties = new()
            {
                ProvisioningState = StateOf(read.Resource, reach, moment),
                ExpressRouteCircuitPeering = own,
                PeerExpressRouteCircuitPeering = PrivatePeeringOf(reach.Peer),
                AddressPrefix = reach.V4.ToString(),
                CircuitConnectionStatus = seen?.StatusOf(reach, IpFamily.V4) ?? "Disconnected",
                ConnectionName = reach.Name,
                AuthResourceGuid = reach.Key,
            },
            Type = Since(version, TypesOfChildren) ? CircuitTypes.PeeredReach.FullName : null,
        };
    }

    private static ReferenceBody PrivatePeeringOf(ResourceId circuit) =>
        new(circuit.Child("peerings", nameof(PeeringType.AzurePrivatePeering)).Text);

    private static string StateOf(Circuit circuit, GlobalReach reach, Moment moment) =>
        IsRunning(moment) || (reach.Stands && circuit.IsOnRouters && circuit.Applied < reach.Generation) ? "Updating"
        : reach.Stands ? "Succeeded"
        : "Failed";

    private static ReferenceBody? Reference(PeeringFamily? family) => family?.Filter is { } filter ? new(filter.Id.Text) : null;

    /// <summary>Keys are in every answer, as on the real service, but only for who may list them: with a key anybody can link.</summary>
    /// <param name="of">The authorization, or the circuit for all of its.</param>
    public static ValueTask<bool> MayHaveKeysAsync(ArmRequest request, ResourceId of) =>
        request.MayAsync($"{CircuitTypes.Authorization.FullName}/listKeys/action", of);

    /// <param name="keys">As for <see cref="Circuit"/>.</param>
    public AuthorizationBody Authorization(
        Versioned<Circuit> read,
        Authorization authorization,
        bool keys,
        Moment moment = Moment.Read,
        string version = ""
    ) =>
        new()
        {
            Name = authorization.Name,
            Id = read.Resource.Id.Child("authorizations", authorization.Name).Text,
            Etag = Preconditions.Format(read.ETag),
            Type = Since(version, TypesOfChildren) ? CircuitTypes.Authorization.FullName : null,
            Properties = new(
                IsRunning(moment) ? "Updating" : "Succeeded",
                keys ? desk.Reveal(authorization.Key) : null,
                authorization.IsInUse ? "InUse" : "Available",
                Since(version, "2024-01-01") ? authorization.Connection?.Text ?? "" : null
            ),
        };

    /// <summary>The name of the port that a side of the circuit is on; empty while it is on none.</summary>
    public string PortOf(Circuit circuit, Side side)
    {
        if (circuit is not { Edge: { } edge, Provider.OccupiedSTag: not null } || desk.Topology.FindPair(edge.Pair) is not { } pair)
            return "";
        return side == Side.Primary ? pair.Primary.PortName : pair.Secondary.PortName;
    }

    public static string StateOf(Circuit circuit) =>
        circuit.DeletingSince is not null ? "Deleting"
        : circuit.Pending.IsEmpty ? "Succeeded"
        : "Updating";

    private static bool IsRunning(Moment moment) => moment is Moment.Created or Moment.Answer;

    private static string StateOf(Peering peering) =>
        peering.State switch
        {
            PeeringState.Configuring => "Updating",
            PeeringState.Removing => "Deleting",
            PeeringState.Failed => "Failed",
            _ => "Succeeded",
        };

    /// <summary>Counts what reached the routers, as text.</summary>
    private static string ManagerEtag(Circuit circuit) => circuit.Applied == 0 ? "" : circuit.Applied.ToString();
}
