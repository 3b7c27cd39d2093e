namespace Causeway.Registries.Irr.Loading;

/// <summary>Registry data to read: a dump file, plain or gzip, or bytes at hand.</summary>
public sealed record IrrDump
{
    private IrrDump(string name, Func<Stream> open, long? length, DateTimeOffset? time)
    {
        Name = name;
        Open = open;
        Length = length;
        Time = time;
    }

    /// <summary>For people: the path, or what stands for it.</summary>
    public string Name { get; }

    /// <summary>The only source this may hold; null to take each object's <c>source:</c> as it is.</summary>
    public string? Source { get; init; }

    /// <summary>The serial the data stands at, where known. For files, <c>SOURCE.CURRENTSERIAL</c> beside the file is read when this is null.</summary>
    public long? Serial { get; init; }

    internal Func<Stream> Open { get; }

    internal long? Length { get; }

    internal DateTimeOffset? Time { get; }

    internal string? Folder { get; private init; }

    internal bool IsFile => Folder is not null;

    /// <summary>Of a file: it is no longer as it was when this was made, so what is being read of it may be part old, part new.</summary>
    internal bool HasChanged() =>
        Folder is not null
        && new FileInfo(Name) is { Exists: true } now
        && (now.Length, now.LastWriteTimeUtc) != (Length, Time?.UtcDateTime);

    /// <summary>A dump file. Whether it is compressed is seen from its first bytes. It need not exist yet: that is found out, and reported, by the load.</summary>
    public static IrrDump File(string path, string? source = null)
    {
        var info = new FileInfo(path);
        return new IrrDump(
            path,
            () =>
                new FileStream(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    bufferSize: 0,
                    FileOptions.SequentialScan
                ),
            info.Exists ? info.Length : null,
            info.Exists ? info.LastWriteTimeUtc : null
        )
        {
            Source = source?.ToUpperInvariant(),
            Folder = info.DirectoryName,
        };
    }

    /// <summary>RPSL text at hand.</summary>
    public static IrrDump Bytes(string name, ReadOnlyMemory<byte> rpsl, string? source = null) =>
        new(name, () => new MemoryStream(rpsl.ToArray(), writable: false), rpsl.Length, null) { Source = source?.ToUpperInvariant() };

    /// <summary>RPSL text from whatever stream; opened once.</summary>
    public static IrrDump Stream(string name, Func<Stream> open, string? source = null, long? serial = null) =>
        new(name, open, null, null) { Source = source?.ToUpperInvariant(), Serial = serial };
}
