using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>What the readers of one body share.</summary>
internal sealed class BodyContext(ArmType type, IReadOnlyList<string> locations)
{
    /// <summary>More than this many problems are not worth reading, and a body of a megabyte could hold many.</summary>
    public const int MostProblems = 50;

    public ArmType Type => type;

    public IReadOnlyList<string> Locations => locations;

    public List<Refusal> Problems { get; } = [];
}
