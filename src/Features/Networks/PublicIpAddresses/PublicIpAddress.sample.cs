using Causeway.Domain;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Networks.NetworkStates;

namespace Causeway.Samples.Networks;

internal sealed class PublicIpAddressSample : Sample<PublicIpAddress>
{
    private static readonly ResourceId s_mine = GatewayId.Child("ipConfigurations", "default");
    private static readonly ResourceId s_others = OtherGatewayId.Child("ipConfigurations", "default");

    public override Workflow<PublicIpAddress> Workflow { get; } = new PublicIpAddressWorkflow();

    public override IReadOnlyList<(string Name, PublicIpAddress? State)> States { get; } =
    [("absent", null), ("Free", Address), ("InUse", Address with { UsedBy = s_mine })];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put same", PutAddress()),
        ("Put elsewhere", PutAddress(location: "northeurope")),
        ("Put other sku", PutAddress(sku: "Standard")),
        ("Put other version", PutAddress(version: "IPv6")),
        ("UsePublicIp", new UsePublicIp(At, s_mine)),
        ("UsePublicIp by another", new UsePublicIp(At, s_others)),
        ("ReleasePublicIp", new ReleasePublicIp(At, s_mine)),
        ("ReleasePublicIp by another", new ReleasePublicIp(At, s_others)),
        ("ReplaceTags", new ReplaceTags(At, NoTags.Add("env", "prod"))),
        ("DeletePublicIp", new DeleteResource(At)),
    ];

    public override string Describe(PublicIpAddress resource) =>
        $"{resource.StateName} {resource.Sku} {resource.Version} {resource.UsedBy?.Parent?.Name}".TrimEnd();

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut(stage.InGroup(Type), "2024-01-01", Body(4)) { Changed = Body(5) });

    private static string Body(int minutes) =>
        $$$$"""
            {"location":"westeurope","tags":{"a":"b"},"sku":{"name":"Standard"},"zones":["1"],"properties":{"publicIPAllocationMethod":"Static",
            "idleTimeoutInMinutes":{{{{minutes}}}}}}
            """;
}
