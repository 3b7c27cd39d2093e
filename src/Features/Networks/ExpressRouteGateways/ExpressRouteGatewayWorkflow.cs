using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Networks;

/// <summary>
/// A hub's gateway: <c>Ready</c>, or <c>Connected</c> to circuits, which keeps it from being deleted. Where it stands the hub decides in the same send, and what
/// it may be linked to the circuit.
/// </summary>
public sealed class ExpressRouteGatewayWorkflow : TrackedWorkflow<ExpressRouteGateway>
{
    public override string Type => ExpressRouteGateway.ResourceType;

    protected override string Called => "ExpressRoute gateway";

    protected override JsonTypeInfo<ExpressRouteGateway> Json => NetworksJson.Default.ExpressRouteGateway;

    public override IReadOnlyList<string> Told =>
        [
            "tags",
            "hub",
            "hubPrefix",
            "leastUnits",
            "mostUnits",
            "allowNonVirtualWanTraffic",
            "connections[name].circuit",
            "connections[name].routingWeight",
            "connections[name].internetSecurity",
            "connections[name].gatewayBypass",
            "connections[name].privateLinkFastPath",
        ];

    protected override Decision<ExpressRouteGateway> DecideOn(ExpressRouteGateway? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutExpressRouteGateway put) => Move(Apply(put), "created"),
            ({ } gateway, PutExpressRouteGateway put) when gateway.Hub != put.Hub => Refuse(
                NetworkErrors.Fixed("properties.virtualHub", gateway.Hub.Text, put.Hub.Text)
            ),
            ({ } gateway, PutExpressRouteGateway put) => Move(
                Apply(put) with
                {
                    ResourceGuid = gateway.ResourceGuid,
                    Connections = gateway.Connections,
                    Tests = gateway.Tests,
                },
                "updated"
            ),

            ({ } gateway, PutHubConnection put) => Connect(gateway, put.Connection),
            ({ } gateway, EndHubConnection end) => gateway.FindConnection(end.Connection) is { } connection
                ? Move(gateway with { Connections = gateway.Connections.Remove(connection) }, $"{connection.Name} {end.Why}")
                : Stay("there is no such connection"),
            (null, EndHubConnection) => Stay("there is no such gateway"),
            (null, PutHubConnection) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such ExpressRoute gateway.")),

            ({ Connections: [var connection, ..] }, DeleteResource) => Refuse(
                Refusal.Conflict(
                    "ExpressRouteGatewayInUse",
                    $"ExpressRoute gateway {current.Id} is in use by connection {current.IdOf(connection)}: delete its connections first."
                )
            ),
            ({ }, DeleteResource) => End("deleted"),

            (null, WokenUp or OtherSitesLost) => Stay("there is no such gateway"),
            (null, StartSiteTest or StopSiteTest) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such ExpressRoute gateway.")),
            ({ } gateway, StartSiteTest start) => Tested(
                gateway,
                SiteTesting.Start(gateway.Tests, start),
                $"failover test of {start.PeeringLocation} begins"
            ),
            ({ } gateway, StopSiteTest stop) => Tested(gateway, SiteTesting.Stop(gateway.Tests, stop), "site failover test stopped"),
            ({ } gateway, OtherSitesLost lost) => Tested(
                gateway,
                (SiteTesting.Alone(gateway.Tests, lost), null),
                "site failover test ended: no other site carries the network"
            ),
            ({ } gateway, WokenUp woken) => Tested(
                gateway,
                (SiteTesting.Expired(gateway.Tests, woken.At), null),
                "site failover test ended by itself"
            ),

            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    private static Decision<ExpressRouteGateway> Connect(ExpressRouteGateway gateway, HubConnection wanted)
    {
        HubConnection? before = gateway.FindConnection(wanted.Name);
        if (gateway.Connections.FirstOrDefault(c => c != before && c.Circuit == wanted.Circuit) is { } same)
            return Refuse(
                Refusal.Conflict(
                    "OperationNotAllowed",
                    $"The gateway is already linked to circuit '{wanted.Circuit.Name}', by connection {same.Name}."
                )
            );
        if (before is null)
            return Move(
                gateway with
                {
                    Connections = gateway.Connections.Add(wanted),
                },
                $"{wanted.Name} links circuit {wanted.Circuit.Name}"
            );
        if (before.Circuit != wanted.Circuit)
            return Refuse(NetworkErrors.Fixed("properties.expressRouteCircuitPeering", before.Circuit.Text, wanted.Circuit.Text));
        return Move(
            gateway with
            {
                Connections = gateway.Connections.Replace(before, wanted with { Name = before.Name, ResourceGuid = before.ResourceGuid }),
            },
            $"{before.Name} updated"
        );
    }

    private static Decision<ExpressRouteGateway> Tested(
        ExpressRouteGateway gateway,
        (ImmutableArray<SiteTest> Tests, Refusal? No) result,
        string why
    ) =>
        result.No is { } no ? Refuse(no)
        : result.Tests == gateway.Tests ? Stay("no test has to end")
        : Move(gateway with { Tests = result.Tests }, why);

    public override IEnumerable<WakeUp> WakeUpsOf(ExpressRouteGateway resource) => SiteTesting.WakeUps(resource.Tests);

    public override IEnumerable<string> LabelsOf(ExpressRouteGateway resource) => SiteTesting.Labels(resource.Tests);

    /// <summary>The circuits hold back what a test takes away.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(ExpressRouteGateway? before, ExpressRouteGateway? after, DateTimeOffset at) =>
        SiteTesting.Consequences(before?.Tests ?? [], after?.Tests ?? [], at);

    /// <summary>Stores a gateway, and that it stands in its hub.</summary>
    public static Asked Put(PutExpressRouteGateway put) =>
        new Asked(put, null) { Also = [new Addressed(put.Hub, VirtualHub.ResourceType, new PlaceHubGateway(put.At, put.Id))] };

    /// <summary>Stores a connection, and the link in the circuit.</summary>
    public static Asked Put(PutHubConnection put, LinkNetwork link) =>
        new Asked(put, null) { Also = [new Addressed(put.Connection.Circuit, Circuit.ResourceType, link)] };

    /// <summary>The link ends in the circuit; the operation, when the routers have let go of the hub's prefix.</summary>
    public static Asked Disconnection(ExpressRouteGateway gateway, HubConnection connection, DateTimeOffset at, Ticket? ticket) =>
        new Asked(new EndHubConnection(at, connection.Name, "deleted"), null)
        {
            Also =
            [
                new Addressed(
                    connection.Circuit,
                    Circuit.ResourceType,
                    new UnlinkNetwork(at, gateway.IdOf(connection)) { Ticket = ticket }
                ),
            ],
        };

    /// <summary>It leaves its hub.</summary>
    public override Asked Deletion(ExpressRouteGateway resource, DateTimeOffset at, Ticket? ticket) =>
        new Asked(new DeleteResource(at, ticket), null)
        {
            Also = [new Addressed(resource.Hub, VirtualHub.ResourceType, new RemoveHubGateway(at, resource.Id))],
        };

    private static ExpressRouteGateway Apply(PutExpressRouteGateway put) =>
        new()
        {
            Id = put.Id,
            Location = put.Location,
            Tags = put.Tags,
            ResourceGuid = put.ResourceGuid,
            Hub = put.Hub,
            HubPrefix = put.HubPrefix,
            LeastUnits = put.LeastUnits,
            MostUnits = put.MostUnits,
            AllowNonVirtualWanTraffic = put.AllowNonVirtualWanTraffic,
        };
}
