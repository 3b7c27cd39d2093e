using System.Runtime.InteropServices;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// The two functions of the C library that SQLitePCLRaw does not bind, and numbers of the operating system's. The library is the one that comes with us, never the system's: up
/// to 3.51.2 a log that starts anew while another connection moves it into the file can damage the database (sqlite.org/wal.html#walresetbug), and moving
/// it on a thread of its own is what <see cref="SqliteCheckpointer"/> does.
/// </summary>
internal static unsafe partial class Native
{
    // errno
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int QuotaExceeded = 122;

    private const string Library = "e_sqlite3";

    /// <summary>The operating system's error number of the last operation on a file that failed.</summary>
    [LibraryImport(Library)]
    public static partial int sqlite3_system_errno(nint db);

    /// <summary>After each commit of a connection in WAL mode: how many frames its log has.</summary>
    [LibraryImport(Library)]
    public static partial nint sqlite3_wal_hook(nint db, delegate* unmanaged<nint, nint, byte*, int, int> committed, nint argument);
}
