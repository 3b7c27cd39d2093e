using Causeway.Client;

namespace Causeway.Cli.Kit;

/// <summary>What the process ends with, so that scripts can tell why. Printed by <c>causeway --help</c>.</summary>
public enum ExitCode
{
    Ok = 0,

    /// <summary>The server refused: what was asked is wrong, or not possible now.</summary>
    Refused = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>What was named does not exist.</summary>
    NotFound = 3,

    /// <summary>Not logged in, or no role that allows it.</summary>
    NotPermitted = 4,

    /// <summary>The server cannot be reached, or cannot serve just now: try again later.</summary>
    Unreachable = 5,

    /// <summary>It was not finished within --timeout; it goes on at the server.</summary>
    Timeout = 6,

    /// <summary>Somebody changed it first (etag).</summary>
    ChangedMeanwhile = 7,

    /// <summary>Whoever answers has not the installation's certificate.</summary>
    Certificate = 8,

    /// <summary>Interrupted from the keyboard.</summary>
    Interrupted = 130,
}

internal static class ExitCodes
{
    public static ExitCode Of(ArmException e) =>
        e.Status switch
        {
            404 => ExitCode.NotFound,
            401 or 403 => ExitCode.NotPermitted,
            412 => ExitCode.ChangedMeanwhile,
            429 or 503 => ExitCode.Unreachable,
            _ => ExitCode.Refused,
        };

    public static ExitCode Of(ClientProblem problem) =>
        problem switch
        {
            ClientProblem.Setup => ExitCode.Usage,
            ClientProblem.Login => ExitCode.NotPermitted,
            ClientProblem.Unreachable => ExitCode.Unreachable,
            ClientProblem.Certificate => ExitCode.Certificate,
            _ => ExitCode.Refused,
        };
}
