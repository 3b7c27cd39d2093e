using System.Globalization;
using Causeway.Domain.Circuits;
using Causeway.Primitives;

namespace Causeway.Domain.Usage;

/// <summary>What meters are called, which is what price lists are keyed by: a kind and a bandwidth, such as <c>Standard 1Gbps</c> or <c>Direct port MeteredData 10Gbps</c>.</summary>
public static class MeterNames
{
    private const string PremiumAddOn = "Premium add-on";

    /// <summary>Before what is metered of a port of a customer's own, and of the circuits on it.</summary>
    private const string Direct = "Direct";

    /// <summary>What stands before the bandwidth.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        .. Tiers,
        PremiumAddOn,
        .. Enum.GetNames<CircuitFamily>(),
        .. Enum.GetNames<CircuitFamily>().Select(f => $"{Direct} port {f}"),
        .. Tiers.Append(PremiumAddOn).Select(t => $"{Direct} {t}"),
    ];

    private static IEnumerable<string> Tiers =>
        Enum.GetValues<CircuitTier>().Where(t => t != CircuitTier.Premium).Select(t => t.ToString());

    /// <summary>Premium is Standard with an add-on, so that an upgrade leaves the circuit's own meter running.</summary>
    public static string OfCircuit(string tier, Bandwidth bandwidth, bool onPort) =>
        On(onPort, $"{(tier == nameof(CircuitTier.Premium) ? nameof(CircuitTier.Standard) : tier)} {bandwidth}");

    public static string OfPremiumAddOn(Bandwidth bandwidth, bool onPort) => On(onPort, $"{PremiumAddOn} {bandwidth}");

    /// <param name="bandwidth">Of each of the two.</param>
    public static string OfPort(string billingType, Bandwidth bandwidth) => $"{Direct} port {billingType} {bandwidth}";

    private static string On(bool port, string name) => port ? $"{Direct} {name}" : name;

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
