using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/connections</c>, of type ExpressRoute: a network linked to a circuit.</summary>
public sealed class Connections : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Tracked<Connection, ConnectionWorkflow>(NetworkTypes.Connection)
            .Wire<ConnectionWire>()
            .Explains<ConnectionStatus>()
            .InGroupsOnly()
            .GoesBefore<VirtualNetworkGateway>()
            .GoesBefore<Circuit>();
        f.Types().Endpoints<SharedKeys>().Endpoints<ConnectionReset>();
        f.Effect<BreakLinkHandler>().Services.AddSingleton<ConnectionStatus>();
    }
}

internal sealed class ConnectionWire(
    Tracked<VirtualNetworkGateway> gateways,
    Tracked<Circuit> circuits,
    ConnectionStatus status,
    Func<NetworkTopology> topology
) : Wire<Connection, ConnectionBody>(() => NetworksContract.Default.ConnectionBody)
{
    /// <summary>Of IPsec connections, and sent with others by clients that want to read them back.</summary>
    private static readonly string[] s_kept =
    [
        "connectionMode",
        "connectionProtocol",
        "usePolicyBasedTrafficSelectors",
        "ipsecPolicies",
        "trafficSelectorPolicies",
        "dpdTimeoutSeconds",
        "useLocalAzureIpAddress",
        "gatewayCustomBgpIpAddresses",
        "ingressNatRules",
        "egressNatRules",
    ];

    /// <summary>Azure's defaults of them, since the first version that shows them (S).</summary>
    private const string Unsaid =
        """{"connectionMode":"Default","usePolicyBasedTrafficSelectors":false,"ipsecPolicies":[],"trafficSelectorPolicies":[],"dpdTimeoutSeconds":0}""";

    /// <summary>The first version whose answers about circuits say a status (described 2018-02-01, absent in what was recorded of 2017-09-01), and the first ones with FastPath.</summary>
    private const string StatusSince = "2018-02-01",
        BypassSince = "2018-07-01",
        FastPathSince = "2022-01-01";

    private const string ShowsModeSince = "2020-11-01";

    private const string JoinGateway = "Microsoft.Network/virtualNetworkGateways/write";
    private const string JoinCircuit = "Microsoft.Network/expressRouteCircuits/join/action";

    /// <summary>FastPath to private endpoints is FastPath: one is not had without the other.</summary>
    internal static void CheckFastPath(BodyReader properties, bool bypass, bool privateLink)
    {
        if (privateLink && !bypass)
            properties.Problem(
                "InvalidParameter",
                "enablePrivateLinkFastPath",
                "enablePrivateLinkFastPath needs FastPath: set expressRouteGatewayBypass to true as well, or leave enablePrivateLinkFastPath out."
            );
    }

    public override async ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, Connection? present)
    {
        string? location = body.Location(present?.Location);
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        BodyReader properties = body.Object("properties", required: true);
        string? kind = properties.OneOf("connectionType", ["ExpressRoute", "IPsec", "Vnet2Vnet", "VPNClient"], required: true);
        if (kind is not (null or "ExpressRoute"))
            properties.Problem(
                "ConnectionTypeNotSupported",
                "connectionType",
                $"Connections of type {kind} cannot be had here: Causeway links networks to circuits only. Use connectionType ExpressRoute."
            );
        ResourceId? gatewayId = properties.Reference("virtualNetworkGateway1", NetworkTypes.Gateway.FullName, required: true);
        ResourceId? circuitId = properties.Reference("peer", Circuit.ResourceType, required: true);
        string? key = properties.String("authorizationKey", 200, lines: true);
        var options = new ConnectionOptions(
            properties.Integer("routingWeight", 0, ConnectionOptions.MaximumRoutingWeight) ?? 0,
            properties.Boolean("expressRouteGatewayBypass") ?? false,
            properties.Boolean("enablePrivateLinkFastPath") ?? false,
            properties.Boolean("enableBgp") ?? false
        )
        {
            Kept = properties.Kept(UnsaidIn(request), s_kept),
        };
        CheckFastPath(properties, options.GatewayBypass, options.PrivateLinkFastPath);
        if (gatewayId is not null && gatewayId.Subscription != request.Subscription)
            properties.Problem(
                "InvalidGateway",
                "virtualNetworkGateway1.id",
                "The gateway has to be of the connection's own subscription."
            );
        if (body.Refusal is { } no)
            return no;

        if (!await request.MayAsync(JoinGateway, gatewayId!))
            return Referenced.Forbidden(request, JoinGateway, gatewayId!);
        if (await gateways.ReadAsync(gatewayId!, request.Aborted) is not { Resource: var gateway })
            return Referenced.NotFound(gatewayId!, request.Id, "properties.virtualNetworkGateway1");
        if (gateway.Location != location)
            return Refusal.Invalid(
                "InvalidResourceReference",
                $"The connection has to be in the region of its gateway: '{gateway.Location}', not '{location}'.",
                "location"
            );
        bool own = circuitId!.Subscription == request.Subscription;
        if (own && !await request.MayAsync(JoinCircuit, circuitId))
            return Referenced.Forbidden(request, JoinCircuit, circuitId);
        Circuit? circuit = (await circuits.ReadAsync(circuitId, request.Aborted))?.Resource;
        // Looked at here as well as in the decision, because rules of the caller's own network come first there, and some of them speak of the circuit.
        if (Linking.Stranger(circuit, circuitId, request.Subscription, key, request.Id) is { } stranger)
            return stranger;
        if (circuit is null)
            return Referenced.NotFound(circuitId, request.Id, "properties.peer");

        var put = new PutConnection(
            request.Now,
            request.Id,
            location!,
            tags,
            gateway.Id,
            gateway.Network,
            circuit.Id,
            Authorized: !own || key is not null,
            options,
            Guid.NewGuid()
        );
        Ticket ticket = request.Ticket();
        return ConnectionWorkflow.Put(
            put,
            circuit.Order.PeeringLocation,
            prefixes => new LinkNetwork(
                put.At,
                put.Circuit,
                put.Id,
                put.Network,
                prefixes,
                topology().FindRegion(gateway.Location)?.GeopoliticalRegion ?? "",
                request.Subscription,
                key,
                options.RoutingWeight
            )
            {
                Region = gateway.Location,
                Ticket = ticket,
            }
        );
    }

    /// <summary>As GET shows it.</summary>
    public ValueTask<ConnectionBody> ShownAsync(ArmRequest request, Versioned<Connection> connection) =>
        BodyAsync(request, connection, Moment.Read);

    protected override async ValueTask<ConnectionBody> BodyAsync(ArmRequest request, Versioned<Connection> resource, Moment moment)
    {
        Connection connection = resource.Resource;
        (string state, string connected) = await status.OfAsync(connection, request.Aborted);
        return new ConnectionBody
        {
            Name = connection.Id.Name,
            Id = connection.Id.Text,
            Etag = Preconditions.Format(resource.ETag),
            Type = Connection.ResourceType,
            Location = connection.Location,
            Tags = connection.Tags,
            Properties = new()
            {
                ProvisioningState = state,
                ResourceGuid = connection.ResourceGuid,
                VirtualNetworkGateway1 = new ReferenceBody(connection.Gateway.Text),
                ConnectionType = "ExpressRoute",
                RoutingWeight = connection.Options.RoutingWeight,
                EnableBgp = request.IsSince(StatusSince) ? connection.Options.EnableBgp : null,
                IngressBytesTransferred = 0,
                EgressBytesTransferred = 0,
                ExpressRouteGatewayBypass = request.IsSince(BypassSince) ? connection.Options.GatewayBypass : null,
                EnablePrivateLinkFastPath = request.IsSince(FastPathSince) ? connection.Options.PrivateLinkFastPath : null,
                ConnectionStatus = request.IsSince(StatusSince) ? connected : null,
                Peer = new ReferenceBody(connection.Circuit.Text),
                Kept = KeptMembers.Shown(connection.Options.Kept, UnsaidIn(request)),
            },
        };
    }

    private static string? UnsaidIn(ArmRequest request) => request.IsSince(ShowsModeSince) ? Unsaid : null;
}

/// <summary>The reset of a connection: answered as that of a gateway is.</summary>
internal sealed class ConnectionReset(Tracked<Connection> connections, ConnectionWire wire, IStore store) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(NetworkTypes.Connection)
            .Post(
                "resetconnection",
                ResetAsync,
                new("ResetConnection", "Answers with the connection: it has no tunnel here, so that there is none to build anew.")
                {
                    Result = () => NetworksContract.Default.ConnectionBody,
                    Statuses = [202],
                    BeginsOperation = true,
                }
            );

    private async ValueTask<ArmResult> ResetAsync(ArmRequest request) =>
        await connections.ReadAsync(request.Id, request.Aborted) is { } connection
            ? await request.LaterAsync(
                store,
                await wire.ShownAsync(request, connection),
                NetworksContract.Default.ConnectionBody,
                connection.Resource.Location
            )
            : await request.NotFoundAsync();
}
