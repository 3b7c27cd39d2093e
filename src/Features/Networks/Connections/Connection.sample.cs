using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Samples.Circuits;
using Causeway.Workflows;
using static Causeway.Samples.Networks.NetworkStates;

namespace Causeway.Samples.Networks;

internal sealed class ConnectionSample : Sample<Connection>
{
    public override Workflow<Connection> Workflow { get; } = new ConnectionWorkflow();

    public override IReadOnlyList<(string Name, Connection? State)> States { get; } = [("absent", null), ("Linked", Link1)];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put same", PutConnection()),
        ("Put elsewhere", PutConnection(location: "northeurope")),
        ("Put other gateway", PutConnection(gateway: OtherGatewayId)),
        ("Put other circuit", PutConnection(circuit: Circuit(2))),
        ("ReplaceTags", new ReplaceTags(At, NoTags.Add("env", "prod"))),
        ("DeleteConnection", new DeleteResource(At)),
        ("SetSharedKey", new SetSharedKey(At, "protected")),
        ("BreakConnection", new BreakConnection(At, "authorization revoked")),
    ];

    public override string Describe(Connection resource) =>
        $"{resource.StateName} {resource.Gateway.Name}->{resource.Circuit.Name} weight {resource.Options.RoutingWeight}";

    public override IReadOnlyList<Story> Stories =>
        [
            new("networks linked to a circuit", () => NetworkStories.InUse),
            new("a link revoked, and the way back to nothing", () => NetworkStories.Revoked),
        ];

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string gateway = await stage.MakeAsync<VirtualNetworkGatewaySample>(),
            circuit = await stage.MakeAsync<CircuitSample>();
        await stage.MakeAsync<PeeringSample>();
        return new SamplePut(stage.InGroup(Type), "2024-01-01", Body(3)) { Changed = Body(4) };

        string Body(int weight) =>
            $$$$"""
                {"location":"westeurope","tags":{"a":"b"},"properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{{{{gateway}}}}"},
                "peer":{"id":"{{{{circuit}}}}"},"routingWeight":{{{{weight}}}},"expressRouteGatewayBypass":false,"authorizationKey":null}}
                """;
    }
}
