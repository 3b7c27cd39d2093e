using System.Globalization;

namespace Causeway.Server.Topology;

/// <summary>Durations as the topology writes them: <c>90s</c>, <c>10m</c>, <c>24h</c>, <c>7d</c>.</summary>
internal static class DurationText
{
    public const string InWords = "write a number and s, m, h or d, such as 90s, 10m, 24h or 7d";

    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        if (
            text.Length < 2
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        )
            return false;
        double seconds = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => -1,
        };
        // Longer than anything may be here, and no more than a span can be.
        span = TimeSpan.FromSeconds(Math.Min(Math.Max(0, seconds) * number, 1e9));
        return seconds > 0;
    }
}
