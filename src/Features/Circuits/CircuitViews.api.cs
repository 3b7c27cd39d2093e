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
    public CircuitBody Circuit(Versioned<Circuit> read, bool keys, Moment moment = Moment.Read, string version = "")
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
            Tags = Tags.Shown(c.Tags),
            Properties = new CircuitProperties
            {
                ProvisioningState = running ? "Updating" : StateOf(c),
                ResourceGuid = c.ResourceGuid,
                Peerings =
                [
                    .. c
                        .Peerings.Where(p => !running || p.State is not PeeringState.Removing)
                        .Select(p => Peering(read, p, below, version)),
                ],
                Authorizations = [.. c.Authorizations.Select(a => Authorization(read, a, keys, below))],
                ServiceProviderProperties = new(c.Order.ServiceProvider, c.Order.PeeringLocation, c.Order.Bandwidth.Mbps),
                CircuitProvisioningState = running ? "Disabled" : "Enabled",
                AllowClassicOperations = c.AllowClassicOperations,
                GatewayManagerEtag = moment == Moment.Created ? null : ManagerEtag(c),
                ServiceKey = moment == Moment.Created ? Guid.Empty : c.ServiceKey,
                ServiceProviderNotes = c.ServiceProviderNotes.Length == 0 ? null : c.ServiceProviderNotes,
                ServiceProviderProvisioningState = c.Provider.Name.ToString(),
                AllowGlobalReach = false,
                GlobalReachEnabled = c.GlobalReachEnabled,
                Stag = c.Provider.OccupiedSTag,
            },
            Sku = new(c.Sku.Name, c.Sku.Tier.ToString(), c.Sku.Family.ToString()),
        };
    }

    public PeeringBody Peering(Versioned<Circuit> read, Peering peering, Moment moment = Moment.Read, string version = "") =>
        Peering(read, peering, read.Resource.Id, CircuitTypes.Peering, moment, version);

    /// <param name="parent">The circuit, or the cross connection through which the provider sees it.</param>
    /// <param name="version">The api-version, on which it depends what is answered.</param>
    public PeeringBody Peering(
        Versioned<Circuit> read,
        Peering peering,
        ResourceId parent,
        ArmType type,
        Moment moment,
        string version,
        string? echoedKey = null
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
            Type = type.FullName,
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
                State = peering.V4 is { Enabled: true } ? "Enabled" : "Disabled",
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
            },
        };
    }

    private static ReferenceBody? Reference(PeeringFamily? family) => family?.Filter is { } filter ? new(filter.Id.Text) : null;

    /// <summary>Keys are in every answer, as on the real service, but only for who may list them: with a key anybody can link.</summary>
    /// <param name="of">The authorization, or the circuit for all of its.</param>
    public static ValueTask<bool> MayHaveKeysAsync(ArmRequest request, ResourceId of) =>
        request.MayAsync($"{CircuitTypes.Authorization.FullName}/listKeys/action", of);

    /// <param name="keys">As for <see cref="Circuit"/>.</param>
    public AuthorizationBody Authorization(Versioned<Circuit> read, Authorization authorization, bool keys, Moment moment = Moment.Read) =>
        new()
        {
            Name = authorization.Name,
            Id = read.Resource.Id.Child("authorizations", authorization.Name).Text,
            Etag = Preconditions.Format(read.ETag),
            Type = CircuitTypes.Authorization.FullName,
            Properties = new(
                IsRunning(moment) ? "Updating" : "Succeeded",
                keys ? desk.Reveal(authorization.Key) : null,
                authorization.IsInUse ? "InUse" : "Available",
                authorization.Connection?.Text ?? ""
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
