using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>ARM documentation, "Date functions for ARM templates". What needs the present time is the evaluator's.</summary>
internal static partial class DateFunctions
{
    /// <summary>The format of <c>utcNow()</c> without an argument.</summary>
    public const string Now = "yyyyMMdd'T'HHmmss'Z'";

    private static readonly string[] s_formats = ["yyyyMMdd'T'HHmmss'Z'", "yyyyMMdd'T'HHmmss.FFFFFFF'Z'"];

    public static Dictionary<string, Function> All { get; } =
        new()
        {
            ["dateTimeAdd"] = new(
                2,
                3,
                a => new Value.Text(Format(a, Added(a, Instant(a, 0), a.Text(1)), a.Has(2) ? a.Text(2) : "M/d/yyyy h:mm:ss tt"))
            ),
            ["dateTimeFromEpoch"] = new(
                1,
                1,
                a =>
                    a.Integer(0) is >= -62_135_596_800 and <= 253_402_300_799 and var seconds
                        ? new Value.Text(Format(a, DateTimeOffset.FromUnixTimeSeconds(seconds), "yyyy-MM-dd'T'HH:mm:ss'Z'"))
                        : throw a.Unfit(0, "seconds since 1970 of a year from 1 to 9999")
            ),
            ["dateTimeToEpoch"] = new(1, 1, a => new Value.Integer(Instant(a, 0).ToUnixTimeSeconds())),
        };

    public static string Format(Arguments a, DateTimeOffset instant, string format)
    {
        try
        {
            return instant.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            throw a.Wrong($"cannot use '{format}' as the format of a date");
        }
    }

    private static DateTimeOffset Instant(Arguments a, int index)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        string text = a.Text(index);
        return
            DateTimeOffset.TryParseExact(text, s_formats, CultureInfo.InvariantCulture, utc, out DateTimeOffset instant)
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out instant)
            ? instant
            : throw a.Unfit(index, "a time such as 2026-11-26T18:00:00Z");
    }

    /// <summary>An ISO 8601 duration, years and months by the calendar.</summary>
    private static DateTimeOffset Added(Arguments a, DateTimeOffset instant, string duration)
    {
        Match parts = Duration().Match(duration);
        if (!parts.Success || duration is "P" or "-P" || duration.EndsWith('T'))
            throw a.Unfit(1, "an ISO 8601 duration such as P1Y2M10DT2H30M");
        int sign = parts.Groups["minus"].Success ? -1 : 1;
        try
        {
            return instant
                .AddYears(sign * Whole("y"))
                .AddMonths(sign * Whole("mo"))
                .AddDays(sign * ((double)Whole("w") * 7 + Whole("d")))
                .AddHours(sign * (double)Whole("h"))
                .AddMinutes(sign * (double)Whole("mi"))
                .AddSeconds(sign * double.Parse("0" + parts.Groups["s"].Value, CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw a.Wrong($"leaves the calendar when it adds '{duration}'");
        }

        int Whole(string name) => parts.Groups[name].Success ? int.Parse(parts.Groups[name].Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(
        @"\A(?<minus>-)?P(?:(?<y>\d{1,9})Y)?(?:(?<mo>\d{1,9})M)?(?:(?<w>\d{1,8})W)?(?:(?<d>\d{1,9})D)?"
            + @"(?:T(?:(?<h>\d{1,9})H)?(?:(?<mi>\d{1,9})M)?(?:(?<s>\d{1,9}(?:\.\d{1,7})?)S)?)?\z"
    )]
    private static partial Regex Duration();
}
