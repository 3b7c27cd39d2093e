using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary>
/// Polling. Whoever started an operation may poll it, and whoever may read operations in the subscription. The URL works with any api-version, because
/// clients use it as it was given.
/// </summary>
public sealed class OperationEndpoints(IStore store, ArmTypes types) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string ns in types.Namespaces)
        {
            string root = $"/subscriptions/{{subscription}}/providers/{ns}/locations/{{location}}";
            if (types.Find($"{ns}/locations/operations") is { } operations)
                routes.MapArm($"{root}/operations/{{operation}}", Endpoint(operations), StatusAsync);
            if (types.Find($"{ns}/locations/operationResults") is { } results)
                routes.MapArm($"{root}/operationResults/{{operation}}", Endpoint(results), ResultAsync);
        }
        routes.MapArm("/subscriptions/{subscription}/operationresults/{operation}", Endpoint(ResourceTypes.OperationResults), ResultAsync);
    }

    private static ArmEndpoint Endpoint(ArmType type) =>
        new(type, "GET", $"{type.FullName}/read", ArmTarget.Scope) { AnyCaller = true, AnyVersion = true };

    /// <summary>200 whatever became of it; the body says.</summary>
    private async ValueTask<ArmResult> StatusAsync(ArmRequest request)
    {
        if (await FindAsync(request) is not { } operation)
            return NotFound(request);
        if (operation.Status == OperationStatus.InProgress)
            request.AnswerHeaders["Retry-After"] = "1";
        return ArmResult.Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, operation.Status.ToString());
            if (operation.Error is { } error)
            {
                json.WritePropertyName("error"u8);
                ErrorBody.Error(json, error, ErrorForm.WithDetails);
            }
            json.WriteEndObject();
        });
    }

    /// <summary>202 while it runs, then what the call itself would have answered, with the headers of the 202 once more.</summary>
    private async ValueTask<ArmResult> ResultAsync(ArmRequest request)
    {
        if (await FindAsync(request) is not { } operation)
            return NotFound(request);
        string self = request.Call.Path + $"?api-version={Uri.EscapeDataString(request.ApiVersion)}";
        bool isProviders = request.Type != ResourceTypes.OperationResults;
        if (isProviders && operation is { Status: OperationStatus.Succeeded })
        {
            request.AnswerHeaders["Location"] = request.Base + self;
            if (operation.ResultBody.IsEmpty)
                request.AnswerHeaders["Azure-AsyncOperation"] =
                    request.Base + self.Replace("/operationResults/", "/operations/", StringComparison.OrdinalIgnoreCase);
        }
        return operation switch
        {
            { Status: OperationStatus.InProgress } => new ArmResult.AcceptedAt(self),
            { Error: { } error } => error,
            { ResultBody.Length: > 0 } => new ArmResult.Ok(ArmBody.Raw(operation.ResultBody)),
            _ => isProviders ? new ArmResult.NoContent() : new ArmResult.Empty(),
        };
    }

    private async ValueTask<Operation?> FindAsync(ArmRequest request)
    {
        if (
            !Guid.TryParse(request.Route("operation"), out Guid id)
            || await store.GetOperationAsync(id, request.Aborted) is not { } operation
            || operation.Resource.Subscription != request.Subscription
        )
            return null;
        return operation.Caller == request.Caller.ObjectId || await request.MayAsync(request.Endpoint.Action, request.Id)
            ? operation
            : null;
    }

    private static ArmResult NotFound(ArmRequest request) =>
        Refusal.NotFound("OperationNotFound", $"Operation '{request.Route("operation")}' was not found in this subscription.");
}
