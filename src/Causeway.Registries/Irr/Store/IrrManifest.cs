using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr.Store;

/// <summary>The one mutable file of the store: which segment stands for each source, and what is known of its refreshes. Replaced whole.</summary>
internal sealed record IrrManifest
{
    public const string FileName = "irr.json";

    public int Version { get; init; } = 1;

    /// <summary>Sources in order of preference, as the writer of the folder was told: those who only read it prefer the same.</summary>
    public IReadOnlyList<string> Preference { get; init; } = [];

    public IReadOnlyList<Entry> Sources { get; init; } = [];

    /// <summary>The dump files that were read whole, so that a restart need not read them again.</summary>
    public IReadOnlyList<DumpRecord> Dumps { get; init; } = [];

    /// <summary>The dump files that could not be read, or held nothing, when they were read last.</summary>
    public IReadOnlyList<DumpFailure> Failures { get; init; } = [];

    internal sealed record Entry
    {
        public required string Name { get; init; }

        /// <summary>The segment in use, relative to the folder.</summary>
        public required string File { get; init; }

        /// <summary>The segment over it (<see cref="LayeredSegment"/>); null when there is none.</summary>
        public string? Delta { get; init; }

        /// <summary>A newer segment that the shrink guard held back.</summary>
        public string? HeldBack { get; init; }

        /// <summary>The NRTMv4 state that belongs to <see cref="HeldBack"/>.</summary>
        public Nrtm4State? HeldBackNrtm4 { get; init; }

        public IrrStale? Stale { get; init; }

        /// <summary>The serial that a mirror has come to since, where what came between concerns nothing that is kept; null when the segment's own counts.</summary>
        public long? Serial { get; init; }

        /// <summary>When a mirror last found the segment up to date, to the day: it says how fresh the data is, and is not worth a write a minute.</summary>
        public DateTimeOffset? Confirmed { get; init; }

        /// <summary>NRTMv4 state: session, keys, hashes of files seen.</summary>
        public Nrtm4State? Nrtm4 { get; init; }
    }

    public static IrrManifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path)
            ? JsonSerializer.Deserialize(File.ReadAllBytes(path), IrrManifestJson.Default.IrrManifest) ?? new IrrManifest()
            : new IrrManifest();
    }

    public void Write(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string temporary = $"{path}.{Guid.NewGuid():N}.partial";
        using (var file = new FileStream(temporary, FileMode.CreateNew))
        {
            JsonSerializer.Serialize(file, this, IrrManifestJson.Default.IrrManifest);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }
}

/// <summary>A dump file as it was when it was read, and the sources it held.</summary>
internal sealed record DumpRecord(string Path, DateTimeOffset Written, long Length, IReadOnlyList<string> Sources);

/// <summary>A dump file that is not in use, and why.</summary>
internal sealed record DumpFailure(string Path, string Reason);

/// <summary>What an NRTMv4 client must remember between runs (RFC 10063).</summary>
internal sealed record Nrtm4State
{
    public required string Session { get; init; }
    public required long Version { get; init; }

    /// <summary>The public key (PEM) that the last notification was signed with.</summary>
    public required string CurrentKey { get; init; }

    /// <summary>The key that was configured when that one was accepted.</summary>
    public string? ConfiguredKey { get; init; }

    /// <summary>The key the server announced as its next.</summary>
    public string? NextKey { get; init; }

    /// <summary>Hash by file URL as last seen: a file that changes afterwards is history rewritten.</summary>
    public IReadOnlyDictionary<string, string> Hashes { get; init; } = new Dictionary<string, string>();

    public bool SaysTheSameAs(Nrtm4State other) =>
        (Session, Version, CurrentKey, ConfiguredKey, NextKey)
            == (other.Session, other.Version, other.CurrentKey, other.ConfiguredKey, other.NextKey)
        && Hashes.Count == other.Hashes.Count
        && Hashes.All(h => other.Hashes.GetValueOrDefault(h.Key) == h.Value);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IrrManifest))]
internal sealed partial class IrrManifestJson : JsonSerializerContext;
