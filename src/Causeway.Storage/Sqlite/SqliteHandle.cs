using System.Runtime.InteropServices;

namespace Causeway.Storage.Sqlite;

/// <summary>Owns a connection: one that is forgotten is closed by the finalizer, with its file descriptors and locks.</summary>
internal sealed class SqliteHandle : SafeHandle
{
    public SqliteHandle(nint connection)
        : base(0, ownsHandle: true) => SetHandle(connection);

    public override bool IsInvalid => handle == 0;

    /// <summary>SQLite keeps the connection, as a "zombie", until the last of its statements is finalized.</summary>
    protected override bool ReleaseHandle() => Native.sqlite3_close_v2(handle) == 0;
}
