using System.Diagnostics;

namespace Causeway.Bench;

/// <summary>How long one request after the other takes.</summary>
internal static class Latencies
{
    /// <summary>Times in milliseconds, sorted. Twice as many requests go before, so that no compiler is measured.</summary>
    public static async Task<double[]> OfAsync(int count, Func<Task> act)
    {
        for (int i = 0; i < count * 2; i++)
            await act();
        double[] times = new double[count];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await act();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return times;
    }

    /// <param name="share">0.5 for the middle.</param>
    public static double At(this double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
