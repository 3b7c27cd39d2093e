using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Usage;

/// <summary>What is metered of a resource while nothing that is billed of it changes: the one list of what costs something.</summary>
/// <param name="Key">Tells resources apart that bore the same name one after another: a circuit's service key, a port's <c>resourceGuid</c>.</param>
/// <param name="ServiceProvider">Empty where there is none.</param>
internal sealed record Metered(
    string Key,
    string PeeringLocation,
    string ServiceProvider,
    ImmutableArray<(Meter Meter, string Name)> Meters
)
{
    /// <summary>Reads what a journal entry says; null when it carries no facts.</summary>
    public static Metered? Read(JournalEntry entry) =>
        entry.Facts.IsEmpty ? null
        : entry.Resource.Type.Equals(DirectPort.ResourceType, StringComparison.OrdinalIgnoreCase)
            ? Of(DirectPortFacts.Read(entry.Facts.Span))
        : Of(CircuitFacts.Read(entry.Facts.Span));

    private static Metered? Of(CircuitFacts? facts) =>
        facts is null ? null : new(facts.ServiceKey, facts.PeeringLocation, facts.ServiceProvider, [.. MetersOf(facts)]);

    /// <summary>A circuit on a port has meters of its own, since who has the port pays for it: so it can be priced otherwise, or not at all.</summary>
    private static IEnumerable<(Meter, string)> MetersOf(CircuitFacts facts)
    {
        var bandwidth = new Bandwidth(facts.BandwidthInMbps);
        yield return (Meter.Circuit, MeterNames.OfCircuit(facts.Tier, bandwidth, facts.IsOnPort));
        if (facts.Tier == nameof(CircuitTier.Premium))
            yield return (Meter.PremiumAddOn, MeterNames.OfPremiumAddOn(bandwidth, facts.IsOnPort));
        if (!facts.IsOnPort)
            yield return (Meter.DataPlan, MeterNames.OfDataPlan(facts.Family, bandwidth));
    }

    private static Metered? Of(DirectPortFacts? facts) =>
        facts is null
            ? null
            : new(
                facts.ResourceGuid,
                facts.PeeringLocation,
                "",
                [(Meter.Port, MeterNames.OfPort(facts.BillingType, new Bandwidth(facts.BandwidthInGbps * 1000)))]
            );

    public bool Equals(Metered? other) =>
        other is not null
        && (Key, PeeringLocation, ServiceProvider) == (other.Key, other.PeeringLocation, other.ServiceProvider)
        && Meters.SequenceEqual(other.Meters);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);
}
