using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Networks.NetworkStates;

namespace Causeway.Samples.Networks;

internal sealed class VirtualHubSample : Sample<VirtualHub>
{
    private static readonly ResourceId s_wan = Id("virtualWans", "wan");
    private static readonly ResourceId s_gateway = Id("expressRouteGateways", "gw");

    private static readonly VirtualHub s_plain = new()
    {
        Id = Id("virtualHubs", "hub"),
        Location = "westeurope",
        Wan = s_wan,
        AddressPrefix = IpPrefix.Parse("10.9.0.0/23"),
    };

    public override Workflow<VirtualHub> Workflow { get; } = new VirtualHubWorkflow();

    public override IReadOnlyList<(string Name, VirtualHub? State)> States { get; } =
    [("absent", null), ("Plain", s_plain), ("WithGateway", s_plain with { Gateway = s_gateway })];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put same", Put()),
        ("Put elsewhere", Put() with { Location = "northeurope" }),
        ("Put other prefix", Put() with { AddressPrefix = IpPrefix.Parse("10.8.0.0/23") }),
        ("Put without wan", Put() with { Wan = null }),
        ("PlaceHubGateway", new PlaceHubGateway(At, s_gateway)),
        ("PlaceHubGateway other", new PlaceHubGateway(At, Id("expressRouteGateways", "other"))),
        ("RemoveHubGateway", new RemoveHubGateway(At, s_gateway)),
        ("ReplaceTags", new ReplaceTags(At, NoTags.Add("env", "prod"))),
        ("Delete", new DeleteResource(At)),
    ];

    public override string Describe(VirtualHub resource) =>
        $"{resource.StateName} {resource.AddressPrefix} in {resource.Wan?.Name} {resource.Gateway?.Name}".TrimEnd();

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string wan = await stage.MakeAsync<VirtualWanSample>();
        return new SamplePut(stage.InGroup(Type), "2024-01-01", Body("ExpressRoute")) { Changed = Body("ASPath") };

        string Body(string preference) =>
            $$$$"""
                {"location":"westeurope","tags":{"a":"b"},"properties":{"virtualWan":{"id":"{{{{wan}}}}"},"addressPrefix":"10.61.0.0/23",
                "hubRoutingPreference":"{{{{preference}}}}"}}
                """;
    }

    private static PutVirtualHub Put() => new(At, s_plain.Id, "westeurope", null, s_wan, s_plain.AddressPrefix, null);
}
