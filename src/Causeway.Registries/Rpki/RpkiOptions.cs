namespace Causeway.Registries.Rpki;

/// <summary>Where VRPs come from.</summary>
public sealed record RpkiOptions
{
    /// <summary>Validator output (JSON, plain or gzip), looked at again every <see cref="FilePoll"/> and read when it has changed.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>RTR caches.</summary>
    public IReadOnlyList<HostPort> Caches { get; init; } = [];

    /// <summary>Local exceptions (RFC 8416). Of several files, all count, unless two of them speak of the same (RFC 8416 §4.2).</summary>
    public IReadOnlyList<string> SlurmFiles { get; init; } = [];

    /// <summary>Sources that are there from the start, such as the embedded sample.</summary>
    public IReadOnlyList<RpkiSource> Fixed { get; init; } = [];

    public ShrinkGuard Guard { get; init; } = new();

    /// <summary>
    /// A file whose data is older than this counts like an RTR cache whose data has expired: validators write every few minutes, and what one wrote a day ago no
    /// longer follows the RPKI.
    /// </summary>
    public TimeSpan MaxFileAge { get; init; } = TimeSpan.FromHours(24);

    public TimeSpan FilePoll { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where the last good state of every source is kept over restarts; null to keep none.</summary>
    public string? SnapshotPath { get; init; }
}
