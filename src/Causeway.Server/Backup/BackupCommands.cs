using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using Causeway.Server.Configuration;
using Causeway.Storage;

namespace Causeway.Server.Backup;

/// <summary><c>causeway backup</c>, <c>restore</c> and <c>verify</c>: of a data folder with a SQLite database. 0 when done, 2 when refused, nothing in between.</summary>
public static class BackupCommands
{
    public static IEnumerable<Command> Create(TimeProvider time)
    {
        var data = new Option<string>("--data")
        {
            Description = "The server's data folder.",
            HelpName = "DIR",
            DefaultValueFactory = _ =>
                Environment.GetEnvironmentVariable(Settings.Data.Variable) is { Length: > 0 } set ? set : Settings.Data.Default!,
        };
        var database = new Option<string?>("--database")
        {
            Description = "The SQLite file, when it is not the one in the data folder.",
            HelpName = "FILE",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Settings.Database.Variable) is { Length: > 0 } set ? set : null,
        };
        var to = new Option<string>("--to")
        {
            Description = "A folder that does not exist yet, or a file that ends with .tar.",
            HelpName = "PATH",
            Required = true,
        };
        var from = new Option<string>("--from")
        {
            Description = "A backup: the folder, or the .tar file.",
            HelpName = "PATH",
            Required = true,
        };

        var backup = new Command(
            "backup",
            "Copies a data folder with its SQLite database while the server runs: everything acknowledged before is in it. It holds the installation's key."
        )
        {
            data,
            database,
            to,
        };
        backup.SetAction(parsed =>
            Run(() =>
            {
                string folder = Path.GetFullPath(parsed.GetRequiredValue(data));
                string target = Path.GetFullPath(parsed.GetRequiredValue(to));
                string file = SqliteFile(parsed.GetValue(database)) ?? Path.Combine(folder, DataFolderBackup.Database);
                BackupManifest made = DataFolderBackup.Make(folder, file, target, time);
                Console.WriteLine($"backed up {target}: {Words(made)}");
                if (made.Files.All(f => f.Name != "key"))
                    Console.Error.WriteLine(
                        $"causeway: warning: {folder} has no key file; without the key ({Settings.Key.Variable}) the backup cannot be used: keep it too."
                    );
            })
        );

        var verify = new Command("verify", "Looks whether a backup is whole, down to every page of its database.") { from };
        verify.SetAction(parsed =>
            Run(() =>
            {
                string source = Path.GetFullPath(parsed.GetRequiredValue(from));
                Console.WriteLine($"whole {source}: {Words(DataFolderBackup.Verify(source))}");
            })
        );

        var into = new Option<string>("--data")
        {
            Description = "A folder that is empty, or does not exist yet.",
            HelpName = "DIR",
            Required = true,
        };
        var restore = new Command("restore", "Puts a backup into an empty data folder, once it is known to be whole.") { from, into };
        restore.SetAction(parsed =>
            Run(() =>
            {
                string target = Path.GetFullPath(parsed.GetRequiredValue(into));
                BackupManifest restored = DataFolderBackup.Restore(Path.GetFullPath(parsed.GetRequiredValue(from)), target);
                Console.WriteLine($"restored {target}: {Words(restored)}");
                Console.WriteLine($"Next: causeway serve --data {target}");
            })
        );
        return [backup, verify, restore];
    }

    private static string? SqliteFile(string? setting) =>
        setting is null ? null
        : StoreAddress.Parse(setting) is StoreAddress.Sqlite sqlite ? Path.GetFullPath(sqlite.Path)
        : throw new IOException(
            "The database is PostgreSQL: back it up with its own tools (docs/how-to/backup.md), and the key and certificates of the data folder beside it."
        );

    private static int Run(Action verb)
    {
        try
        {
            verb();
            return 0;
        }
        catch (Exception e)
            when (e is IOException or InvalidDataException or UnauthorizedAccessException or DbException or StoreAddressException)
        {
            Console.Error.WriteLine($"causeway: {e.Message}");
            return 2;
        }
    }

    private static string Words(BackupManifest m) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{m.Resources} resources, journal up to {m.JournalPosition}, {m.Files.Sum(f => f.Bytes) / 1024:n0} KiB in {m.Files.Count} files, of {m.Made:yyyy-MM-dd HH:mm:ss}Z"
        );
}
