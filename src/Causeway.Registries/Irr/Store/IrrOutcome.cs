namespace Causeway.Registries.Irr.Store;

/// <summary>What a refresh did to one source.</summary>
public abstract record IrrOutcome(string Source)
{
    /// <summary>The new state is in use.</summary>
    public sealed record Replaced(string Source, IrrSource State) : IrrOutcome(Source);

    /// <summary>The former state stays in use; <see cref="Stale"/> says why.</summary>
    public sealed record Kept(string Source, IrrStale Stale) : IrrOutcome(Source);

    /// <summary>There is no state at all, neither old nor new.</summary>
    public sealed record Absent(string Source, string Reason) : IrrOutcome(Source);
}

/// <summary>What a load did.</summary>
/// <param name="Outcomes">Per source.</param>
/// <param name="Failures">Inputs that could not be read to the end, for people.</param>
/// <param name="Bytes">RPSL bytes read, after decompression.</param>
/// <param name="Objects">Objects seen, those that were not kept included.</param>
public sealed record IrrLoadReport(
    IReadOnlyList<IrrOutcome> Outcomes,
    IReadOnlyList<string> Failures,
    long Bytes,
    long Objects,
    TimeSpan Elapsed
);
