using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Resources;

/// <summary><c>causeway deployment …</c>: templates, deployed to a group, or to the subscription.</summary>
internal static class DeploymentVerbs
{
    private static readonly JsonDocumentOptions s_relaxed = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 128,
    };

    private static readonly Column<DeploymentBody>[] Facts =
    [
        new("name", d => d.Name),
        new("state", d => d.Properties.ProvisioningState),
        new("mode", d => d.Properties.Mode),
        new("at", d => d.Properties.Timestamp),
        new("outputs", d => Outputs(d)),
        new("resources", d => (d.Properties.OutputResources ?? d.Properties.ValidatedResources)?.Select(r => Ids.NameOf(r.Id))),
        new("problem", d => Problem(d.Properties.Error)),
    ];

    private static readonly Column<DeploymentBody>[] Row = [.. Facts.Where(f => f.Key is "name" or "state" or "mode" or "at")];

    private static readonly Column<WhatIfChange>[] Changes =
    [
        new("change", c => c.ChangeType),
        new("resource", c => Ids.NameOf(c.ResourceId)),
        new("differs", c => Differs(c.Delta)),
    ];

    private static readonly Column<DeploymentOperationBody>[] Steps =
    [
        new("resource", o => o.Properties.TargetResource?.ResourceName),
        new("type", o => o.Properties.TargetResource?.ResourceType),
        new("state", o => o.Properties.ProvisioningState),
        new("problem", o => Problem(o.Properties.StatusMessage?.Error)),
    ];

    public static IEnumerable<Twig> Twigs => [new("deployment", All)];

    private static IEnumerable<Command> All() =>
        [
            Shape.One(
                "create",
                [
                    "causeway deployment create office --template main.json --parameters prefix=office weight=10",
                    "causeway deployment create groups --template groups.json --of-subscription --location westeurope",
                ],
                "deploying",
                async call => await call.Client.Deployments.DeployAsync(PathOf(call), await BodyAsync(call), call.Wait, call.Cancellation),
                Facts,
                [.. Wanted(), Opt.Flag("--redeploy-on-failure")],
                (call, deployment) => call.Next("next deployment", deployment.Name)
            ),
            Shape.One(
                "validate",
                ["causeway deployment validate office --template main.json --parameters-file office.json"],
                "reading",
                async call => await call.Client.Deployments.ValidateAsync(PathOf(call), await BodyAsync(call), call.Cancellation),
                Facts,
                Wanted()
            ),
            Shape.List(
                "what-if",
                ["causeway deployment what-if office --template main.json --mode complete"],
                "no changes",
                async call => await call.Client.Deployments.WhatIfAsync(PathOf(call), await BodyAsync(call), call.Cancellation),
                Changes,
                Wanted()
            ),
            new Verb(
                "show",
                ["causeway deployment show office", "causeway deployment show office --query properties.outputs"],
                ShowAsync,
                Opt.Argument("name"),
                OfSubscription()
            ),
            Shape.List(
                "list",
                ["causeway deployment list", "causeway deployment list --of-subscription -o json"],
                "no deployments",
                call => call.Client.Deployments.ListAsync(DeploymentsClient.ListOf(ScopeOf(call)), call.Cancellation),
                Row,
                OfSubscription()
            ),
            new Verb(
                "export",
                ["causeway deployment export office"],
                async call => Printer.Raw(call, await call.Reading(call.Client.Deployments.TemplateAsync(PathOf(call), call.Cancellation))),
                Opt.Argument("name"),
                OfSubscription()
            ),
            new Verb(
                "cancel",
                ["causeway deployment cancel office"],
                async call =>
                {
                    await call.Client.Deployments.CancelAsync(PathOf(call), call.Cancellation);
                    if (call.ForPeople)
                        call.Out.WriteLine(call.Words["cancelled", call.Text("name")]);
                },
                Opt.Argument("name"),
                OfSubscription()
            ),
            Shape.Delete(
                "delete",
                ["causeway deployment delete office"],
                call => call.Client.Deployments.DeleteAsync(PathOf(call), call.Wait, call.Cancellation),
                call => $"{call.Words["thing deployment"]} {call.Text("name")}",
                Opt.Argument("name"),
                OfSubscription()
            ),
        ];

    /// <summary>What is to be deployed.</summary>
    private static Symbol[] Wanted() =>
        [
            Opt.Argument("name"),
            Opt.Needed("--template", "FILE"),
            Opt.Many("--parameters", "NAME=VALUE"),
            Opt.Text("--parameters-file", "FILE"),
            Opt.OneOf("--mode", "incremental", "incremental", "complete"),
            OfSubscription(),
            Opt.Region(),
        ];

    private static Option<bool> OfSubscription() => Opt.Flag("--of-subscription");

    private static string ScopeOf(CliCall call) => call.Get<bool>("--of-subscription") ? call.SubscriptionPath : call.GroupPath;

    private static string PathOf(CliCall call) => DeploymentsClient.PathOf(ScopeOf(call), call.Text("name"));

    private static async Task ShowAsync(CliCall call)
    {
        Document<DeploymentBody> found = await call.Reading(call.Client.Deployments.GetAsync(PathOf(call), call.Cancellation));
        Printer.One(call, found, Facts);
        if (!call.ForPeople)
            return;
        IReadOnlyList<Document<DeploymentOperationBody>> steps = await call.Reading(
            call.Client.Deployments.OperationsAsync(PathOf(call), call.Cancellation)
        );
        call.Out.WriteLine();
        Printer.List(call, steps, "no steps", Steps);
    }

    private static async Task<DeploymentRequestBody> BodyAsync(CliCall call)
    {
        JsonObject template = await ReadAsync(call, call.Text("--template"));
        bool ofSubscription = call.Get<bool>("--of-subscription");
        return new DeploymentRequestBody
        {
            Location = ofSubscription ? call.Get<string?>("--location") : null,
            Properties = new DeploymentRequestProperties
            {
                Mode = call.Text("--mode").Equals("complete", StringComparison.OrdinalIgnoreCase) ? "Complete" : "Incremental",
                Template = Element(template),
                Parameters = Element(await ParametersAsync(call, template)),
                OnErrorDeployment =
                    call.Path == "deployment create" && call.Get<bool>("--redeploy-on-failure")
                        ? new OnErrorDeploymentBody { Type = "LastSuccessful" }
                        : null,
            },
        };
    }

    /// <summary>Those of the file, and over them those that were typed.</summary>
    private static async Task<JsonObject> ParametersAsync(CliCall call, JsonObject template)
    {
        var values = new JsonObject();
        if (call.Get<string?>("--parameters-file") is { } file)
        {
            JsonObject whole = await ReadAsync(call, file);
            foreach ((string name, JsonNode? value) in (whole["parameters"] as JsonObject ?? whole).ToArray())
                values[name] = value?.DeepClone();
        }
        foreach (string typed in call.Get<string[]>("--parameters") ?? [])
        {
            int equals = typed.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new CliException(call.Words["not a parameter", typed]);
            string name = typed[..equals];
            string? type = ((template["parameters"] as JsonObject)?[name] as JsonObject)?["type"]?.ToString().ToLowerInvariant();
            values[name] = new JsonObject { ["value"] = Typed(call, name, typed[(equals + 1)..], type) };
        }
        return values;
    }

    /// <summary>A typed text as the value that the template's parameter has.</summary>
    private static JsonNode? Typed(CliCall call, string name, string text, string? type)
    {
        try
        {
            return type switch
            {
                "int" => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                "bool" => bool.Parse(text),
                "array" or "object" or "secureobject" => JsonNode.Parse(text, documentOptions: s_relaxed),
                _ => text,
            };
        }
        catch (Exception e) when (e is FormatException or OverflowException or JsonException)
        {
            throw new CliException(call.Words["not of its type", name, type!]);
        }
    }

    private static async Task<JsonObject> ReadAsync(CliCall call, string file)
    {
        string text =
            file == "-" ? await Console.In.ReadToEndAsync(call.Cancellation) : await File.ReadAllTextAsync(file, call.Cancellation);
        try
        {
            return JsonNode.Parse(text, documentOptions: s_relaxed) as JsonObject
                ?? throw new CliException(call.Words["not a template", file, "{ … }"]);
        }
        catch (JsonException e)
        {
            throw new CliException(call.Words["not a template", file, e.Message]);
        }
    }

    private static JsonElement Element(JsonObject json)
    {
        using JsonDocument document = JsonDocument.Parse(json.ToJsonString(), s_relaxed);
        return document.RootElement.Clone();
    }

    private static IEnumerable<string>? Outputs(DeploymentBody deployment) =>
        deployment.Properties.Outputs is { ValueKind: JsonValueKind.Object } outputs
            ? outputs
                .EnumerateObject()
                .Select(o => $"{o.Name}={(o.Value.TryGetProperty("value", out JsonElement value) ? value.ToString() : "…")}")
            : null;

    private static string? Problem(ErrorDetail? error) =>
        error is null ? null
        : error.Details is { Count: > 0 } details ? string.Join(" ", details.Select(d => $"{d.Code}: {d.Message}"))
        : $"{error.Code}: {error.Message}";

    private static IEnumerable<string>? Differs(IReadOnlyList<WhatIfPropertyChange>? delta) => delta?.SelectMany(d => Differs(d, ""));

    /// <param name="within">The path of what it is within.</param>
    private static IEnumerable<string> Differs(WhatIfPropertyChange change, string within) =>
        change.Children is { Count: > 0 } children
            ? children.SelectMany(c => Differs(c, $"{within}{change.Path}."))
            : [$"{within}{change.Path}: {change.Before?.ToString() ?? "-"} → {change.After?.ToString() ?? "-"}"];
}
