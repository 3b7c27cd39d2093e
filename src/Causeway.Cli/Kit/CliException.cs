namespace Causeway.Cli.Kit;

/// <summary>What the user typed cannot be done as typed; the message says what would be right.</summary>
internal sealed class CliException(string message, ExitCode code = ExitCode.Usage) : Exception(message)
{
    public ExitCode Code => code;
}
