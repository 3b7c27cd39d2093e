namespace Causeway.Hosting;

/// <summary>
/// Something on disk is one process's own for as long as this object lives. The operating system keeps the lock (flock), so it ends with the process,
/// however that ends; the file stays, for removing it would let two processes lock two files of one name.
/// </summary>
public sealed class FileLock : IDisposable
{
    // What the runtime reports of a lock that another process holds: EWOULDBLOCK, or Windows' sharing violation.
    private const int LinuxTryAgain = 11;
    private const int MacTryAgain = 35;
    private const int WindowsShared = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <param name="path">The lock's file; made when missing, its folder too, readable by its owner only.</param>
    /// <param name="what">What it is the lock of, for the message: <c>The data folder /var/lib/causeway</c>.</param>
    /// <exception cref="IOException">Another process has it, or the file cannot be written; the message says which.</exception>
    public static FileLock Take(string path, string what) =>
        TryTake(path, what)
        ?? throw new IOException($"{what} is in use by another process: one Causeway at a time. Stop that one, or give this one another.");

    /// <summary>Null when another process has it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static FileLock? TryTake(string path, string what)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new FileLock(new FileStream(path, options));
        }
        catch (IOException e) when (e.HResult is LinuxTryAgain or MacTryAgain or WindowsShared)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{what} cannot be written: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
