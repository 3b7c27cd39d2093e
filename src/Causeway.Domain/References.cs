using Causeway.Primitives;

namespace Causeway.Domain;

/// <summary>What is wrong with what a resource refers to.</summary>
public static class References
{
    /// <summary>It went away between the look and the decision: a fault of the reference, not of the path.</summary>
    public static Refusal Gone(string what) =>
        Refusal.Invalid("InvalidResourceReference", $"{what} that the resource refers to does not exist: create it first.");
}
