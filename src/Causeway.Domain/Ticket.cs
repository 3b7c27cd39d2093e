using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain;

/// <summary>The operation that a request starts, for the one who asked to poll; it ends when what it waits for is so, or at once.</summary>
/// <param name="Resource">What it works on, a child that lives in another's document included.</param>
/// <param name="Kind">Verb and type for people, such as <c>PUT Microsoft.Network/expressRouteCircuits</c>.</param>
/// <param name="Caller">Object id of the principal.</param>
public sealed record Ticket(Guid Id, ResourceId Resource, string Kind, string Caller)
{
    public OperationChange Begun(DateTimeOffset at) => Start(OperationStatus.InProgress, at, null, null);

    public OperationChange Done(DateTimeOffset at) => Start(OperationStatus.Succeeded, at, at, null);

    public OperationChange Failed(DateTimeOffset at, Refusal error) => Start(OperationStatus.Failed, at, at, error);

    private OperationChange.Start Start(OperationStatus status, DateTimeOffset at, DateTimeOffset? ended, Refusal? error) =>
        new(new Operation(Id, Resource, Kind, Caller, status, at, ended, error));
}
