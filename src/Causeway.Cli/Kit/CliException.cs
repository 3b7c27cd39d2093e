namespace Causeway.Cli.Kit;

/// <summary>What the user typed cannot be done as typed; the message says what would be right.</summary>
/// <param name="didYouMean">The name that was probably meant, as a sentence.</param>
internal sealed class CliException(string message, ExitCode code = ExitCode.Usage, string? didYouMean = null) : Exception(message)
{
    public ExitCode Code => code;
    public string? DidYouMean => didYouMean;
}
