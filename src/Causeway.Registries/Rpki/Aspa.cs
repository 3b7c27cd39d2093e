using Causeway.Primitives;

namespace Causeway.Registries.Rpki;

/// <summary>An Autonomous System Provider Authorization: these, and no others, are the customer's upstream providers. Reported as evidence; no verdict rests on it.</summary>
public sealed record Aspa(Asn Customer, IReadOnlyList<Asn> Providers)
{
    public override string ToString() => $"ASPA AS{Customer} => {string.Join(" ", Providers.Select(p => $"AS{p}"))}";
}
