using System.Globalization;

namespace Causeway.Registries.Tests;

/// <summary>
/// Seeds of the property tests and fuzzers: always the same, so that a failure can be repeated, unless <c>CAUSEWAY_FUZZ</c> holds a number to move them by.
/// Whoever wants to fuzz for longer runs the tests again and again with other numbers.
/// </summary>
internal static class FuzzSeed
{
    private static readonly int Moved = int.TryParse(
        Environment.GetEnvironmentVariable("CAUSEWAY_FUZZ"),
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out int by
    )
        ? by
        : 0;

    public static int Of(int seed) => unchecked(seed + Moved);
}
