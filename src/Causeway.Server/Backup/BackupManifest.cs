using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Server.Backup;

/// <summary>One file of a backup.</summary>
/// <param name="Name">Plain, without folders.</param>
/// <param name="Sha256">In lower-case hexadecimal digits.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256);

/// <summary><c>backup.json</c>: what a backup holds. It is written last, so a folder without it is not a backup.</summary>
/// <param name="Format">1.</param>
/// <param name="Made">When the copying began: everything acknowledged before that is in it.</param>
/// <param name="Schema">The database's schema.</param>
internal sealed record BackupManifest(
    int Format,
    DateTimeOffset Made,
    long Schema,
    long Resources,
    long JournalPosition,
    IReadOnlyList<BackupFile> Files
)
{
    public const string Name = "backup.json";
    public const int PresentFormat = 1;

    /// <exception cref="InvalidDataException">It is not whole, or of a newer version.</exception>
    public static BackupManifest Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path))
            throw new InvalidDataException($"{folder} is not a whole backup: it has no {Name}.");
        try
        {
            BackupManifest read =
                JsonSerializer.Deserialize(File.ReadAllBytes(path), BackupJson.Default.BackupManifest)
                ?? throw new InvalidDataException($"{path} is empty.");
            return read.Format == PresentFormat && read.Files is not null
                ? read
                : throw new InvalidDataException($"{path} is of format {read.Format}; this program knows format {PresentFormat}.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message}", e);
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, BackupJson.Default.BackupManifest);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
