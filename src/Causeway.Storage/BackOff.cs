namespace Causeway.Storage;

/// <summary>How long to wait before trying again: longer each time, and never the same for two who failed together.</summary>
internal static class BackOff
{
    private const double FirstMilliseconds = 4;
    private const double LongestMilliseconds = 250;

    /// <param name="tries">How many were made, 1 or more.</param>
    /// <returns>Half to all of 4, 8, 16 … 250 ms.</returns>
    public static TimeSpan After(int tries)
    {
        double longest = Math.Min(LongestMilliseconds, FirstMilliseconds * Math.Pow(2, Math.Min(tries, 16) - 1));
        return TimeSpan.FromMilliseconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
