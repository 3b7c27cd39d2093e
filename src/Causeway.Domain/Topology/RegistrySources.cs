using Causeway.Primitives;

namespace Causeway.Domain.Topology;

/// <summary>
/// What public prefixes are proven with: the topology's key <c>registries</c>. Files are named as they were written;
/// relative ones lie beside the topology file. A value: equal ones need no new start of anything.
///</summary>
public sealed record RegistrySources
{
    /// <summary>IRR dumps: files, plain or gzip.</summary>
    public EquatableArray<string> Dumps { get; init; } = [];

    /// <summary>IRR sources kept fresh by NRTMv3 or NRTMv4, in order of their name.</summary>
    public EquatableArray<RegistryMirror> Mirrors { get; init; } = [];

    /// <summary>IRR sources in order of preference, in upper case.</summary>
    public EquatableArray<string> Prefer { get; init; } = [];

    /// <summary>Validators' output files, and RTR caches as <c>rtr://HOST:PORT</c>.</summary>
    public EquatableArray<string> Vrps { get; init; } = [];

    /// <summary>Files of local exceptions (RFC 8416).</summary>
    public EquatableArray<string> Slurm { get; init; } = [];

    /// <summary>
    /// Tables of route collectors (MRT, TABLE_DUMP_V2): how the Internet reaches the prefixes that come over circuits. They prove nothing; they show where routing is asymmetric.
    /// </summary>
    public EquatableArray<string> Views { get; init; } = [];

    /// <summary>Null when there is none.</summary>
    public PeeringDbSource? PeeringDb { get; init; }

    /// <summary>After this a source that never loaded counts as silent.</summary>
    public TimeSpan LoadWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a proof outlives the registry object that gave it.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(24);
}

/// <summary>Where an IRR source is mirrored from.</summary>
/// <param name="Source">Its name, in upper case.</param>
/// <param name="From">Of NRTMv3, <c>HOST:PORT</c>; of NRTMv4, the update notification file: an https address or a
/// path.</param>
/// <param name="KeyFile">Of NRTMv4, the file with the server's public key (PEM); null is NRTMv3.</param>
public sealed record RegistryMirror(string Source, string From, string? KeyFile);

/// <summary>PeeringDB: a dump file or the API.</summary>
/// <param name="Key">Of the API; null for what it shows to everybody.</param>
public sealed record PeeringDbSource(string? File, string? Url, string? Key);
