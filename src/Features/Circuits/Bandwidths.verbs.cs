using System.Globalization;
using Causeway.Cli.Kit;

namespace Causeway.Cli.Circuits;

/// <summary>Bandwidths as people write them.</summary>
internal static class Bandwidths
{
    /// <summary>Megabits per second of <c>200</c>, <c>200Mbps</c>, <c>1Gbps</c>.</summary>
    public static int Read(CliCall call, string text) =>
        TryRead(text, out int mbps) ? mbps : throw new CliException(call.Words["not a bandwidth", text]);

    public static bool TryRead(string text, out int mbps)
    {
        string number = text.Trim();
        int factor = 1;
        if (number.EndsWith("gbps", StringComparison.OrdinalIgnoreCase))
            (number, factor) = (number[..^4], 1000);
        else if (number.EndsWith("mbps", StringComparison.OrdinalIgnoreCase))
            number = number[..^4];
        bool good =
            int.TryParse(number.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is > 0 and <= 1_000_000;
        mbps = good ? value * factor : 0;
        return good;
    }
}
