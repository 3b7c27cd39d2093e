namespace Causeway.Registries.Service;

/// <summary>
/// A person's word, left in the data folder, that what the shrink guard holds of a source may be used. The running service takes it up and removes it; what
/// became of it is in the source's status.
/// </summary>
public sealed class AcceptRequest
{
    private const int MaxName = 4096;
    private readonly string _path;

    private AcceptRequest(string path, string source)
    {
        _path = path;
        Source = source;
    }

    public string Source { get; }

    /// <summary>Not taken up yet.</summary>
    public bool IsPending => File.Exists(_path);

    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static AcceptRequest Leave(string dataFolder, string source)
    {
        string path = Path.Combine(Directory.CreateDirectory(FolderOf(dataFolder)).FullName, $"{Guid.NewGuid():N}.request");
        File.WriteAllText(path + ".partial", source);
        File.Move(path + ".partial", path);
        return new AcceptRequest(path, source);
    }

    internal static IReadOnlyList<AcceptRequest> Pending(string dataFolder)
    {
        try
        {
            return Directory.Exists(FolderOf(dataFolder))
                ?
                [
                    .. Directory
                        .EnumerateFiles(FolderOf(dataFolder), "*.request")
                        .Where(p => new FileInfo(p).Length <= MaxName)
                        .Select(p => new AcceptRequest(p, File.ReadAllText(p).Trim())),
                ]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Withdrawn between listing and reading, or not readable to us: looked at again with the next poll.
            return [];
        }
    }

    /// <summary>Removes it: taken up, or withdrawn.</summary>
    public void Done() => File.Delete(_path);

    private static string FolderOf(string dataFolder) => Path.Combine(dataFolder, "accept");
}
