using System.Collections.Immutable;

namespace Causeway.Domain.Topology;

/// <summary>The operator's prices. A meter without a price is shown by its quantity alone: no price is ever assumed.</summary>
/// <param name="Currency">ISO 4217, such as <c>EUR</c>; empty without prices.</param>
/// <param name="PerHour">By meter name, in any case.</param>
public sealed record PriceList(string Currency, ImmutableDictionary<string, decimal> PerHour)
{
    public static PriceList None { get; } = new("", ImmutableDictionary.Create<string, decimal>(StringComparer.OrdinalIgnoreCase));
}
