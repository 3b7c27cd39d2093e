using System.Formats.Tar;
using System.Security.Cryptography;
using Causeway.Hosting;
using Causeway.Storage.Sqlite;

namespace Causeway.Server.Backup;

/// <summary>
/// Backs up a data folder with its SQLite database, and restores it.
///
/// Theory of operation. A backup is a folder, or a tar file of one: the database (copied as of one instant, <see cref="SqliteBackup"/>), the small files that
/// a server needs beside it (key, certificates, access.json; they do not change while it runs), and last a manifest with the size and hash of each. It is
/// made under another name and renamed when all of it is on disk, so what bears the name is whole; what was cut later, by a copy that broke off, is found
/// by the hashes. Restoring fills an empty folder: everything is checked first, and while it lasts a folder inside marks it, which a server refuses.
/// Registry data is not in it: it is fetched again.
/// </summary>
internal static class DataFolderBackup
{
    public const string Database = "causeway.db";

    /// <summary>Stands in a data folder while it is being restored.</summary>
    public const string Unfinished = ".restoring";

    /// <summary>Readable by the owner only: it holds the installation's key.</summary>
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="data">The data folder, of a server that runs or not.</param>
    /// <param name="database">The SQLite file.</param>
    /// <param name="to">A folder or, when it ends with <c>.tar</c>, a file; it must not exist.</param>
    /// <exception cref="IOException">It cannot be read or written, or exists.</exception>
    public static BackupManifest Make(string data, string database, string to, TimeProvider time)
    {
        if (!File.Exists(database))
            throw new IOException(
                $"There is no database {database}: give the server's data folder with --data, and --database where it has another."
            );
        if (File.Exists(to) || Directory.Exists(to))
            throw new IOException($"{to} exists already: a backup gets a new name.");
        string making = $"{to}.partial-{Guid.NewGuid():N}";
        try
        {
            MakeFolder(making);
            DateTimeOffset began = time.GetUtcNow();
            string copy = Path.Combine(making, Database);
            SqliteBackup.Copy(database, copy);
            DatabaseContent content = SqliteBackup.Examine(copy);
            foreach (string file in Directory.EnumerateFiles(data))
                if (IsKept(Path.GetFileName(file)))
                    CopyToDisk(file, Path.Combine(making, Path.GetFileName(file)));
            BackupFile[] files =
            [
                .. Directory
                    .EnumerateFiles(making)
                    .Order(StringComparer.Ordinal)
                    .Select(f => new BackupFile(Path.GetFileName(f), new FileInfo(f).Length, Hash(f))),
            ];
            var manifest = new BackupManifest(
                BackupManifest.PresentFormat,
                began,
                content.Schema,
                content.Resources,
                content.JournalPosition,
                files
            );
            WriteToDisk(Path.Combine(making, BackupManifest.Name), manifest.Write());
            Protect(making);
            if (IsTar(to))
            {
                string tar = $"{making}.tar";
                try
                {
                    Pack(making, [BackupManifest.Name, .. files.Select(f => f.Name)], tar);
                    File.Move(tar, to);
                }
                finally
                {
                    File.Delete(tar);
                }
            }
            else
                Directory.Move(making, to);
            return manifest;
        }
        finally
        {
            if (Directory.Exists(making))
                Directory.Delete(making, recursive: true);
        }
    }

    /// <summary>Looks whether a backup is whole: sizes, hashes, and every page of the database.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public static BackupManifest Verify(string from) => Unpacked(from, Path.GetTempPath(), static (_, manifest) => manifest);

    /// <param name="data">A folder that is empty or does not exist.</param>
    /// <exception cref="InvalidDataException">The backup is not whole.</exception>
    /// <exception cref="IOException">The folder is not empty, or cannot be written.</exception>
    public static BackupManifest Restore(string from, string data)
    {
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
            throw new IOException($"{data} is not empty: a backup is restored into an empty folder only.");
        bool made = !Directory.Exists(data);
        MakeFolder(data);
        string unfinished = Path.Combine(data, Unfinished);
        MakeFolder(unfinished);
        bool began = false;
        try
        {
            return Unpacked(
                from,
                unfinished,
                (folder, manifest) =>
                {
                    began = true;
                    foreach (BackupFile file in manifest.Files.OrderBy(f => f.Name == Database)) // the database last
                        CopyToDisk(Path.Combine(folder, file.Name), Path.Combine(data, file.Name));
                    Directory.Delete(unfinished, recursive: true);
                    return manifest;
                }
            );
        }
        catch when (!began)
        {
            // Nothing was put into it: it is as it was.
            Directory.Delete(made ? data : unfinished, recursive: true);
            throw;
        }
    }

    private static T Unpacked<T>(string from, string room, Func<string, BackupManifest, T> use)
    {
        if (Directory.Exists(from))
            return use(from, Check(from));
        if (!File.Exists(from))
            throw new IOException($"There is no backup {from}.");
        string folder = Path.Combine(room, $"causeway-backup-{Guid.NewGuid():N}");
        MakeFolder(folder);
        try
        {
            Unpack(from, folder);
            return use(folder, Check(folder));
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static BackupManifest Check(string folder)
    {
        BackupManifest manifest = BackupManifest.Read(folder);
        foreach (BackupFile file in manifest.Files)
        {
            if (Path.GetFileName(file.Name) != file.Name || file.Name.Length == 0)
                throw new InvalidDataException($"The backup names a file outside itself: '{file.Name}'.");
            string path = Path.Combine(folder, file.Name);
            if (!File.Exists(path))
                throw new InvalidDataException($"The backup is not whole: {file.Name} is missing.");
            if (new FileInfo(path).Length != file.Bytes || Hash(path) != file.Sha256)
                throw new InvalidDataException($"The backup is not whole: {file.Name} is not as it was written.");
        }
        if (manifest.Files.All(f => f.Name != Database))
            throw new InvalidDataException("The backup is not whole: it has no database.");
        DatabaseContent content = SqliteBackup.Examine(Path.Combine(folder, Database));
        return
            (content.Schema, content.Resources, content.JournalPosition) == (manifest.Schema, manifest.Resources, manifest.JournalPosition)
            ? manifest
            : throw new InvalidDataException("The backup is not whole: the database holds something else than its manifest says.");
    }

    /// <summary>Not the database, its log and locks, nor what a crash left half written.</summary>
    private static bool IsKept(string name) =>
        name is "key" or "access.json" || (name.EndsWith(".pem", StringComparison.Ordinal) && !name.StartsWith('.'));

    private static bool IsTar(string path) => path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);

    private static void Pack(string folder, IEnumerable<string> names, string tar)
    {
        using FileStream stream = Create(tar);
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            foreach (string name in names)
                writer.WriteEntry(Path.Combine(folder, name), name);
        stream.Flush(flushToDisk: true);
    }

    private static void Unpack(string tar, string folder)
    {
        try
        {
            using FileStream stream = File.OpenRead(tar);
            using var reader = new TarReader(stream);
            while (reader.GetNextEntry() is { } entry)
            {
                if (
                    entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                    || Path.GetFileName(entry.Name) != entry.Name
                )
                    throw new InvalidDataException($"{tar} is not a backup: it holds '{entry.Name}'.");
                entry.ExtractToFile(Path.Combine(folder, entry.Name), overwrite: false);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"{tar} is not a whole backup: {e.Message}", e);
        }
    }

    private static string Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static void CopyToDisk(string from, string to)
    {
        using FileStream source = File.OpenRead(from);
        using FileStream target = Create(to);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }

    private static void WriteToDisk(string path, byte[] content)
    {
        using FileStream file = Create(path);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>SQLite makes its files with the process's own mode.</summary>
    private static void Protect(string folder)
    {
        if (!OperatingSystem.IsWindows())
            foreach (string file in Directory.EnumerateFiles(folder))
                File.SetUnixFileMode(file, OwnerOnly);
    }
}
