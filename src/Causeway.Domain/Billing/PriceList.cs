using System.Collections.Immutable;

namespace Causeway.Domain.Billing;

/// <summary>The operator's prices. A meter without a price is shown by its quantity alone: no price is ever assumed.</summary>
/// <param name="Currency">ISO 4217, such as <c>EUR</c>; empty without prices.</param>
/// <param name="PerHour">By meter name, in any case.</param>
public sealed record PriceList(string Currency, ImmutableDictionary<string, decimal> PerHour)
{
    public static PriceList None { get; } = new("", ImmutableDictionary.Create<string, decimal>(StringComparer.OrdinalIgnoreCase));

    /// <summary>What a record costs, rounded to a hundred-thousandth; null when its meter has no price.</summary>
    public decimal? CostOf(UsageRecord record) =>
        PerHour.TryGetValue(record.MeterName, out decimal price) ? decimal.Round(price * record.Hours, 5) : null;
}
