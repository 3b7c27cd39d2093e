using System.Globalization;
using System.Text.RegularExpressions;

namespace Causeway.Registries.Irr.Nrtm;

/// <summary>
/// What a server answers instead of changes. Servers word it differently, and some word "nothing new" as an error; so the numbers decide where there are any:
/// <code>
/// RIPE      %ERROR:401: invalid range: Not within 1-10            it has 1 to 10
/// IRRd 4    % Warning: there are no newer updates available
///           %% ERROR: Serials 11 - 20 do not exist                asked from 11, the oldest is 20; or asked from 20, the newest is 11
///           %% ERROR: Serial range requested exceeds maximum range of 1000
/// IRRd 2, 3 % Warning (1): there are no newer updates available
/// </code>
/// </summary>
internal abstract partial record Nrtm3Refusal
{
    private Nrtm3Refusal() { }

    /// <summary>Nothing newer than what was asked from.</summary>
    public sealed record NothingNew : Nrtm3Refusal;

    /// <summary>The changes from there on are not to be had: a dump must be loaded.</summary>
    public sealed record CannotContinue(string Why) : Nrtm3Refusal;

    /// <summary>So many serials at once, and no more.</summary>
    public sealed record AtMost(long Serials) : Nrtm3Refusal;

    [GeneratedRegex("([0-9]{1,18}) *- *([0-9]{1,18})")]
    private static partial Regex Range { get; }

    [GeneratedRegex("maximum range of ([0-9]{1,18})", RegexOptions.IgnoreCase)]
    private static partial Regex Maximum { get; }

    /// <summary>What a remark (a line that begins with '%') means to who asked for everything from a serial on; null when it refuses nothing.</summary>
    /// <exception cref="Nrtm3Exception">It refuses for another reason, or contradicts itself.</exception>
    public static Nrtm3Refusal? Read(string line, long first)
    {
        if (Says(line, "no newer updates") || Says(line, "no updates available"))
            return new NothingNew();
        if (!Says(line, "ERROR"))
            return null;
        if (Maximum.Match(line) is { Success: true } maximum && Number(maximum.Groups[1]) is > 0 and var most)
            return new AtMost(most);
        bool missing = Says(line, "do not exist");
        if (!missing && !Says(line, "range") && !line.Contains("401", StringComparison.Ordinal))
            throw new Nrtm3Exception(line);
        if (Range.Match(line) is not { Success: true } range)
            return new CannotContinue(line);
        (long low, long high) = (Number(range.Groups[1]), Number(range.Groups[2]));
        // "Serials 11 - 20 do not exist": one of the two is what was asked for, the other is where what exists ends, or begins.
        long begin =
            !missing ? low
            : low == first ? high
            : long.MinValue;
        long end =
            !missing ? high
            : low == first ? long.MaxValue
            : low;
        if (missing && low != first && high != first)
            throw new Nrtm3Exception($"the server contradicts itself about serial {first}: {line}");
        if (first == end + 1)
            return new NothingNew();
        if (first > end)
            return new CannotContinue($"it ends at serial {end}, before {first - 1} that is loaded here, so it has started over ({line})");
        if (first < begin)
            return new CannotContinue($"it begins at serial {begin}: changes in between are lost ({line})");
        throw new Nrtm3Exception($"the server contradicts itself about serial {first}: {line}");
    }

    private static bool Says(string line, string words) => line.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static long Number(Group digits) => long.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);
}
