namespace Causeway.Registries;

/// <summary>
/// Decides whether new registry data may replace what is in use. A source that lost much at once has more likely broken than changed, or lies; taking it would
/// withdraw filters and proofs of everybody in it. What came instead makes up for nothing: as many records under other names are others. Used alike for routes, sets and VRPs.
/// </summary>
public sealed record ShrinkGuard
{
    public static readonly ShrinkGuard Default = new();

    /// <summary>Lets everything pass: for what a person has just accepted.</summary>
    public static readonly ShrinkGuard Off = new() { MaxLoss = 1, Everything = true };

    private bool Everything { get; init; }

    /// <summary>The largest share of records that may go at once, 0 to 1.</summary>
    public double MaxLoss { get; init; } = 0.2;

    /// <summary>Below so many records a share says little: then only losing all of them is held back.</summary>
    public int MinRecords { get; init; } = 100;

    /// <summary>Null when the new data may be used; otherwise the reason, for people.</summary>
    /// <param name="before">How many are in use.</param>
    /// <param name="gone">How many of those the new data does not have.</param>
    /// <param name="after">How many it has.</param>
    public string? Judge(string records, long before, long gone, long after)
    {
        if (Everything || before <= 0 || gone <= 0)
            return null;
        if (after == 0)
            return $"all {before} {records} would go";
        double loss = gone / (double)before;
        return before >= MinRecords && loss > MaxLoss
            ? $"{gone} of {before} {records} ({loss:P0}) would go at once; at most {MaxLoss:P0} may (from {MinRecords} on)"
            : null;
    }
}
