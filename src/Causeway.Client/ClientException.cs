using System.Text.Json.Nodes;

namespace Causeway.Client;

/// <summary>The server could not be reached, or what it said could not be understood; the message is for people.</summary>
public class ClientException(string message, Exception? inner = null, ClientProblem problem = ClientProblem.Answer)
    : Exception(message, inner)
{
    public ClientProblem Problem => problem;
}

/// <summary>What kind of trouble it was, for exit codes.</summary>
public enum ClientProblem
{
    /// <summary>What came back could not be understood, or was a refusal.</summary>
    Answer,

    /// <summary>The access file, principal or subscription that was named cannot be used.</summary>
    Setup,

    /// <summary>The login was not accepted.</summary>
    Login,

    /// <summary>No connection, or no answer in time.</summary>
    Unreachable,

    /// <summary>Somebody answered whose certificate is not of the installation's authority.</summary>
    Certificate,
}

/// <summary>The server refused, in ARM's form.</summary>
/// <param name="status">HTTP status; 200 when an operation failed while it was polled.</param>
/// <param name="code">Stable error code.</param>
/// <param name="details">All problems when there are several, as <c>code: message</c>.</param>
public sealed class ArmException(int status, string code, string message, string? target, IReadOnlyList<ArmErrorDetail> details)
    : ClientException(message)
{
    public int Status => status;
    public string Code => code;
    public string? Target => target;
    public IReadOnlyList<ArmErrorDetail> Details => details;

    /// <summary>What programs are told beside it.</summary>
    public IReadOnlyList<ArmErrorInfo> AdditionalInfo { get; init; } = [];
}

/// <summary>One problem of several.</summary>
public sealed record ArmErrorDetail(string Code, string Message, string? Target)
{
    /// <summary>What programs are told beside it.</summary>
    public IReadOnlyList<ArmErrorInfo> AdditionalInfo { get; init; } = [];
}

/// <summary>One item of an error's <c>additionalInfo</c>.</summary>
/// <param name="Type">What it is, such as <c>TemplateViolation</c>.</param>
/// <param name="Info">Its members; null for none.</param>
public sealed record ArmErrorInfo(string Type, JsonNode? Info);
