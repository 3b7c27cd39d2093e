using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>
/// A connection: absent or <c>Linked</c>. Its creation and its end are one atomic send with the network (<see cref="AddLink"/>, <see cref="RemoveLink"/>)
/// and the circuit, so that it never exists without the link it stands for. Whether the link carries anything is an observation of the routers, not a state.
/// </summary>
public sealed class ConnectionWorkflow : Workflow<Connection>
{
    public override string Type => Connection.ResourceType;

    protected override JsonTypeInfo<Connection> Json => NetworksJson.Default.Connection;

    public override Decision<Connection> Decide(Connection? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutConnection put) => Move(Create(put), $"links {put.Network.Name} to circuit {put.Circuit.Name}"),
            ({ } connection, PutConnection put) when connection.Location != put.Location => Refuse(
                NetworkErrors.LocationFixed(connection, put.Location)
            ),
            ({ } connection, PutConnection put) when connection.Gateway != put.Gateway => Refuse(
                NetworkErrors.Fixed("properties.virtualNetworkGateway1", connection.Gateway.Text, put.Gateway.Text)
            ),
            ({ } connection, PutConnection put) when connection.Circuit != put.Circuit => Refuse(
                NetworkErrors.Fixed("properties.peer", connection.Circuit.Text, put.Circuit.Text)
            ),
            ({ } connection, PutConnection put) => Move(connection with { Tags = put.Tags, Options = put.Options }, "updated"),

            ({ } connection, ReplaceTags tags) => Move(connection with { Tags = tags.Tags }, "tags replaced"),
            ({ }, DeleteConnection) => new Decision<Connection>.End("deleted"),
            ({ }, BreakConnection broken) => new Decision<Connection>.End(broken.Why),

            (null, DeleteConnection or BreakConnection) => new Decision<Connection>.Stay("there is no such connection"),
            (null, ReplaceTags) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such connection.")),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
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

    private static Decision<Connection>.Move Move(Connection next, string why) => new(next, why);

    private static Decision<Connection>.Refuse Refuse(Refusal refusal) => new(refusal);
}
