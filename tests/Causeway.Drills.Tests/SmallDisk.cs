using System.Diagnostics;

namespace Causeway.Drills.Tests;

/// <summary>A real small disk (tmpfs), which can be filled to the last byte and freed again. Needs root, as mounting does.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    public static SmallDisk Mount(int megabytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small disk needs root.");
        string folder = Directory.CreateTempSubdirectory("causeway-disk-").FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder);
        return new SmallDisk(folder);
    }

    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[64 * 1024];
        // Smaller and smaller blocks, until not one byte fits.
        for (int size = block.Length; size > 0; size /= 4)
            try
            {
                while (true)
                    filler.Write(block, 0, size);
            }
            catch (IOException)
            {
                // Full for this size.
            }
    }

    public void Free() => File.Delete(Filler);

    private static void Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)}: {said}");
    }

    public ValueTask DisposeAsync()
    {
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
        return ValueTask.CompletedTask;
    }
}
