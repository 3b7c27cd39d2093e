using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Resources;
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
                routes.MapArm($"{root}/operations/{{operation}}", Endpoint(operations, s_status), StatusAsync);
            if (types.Find($"{ns}/locations/operationResults") is { } results)
                routes.MapArm($"{root}/operationResults/{{operation}}", Endpoint(results, s_result), ResultAsync);
        }
        routes.MapArm(
            "/subscriptions/{subscription}/operationresults/{operation}",
            Endpoint(ResourceTypes.OperationResults, s_result with { Statuses = [200, 202] }),
            ResultAsync
        );
    }

    private static readonly ArmContract s_status = new("Get", "Says how an operation stands: the URL of Azure-AsyncOperation.")
    {
        Answer = () => ResourcesContract.Default.OperationStatusBody,
    };

    /// <summary>The body is that of the call which began the operation.</summary>
    private static readonly ArmContract s_result = new("Get", "Answers what an operation ended with: the URL of Location.")
    {
        Answer = () => ResourcesContract.Default.JsonElement,
        Statuses = [200, 202, 204],
    };

    private static ArmEndpoint Endpoint(ArmType type, ArmContract contract) =>
        new(type, "GET", $"{type.FullName}/read", ArmTarget.Scope)
        {
            AnyCaller = true,
            AnyVersion = true,
            Contract = contract,
        };

    /// <summary>200 whatever became of it; the body says.</summary>
    private async ValueTask<ArmResult> StatusAsync(ArmRequest request)
    {
        if (await FindAsync(request) is not { } operation)
            return NotFound(request);
        if (operation.Status == OperationStatus.InProgress)
            request.AnswerHeaders["Retry-After"] = "1";
        return ArmResult.Of(
            new OperationStatusBody(operation.Status.ToString(), operation.Error is { } error ? Detail(error, hasDetails: true) : null),
            ResourcesContract.Default.OperationStatusBody
        );
    }

    /// <param name="hasDetails">Whether details are written where there are none.</param>
    internal static ErrorDetail Detail(Refusal error, bool hasDetails) =>
        new()
        {
            Code = error.Code,
            Message = error.Message,
            Target = error.Target,
            Details = hasDetails || error.Details.Count > 0 ? [.. error.Details.Select(d => Detail(d, hasDetails: false))] : null,
        };

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
