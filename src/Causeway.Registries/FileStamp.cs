namespace Causeway.Registries;

/// <summary>What tells a file from what it was before.</summary>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    /// <summary>Null when there is no such file.</summary>
    public static FileStamp? Of(string path) =>
        new FileInfo(path) is { Exists: true } file ? new FileStamp(file.LastWriteTimeUtc, file.Length) : null;
}
