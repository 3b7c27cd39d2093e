using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Contracts.Resources;

/// <summary><c>Microsoft.Resources/deployments</c>, as it is sent.</summary>
public sealed record DeploymentRequestBody
{
    /// <summary>Where the record of a deployment to a subscription lies; not for one to a group.</summary>
    public string? Location { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required DeploymentRequestProperties Properties { get; init; }
}

public sealed record DeploymentRequestProperties
{
    /// <summary><c>Incremental</c>, or <c>Complete</c>: what the template does not name goes from the group.</summary>
    public required string Mode { get; init; }

    /// <summary>The template itself, comments allowed.</summary>
    public JsonElement? Template { get; init; }

    /// <summary>By name: <c>{"name": {"value": …}}</c>.</summary>
    public JsonElement? Parameters { get; init; }

    public OnErrorDeploymentBody? OnErrorDeployment { get; init; }

    /// <summary>Of <c>whatIf</c>: how much of each change is shown.</summary>
    public WhatIfSettingsBody? WhatIfSettings { get; init; }
}

/// <param name="ResultFormat"><c>FullResourcePayloads</c> or <c>ResourceIdOnly</c>.</param>
public sealed record WhatIfSettingsBody(string? ResultFormat);

/// <summary>What is deployed again when a deployment fails.</summary>
public sealed record OnErrorDeploymentBody
{
    /// <summary><c>LastSuccessful</c> or <c>SpecificDeployment</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The specific one.</summary>
    public string? DeploymentName { get; init; }

    /// <summary>How it stands; answered only.</summary>
    public string? ProvisioningState { get; init; }
}

/// <summary><c>Microsoft.Resources/deployments</c>, as it is answered.</summary>
public sealed record DeploymentBody
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Type { get; init; }
    public string? Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public required DeploymentProperties Properties { get; init; }
}

public sealed record DeploymentProperties
{
    /// <summary>The same for the same template.</summary>
    public string? TemplateHash { get; init; }

    /// <summary>By name, with their types; secret ones without their values.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary><c>Incremental</c> or <c>Complete</c>.</summary>
    public required string Mode { get; init; }

    /// <summary><c>Accepted</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Canceled</c>.</summary>
    public required string ProvisioningState { get; init; }

    /// <summary>When it ended; until then when it began.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>ISO 8601.</summary>
    public string? Duration { get; init; }

    public string? CorrelationId { get; init; }
    public IReadOnlyList<DeploymentProvider>? Providers { get; init; }
    public IReadOnlyList<DeploymentDependency>? Dependencies { get; init; }

    /// <summary>By name, with their types.</summary>
    public JsonElement? Outputs { get; init; }

    /// <summary>What it made.</summary>
    public IReadOnlyList<ReferenceBody>? OutputResources { get; init; }

    /// <summary>What it would make; of <c>validate</c> only.</summary>
    public IReadOnlyList<ReferenceBody>? ValidatedResources { get; init; }

    public OnErrorDeploymentBody? OnErrorDeployment { get; init; }

    /// <summary>Why it failed.</summary>
    public ErrorDetail? Error { get; init; }
}

/// <summary>A namespace that a template uses.</summary>
public sealed record DeploymentProvider(string Namespace, IReadOnlyList<DeploymentProviderType> ResourceTypes);

/// <param name="Locations">Where; null where the template does not say.</param>
public sealed record DeploymentProviderType(string ResourceType, IReadOnlyList<string?> Locations);

/// <summary>A resource that waits for others.</summary>
public sealed record DeploymentDependency(IReadOnlyList<DeploymentResource> DependsOn, string Id, string ResourceType, string ResourceName);

public sealed record DeploymentResource(string Id, string ResourceType, string ResourceName);

/// <summary>What became of one resource of a deployment.</summary>
public sealed record DeploymentOperationBody(string Id, string OperationId, DeploymentOperationProperties Properties);

public sealed record DeploymentOperationProperties
{
    /// <summary><c>Create</c>, <c>Read</c> of what is there already, or <c>EvaluateDeploymentOutput</c>, which has no resource.</summary>
    public required string ProvisioningOperation { get; init; }
    public required string ProvisioningState { get; init; }
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>ISO 8601.</summary>
    public string? Duration { get; init; }

    /// <summary>HTTP status by name, such as <c>Created</c>.</summary>
    public string? StatusCode { get; init; }

    /// <summary>Why it failed.</summary>
    public DeploymentStatusMessage? StatusMessage { get; init; }
    public DeploymentResource? TargetResource { get; init; }
}

public sealed record DeploymentStatusMessage(string Status, ErrorDetail Error);

/// <summary>A template: as it was sent, or made of what stands.</summary>
/// <param name="Error">Why some of what was asked for is not in it; null where all is.</param>
public sealed record ExportedTemplateBody(JsonElement Template, ErrorDetail? Error = null);

/// <summary>Asks for a template of what stands in a group.</summary>
/// <param name="Resources"><c>*</c>, or the ids of some.</param>
/// <param name="Options">With commas between them: <c>IncludeParameterDefaultValue</c>, <c>IncludeComments</c>, <c>SkipResourceNameParameterization</c>, <c>SkipAllParameterization</c>.</param>
public sealed record ExportTemplateRequest(IReadOnlyList<string> Resources, string? Options);

/// <summary>What a deployment would change.</summary>
public sealed record WhatIfBody(string Status, WhatIfProperties? Properties, ErrorDetail? Error = null);

public sealed record WhatIfProperties(string CorrelationId, IReadOnlyList<WhatIfChange> Changes);

/// <summary>What would become of one resource.</summary>
/// <param name="ChangeType"><c>Create</c>, <c>Modify</c>, <c>NoChange</c>, <c>Delete</c>, <c>Ignore</c> or <c>Deploy</c>.</param>
/// <param name="Before">As it is.</param>
/// <param name="After">As it would be.</param>
/// <param name="Delta">What differs.</param>
public sealed record WhatIfChange(
    string ResourceId,
    string ChangeType,
    JsonElement? Before = null,
    JsonElement? After = null,
    IReadOnlyList<WhatIfPropertyChange>? Delta = null,
    string? UnsupportedReason = null
);

/// <param name="Path">Such as <c>properties.routingWeight</c>; an index within an array.</param>
/// <param name="PropertyChangeType"><c>Create</c>, <c>Delete</c>, <c>Modify</c>, <c>Array</c> or <c>NoEffect</c>.</param>
public sealed record WhatIfPropertyChange(
    string Path,
    string PropertyChangeType,
    JsonElement? Before = null,
    JsonElement? After = null,
    IReadOnlyList<WhatIfPropertyChange>? Children = null
);

/// <summary>The wire form of deployments.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DeploymentRequestBody))]
[JsonSerializable(typeof(DeploymentBody))]
[JsonSerializable(typeof(DeploymentOperationBody))]
[JsonSerializable(typeof(ExportedTemplateBody))]
[JsonSerializable(typeof(ExportTemplateRequest))]
[JsonSerializable(typeof(WhatIfBody))]
[JsonSerializable(typeof(WhatIfChange))]
public sealed partial class DeploymentsContract : JsonSerializerContext;
