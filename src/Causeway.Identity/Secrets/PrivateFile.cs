namespace Causeway.Identity.Secrets;

/// <summary>Files that only their owner may read (mode 0600), never half written.</summary>
public static class PrivateFile
{
    /// <summary>Writes through a temporary file in the same folder, so that readers see the old content or the new.</summary>
    public static void Write(string path, string text)
    {
        string temporary = Temporary(path, text);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes unless somebody else was first; then theirs stays.</summary>
    public static void WriteNew(string path, string text)
    {
        string temporary = Temporary(path, text);
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }
    }

    private static string Temporary(string path, string text)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(temporary, options))
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(text);
            writer.Flush();
            stream.Flush(flushToDisk: true);
        }
        return temporary;
    }
}
