namespace Causeway.Registries.Snapshot;

/// <summary>How far a load has come.</summary>
/// <param name="What">What is being read: a file or a source.</param>
/// <param name="Bytes">Bytes taken from disk or network so far (compressed, if the input is).</param>
/// <param name="TotalBytes">Bytes there are; null when that cannot be known.</param>
/// <param name="Objects">Objects read so far.</param>
/// <param name="Elapsed">Since the load began.</param>
/// <param name="Done">True in the last report of this input.</param>
public readonly record struct LoadProgress(string What, long Bytes, long? TotalBytes, long Objects, TimeSpan Elapsed, bool Done)
{
    /// <summary>Bytes per second since the beginning; 0 before any time has passed.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Bytes / Elapsed.TotalSeconds : 0;

    public override string ToString()
    {
        string total = TotalBytes is > 0 ? $" of {TotalBytes / 1e6:F1}" : "";
        return $"{What}: {Bytes / 1e6:F1}{total} MB, {Objects} objects, {Rate / 1e6:F0} MB/s{(Done ? ", done" : "")}";
    }
}
