using System.CommandLine;

namespace Causeway.Cli.Kit;

/// <summary>A command whose help shows by example how it is used, and says what it ends with.</summary>
#pragma warning disable CA1010 // Command is enumerable for the sake of collection initializers, and not generically.
public class CommandWithExamples(string name, string description) : Command(name, description)
#pragma warning restore CA1010
{
    /// <summary>Whole command lines, shown under the help.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>What the process ends with, shown last; null where the usual convention says it all.</summary>
    public string? ExitCodesInWords { get; init; }
}
