using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Domain.Findings;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualNetworks/virtualNetworkPeerings</c>: parts of the network's document, with its etag.</summary>
internal sealed class NetworkPeeringEndpoints(Tracked<VirtualNetwork> networks, NetworkPeeringWire wire, Explaining explaining) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var peerings = new Nested<VirtualNetwork, NetworkPeering>(
            networks,
            async (request, network, peering, moment) =>
                ArmBody.Of(await wire.BodyAsync(request, network, peering, moment), NetworksContract.Default.NetworkPeeringBody)
        )
        {
            Segment = NetworkPeeringWire.Segment,
            All = network => network.Peerings,
            NameOf = peering => peering.Name,
            ETagHeader = true,
        };
        routes
            .Arm(NetworkTypes.Peering)
            .Put(
                r =>
                    peerings.PutAsync(
                        r,
                        async (body, network) =>
                            await wire.ReadAsync(r, body, r.Id.Name) is { } peering
                                ? new PutNetworkPeering(
                                    r.Now,
                                    peering,
                                    "true".Equals(r.Query("syncRemoteAddressSpace"), StringComparison.OrdinalIgnoreCase)
                                )
                                : body.Refusal!
                    ),
                ArmContract
                    .CreateOrUpdate(
                        NetworkTypes.Peering,
                        () => NetworksContract.Default.NetworkPeeringBody,
                        () => NetworksContract.Default.NetworkPeeringBody
                    )
                    .AsOperation() with
                {
                    Parameters = [new("syncRemoteAddressSpace", "true takes the other network's address space as it is now.")],
                }
            )
            .Get(peerings.GetAsync, () => NetworksContract.Default.NetworkPeeringBody)
            .Delete(r => peerings.DeleteAsync(r, peering => new DeleteNetworkPeering(r.Now, peering.Name, r.Ticket())), operation: true)
            .ListInParent(peerings.ListAsync, () => NetworksContract.Default.NetworkPeeringBody)
            .GetBelow(
                "explain",
                r =>
                    peerings.OneAsync(
                        r,
                        async (network, peering) =>
                        {
                            string state = await wire.StateAsync(network.Resource, peering, r.Aborted);
                            return await explaining.PlainAsync(
                                r.Id,
                                PlainFindings.Stands.Found(
                                    state == NetworkPeeringWire.Connected ? FindingLevel.Ok : FindingLevel.Warning,
                                    null,
                                    null,
                                    ("name", peering.Name),
                                    ("state", state)
                                ),
                                r.Aborted
                            );
                        }
                    ),
                Explaining.Contract(NetworkTypes.Peering.Path)
            );
    }
}

/// <summary>A peering as it stands in a network's array, or by itself.</summary>
internal sealed class NetworkPeeringWire(Tracked<VirtualNetwork> networks)
{
    public const string Segment = "virtualNetworkPeerings";

    /// <summary>The first version that says how far both sides know each other's address space.</summary>
    private const string SyncSince = "2021-05-01";

    private const string JoinNetwork = "Microsoft.Network/virtualNetworks/peer/action";

    private static readonly string[] s_kept =
    [
        "doNotVerifyRemoteGateways",
        "peerCompleteVnets",
        "enableOnlyIPv6Peering",
        "localSubnetNames",
        "remoteSubnetNames",
    ];

    private const string Unsaid = """{"doNotVerifyRemoteGateways":false,"peerCompleteVnets":true}""";

    /// <summary>Null when something is wrong, which the body then says.</summary>
    /// <param name="name">From the path; null reads it from the body.</param>
    public async ValueTask<NetworkPeering?> ReadAsync(ArmRequest request, BodyReader body, string? name = null)
    {
        if (name is null)
        {
            name = body.String("name", 80, required: true) ?? "";
            if (name.Length > 0 && !NetworkTypes.Peering.Name.IsMatch(name))
                body.Problem("InvalidResourceName", "name", $"Peering name '{name}' is invalid: use {NetworkTypes.Peering.NameInWords}.");
        }
        BodyReader properties = body.Object("properties", required: true);
        if (properties.Boolean("useRemoteGateways") == true)
            properties.Problem(
                "NotSupported",
                "useRemoteGateways",
                "A circuit announces the network that its connection links, and none that is peered with it: link this network by a gateway of its own."
            );
        ResourceId? remote = properties.Reference("remoteVirtualNetwork", VirtualNetwork.ResourceType, required: true);
        bool access = properties.Boolean("allowVirtualNetworkAccess") ?? true;
        bool forwarded = properties.Boolean("allowForwardedTraffic") ?? false;
        bool transit = properties.Boolean("allowGatewayTransit") ?? false;
        string? kept = properties.Kept(Unsaid, s_kept);
        if (body.Refusal is not null || remote is null)
            return null;
        VirtualNetwork? other = await request.MayAsync(JoinNetwork, remote)
            ? (await networks.ReadAsync(remote, request.Aborted))?.Resource
            : null;
        if (other is null)
        {
            body.Problem(
                await request.MayAsync(JoinNetwork, remote)
                    ? Referenced.NotFound(remote, request.Id, "properties.remoteVirtualNetwork")
                    : Referenced.Forbidden(request, JoinNetwork, remote)
            );
            return null;
        }
        return new NetworkPeering(name, other.Id, other.AddressSpace, Guid.NewGuid())
        {
            AllowsAccess = access,
            AllowsForwarded = forwarded,
            AllowsTransit = transit,
            Kept = kept,
        };
    }

    /// <summary>With how the other side is now: whether it stands, and whether each knows the other's space.</summary>
    public async ValueTask<NetworkPeeringBody> BodyAsync(
        ArmRequest request,
        Versioned<VirtualNetwork> network,
        NetworkPeering peering,
        Moment moment
    )
    {
        VirtualNetwork? other = (await networks.ReadAsync(peering.Remote, request.Aborted))?.Resource;
        NetworkPeering? back = BackOf(other, network.Resource);
        bool knowsThem = other is null || Same(peering.RemoteSpace, other.AddressSpace);
        bool knowsUs = back is not null && Same(back.RemoteSpace, network.Resource.AddressSpace);
        IDictionary<string, JsonElement>? kept = KeptMembers.Shown(peering.Kept, Unsaid);
        bool isPart = kept?.ContainsKey("localSubnetNames") == true;
        return new NetworkPeeringBody
        {
            Name = peering.Name,
            Id = network.Resource.Id.Child(Segment, peering.Name).Text,
            Etag = Preconditions.Format(network.ETag),
            Properties = new()
            {
                ProvisioningState = moment.State(),
                ResourceGuid = peering.ResourceGuid,
                PeeringState = State(other, back),
                PeeringSyncLevel =
                    !request.IsSince(SyncSince) ? null
                    : knowsThem && knowsUs ? "FullyInSync"
                    : knowsThem ? "RemoteNotInSync"
                    : knowsUs ? "LocalNotInSync"
                    : "LocalAndRemoteNotInSync",
                RemoteVirtualNetwork = new ReferenceBody(peering.Remote.Text),
                AllowVirtualNetworkAccess = peering.AllowsAccess,
                AllowForwardedTraffic = peering.AllowsForwarded,
                AllowGatewayTransit = peering.AllowsTransit,
                UseRemoteGateways = false,
                RemoteAddressSpace = Shown(peering.RemoteSpace),
                RemoteVirtualNetworkAddressSpace = request.IsSince(SyncSince) && other is not null ? Shown(other.AddressSpace) : null,
                RemoteBgpCommunities = Of(other, "bgpCommunities"),
                RemoteVirtualNetworkEncryption = Of(other, "encryption"),
                LocalAddressSpace = isPart ? Shown(Named(network.Resource, kept!["localSubnetNames"])) : null,
                LocalVirtualNetworkAddressSpace = isPart ? Shown(network.Resource.AddressSpace) : null,
                Kept = kept,
            },
            Type = NetworkTypes.Peering.FullName,
        };
    }

    /// <summary>What is said of a peering whose other side stands too.</summary>
    public const string Connected = "Connected";

    /// <summary>How the peering is now.</summary>
    public async ValueTask<string> StateAsync(VirtualNetwork network, NetworkPeering peering, CancellationToken cancellation)
    {
        VirtualNetwork? other = (await networks.ReadAsync(peering.Remote, cancellation))?.Resource;
        return State(other, BackOf(other, network));
    }

    private static NetworkPeering? BackOf(VirtualNetwork? other, VirtualNetwork network) =>
        other?.Peerings.FirstOrDefault(p => p.Remote == network.Id);

    private static string State(VirtualNetwork? other, NetworkPeering? back) =>
        other is null ? "Disconnected"
        : back is null ? "Initiated"
        : Connected;

    /// <summary>A setting of the other network, as it was given there.</summary>
    private static JsonElement? Of(VirtualNetwork? network, string setting) =>
        network is not null && KeptMembers.Shown(network.Kept)?.TryGetValue(setting, out JsonElement value) == true ? value : null;

    /// <summary>What the subnets of these names occupy.</summary>
    private static ImmutableArray<IpPrefix> Named(VirtualNetwork network, JsonElement names) =>
        names.ValueKind != JsonValueKind.Array
            ? []
            :
            [
                .. names
                    .EnumerateArray()
                    .Where(n => n.ValueKind == JsonValueKind.String)
                    .Select(n => network.FindSubnet(n.GetString()!))
                    .OfType<Subnet>()
                    .SelectMany(s => s.Prefixes),
            ];

    private static bool Same(ImmutableArray<IpPrefix> a, ImmutableArray<IpPrefix> b) => a.Order().SequenceEqual(b.Order());

    private static AddressSpaceBody Shown(ImmutableArray<IpPrefix> space) => new([.. space.Select(p => p.ToString())]);
}
