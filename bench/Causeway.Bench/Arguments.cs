using System.Globalization;

namespace Causeway.Bench;

/// <summary>What was given to a benchmark, as <c>--name value</c>.</summary>
internal static class Arguments
{
    /// <returns>Null when it was not given.</returns>
    public static string? Value(string[] args, string name)
    {
        int at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    /// <exception cref="FormatException">What was given is no whole number.</exception>
    public static int Number(string[] args, string name, int otherwise) =>
        Value(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
