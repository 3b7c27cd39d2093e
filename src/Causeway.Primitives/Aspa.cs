namespace Causeway.Primitives;

/// <summary>An Autonomous System Provider Authorization (draft-ietf-sidrops-aspa-profile): these, and no others, are the customer's upstream providers.</summary>
/// <param name="Providers">AS 0 alone says that there is none.</param>
public sealed record Aspa(Asn Customer, EquatableArray<Asn> Providers)
{
    public override string ToString() => $"ASPA AS{Customer} => {string.Join(" ", Providers.Select(p => $"AS{p}"))}";
}

/// <summary>The outcome of verifying a path by ASPAs (draft-ietf-sidrops-aspa-verification §7).</summary>
public enum PathValidity
{
    /// <summary>Somebody on the way has no ASPA, and nobody's forbids it.</summary>
    Unknown,
    Valid,
    Invalid,
}

/// <summary>What ASPAs say of a path.</summary>
/// <param name="Customer">Of a path that is invalid, who gave the route to <paramref name="NoProvider"/>, which its ASPA does not name.</param>
public readonly record struct PathVerdict(PathValidity Validity, Asn Customer = default, Asn NoProvider = default);
