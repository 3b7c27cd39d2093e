namespace Causeway.Domain.Circuits;

/// <summary>How far a circuit reaches.</summary>
public enum CircuitTier
{
    Standard,
    Premium,
    Basic,
    Local,
}

/// <summary>How its data is metered.</summary>
public enum CircuitFamily
{
    MeteredData,
    UnlimitedData,
}

/// <summary>What is ordered. The wire's <c>sku.name</c> follows from it: clients send stale names beside a new tier.</summary>
public sealed record CircuitSku(CircuitTier Tier, CircuitFamily Family)
{
    public string Name => $"{Tier}_{Family}";
}
