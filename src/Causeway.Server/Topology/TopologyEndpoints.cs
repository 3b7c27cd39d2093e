using System.Text.Json;
using Causeway.Api.Kit;
using Causeway.Arm;
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
        routes.MapArm(one, Endpoint("GET", "read"), Get);
        routes.MapArm(one, Endpoint("PUT", "write"), PutAsync);
        routes.MapArm($"{one}/plan", Endpoint("POST", "plan/action"), PlanAsync);
    }

    private static ArmEndpoint Endpoint(string method, string verb) =>
        new(Type, method, $"{Action}/{verb}", ArmTarget.Resource) { NeedsGroup = false };

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
            return ArmResult.Json(json => Write(json, plan));
        }
        catch (TopologyException e)
        {
            return Unusable(e);
        }
    }

    private static (string? Text, string Source) Read(BodyReader body)
    {
        BodyReader properties = body.Object("properties", required: true);
        return (properties.String("text", LongestText, required: true, lines: true), properties.String("source", 200) ?? "a file");
    }

    private static Refusal Unusable(TopologyException e) => Refusal.Invalid("InvalidTopology", e.Message, "properties.text");

    private static Refusal OnlyOne(ResourceId asked) =>
        Refusal.Invalid("InvalidResourceName", $"There is one topology, and its name is 'default', not '{asked.Name}'.", "name");

    private ArmResult Answer()
    {
        Versioned<InstalledTopology> installed = live.Installed;
        return ArmResult.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, InstalledTopology.Only.Text);
            json.WriteString("name"u8, InstalledTopology.Only.Name);
            json.WriteString("type"u8, InstalledTopology.ResourceType);
            json.WriteStartObject("properties"u8);
            json.WriteNumber("revision"u8, installed.Revision);
            json.WriteString("source"u8, installed.Resource.Source);
            json.WriteBoolean("builtIn"u8, installed.Resource.BuiltIn);
            json.WriteString("changedAt"u8, installed.Changed);
            json.WriteString("text"u8, installed.Resource.Text);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, TopologyPlan plan)
    {
        json.WriteStartObject();
        json.WriteNumber("revision"u8, plan.Revision);
        json.WriteBoolean("canBeApplied"u8, plan.Refused.Count == 0);
        json.WriteStartArray("changes"u8);
        foreach (TopologyChange change in plan.Changes)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, change.Path);
            json.WriteString("from"u8, change.From);
            json.WriteString("to"u8, change.To);
            json.WriteString("says"u8, change.Says);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("refused"u8);
        foreach (Refusal refusal in plan.Refused)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, refusal.Code);
            json.WriteString("message"u8, refusal.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
