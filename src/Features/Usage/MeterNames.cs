using System.Globalization;
using Causeway.Domain.Circuits;
using Causeway.Primitives;

namespace Causeway.Domain.Usage;

/// <summary>What meters are called, which is what price lists are keyed by: a kind and a bandwidth, such as <c>Standard 1Gbps</c>.</summary>
public static class MeterNames
{
    private const string PremiumAddOn = "Premium add-on";

    /// <summary>What stands before the bandwidth.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        .. Enum.GetValues<CircuitTier>().Where(t => t != CircuitTier.Premium).Select(t => t.ToString()),
        PremiumAddOn,
        .. Enum.GetNames<CircuitFamily>(),
    ];

    /// <summary>Premium is Standard with an add-on, so that an upgrade leaves the circuit's own meter running.</summary>
    public static string OfCircuit(string tier, Bandwidth bandwidth) =>
        $"{(tier == nameof(CircuitTier.Premium) ? nameof(CircuitTier.Standard) : tier)} {bandwidth}";

    public static string OfPremiumAddOn(Bandwidth bandwidth) => $"{PremiumAddOn} {bandwidth}";

    public static string OfDataPlan(string family, Bandwidth bandwidth) => $"{family} {bandwidth}";

    /// <summary>Whether a meter can have this name, to the letter.</summary>
    public static bool IsOne(string name) =>
        name.LastIndexOf(' ') is > 0 and var at && Kinds.Contains(name[..at]) && IsBandwidth(name[(at + 1)..]);

    private static bool IsBandwidth(string text)
    {
        string number = text.TrimEnd('G', 'M', 'b', 'p', 's');
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value is > 0 and <= 1_000_000
            && text == new Bandwidth(text.EndsWith("Gbps", StringComparison.Ordinal) ? value * 1000 : value).ToString();
    }
}
