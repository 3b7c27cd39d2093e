using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Support;

/// <summary>
/// Where the files of a ticket lie. It can be made before its ticket; one that no ticket uses by the end of its time goes, with all that lies in it.
/// </summary>
public sealed record FileWorkspace : IResource
{
    public const string ResourceType = "Microsoft.Support/fileWorkspaces";
    public const int MostFiles = 10;

    /// <summary>Of one subscription, without a ticket.</summary>
    public const int MostWaiting = 20;

    /// <summary>How long it waits for a ticket.</summary>
    public static readonly TimeSpan WaitsFor = TimeSpan.FromDays(1);

    public required ResourceId Id { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>The ticket that uses it; null while none does.</summary>
    public ResourceId? Ticket { get; init; }

    /// <summary>Names of the files.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>When it goes if no ticket uses it by then.</summary>
    [JsonIgnore]
    public DateTimeOffset Expires => Created + WaitsFor;

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => Ticket is null ? "Waiting" : "InUse";

    public static ResourceId IdOf(string subscription, string name) =>
        ResourceId.Parse($"/subscriptions/{subscription}/providers/{ResourceType}/{name}");
}

/// <summary>
/// A file that was announced, and how much of it has come. Its chunks are resources of their own (<see cref="FileChunk"/>), stored in the commit that counts
/// them here: whatever breaks off, what is counted is there, and the rest can be sent.
/// </summary>
public sealed record SupportFile : IResource
{
    public const string ResourceType = "Microsoft.Support/fileWorkspaces/files";

    /// <summary>Of a file, as on the real service: 5 MB.</summary>
    public const int MostBytes = 5 << 20;

    /// <summary>Of a chunk, as on the real service: 2.5 MB.</summary>
    public const int MostChunkBytes = 5 << 19;

    public const int MostChunks = 200;

    /// <summary>What a letter, a picture of one, or a log is kept in. Nothing that a double click runs.</summary>
    public static ImmutableArray<string> Extensions { get; } =
    [
        ".pdf",
        ".txt",
        ".log",
        ".csv",
        ".json",
        ".xml",
        ".eml",
        ".msg",
        ".png",
        ".jpg",
        ".jpeg",
        ".doc",
        ".docx",
        ".odt",
        ".asc",
        ".sig",
        ".p7s",
        ".pem",
        ".zip",
    ];

    public required ResourceId Id { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required FileShape Shape { get; init; }

    /// <summary>Which chunks are there, ascending.</summary>
    public ImmutableArray<int> Stored { get; init; } = [];

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public bool IsComplete => Stored.Length == Shape.Chunks;

    [JsonIgnore]
    public string StateName => IsComplete ? "Complete" : "Incomplete";
}

/// <summary>How large a file is, and in how many parts it comes.</summary>
/// <param name="Bytes">Of the file.</param>
/// <param name="ChunkBytes">Of each chunk but the last.</param>
public readonly record struct FileShape(int Bytes, int ChunkBytes, int Chunks)
{
    /// <summary>Bytes of one chunk.</summary>
    public int BytesOf(int chunk) => chunk < Chunks - 1 ? ChunkBytes : Bytes - ChunkBytes * (Chunks - 1);
}

/// <summary>
/// A part of a file, encrypted. Written once. It stands in no subscription, so that lists of what a subscription holds never read it.
/// </summary>
/// <param name="Content">Encrypted with the installation's key, bound to the chunk's id.</param>
/// <param name="Fingerprint">Keyed hash of the content: whether the same comes again.</param>
public sealed record FileChunk(ResourceId Id, ReadOnlyMemory<byte> Content, string Fingerprint) : IResource
{
    public const string ResourceType = "Causeway.Support/chunks";

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => "Stored";

    /// <summary>By a hash of the file's id.</summary>
    public static ResourceId IdOf(ResourceId file, int index) =>
        ResourceId.Parse(
            $"/providers/{ResourceType}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.Key)))}-{index.ToString(CultureInfo.InvariantCulture)}"
        );
}

/// <param name="Ticket">The ticket that uses it already; null for none.</param>
public sealed record PutWorkspace(DateTimeOffset At, ResourceId Id, ResourceId? Ticket) : Signal(At);

/// <summary>A ticket uses the workspace from now on.</summary>
/// <param name="IsNamed">The ticket's request names it: it has to be there.</param>
public sealed record UseWorkspace(DateTimeOffset At, ResourceId Ticket, bool IsNamed) : Signal(At);

/// <summary>A file is put into the workspace.</summary>
public sealed record AddFile(DateTimeOffset At, string File) : Signal(At);

public sealed record PutFile(DateTimeOffset At, ResourceId Id, FileShape Shape) : Signal(At);

/// <summary>A chunk has come; it is stored in the same commit (<see cref="StoreChunk"/>).</summary>
/// <param name="Bytes">How many it has.</param>
public sealed record AddChunk(DateTimeOffset At, int Index, int Bytes) : Signal(At);

public sealed record StoreChunk(DateTimeOffset At, FileChunk Chunk) : Signal(At);

/// <summary>The file's workspace goes.</summary>
public sealed record DropFile(DateTimeOffset At) : Signal(At);
