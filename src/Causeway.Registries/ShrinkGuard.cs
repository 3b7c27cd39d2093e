namespace Causeway.Registries;

/// <summary>
/// Decides whether a source's new state may replace its last good one. A feed that suddenly loses a large share of its records is more likely broken than
/// right, and taking it over would open or close everything at once; so it is held, with an alarm, until it recovers or a person accepts it.
/// </summary>
/// <param name="MaxLoss">The share of records, 0 to 1, that may vanish in one refresh.</param>
/// <param name="Floor">Sources with fewer records than this are not guarded: two of three records are a share, but no catastrophe.</param>
public sealed record ShrinkGuard(double MaxLoss = 0.2, long Floor = 50)
{
    public static readonly ShrinkGuard Default = new();

    /// <summary>Lets everything pass: for what a person has just accepted.</summary>
    public static readonly ShrinkGuard Off = new(1.0, long.MaxValue);

    /// <summary>Why a state of <paramref name="now"/> records may not replace one of <paramref name="before"/>; null when it may.</summary>
    public string? Objection(long before, long now)
    {
        if (before < Floor || now >= before * (1 - MaxLoss))
            return null;
        return $"the refresh would take {before - now:N0} of {before:N0} records away ({(double)(before - now) / before:P0}; more than {MaxLoss:P0} at once is held): "
            + "the last good state stays in use";
    }
}
