using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>
/// A connection: absent or <c>Linked</c>. Its creation and its end are one atomic send with the network (<see cref="AddLink"/>, <see cref="RemoveLink"/>)
/// and the circuit, so that it never exists without the link it stands for. Whether the link carries anything is an observation of the routers, not a state.
/// </summary>
public sealed class ConnectionWorkflow : TrackedWorkflow<Connection>
{
    public override string Type => Connection.ResourceType;

    protected override string Called => "connection";

    protected override JsonTypeInfo<Connection> Json => NetworksJson.Default.Connection;

    public override IReadOnlyList<string> Told =>
        [
            "tags",
            "gateway",
            "circuit",
            "authorized",
            "options.routingWeight",
            "options.gatewayBypass",
            "options.privateLinkFastPath",
            "options.enableBgp",
            "sharedKey!",
        ];

    protected override Decision<Connection> DecideOn(Connection? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutConnection put) => Move(Create(put), $"links {put.Network.Name} to circuit {put.Circuit.Name}"),
            ({ } connection, PutConnection put) when connection.Gateway != put.Gateway => Refuse(
                NetworkErrors.Fixed("properties.virtualNetworkGateway1", connection.Gateway.Text, put.Gateway.Text)
            ),
            ({ } connection, PutConnection put) when connection.Circuit != put.Circuit => Refuse(
                NetworkErrors.Fixed("properties.peer", connection.Circuit.Text, put.Circuit.Text)
            ),
            ({ } connection, PutConnection put) => Move(connection with { Tags = put.Tags, Options = put.Options }, "updated"),

            ({ } connection, SetSharedKey set) => Move(connection with { SharedKey = set.Protected }, "shared key set"),
            (null, SetSharedKey) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such connection.")),

            ({ }, DeleteResource) => End("deleted"),
            ({ }, BreakConnection broken) => End(broken.Why),

            (null, BreakConnection) => Stay("there is no such connection"),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    /// <summary>Stores a connection, and with it the link in its network and in the circuit.</summary>
    /// <param name="link">The circuit's signal, for the prefixes that the network has when it is linked.</param>
    public static Asked Put(PutConnection put, string peeringLocation, Func<ImmutableArray<IpPrefix>, LinkNetwork> link) =>
        new Asked(put, null)
        {
            Also =
            [
                new Addressed(
                    put.Network,
                    VirtualNetwork.ResourceType,
                    (network, _) =>
                        new(
                            new Asked(new AddLink(put.At, put.Gateway, new NetworkLink(put.Id, put.Circuit, peeringLocation)), null)
                            {
                                Also =
                                [
                                    new Addressed(
                                        put.Circuit,
                                        Circuit.ResourceType,
                                        link((network?.Any as VirtualNetwork)?.AddressSpace ?? [])
                                    ),
                                ],
                            }
                        )
                ),
            ],
        };

    /// <summary>The link ends in the network and in the circuit; the operation, when the routers have let go of the network's prefixes.</summary>
    public override Asked Deletion(Connection resource, DateTimeOffset at, Ticket? ticket) =>
        new Asked(new DeleteResource(at), null)
        {
            Also =
            [
                new Addressed(resource.Network, VirtualNetwork.ResourceType, new RemoveLink(at, resource.Id)),
                new Addressed(resource.Circuit, Circuit.ResourceType, new UnlinkNetwork(at, resource.Id) { Ticket = ticket }),
            ],
        };

    public override IEnumerable<string> LabelsOf(Connection resource) =>
        [Connection.GatewayLabel(resource.Gateway), Connection.CircuitLabel(resource.Circuit)];

    private static Connection Create(PutConnection put) =>
        new()
        {
            Id = put.Id,
            Location = put.Location,
            Tags = put.Tags,
            ResourceGuid = put.ResourceGuid,
            Gateway = put.Gateway,
            Network = put.Network,
            Circuit = put.Circuit,
            Authorized = put.Authorized,
            Options = put.Options,
        };
}
