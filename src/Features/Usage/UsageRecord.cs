using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Usage;

/// <summary>What is metered.</summary>
public enum Meter
{
    /// <summary>The circuit itself, by tier and bandwidth.</summary>
    Circuit,

    /// <summary>The Premium add-on, by bandwidth.</summary>
    PremiumAddOn,

    /// <summary>The data plan: metered or unlimited. What is metered is how long it was in force; no router driver here measures volume for billing.</summary>
    DataPlan,

    /// <summary>A pair of ports of a customer's own, by billing type and bandwidth.</summary>
    Port,
}

/// <summary>One meter of one resource over one interval in which nothing that is billed changed.</summary>
/// <param name="Resource">Its id as it was.</param>
/// <param name="ServiceKey">Tells resources apart that bore the same name one after another (<see cref="Metered.Key"/>).</param>
/// <param name="MeterName">What a price list is keyed by: <c>Standard 1Gbps</c>, <c>Premium add-on 1Gbps</c>, <c>MeteredData 1Gbps</c>.</param>
/// <param name="ServiceProvider">Empty where there is none.</param>
/// <param name="Start">Inclusive, UTC.</param>
/// <param name="End">Exclusive, UTC.</param>
/// <param name="Running">True when the meter was still running at <paramref name="End"/>.</param>
public sealed record UsageRecord(
    ResourceId Resource,
    string ServiceKey,
    Meter Meter,
    string MeterName,
    string PeeringLocation,
    string ServiceProvider,
    DateTimeOffset Start,
    DateTimeOffset End,
    bool Running
)
{
    public TimeSpan Duration => End - Start;

    /// <summary>Hours, exact to the tick.</summary>
    public decimal Hours => (decimal)Duration.Ticks / TimeSpan.TicksPerHour;

    /// <summary>What it costs, rounded to a hundred-thousandth; null when its meter has no price.</summary>
    public decimal? CostAt(PriceList prices) =>
        prices.PerHour.TryGetValue(MeterName, out decimal price) ? decimal.Round(price * Hours, 5) : null;
}
