using System.Text.Json;
using Causeway.Primitives;
using Causeway.Templates.Evaluation;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Tests;

/// <summary>Templates and expressions, evaluated as a deployment to a group has them.</summary>
internal static class Evaluate
{
    public const string Group = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg";

    private const string Connections = """{"resourceType":"connections","apiVersions":["2024-01-01"]}""";

    public static readonly DateTimeOffset At = new(2026, 11, 26, 18, 0, 0, TimeSpan.Zero);

    public static DeploymentFacts Facts { get; } =
        new()
        {
            Scope = ResourceId.Parse(Group),
            Name = "d1",
            At = At,
            NewGuid = () => Guid.Parse("22222222-2222-2222-2222-222222222222"),
            ResourceGroup = (Value.Object)Json($$$"""{"id":"{{{Group}}}","name":"rg","location":"westeurope","tags":{"a":"b"}}"""),
            Subscription = (Value.Object)Json(
                """{"id":"/subscriptions/11111111-1111-1111-1111-111111111111","subscriptionId":"11111111-1111-1111-1111-111111111111"}"""
            ),
            Tenant = (Value.Object)Json("""{"tenantId":"33333333-3333-3333-3333-333333333333"}"""),
            Providers = (ns, type) =>
                !ns.Equals("Microsoft.Network", StringComparison.OrdinalIgnoreCase) ? null
                : type is null ? (Value.Object)Json($$"""{"resourceTypes":[{{Connections}}]}""")
                : (Value.Object)Json(Connections),
        };

    public static Value Json(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1000 });
        return Value.Of(document.RootElement);
    }

    /// <summary>A template with what is given between its braces.</summary>
    public static Template Template(string sections) =>
        Templates.Template.Read(
            Json(
                $$"""{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",{{sections}}}"""
            )
        );

    /// <param name="scope">What it is deployed to; null for the group.</param>
    public static DeploymentPlan Plan(string sections, string? parameters = null, string? scope = null)
    {
        DeploymentFacts facts = scope is null ? Facts : Facts with { Scope = ResourceId.Parse(scope), ResourceGroup = null };
        Template template = Template(sections);
        Value.Object bound = TemplateParameters.Bind(template, parameters is null ? null : Json(parameters), facts);
        return DeploymentPlan.Make(template, bound, facts);
    }

    /// <summary>The value of an expression, written without its brackets, as JSON.</summary>
    public static string Of(string expression, string sections = "\"resources\":[]")
    {
        string text = JsonSerializer.Serialize($"[createObject('v', {expression})]");
        DeploymentPlan plan = Plan($$$"""{{{sections}}},"outputs":{"o":{"type":"object","value":{{{text}}}}}""");
        Value.Object outputs = plan.Outputs(new Dictionary<string, Value>(), out _)!;
        return ((Value.Object)((Value.Object)outputs.Find("o")!).Find("value")!).Find("v")!.ToString();
    }

    /// <summary>What is said to be wrong with an expression.</summary>
    public static TemplateException Wrong(string expression, string sections = "\"resources\":[]") =>
        Assert.Throws<TemplateException>(() => Of(expression, sections));
}
