using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml;
using Causeway.Api.Kit;
using Causeway.Contracts.Resources;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Templates.Values;

namespace Causeway.Api.Resources;

/// <summary>Deployments as they are shown.</summary>
internal static class DeploymentViews
{
    /// <param name="moment">The answer to a PUT says that it is accepted; what is read, how it stands.</param>
    /// <param name="onError">How the one stands that is deployed again instead; null when there is none.</param>
    public static DeploymentBody Body(Deployment deployment, Moment moment, string? onError = null)
    {
        DeploymentRequest request = deployment.Request;
        (DateTimeOffset at, DeploymentError? error) = deployment.State switch
        {
            DeploymentState.Succeeded done => (done.At, null),
            DeploymentState.Failed failed => (failed.At, failed.Error),
            DeploymentState.Canceled canceled => (canceled.At, null),
            _ => (request.At, (DeploymentError?)null),
        };
        bool isDone = deployment.State is DeploymentState.Succeeded;
        return new DeploymentBody
        {
            Id = deployment.Id.Text,
            Name = deployment.Id.Name,
            Type = Deployment.ResourceType,
            Location = deployment.Location.Length > 0 ? deployment.Location : null,
            Tags = deployment.Tags,
            Properties = new DeploymentProperties
            {
                TemplateHash = request.TemplateHash,
                Parameters = Json(request.Parameters),
                Mode = request.IsComplete ? "Complete" : "Incremental",
                ProvisioningState =
                    deployment.State is DeploymentState.Running && moment is Moment.Created or Moment.Answer
                        ? "Accepted"
                        : deployment.StateName,
                Timestamp = at,
                Duration = XmlConvert.ToString(at - request.At),
                CorrelationId = request.CorrelationId,
                Providers = Providers(deployment),
                Dependencies = Dependencies(deployment),
                Outputs = isDone && deployment.Outputs is { } outputs ? Json(outputs) : null,
                OutputResources = isDone
                    ? [.. deployment.Steps.Where(s => s.State == StepState.Succeeded).Select(s => new ReferenceBody(s.Id.Text))]
                    : null,
                OnErrorDeployment = request.OnError is { } other
                    ? new OnErrorDeploymentBody
                    {
                        Type = other.IsLastSuccessful ? "LastSuccessful" : "SpecificDeployment",
                        DeploymentName = other.Deployment?.Name,
                        ProvisioningState = onError,
                    }
                    : null,
                Error = error is null ? null : Error(error),
            },
        };
    }

    /// <summary>What would be deployed, and nothing has been.</summary>
    public static DeploymentBody Validated(Deployment deployment) =>
        Body(deployment, Moment.Read) is var body
            ? body with
            {
                Properties = body.Properties with
                {
                    ProvisioningState = "Succeeded",
                    ValidatedResources =
                    [
                        .. deployment.Steps.Where(s => s.State != StepState.Skipped).Select(s => new ReferenceBody(s.Id.Text)),
                    ],
                },
            }
            : body;

    /// <summary>What became of each resource that was asked for.</summary>
    public static IReadOnlyList<DeploymentOperationBody> Operations(Deployment deployment) =>
        [.. deployment.Steps.Where(s => s.Began is not null).Select(s => Operation(deployment, s)), .. Outputs(deployment)];

    /// <summary>When all resources are there the outputs are worked out, which ARM lists as one more operation, without a resource.</summary>
    private static IEnumerable<DeploymentOperationBody> Outputs(Deployment deployment)
    {
        (DateTimeOffset at, DeploymentError? error)? outcome = deployment.State switch
        {
            DeploymentState.Succeeded done => (done.At, null),
            DeploymentState.Failed { Error.Code: DeploymentError.OutputsCode } failed => (failed.At, failed.Error),
            _ => null,
        };
        if (outcome is not (var at, var error))
            yield break;
        DateTimeOffset from = deployment.Steps.Max(s => s.Ended) ?? deployment.Request.At;
        yield return Operation(
            deployment,
            "outputs()",
            new DeploymentOperationProperties
            {
                ProvisioningOperation = "EvaluateDeploymentOutput",
                ProvisioningState = error is null ? "Succeeded" : "Failed",
                Timestamp = at,
                Duration = XmlConvert.ToString(at > from ? at - from : TimeSpan.Zero),
                StatusCode = $"{(error is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest)}",
                StatusMessage = error is null ? null : new("Failed", Error(error)),
            }
        );
    }

    /// <param name="of">What it is of, within the deployment.</param>
    private static DeploymentOperationBody Operation(Deployment deployment, string of, DeploymentOperationProperties properties)
    {
        string id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{deployment.Run} {of}")))[..16];
        return new($"{deployment.Id.Text}/operations/{id}", id, properties);
    }

    private static DeploymentOperationBody Operation(Deployment deployment, DeploymentStep step) =>
        Operation(
            deployment,
            step.Key,
            new DeploymentOperationProperties
            {
                ProvisioningOperation = step.State == StepState.Skipped ? "Read" : "Create",
                ProvisioningState = step.State == StepState.Skipped ? "Succeeded" : $"{step.State}",
                Timestamp = step.Ended ?? step.Began,
                Duration = step.Ended is { } ended ? XmlConvert.ToString(ended - step.Began!.Value) : null,
                StatusCode = step.Status > 0 ? $"{(HttpStatusCode)step.Status}" : null,
                StatusMessage = step.Error is { } error ? new("Failed", Error(error)) : null,
                TargetResource = Resource(step.Id),
            }
        );

    public static ErrorDetail Error(DeploymentError error) =>
        new()
        {
            Code = error.Code,
            Message = error.Message,
            Target = error.Target,
            Details = error.Details.IsDefaultOrEmpty
                ? null
                : [.. error.Details.Select(d => Error(new DeploymentError(d.Code, d.Message, d.Target)))],
        };

    public static JsonElement Json(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Value.MostDepth + 8 });
        return document.RootElement.Clone();
    }

    private static DeploymentProvider[] Providers(Deployment deployment) =>
        [
            .. deployment
                .Steps.GroupBy(s => s.Id.Provider ?? "Microsoft.Resources", StringComparer.OrdinalIgnoreCase)
                .Select(ns => new DeploymentProvider(
                    ns.Key,
                    [
                        .. ns.GroupBy(
                                s => s.Id.Provider is null ? "resourceGroups" : string.Join('/', s.Id.TypeSegments),
                                StringComparer.OrdinalIgnoreCase
                            )
                            .Select(type => new DeploymentProviderType(type.Key, [.. type.Select(s => s.Location).Distinct()])),
                    ]
                )),
        ];

    private static DeploymentDependency[] Dependencies(Deployment deployment)
    {
        Dictionary<string, DeploymentStep> steps = deployment.Steps.ToDictionary(s => s.Key);
        return
        [
            .. deployment
                .Steps.Where(s => s.DependsOn.Length > 0)
                .Select(s => new DeploymentDependency(
                    [.. s.DependsOn.Where(steps.ContainsKey).Select(k => Resource(steps[k].Id))],
                    s.Id.Text,
                    s.Id.Type,
                    string.Join('/', s.Id.Names)
                )),
        ];
    }

    private static DeploymentResource Resource(ResourceId id) =>
        new(id.Text, id.Type, id.Names.Count > 0 ? string.Join('/', id.Names) : id.Name);
}
