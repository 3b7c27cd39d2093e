using System.Data.Common;
using System.Text.Json;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Templates;
using Causeway.Templates.Values;

namespace Causeway.Api.Resources;

/// <summary>What became of something that a deployment asked of a resource.</summary>
internal abstract record Asking
{
    private Asking() { }

    /// <summary>Done, or going on.</summary>
    /// <param name="Body">Of the answer; null for none.</param>
    /// <param name="Operation">With which it goes on; null when its own state tells.</param>
    public sealed record Taken(int Status, Value.Object? Body, Guid? Operation) : Asking
    {
        /// <summary>How the resource says that it stands; null when it does not say.</summary>
        public string? ProvisioningState => ((Body?.Get("properties") as Value.Object)?.Get("provisioningState") as Value.Text)?.Characters;

        /// <summary>Whether it has come to its end, good or bad.</summary>
        public bool IsEnded => Operation is null && ProvisioningState is null or "Succeeded" or "Failed" or "Canceled";
    }

    public sealed record Refused(int Status, DeploymentError Error) : Asking;

    /// <summary>Not now, through no fault of the deployment.</summary>
    public sealed record Later(string Why, TimeSpan After) : Asking;
}

/// <summary>What a deployment asks of resources, in the name of who asked for it.</summary>
internal abstract class DeploymentAsking
{
    public Task<Asking> PutAsync(Deployment deployment, PlannedResource resource, Value.Object body, CancellationToken cancellation) =>
        AskAsync("PUT", deployment, resource.Id, resource.ApiVersion, body, null, cancellation);

    public Task<Asking> GetAsync(Deployment deployment, ResourceId id, string apiVersion, CancellationToken cancellation) =>
        AskAsync("GET", deployment, id, apiVersion, null, null, cancellation);

    public Task<Asking> DeleteAsync(Deployment deployment, ResourceId id, CancellationToken cancellation) =>
        AskAsync("DELETE", deployment, id, NewestVersionOf(id.Type), null, null, cancellation);

    public Task<Asking> AnswerAsync(Deployment deployment, Question question, CancellationToken cancellation) =>
        AskAsync(
            question.Function is null ? "GET" : "POST",
            deployment,
            question.Id,
            question.ApiVersion,
            question.Argument as Value.Object,
            question.Function,
            cancellation
        );

    /// <summary>The newest api-version of a type; empty for one that is not there.</summary>
    public abstract string NewestVersionOf(string type);

    /// <param name="action">Of POST: which.</param>
    protected abstract Task<Asking> AskAsync(
        string method,
        Deployment deployment,
        ResourceId id,
        string apiVersion,
        Value.Object? body,
        string? action,
        CancellationToken cancellation
    );
}

/// <summary>
/// Asks the resources of this server along the road of every request: what that principal may is looked up each time, so that
/// a role which was taken back counts from then on.
/// </summary>
internal sealed class ArmAsking(ArmHost host) : DeploymentAsking
{
    public override string NewestVersionOf(string type) => host.Types.Find(type)?.ApiVersions[0] ?? "";

    protected override async Task<Asking> AskAsync(
        string method,
        Deployment deployment,
        ResourceId id,
        string apiVersion,
        Value.Object? body,
        string? action,
        CancellationToken cancellation
    )
    {
        DeploymentCaller caller = deployment.Request.Caller;
        var call = new InnerCall(
            method,
            id,
            apiVersion,
            new Principal(caller.ObjectId, caller.ClientId, caller.TenantId),
            deployment.Request.Endpoint,
            cancellation
        )
        {
            Action = action,
            Body = body?.ToUtf8() ?? ReadOnlyMemory<byte>.Empty,
            CorrelationId = deployment.Request.CorrelationId,
        };
        ArmResult result;
        try
        {
            result = await host.AskAsync(call);
        }
#pragma warning disable CA1031 // One resource that cannot be asked is that resource's failure; what is away comes back, and is asked again.
        catch (Exception e) when (e is not (IUnavailable or OperationCanceledException or DbException { IsTransient: true }))
#pragma warning restore CA1031
        {
            return new Asking.Refused(
                500,
                new DeploymentError("InternalServerError", $"An internal error occurred: {e.GetType().Name}.", id.Text)
            );
        }
        return result switch
        {
            ArmResult.Ok ok => new Asking.Taken(200, Read(ok.Body), ok.Operation?.Id),
            ArmResult.Created created => new Asking.Taken(201, Read(created.Body), created.Operation?.Id),
            ArmResult.Accepted accepted => new Asking.Taken(202, null, accepted.Operation.Id),
            ArmResult.AcceptedAt => new Asking.Taken(202, null, null),
            ArmResult.Empty => new Asking.Taken(200, null, null),
            ArmResult.NoContent => new Asking.Taken(204, null, null),
            ArmResult.Refused { Refusal.Kind: RefusalKind.Throttled or RefusalKind.Unavailable } later => new Asking.Later(
                later.Refusal.Message,
                TimeSpan.FromSeconds(later.RetryAfter ?? 5)
            ),
            ArmResult.Refused refused => new Asking.Refused(
                refused.Status ?? ArmResult.StatusOf(refused.Refusal.Kind),
                DeploymentError.Of(refused.Refusal) with
                {
                    Target = refused.Refusal.Target ?? id.Text,
                }
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>An answer as a template sees it; null for what is no object.</summary>
    private static Value.Object? Read(ArmBody body)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            body.WriteTo(writer);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray(), new JsonDocumentOptions { MaxDepth = Value.MostDepth + 8 });
        return Value.Of(document.RootElement) as Value.Object;
    }
}
