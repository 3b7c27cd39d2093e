using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Arm;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Kit;

/// <summary>What the real service answers later, answered so here although it is known already: 202, and the result at <c>Location</c>.</summary>
public static class LateAnswers
{
    /// <param name="location">The region that the polling URL names.</param>
    public static async ValueTask<ArmResult> LaterAsync<T>(
        this ArmRequest request,
        IStore store,
        T result,
        JsonTypeInfo<T> contract,
        string location
    )
    {
        var operation = new Operation(
            request.RequestId,
            request.Id,
            $"POST {request.Endpoint.Action}",
            request.Caller.ObjectId,
            OperationStatus.Succeeded,
            request.Now,
            request.Now,
            ResultBody: JsonSerializer.SerializeToUtf8Bytes(result, contract)
        );
        await store.CommitAsync(new Changes { Operations = [new OperationChange.Start(operation)] }, CancellationToken.None);
        return new ArmResult.Accepted(new ArmOperation(operation.Id, location));
    }
}
