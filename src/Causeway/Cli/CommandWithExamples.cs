using System.CommandLine;

namespace Causeway.Cli;

/// <summary>A command whose help shows by example how it is used, and says what it ends with.</summary>
internal class CommandWithExamples(string name, string description) : Command(name, description)
{
    /// <summary>Whole command lines, shown under the help.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>What the process ends with, shown last; null where the usual convention says it all.</summary>
    public string? ExitCodesInWords { get; init; }
}
