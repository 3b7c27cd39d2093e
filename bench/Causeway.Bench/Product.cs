namespace Causeway.Bench;

/// <summary>The program that is measured: the executable that <c>./causeway</c> runs, in processes of its own.</summary>
internal static class Product
{
    private const string Variable = "CAUSEWAY_EXECUTABLE";

    /// <exception cref="InvalidOperationException">Nobody said where it lies.</exception>
    public static string Executable =>
        Environment.GetEnvironmentVariable(Variable)
        ?? throw new InvalidOperationException(
            $"Start this as './causeway bench', or set {Variable} to the program that is to be measured."
        );
}
