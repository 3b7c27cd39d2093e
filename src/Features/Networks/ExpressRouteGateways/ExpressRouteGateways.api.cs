using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/expressRouteGateways</c> with their <c>expressRouteConnections</c>: virtual WAN's form of linking circuits.</summary>
public sealed class ExpressRouteGateways : Feature
{
    protected internal override void Define(FeatureBuilder f)
    {
        f.Tracked<ExpressRouteGateway, ExpressRouteGatewayWorkflow>(NetworkTypes.HubGateway)
            .Wire<ExpressRouteGatewayWire>()
            .GoesBefore<VirtualHub>()
            .GoesBefore<Circuit>()
            .Cascade<ExpressRouteGatewayCascade>();
        f.Types(NetworkTypes.HubConnection).Endpoints<ExpressRouteConnectionEndpoints>();
        f.Services.AddSingleton<SiteTests>().AddSingleton<Loop, TestWatch>();
    }
}

internal sealed class ExpressRouteGatewayWire(Tracked<VirtualHub> hubs, Tracked<Circuit> circuits)
    : Wire<ExpressRouteGateway, ExpressRouteGatewayBody>(() => NetworksContract.Default.ExpressRouteGatewayBody)
{
    private const string JoinHub = "Microsoft.Network/virtualHubs/write";

    public override async ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, ExpressRouteGateway? present)
    {
        string? location = body.Location(present?.Location);
        BodyReader properties = body.Object("properties", required: true);
        ResourceId? hubId = properties.Reference("virtualHub", VirtualHub.ResourceType, required: true);
        BodyReader bounds = properties.Object("autoScaleConfiguration").Object("bounds");
        int least = bounds.Integer("min", 1, 100) ?? present?.LeastUnits ?? 1;
        int? most = bounds.Integer("max", 1, 100);
        if (most < least)
            bounds.Problem("InvalidScaleBounds", "max", $"At most {most} scale units are fewer than at least {least}.");
        bool others = properties.Boolean("allowNonVirtualWanTraffic") ?? false;
        foreach (BodyReader connection in properties.Objects("expressRouteConnections", most: 100) ?? [])
            if (connection.String("name", 80) is not { } name || present?.FindConnection(name) is null)
                connection.Problem(
                    "NotSupported",
                    "name",
                    "Connections are made by a PUT of each: …/expressRouteGateways/{gateway}/expressRouteConnections/{name}."
                );
        if (hubId is not null && hubId.Subscription != request.Subscription)
            properties.Problem("InvalidVirtualHub", "virtualHub.id", "The hub has to be of the gateway's own subscription.");
        if (body.Refusal is { } no)
            return no;
        if (!await request.MayAsync(JoinHub, hubId!))
            return Referenced.Forbidden(request, JoinHub, hubId!);
        if (await hubs.ReadAsync(hubId!, request.Aborted) is not { Resource: var hub })
            return Referenced.NotFound(hubId!, request.Id, "properties.virtualHub");
        if (hub.Location != location)
            return Refusal.Invalid(
                "InvalidResourceReference",
                $"The gateway has to be in the region of its hub: '{hub.Location}', not '{location}'.",
                "location"
            );
        return ExpressRouteGatewayWorkflow.Put(
            new PutExpressRouteGateway(
                request.Now,
                request.Id,
                location!,
                body.Tags(),
                hub.Id,
                hub.AddressPrefix,
                least,
                most,
                others,
                Guid.NewGuid()
            )
        );
    }

    protected override async ValueTask<ExpressRouteGatewayBody> BodyAsync(
        ArmRequest request,
        Versioned<ExpressRouteGateway> resource,
        Moment moment
    )
    {
        ExpressRouteGateway gateway = resource.Resource;
        var connections = new List<ExpressRouteConnectionBody>();
        foreach (HubConnection connection in gateway.Connections)
            connections.Add(await ConnectionAsync(request, resource, connection));
        return new ExpressRouteGatewayBody
        {
            Name = gateway.Id.Name,
            Id = gateway.Id.Text,
            Etag = Preconditions.Format(resource.ETag),
            Type = ExpressRouteGateway.ResourceType,
            Location = gateway.Location,
            Tags = gateway.Tags,
            Properties = new()
            {
                ProvisioningState = moment.State(),
                ResourceGuid = gateway.ResourceGuid,
                VirtualHub = new ReferenceBody(gateway.Hub.Text),
                ExpressRouteConnections = connections,
                AutoScaleConfiguration = new(new(gateway.LeastUnits, gateway.MostUnits)),
                AllowNonVirtualWanTraffic = Shown(request, gateway.AllowNonVirtualWanTraffic),
            },
        };
    }

    /// <summary>Settings that came later were not shown before, unless they were set (recorded at 2022-01-01 and 2022-07-01, described at 2024-01-01).</summary>
    private static bool? Shown(ArmRequest request, bool set) => set || request.IsSince("2023-02-01") ? set : null;

    /// <summary>A connection, with how far the circuit's routers are.</summary>
    public async ValueTask<ExpressRouteConnectionBody> ConnectionAsync(
        ArmRequest request,
        Versioned<ExpressRouteGateway> gateway,
        HubConnection connection
    )
    {
        ResourceId id = gateway.Resource.IdOf(connection);
        Circuit? circuit = (await circuits.ReadAsync(connection.Circuit, request.Aborted))?.Resource;
        return new ExpressRouteConnectionBody
        {
            Name = connection.Name,
            Id = id.Text,
            Etag = Preconditions.Format(gateway.ETag),
            Type = ExpressRouteGateway.ConnectionType,
            Properties = new()
            {
                ProvisioningState =
                    circuit?.FindLink(id) is not { } link ? "Deleting"
                    : circuit.IsOnRouters && circuit.Applied < link.Generation ? "Updating"
                    : "Succeeded",
                ResourceGuid = connection.ResourceGuid,
                RoutingConfiguration = KeptMembers.Shown(connection.Kept)?["routingConfiguration"],
                ExpressRouteCircuitPeering = new ReferenceBody(
                    connection.Circuit.Child("peerings", nameof(PeeringType.AzurePrivatePeering)).Text
                ),
                RoutingWeight = connection.RoutingWeight,
                EnableInternetSecurity = connection.InternetSecurity,
                ExpressRouteGatewayBypass = connection.GatewayBypass,
                EnablePrivateLinkFastPath = Shown(request, connection.PrivateLinkFastPath),
            },
        };
    }
}

/// <summary><c>expressRouteConnections</c>: parts of the gateway's document, with its etag.</summary>
internal sealed class ExpressRouteConnectionEndpoints(
    Tracked<ExpressRouteGateway> gateways,
    Tracked<Circuit> circuits,
    ExpressRouteGatewayWire wire,
    SiteTests tests,
    Func<NetworkTopology> topology
) : IEndpoints
{
    private const string JoinCircuit = "Microsoft.Network/expressRouteCircuits/join/action";

    private readonly Nested<ExpressRouteGateway, HubConnection> _connections = new(
        gateways,
        async (request, gateway, connection, _) =>
            ArmBody.Of(await wire.ConnectionAsync(request, gateway, connection), NetworksContract.Default.ExpressRouteConnectionBody)
    )
    {
        Segment = "expressRouteConnections",
        All = gateway => gateway.Connections,
        NameOf = connection => connection.Name,
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        tests.Map(
            routes.Arm(NetworkTypes.HubGateway),
            async request =>
                (await gateways.ReadAsync(request.Id, request.Aborted))?.Resource is { } gateway ? TestableGateway.Of(gateway) : null,
            (request, signal) => gateways.SendAsync(request.Id, signal, request.Context())
        );
        routes
            .Arm(NetworkTypes.HubConnection)
            .Put(
                r => _connections.PutAsync(r, (body, gateway) => AskAsync(r, body, gateway)),
                () => NetworksContract.Default.ExpressRouteConnectionBody,
                operation: true
            )
            .Get(_connections.GetAsync, () => NetworksContract.Default.ExpressRouteConnectionBody)
            .Delete(
                r =>
                    _connections.DeleteAsync(
                        r,
                        (gateway, connection) => ExpressRouteGatewayWorkflow.Disconnection(gateway, connection, r.Now, r.Ticket())
                    ),
                operation: true
            )
            .ListInParent(_connections.ListAsync, () => NetworksContract.Default.ExpressRouteConnectionBody);
    }

    private async ValueTask<Asked> AskAsync(ArmRequest request, BodyReader body, ExpressRouteGateway gateway)
    {
        BodyReader properties = body.Object("properties", required: true);
        ResourceId? peering = properties.Reference("expressRouteCircuitPeering", CircuitTypes.Peering.FullName, required: true);
        if (peering is not null && !peering.Name.Equals(nameof(PeeringType.AzurePrivatePeering), StringComparison.OrdinalIgnoreCase))
            properties.Problem(
                "InvalidParameter",
                "expressRouteCircuitPeering.id",
                $"A hub is linked by a circuit's private peering: name its AzurePrivatePeering, not its {peering.Name}."
            );
        string? key = properties.String("authorizationKey", 200, lines: true);
        var connection = new HubConnection(
            request.Id.Name,
            peering?.Parent ?? request.Id,
            Guid.NewGuid(),
            properties.Integer("routingWeight", 0, ConnectionOptions.MaximumRoutingWeight) ?? 0,
            properties.Boolean("enableInternetSecurity") ?? false,
            properties.Boolean("expressRouteGatewayBypass") ?? false,
            properties.Boolean("enablePrivateLinkFastPath") ?? false
        )
        {
            Kept = properties.Kept(null, "routingConfiguration"),
        };
        ConnectionWire.CheckFastPath(properties, connection.GatewayBypass, connection.PrivateLinkFastPath);
        if (body.Refusal is { } no)
            return no;
        ResourceId circuitId = peering!.Parent!;
        bool own = circuitId.Subscription == request.Subscription;
        if (own && !await request.MayAsync(JoinCircuit, circuitId))
            return Referenced.Forbidden(request, JoinCircuit, circuitId);
        Circuit? circuit = (await circuits.ReadAsync(circuitId, request.Aborted))?.Resource;
        if (Linking.Stranger(circuit, circuitId, request.Subscription, key, request.Id) is { } stranger)
            return stranger;
        if (circuit is null)
            return Referenced.NotFound(circuitId, request.Id, "properties.expressRouteCircuitPeering");
        return ExpressRouteGatewayWorkflow.Put(
            new PutHubConnection(request.Now, connection with { Circuit = circuit.Id }),
            new LinkNetwork(
                request.Now,
                circuit.Id,
                gateway.IdOf(connection),
                gateway.Hub,
                [gateway.HubPrefix],
                topology().FindRegion(gateway.Location)?.GeopoliticalRegion ?? "",
                request.Subscription,
                key,
                connection.RoutingWeight
            )
            {
                Region = gateway.Location,
                Ticket = request.Ticket(),
            }
        );
    }
}

/// <summary>A hub's gateway goes with its connections.</summary>
internal sealed class ExpressRouteGatewayCascade(Engine engine, ExpressRouteGatewayWorkflow workflow, TimeProvider clock)
    : Cascade<ExpressRouteGateway>(engine, workflow, clock)
{
    protected override async Task<Refusal?> DeleteAsync(ExpressRouteGateway resource, SendContext context, CancellationToken cancellation)
    {
        foreach (HubConnection connection in resource.Connections)
        {
            SendOutcome outcome = await Engine.SendAsync(
                [
                    new Addressed(
                        resource.Id,
                        Type,
                        (present, _) =>
                            new(
                                present is Versioned<ExpressRouteGateway> { Resource: var gateway }
                                && gateway.FindConnection(connection.Name) is { } standing
                                    ? ExpressRouteGatewayWorkflow.Disconnection(gateway, standing, Now, ticket: null)
                                    : new EndHubConnection(Now, connection.Name, "deleted")
                            )
                    ),
                ],
                context,
                CancellationToken.None
            );
            if (outcome is SendOutcome.Refused refused)
                return refused.Refusal;
        }
        return await base.DeleteAsync(resource, context, cancellation);
    }
}
