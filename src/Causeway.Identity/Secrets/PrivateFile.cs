using System.Runtime.InteropServices;
using System.Text;

namespace Causeway.Identity.Secrets;

/// <summary>Files that only their owner may read (mode 0600), never half written.</summary>
public static partial class PrivateFile
{
    /// <summary>Writes through a temporary file in the same folder, so that readers see the old content or the new.</summary>
    public static void Write(string path, string text)
    {
        string temporary = Temporary(path, text);
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes what a process that died while it wrote has left beside these names. Nobody else may be writing into the folder.</summary>
    public static void RemoveUnfinished(string folder, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        foreach (string file in System.IO.Directory.EnumerateFiles(folder, $"{name}.*"))
            // The pattern also finds the name alone.
            if (Path.GetFileName(file).Split('.')[^1] is { } end && Guid.TryParseExact(end, "N", out _))
                File.Delete(file);
    }

    /// <summary>Writes unless the file holds just that: a start writes nothing new, and so needs no room on a full disk.</summary>
    public static void WriteIfOther(string path, string text)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text)
            Write(path, text);
    }

    /// <summary>Writes unless somebody else was first; then theirs stays.</summary>
    public static void WriteNew(string path, string text)
    {
        string temporary = Temporary(path, text);
        try
        {
            Publish(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Gives the file its name unless the name is taken, as one step of the file system. On Unix that is link(2): File.Move looks first and renames
    /// then, so that two of them at once both believe they were first, and the one that has already read its own key is left with another than the file's.
    /// </summary>
    private static void Publish(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows() && Link(temporary, path) == 0)
            return;
        try
        {
            File.Move(temporary, path, overwrite: false); // the name is taken, or the file system knows no links
        }
        catch (IOException) when (File.Exists(path)) { }
    }

    /// <summary>Whether the user of this process may make files in a folder that is there, without trying to.</summary>
    public static bool MayWriteIn(string folder) => OperatingSystem.IsWindows() || Access(folder, WriteAndSearch) == 0;

    /// <summary><c>W_OK</c> and <c>X_OK</c> of access(2).</summary>
    private const int WriteAndSearch = 3;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string oldPath, string newPath);

    private static string Temporary(string path, string text)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            // Written whole, and not again when it is closed: a disk that is full refuses once.
            using var stream = new FileStream(temporary, options);
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        catch
        {
            // The disk is full, or went away: what there is of it is nobody's file.
            File.Delete(temporary);
            throw;
        }
        return temporary;
    }
}
