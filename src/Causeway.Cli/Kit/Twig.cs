using System.CommandLine;

namespace Causeway.Cli.Kit;

/// <summary>
/// Some commands of a feature, and where they hang in the tree. A feature names its twigs at every start of the program; only those of the branch that the
/// command line names are made.
/// </summary>
/// <param name="Path">Of the command that they belong to, such as <c>circuit peering</c>, which is made where nobody else makes it; or, of a command of the
/// first level that stands alone, its own.</param>
/// <param name="As">Who is meant where nobody is named: for what is of use to one role only.</param>
internal sealed record Twig(string Path, Func<IEnumerable<Command>> Make, string? As = null)
{
    /// <summary>Whether <see cref="Make"/> makes the command of <see cref="Path"/> itself.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The folder of features that has its words.</summary>
    public string Family { get; init; } = "";

    public static Twig Whole(string name, Func<Command> make) => new(name, () => [make()]) { IsWhole = true };
}
