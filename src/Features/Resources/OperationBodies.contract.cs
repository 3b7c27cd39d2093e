namespace Causeway.Contracts.Resources;

/// <summary>How a long-running operation stands.</summary>
/// <param name="Status"><c>InProgress</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Canceled</c>.</param>
/// <param name="Error">Why it failed.</param>
public sealed record OperationStatusBody(string Status, ErrorDetail? Error);

/// <summary>An error as ARM answers it.</summary>
public sealed record ErrorResponse(ErrorDetail Error);

/// <summary>What is wrong, and what would be right.</summary>
public sealed record ErrorDetail
{
    /// <summary>Stable, for programs.</summary>
    public required string Code { get; init; }

    /// <summary>For people.</summary>
    public required string Message { get; init; }

    /// <summary>The member of the body, or the parameter, that it is about.</summary>
    public string? Target { get; init; }

    /// <summary>Each of several problems.</summary>
    public IReadOnlyList<ErrorDetail>? Details { get; init; }
}
