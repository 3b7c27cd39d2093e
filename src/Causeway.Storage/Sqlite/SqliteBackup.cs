using Causeway.Storage.Migrations;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Causeway.Storage.Sqlite;

/// <summary>What a database file holds, to be compared after it was copied.</summary>
/// <param name="Schema">The number of its last migration.</param>
/// <param name="Resources">How many resources there are.</param>
/// <param name="JournalPosition">The last position of the journal: what was committed last.</param>
public sealed record DatabaseContent(long Schema, long Resources, long JournalPosition);

/// <summary>
/// Copies a database while it is written to, and looks whether a copy is whole.
///
/// Theory of operation. A database in use is a file and its log; copied as files, at two instants, they make something that may even pass for whole and
/// lacks what was acknowledged. SQLite's backup interface reads all pages inside one reading transaction instead: the state of one instant, at which
/// everything acknowledged before it is there. Writers go on beside it; the log grows while it takes.
/// </summary>
public static class SqliteBackup
{
    /// <param name="from">The database, in use or not.</param>
    /// <param name="to">A file that does not exist; complete and on disk when this returns, without a log beside it.</param>
    /// <exception cref="SqliteException">It cannot be read, or there is no room for the copy.</exception>
    public static void Copy(string from, string to)
    {
        using (SqliteDatabase source = SqliteDatabase.OpenReadOnly(from))
        using (var target = new SqliteDatabase(to, cacheKibibytes: 2048))
        {
            sqlite3_backup backup = sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
            if (backup.IsInvalid)
                throw target.Problem(SQLITE_IOERR, "beginning a backup");
            int step = sqlite3_backup_step(backup, -1);
            int finish = sqlite3_backup_finish(backup);
            if (step is not SQLITE_DONE)
                throw target.Problem(step, "copying the pages of the database");
            target.Check(finish, "ending a backup");
            target.Execute("PRAGMA journal_mode = DELETE"); // one file, which can be moved; the server makes it a logged one again
        }
        using FileStream file = File.OpenWrite(to);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Reads all of a database file that nobody writes to.</summary>
    /// <exception cref="InvalidDataException">It is damaged, is no database of Causeway, or one of a newer version.</exception>
    public static DatabaseContent Examine(string path)
    {
        try
        {
            using SqliteDatabase db = SqliteDatabase.OpenReadOnly(path);
            string found = db.Prepared("PRAGMA integrity_check(1)").First(static row => row.Text(0), "");
            if (found != "ok")
                throw new InvalidDataException($"The database {path} is damaged: {found}.");
            long schema = db.Prepared("PRAGMA user_version").First(static row => row.Int64(0), 0);
            if (schema == 0)
                throw new InvalidDataException($"{path} is no database of Causeway.");
            _ = Migration.After("Sqlite", schema); // a newer one is refused
            return new DatabaseContent(
                schema,
                db.Prepared("SELECT count(*) FROM resources").First(static row => row.Int64(0), 0),
                db.Prepared("SELECT coalesce(max(position), 0) FROM journal").First(static row => row.Int64(0), 0)
            );
        }
        catch (SqliteException e)
        {
            throw new InvalidDataException($"The database {path} cannot be read: {e.Message}", e);
        }
    }
}
