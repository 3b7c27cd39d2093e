namespace Causeway.Primitives.Proof;

/// <summary>Whether a source of evidence speaks: only one that does, or one that is none any more, can end a proof that rests on it.</summary>
public enum SourceState
{
    /// <summary>It is not configured here, or was taken out.</summary>
    Unknown,

    /// <summary>It is configured, and has nothing usable now: not loaded yet, away, expired, or read in part only. What it said before stands.</summary>
    Silent,

    /// <summary>It has said all that it has to say. While a refresh fails, or the shrink guard holds one back, that is its last good state.</summary>
    Loaded,
}
