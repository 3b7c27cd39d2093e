using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Domain.Json;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Resources;

/// <summary>
/// A template deployment: what was asked for, by whom, and how far it has come. The template itself and the values of its parameters are sealed, since there may
/// be secrets in both; whoever carries them out opens them.
/// </summary>
public sealed record Deployment : IResource
{
    public const string ResourceType = "Microsoft.Resources/deployments";

    /// <summary>The kind of the effect that makes a deployment's resources.</summary>
    public const string DeployEffect = "deploy";

    /// <summary>How many a group or a subscription keeps (azure: limits of a resource group).</summary>
    public const int MostInScope = 800;

    /// <summary>Beyond so many the oldest that have ended are forgotten when another is begun.</summary>
    public const int MostKept = 775;

    public required ResourceId Id { get; init; }

    /// <summary>Where its record lies, for a deployment to a subscription; empty for one to a group.</summary>
    public string Location { get; init; } = "";

    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>Counts how often it was begun; what an earlier run brings back changes nothing.</summary>
    public required int Run { get; init; }

    public required DeploymentRequest Request { get; init; }

    public required DeploymentState State { get; init; }

    /// <summary>What is to be made, in the template's order.</summary>
    public ImmutableArray<DeploymentStep> Steps { get; init; } = [];

    /// <summary>Outputs of its last run that succeeded, as JSON.</summary>
    public string? Outputs { get; init; }

    /// <summary>The group or the subscription that it deploys to.</summary>
    [JsonIgnore]
    public ResourceId Scope => Id.GroupId ?? ResourceId.OfSubscription(Id.Subscription!);

    [JsonIgnore]
    public string StateName => State.GetType().Name;

    public DeploymentStep? FindStep(string key) => Steps.FirstOrDefault(s => s.Key == key);

    /// <summary>The label by which the deployments to a group or a subscription are found.</summary>
    public static string ScopeLabel(ResourceId scope) => $"deployments/{scope.Key}";
}

/// <summary>What was asked for.</summary>
public sealed record DeploymentRequest
{
    public required DateTimeOffset At { get; init; }

    /// <summary>In whose name everything is done; what it may is looked up anew for each resource.</summary>
    public required DeploymentCaller Caller { get; init; }

    public required string CorrelationId { get; init; }

    /// <summary>The server's address as the caller knows it.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Whether what the template does not name goes from the group.</summary>
    public bool IsComplete { get; init; }

    public required string TemplateHash { get; init; }

    /// <summary>Template and parameters, sealed.</summary>
    public required string Content { get; init; }

    /// <summary>Of template and parameters, under the installation's key: the same when they are.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Parameters as answers show them, as JSON: no secrets.</summary>
    public required string Parameters { get; init; }

    /// <summary>What is deployed again when this one fails; null for nothing.</summary>
    public OnDeploymentError? OnError { get; init; }
}

/// <summary>Who asked for a deployment.</summary>
public sealed record DeploymentCaller(string ObjectId, string ClientId, string TenantId);

/// <summary>What is deployed again when a deployment fails.</summary>
/// <param name="IsLastSuccessful">The one that succeeded last, rather than a named one.</param>
/// <param name="Deployment">Which it is; null when there is none.</param>
public sealed record OnDeploymentError(bool IsLastSuccessful, ResourceId? Deployment);

/// <summary>How a deployment stands.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Running), "Running")]
[JsonDerivedType(typeof(Succeeded), "Succeeded")]
[JsonDerivedType(typeof(Failed), "Failed")]
[JsonDerivedType(typeof(Canceled), "Canceled")]
public abstract record DeploymentState
{
    private DeploymentState() { }

    /// <summary>Its resources are being made.</summary>
    /// <param name="Operation">What the one who asked polls.</param>
    public sealed record Running(Guid Operation) : DeploymentState;

    public sealed record Succeeded(DateTimeOffset At) : DeploymentState;

    public sealed record Failed(DateTimeOffset At, DeploymentError Error) : DeploymentState;

    public sealed record Canceled(DateTimeOffset At) : DeploymentState;
}

/// <summary>One resource of a deployment.</summary>
/// <param name="Key">What it is called in the deployment.</param>
public sealed record DeploymentStep(string Key, ResourceId Id)
{
    /// <summary>Keys of those before it.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>Where the template puts it, normalised; null where it does not say.</summary>
    public string? Location { get; init; }

    public StepState State { get; init; } = StepState.Waiting;

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>When it was there, or was known not to come.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The operation that it goes on with after its PUT; null when its own state tells.</summary>
    public Guid? Operation { get; init; }

    public DeploymentError? Error { get; init; }

    /// <summary>HTTP status of what was asked, 0 before.</summary>
    public int Status { get; init; }

    [JsonIgnore]
    public bool IsEnded => State is not (StepState.Waiting or StepState.Running);

    /// <summary>What waits for it may begin.</summary>
    [JsonIgnore]
    public bool IsThere => State is StepState.Succeeded or StepState.Skipped;
}

public enum StepState
{
    /// <summary>Not asked for yet.</summary>
    Waiting,

    /// <summary>Asked for and accepted; not there yet.</summary>
    Running,
    Succeeded,
    Failed,
    Canceled,

    /// <summary>Its condition does not hold, or it is there already and only referred to.</summary>
    Skipped,
}

/// <summary>Why something failed.</summary>
public sealed record DeploymentError(string Code, string Message, string? Target = null)
{
    /// <summary>The code of a deployment whose resources are there, and whose outputs cannot be worked out.</summary>
    public const string OutputsCode = "DeploymentOutputEvaluationFailed";

    /// <summary>Each of several reasons; reasons of reasons stand behind theirs.</summary>
    public ImmutableArray<DeploymentErrorDetail> Details { get; init; } = [];

    /// <summary>Itself and its details, to be the details of another.</summary>
    [JsonIgnore]
    public IEnumerable<DeploymentErrorDetail> Flat => [new DeploymentErrorDetail(Code, Message, Target), .. Details];

    /// <summary>With other messages.</summary>
    public DeploymentError With(Func<string, string> message) =>
        this with
        {
            Message = message(Message),
            Details = [.. Details.Select(d => d with { Message = message(d.Message) })],
        };

    [JsonIgnore]
    public Refusal Refusal =>
        new(RefusalKind.Conflict, Code, Message, Target)
        {
            Details = [.. Details.Select(d => new Refusal(RefusalKind.Conflict, d.Code, d.Message, d.Target))],
        };

    public static DeploymentError Of(Refusal refusal) =>
        new(refusal.Code, refusal.Message, refusal.Target) { Details = [.. refusal.Details.SelectMany(d => Of(d).Flat)] };
}

/// <summary>One of several reasons.</summary>
public sealed record DeploymentErrorDetail(string Code, string Message, string? Target = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(Deployment))]
internal sealed partial class DeploymentJson : JsonSerializerContext;
