using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Operations;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Server.Topology;

/// <summary>
/// <c>/providers/Causeway.Operations/topologies/default</c>: the operator's network, readable and changeable while it runs. <c>POST …/plan</c> says what a
/// text would change and what stands in its way; PUT applies it, whole or not at all.
/// </summary>
internal sealed class TopologyEndpoints(LiveTopology live)
{
    private const string Action = "Microsoft.Causeway/operator/topologies";

    /// <summary>A topology is written by hand; a megabyte is thousands of routers.</summary>
    private const int LongestText = 1 << 20;

    public static ArmType Type { get; } = Namespaces.Operations.Type("topologies") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes)
    {
        string one = $"/providers/{Type.FullName}/{{name0}}";
        routes.MapArm(one, Endpoint("GET", "read", ArmContract.Get(Type, () => OperationsContract.Default.TopologyBody)), Get);
        var apply = new ArmContract("Apply", "Puts a topology in force, whole or not at all.")
        {
            Body = () => OperationsContract.Default.TopologyOrderBody,
            Answer = () => OperationsContract.Default.TopologyBody,
        };
        routes.MapArm(one, Endpoint("PUT", "write", apply), PutAsync);
        var plan = new ArmContract("Plan", "Says what a topology would change, and what stands in its way.")
        {
            Body = () => OperationsContract.Default.TopologyOrderBody,
            Answer = () => OperationsContract.Default.TopologyPlanBody,
        };
        routes.MapArm($"{one}/plan", Endpoint("POST", "plan/action", plan), PlanAsync);
    }

    private static ArmEndpoint Endpoint(string method, string verb, ArmContract contract) =>
        new(Type, method, $"{Action}/{verb}", ArmTarget.Resource) { NeedsGroup = false, Contract = contract };

    private ValueTask<ArmResult> Get(ArmRequest request) =>
        ValueTask.FromResult(request.Id == InstalledTopology.Only ? Answer() : ArmErrors.ResourceNotFound(request.Id));

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (request.Id != InstalledTopology.Only)
            return OnlyOne(request.Id);
        BodyReader body = await request.BodyAsync();
        (string? text, string source) = Read(body);
        long? expected = body.Object("properties").Long("revision", 1);
        if (body.Refusal is { } no)
            return no;
        try
        {
            SendOutcome outcome = await live.ApplyAsync(
                text!,
                source,
                expected,
                new SendContext(request.Caller.ObjectId, request.CorrelationId),
                CancellationToken.None
            );
            return outcome is SendOutcome.Refused refused ? refused.Refusal : Answer();
        }
        catch (TopologyException e)
        {
            return Unusable(e);
        }
    }

    private async ValueTask<ArmResult> PlanAsync(ArmRequest request)
    {
        if (request.Id != InstalledTopology.Only)
            return ArmErrors.ResourceNotFound(request.Id);
        BodyReader body = await request.BodyAsync();
        (string? text, string source) = Read(body);
        if (body.Refusal is { } no)
            return no;
        try
        {
            TopologyPlan plan = await live.PlanAsync(text!, source, request.Aborted);
            return ArmResult.Of(
                new TopologyPlanBody(
                    plan.Revision,
                    plan.Refused.Count == 0,
                    [.. plan.Changes.Select(c => new TopologyChangeBody(c.Path, c.From, c.To, c.Says))],
                    [.. plan.Refused.Select(r => new TopologyRefusalBody(r.Code, r.Message))]
                ),
                OperationsContract.Default.TopologyPlanBody
            );
        }
        catch (TopologyException e)
        {
            return Unusable(e);
        }
    }

    private static (string? Text, string Source) Read(BodyReader body)
    {
        BodyReader properties = body.Object("properties", required: true);
        return (properties.String("text", LongestText, required: true, lines: true), properties.String("source", 4096) ?? "a file");
    }

    private static Refusal Unusable(TopologyException e) =>
        Refusal.Invalid("InvalidTopology", e.Message, "properties.text") with
        {
            Details = [.. e.Lines.Select(line => Refusal.Invalid("InvalidTopology", line))],
        };

    private static Refusal OnlyOne(ResourceId asked) =>
        Refusal.Invalid("InvalidResourceName", $"There is one topology, and its name is 'default', not '{asked.Name}'.", "name");

    private ArmResult Answer()
    {
        Versioned<InstalledTopology> installed = live.Installed;
        return ArmResult.Of(
            new TopologyBody(
                InstalledTopology.Only.Text,
                InstalledTopology.Only.Name,
                InstalledTopology.ResourceType,
                new TopologyProperties
                {
                    Revision = installed.Revision,
                    Source = installed.Resource.Source,
                    BuiltIn = installed.Resource.BuiltIn,
                    ChangedAt = installed.Changed,
                    Text = installed.Resource.Text,
                }
            ),
            OperationsContract.Default.TopologyBody
        );
    }
}
