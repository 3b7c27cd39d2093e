using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

public enum OperationStatus
{
    InProgress,
    Succeeded,
    Failed,
}

/// <summary>
/// A long-running operation that a client polls. <paramref name="ResultBody"/> is what <c>operationResults</c> answers with 200 when there is
/// one (diagnostics); otherwise a finished DELETE answers 204.
/// </summary>
/// <param name="Id">The GUID in the polling URL.</param>
/// <param name="Resource">What it works on.</param>
/// <param name="Kind">Verb and type for people, such as <c>PUT Microsoft.Network/expressRouteCircuits</c>.</param>
/// <param name="Caller">The object id of the principal that may poll it.</param>
public sealed record Operation(
    Guid Id,
    ResourceId Resource,
    string Kind,
    string Caller,
    OperationStatus Status,
    DateTimeOffset Started,
    DateTimeOffset? Finished = null,
    Refusal? Error = null,
    ReadOnlyMemory<byte> ResultBody = default
);

/// <summary>Starting or finishing an operation inside a commit. Starting one that exists, or finishing a finished one, changes nothing.</summary>
public abstract record OperationChange(Guid Id)
{
    public sealed record Start(Operation Operation) : OperationChange(Operation.Id);

    public sealed record Finish(Guid Id, DateTimeOffset At, Refusal? Error = null, ReadOnlyMemory<byte> ResultBody = default)
        : OperationChange(Id);
}
