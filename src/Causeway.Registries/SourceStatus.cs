namespace Causeway.Registries;

/// <summary>What is known of one registry source: what it holds, how old that is, and what is wrong, if anything.</summary>
/// <param name="Name">The name it is configured and cited by, such as <c>RIPE</c> or <c>rtr:192.0.2.1:323</c>.</param>
/// <param name="Kind"><c>irr</c>, <c>dump</c> (of one that is not in use), <c>vrp-file</c>, <c>rtr</c>, <c>slurm</c>, <c>peeringdb</c>, <c>sample</c> or <c>snapshot</c>.</param>
/// <param name="Records">Records in use.</param>
/// <param name="Serial">The source's own serial of what is in use, when it has one.</param>
/// <param name="AsOf">When the source made what is in use (its own time when it gives one, else when it was read); null before the first load.</param>
/// <param name="LastRefresh">The last successful refresh; null before the first.</param>
/// <param name="Problem">Why the last refresh failed or was held; null when it did not. What was last good stays in use.</param>
public sealed record SourceStatus(
    string Name,
    string Kind,
    long Records,
    long? Serial,
    DateTimeOffset? AsOf,
    DateTimeOffset? LastRefresh,
    string? Problem
)
{
    /// <summary>The kind of what is no source, but a part of the data folder that cannot be read.</summary>
    public const string Snapshot = "snapshot";

    /// <summary>Records that could not be used, per reason.</summary>
    public IReadOnlyDictionary<string, long> Rejected { get; init; } = new Dictionary<string, long>();

    /// <summary>ASPAs in use: what this source says of customers and their providers.</summary>
    public int Aspas { get; init; }

    /// <summary>VRPs that another source has and this one lacks: how far the sources disagree.</summary>
    public int Missing { get; init; }

    /// <summary>The shrink guard keeps a newer state back, which a person may accept.</summary>
    public bool HoldsBack { get; init; }

    /// <summary>Since when this process has seen it with one problem or another, without a good moment in between; null when it has none.</summary>
    public DateTimeOffset? ProblemSince { get; init; }

    /// <summary>When what is in use is too old to count as current; null when it does not age.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How old what is in use is at a time; null before the first load.</summary>
    public TimeSpan? AgeAt(DateTimeOffset now) => now - AsOf;

    /// <summary>The same as seen at a time: data that is too old then is a problem, whatever the last refresh said.</summary>
    public SourceStatus At(DateTimeOffset now)
    {
        if (ExpiresAt is not { } end || AsOf is not { } asOf || now < end || Records == 0)
            return this;
        string old =
            $"its data is of {asOf.UtcDateTime:yyyy-MM-dd HH:mm} UTC and no longer current: it counted for {Age.Words(end - asOf)}";
        return this with { Problem = Problem is null ? old : $"{Problem}; {old}" };
    }
}

/// <summary>How old data may be: what its publishers renew daily, or hourly, has stopped coming long before.</summary>
internal static class Age
{
    /// <summary>Registries write dumps daily; a mirror that finds nothing new counts as renewal.</summary>
    public static readonly TimeSpan OfIrr = TimeSpan.FromDays(7);

    /// <summary>Asked for daily.</summary>
    public static readonly TimeSpan OfPeeringDb = TimeSpan.FromDays(7);

    public static string Words(TimeSpan age) =>
        age.TotalDays >= 3 ? $"{age.TotalDays:0} days"
        : age.TotalHours >= 3 ? $"{age.TotalHours:0} hours"
        : $"{Math.Max(0, age.TotalMinutes):0} minutes";
}
