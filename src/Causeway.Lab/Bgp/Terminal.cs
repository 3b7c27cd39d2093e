using System.Globalization;
using Causeway.Cli.Kit;

namespace Causeway.Lab.Bgp;

/// <summary>How things are put on a terminal of 80 columns.</summary>
internal static class Terminal
{
    /// <summary>How long ago: 1:02:03, then days: 12d03h.</summary>
    public static string Age(DateTimeOffset since)
    {
        TimeSpan age = TimeProvider.System.GetUtcNow() - since;
        if (age < TimeSpan.Zero)
            age = TimeSpan.Zero;
        return age.TotalDays >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{age.Days}d{age.Hours:00}h")
            : age.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Control characters from the wire do not belong on a terminal.</summary>
    public static string Plain(string text) => Primitives.PlainText.Escape(text);

    /// <summary>Standard output, for what routers and peers say; see <see cref="PlainWriter"/>.</summary>
    public static TextWriter Out { get; } = new PlainWriter(Console.Out);
}
