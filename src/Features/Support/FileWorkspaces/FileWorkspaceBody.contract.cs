using System.Text.Json.Serialization;

namespace Causeway.Contracts.Support;

/// <summary><c>Microsoft.Support/fileWorkspaces</c>: where the files of a ticket lie.</summary>
public sealed record FileWorkspaceBody
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Type { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public FileWorkspaceProperties? Properties { get; init; }
}

/// <param name="ExpirationTime">When it goes; absent once a ticket uses it.</param>
public sealed record FileWorkspaceProperties(
    [property: JsonConverter(typeof(UtcInstant))] DateTimeOffset CreatedOn,
    [property: JsonConverter(typeof(UtcInstant))] DateTimeOffset? ExpirationTime
);

/// <summary><c>Microsoft.Support/fileWorkspaces/files</c>.</summary>
public sealed record FileBody
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Type { get; init; }
    public required FileProperties Properties { get; init; }
}

public sealed record FileProperties
{
    [Wire(WireTraits.ReadOnly)]
    [JsonConverter(typeof(UtcInstant))]
    public DateTimeOffset? CreatedOn { get; init; }

    /// <summary>Bytes of each chunk but the last, 1 to 2621440.</summary>
    public required int ChunkSize { get; init; }

    /// <summary>Bytes, 1 to 5242880.</summary>
    public required int FileSize { get; init; }

    public required int NumberOfChunks { get; init; }

    /// <summary>How many chunks have come.</summary>
    [Wire(WireTraits.ReadOnly | WireTraits.Ours)]
    public int? StoredChunks { get; init; }
}

/// <summary>A part of a file.</summary>
/// <param name="Content">Base64.</param>
/// <param name="ChunkIndex">From 0.</param>
public sealed record ChunkBody(string Content, int ChunkIndex);

/// <param name="ChunkIndex">From 0.</param>
public sealed record ChunkQuestionBody(int ChunkIndex);
