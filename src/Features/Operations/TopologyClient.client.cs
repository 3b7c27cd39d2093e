using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Contracts.Operations;

namespace Causeway.Client.Operations;

/// <summary>The operator's network.</summary>
public sealed class TopologyClient(ArmClient arm) : ResourceClient<TopologyBody>(arm, ApiVersion, OperationsContract.Default.TopologyBody)
{
    private const string ApiVersion = "2026-11-01";
    private const string Path = "/providers/Causeway.Operations/topologies/default";

    public Task<Document<TopologyBody>> GetAsync(CancellationToken cancellation) => GetAsync(Path, cancellation);

    /// <summary>What a text would change, and what stands in its way.</summary>
    public async Task<Document<TopologyPlanBody>> PlanAsync(string text, string source, CancellationToken cancellation) =>
        Document<TopologyPlanBody>.Of(
            await Arm.PostAsync($"{Path}/plan", Version, Body(text, source, null), cancellation)
                ?? throw new ClientException("The server answered nothing."),
            OperationsContract.Default.TopologyPlanBody
        );

    /// <param name="revision">The revision that was planned against: refused when it is another by now.</param>
    public Task<Document<TopologyBody>> ApplyAsync(string text, string source, long revision, CancellationToken cancellation) =>
        PutAsync(Path, Body(text, source, revision), wait: true, cancellation);

    private static JsonNode Body(string text, string source, long? revision) =>
        JsonSerializer.SerializeToNode(
            new TopologyOrderBody(new TopologyOrderProperties(text, source, revision)),
            OperationsContract.Default.TopologyOrderBody
        )!;
}

public static class TopologyClientAccess
{
    extension(CausewayClient client)
    {
        public TopologyClient Topology => new(client.Arm);
    }
}
