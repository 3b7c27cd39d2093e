using System.Diagnostics;

namespace Causeway.Bench;

/// <summary>Folders and processes of a benchmark, gone with it however it ends: the last steps of a process that is interrupted are its own.</summary>
internal static class Scratch
{
    private static readonly Lock Gate = new();
    private static readonly List<string> Folders = [];
    private static readonly List<Process> Processes = [];

    static Scratch() => AppDomain.CurrentDomain.ProcessExit += (_, _) => CleanUp();

    /// <summary>Makes a folder.</summary>
    /// <param name="path">A new temporary one when null.</param>
    public static string Folder(string? path = null)
    {
        path = path is null ? Directory.CreateTempSubdirectory("causeway-bench-").FullName : Directory.CreateDirectory(path).FullName;
        lock (Gate)
            Folders.Add(path);
        return path;
    }

    public static Process Start(ProcessStartInfo info)
    {
        Process process = Process.Start(info)!;
        lock (Gate)
            Processes.Add(process);
        return process;
    }

    private static void CleanUp()
    {
        lock (Gate)
        {
            foreach (Process process in Processes)
                try
                {
                    process.Kill();
                    process.WaitForExit();
                }
                catch (InvalidOperationException)
                {
                    // It ended long ago.
                }
            // What is interrupted may still be writing.
            for (int tries = 0; tries < 10 && Folders.Any(Directory.Exists); tries++)
                foreach (string folder in Folders.Where(Directory.Exists))
                    try
                    {
                        Directory.Delete(folder, recursive: true);
                    }
                    catch (IOException)
                    {
                        // Tried again.
                    }
        }
    }
}
