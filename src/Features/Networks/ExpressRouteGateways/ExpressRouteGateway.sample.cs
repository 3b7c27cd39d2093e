using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Networks.NetworkStates;

namespace Causeway.Samples.Networks;

internal sealed class ExpressRouteGatewaySample : Sample<ExpressRouteGateway>
{
    private static readonly HubConnection s_link = new("link", Circuit(1), Guid.Empty, 3);

    private static readonly ExpressRouteGateway s_ready = new()
    {
        Id = Id("expressRouteGateways", "gw"),
        Location = "westeurope",
        ResourceGuid = Guid.Empty,
        Hub = Id("virtualHubs", "hub"),
        HubPrefix = IpPrefix.Parse("10.9.0.0/23"),
    };

    public override Workflow<ExpressRouteGateway> Workflow { get; } = new ExpressRouteGatewayWorkflow();

    public override IReadOnlyList<(string Name, ExpressRouteGateway? State)> States { get; } =
    [
        ("absent", null),
        ("Ready", s_ready),
        ("Connected", s_ready with { Connections = [s_link] }),
        ("tested", s_ready with { Connections = [s_link], Tests = [Tested] }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put same", Put()),
        ("Put larger", Put() with { LeastUnits = 2, MostUnits = 4 }),
        ("Put elsewhere", Put() with { Location = "northeurope" }),
        ("Put in another hub", Put() with { Hub = Id("virtualHubs", "other") }),
        ("PutHubConnection", new PutHubConnection(At, s_link)),
        ("PutHubConnection heavier", new PutHubConnection(At, s_link with { RoutingWeight = 9 })),
        ("PutHubConnection other circuit", new PutHubConnection(At, s_link with { Circuit = Circuit(2) })),
        ("PutHubConnection second to the circuit", new PutHubConnection(At, s_link with { Name = "second" })),
        ("EndHubConnection", new EndHubConnection(At, "link", "deleted")),
        ("ReplaceTags", new ReplaceTags(At, NoTags.Add("env", "prod"))),
        ("Delete", new DeleteResource(At)),
        .. SiteTestSignals,
    ];

    public override string Describe(ExpressRouteGateway resource) =>
        $"{resource.StateName} {resource.LeastUnits}-{resource.MostUnits} in {resource.Hub.Name} "
        + string.Join(", ", resource.Connections.Select(c => $"{c.Name}->{c.Circuit.Name} weight {c.RoutingWeight}"))
        + InWords(resource.Tests);

    public override IReadOnlyList<Story> Stories => [new("hubs on a circuit, one revoked, one disconnected", () => NetworkStories.Hubs)];

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string hub = await stage.MakeAsync<VirtualHubSample>();
        return new SamplePut(stage.InGroup(Type), "2024-01-01", Body(2)) { Changed = Body(3) };

        string Body(int least) =>
            $$$$"""
                {"location":"westeurope","tags":{"a":"b"},"properties":{"virtualHub":{"id":"{{{{hub}}}}"},
                "autoScaleConfiguration":{"bounds":{"max":5,"min":{{{{least}}}} } } } }
                """;
    }

    private static PutExpressRouteGateway Put() =>
        new(At, s_ready.Id, "westeurope", null, s_ready.Hub, s_ready.HubPrefix, 1, null, false, Guid.Empty);
}
