using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Networks.NetworkStates;

namespace Causeway.Samples.Networks;

internal sealed class VirtualWanSample : Sample<VirtualWan>
{
    private static readonly ResourceId s_hub = Id("virtualHubs", "hub");

    private static readonly VirtualWan s_empty = new()
    {
        Id = Id("virtualWans", "wan"),
        Location = "westeurope",
        ResourceGuid = Guid.Empty,
    };

    public override Workflow<VirtualWan> Workflow { get; } = new VirtualWanWorkflow();

    public override IReadOnlyList<(string Name, VirtualWan? State)> States { get; } =
    [("absent", null), ("Empty", s_empty), ("WithHubs", s_empty with { Hubs = [s_hub] })];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put same", Put()),
        ("Put elsewhere", Put() with { Location = "northeurope" }),
        ("Put Basic", Put() with { Kind = "Basic" }),
        ("AddHub", new AddHub(At, s_hub)),
        ("RemoveHub", new RemoveHub(At, s_hub)),
        ("ReplaceTags", new ReplaceTags(At, NoTags.Add("env", "prod"))),
        ("Delete", new DeleteResource(At)),
    ];

    public override string Describe(VirtualWan resource) => $"{resource.StateName} {resource.Kind} {resource.Hubs.Length}";

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut(stage.InGroup(Type), "2024-01-01", Body("true")) { Changed = Body("false") });

    private static string Body(string branches) =>
        $$$$"""{"location":"westeurope","tags":{"a":"b"},"properties":{"type":"Standard","allowBranchToBranchTraffic":{{{{branches}}}}}}""";

    private static PutVirtualWan Put() => new(At, s_empty.Id, "westeurope", null, "Standard", null, Guid.Empty);
}
