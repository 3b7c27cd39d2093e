using System.Diagnostics;
using System.Runtime.InteropServices;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using static Causeway.Storage.Tests.CommitSamples;

namespace Causeway.Storage.Tests;

/// <summary>What happens around a SQLite file: its disk is full, another program holds it, a log without end, a file that is none.</summary>
public sealed partial class SqliteTroubleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-trouble-").FullName;

    private string Database => Path.Combine(_folder, "causeway.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<SqliteStore> OpenAsync(string path)
    {
        var store = new SqliteStore(path, TimeProvider.System);
        await store.MigrateAsync(CancellationToken.None);
        return store;
    }

    /// <summary>A real disk of 24 MiB, filled by somebody else. Needs the right to mount (the tests' container runs as root).</summary>
    [Fact]
    public async Task A_full_disk_refuses_writers_with_its_name_reads_go_on_a_start_succeeds_and_with_room_so_do_writers()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may mount a disk of its own.");
        string disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk);
        try
        {
            string path = Path.Combine(disk, "causeway.db");
            string ballast = Path.Combine(disk, "ballast");
            SqliteStore store = await OpenAsync(path);
            int acknowledged = 0;
            for (; acknowledged < 50; acknowledged++)
                await CommitAsync(store, acknowledged);
            await CommitAsync(store, new Changes { Effects = [new Effect("e", "k", Circuit("c"), default, Start)] });
            Assert.Single(await LeaseAsync(store));
            Fill(ballast);

            StoreUnavailableException full = await RefusedAsync(store, () => acknowledged++);
            Assert.Equal((StoreProblem.Full, "StoreFull", true), (full.Problem, full.Code, full.IsTransient));
            Assert.DoesNotContain(disk, full.Message, StringComparison.Ordinal);
            await AssertAllThereAsync(store, acknowledged);
            await store.DisposeAsync();

            await using (SqliteStore again = await OpenAsync(path)) // the disk is as full as before
            {
                await AssertAllThereAsync(again, acknowledged);
                Assert.Equal(StoreProblem.Full, (await RefusedAsync(again, () => acknowledged++)).Problem);
                File.Delete(ballast);
                await Eventually.Get<CommitOutcome>(
                    async () => await again.CommitAsync(Create($"c{acknowledged}", acknowledged), CancellationToken.None),
                    o => o is CommitOutcome.Committed,
                    "writers are served again"
                );
                await AssertAllThereAsync(again, acknowledged + 1);
                // What the process before had leased is free, though its lease was for a thousand years.
                await Eventually.Get(
                    async () => (await again.PendingEffectsAsync(null, 100, CancellationToken.None)).Count(e => e.LeasedUntil > Start),
                    leased => leased == 0,
                    "the leases of the process before are taken back"
                );
            }
            using SqliteDatabase whole = SqliteDatabase.OpenReadOnly(path);
            Assert.Equal("ok", whole.Prepared("PRAGMA integrity_check").First(static row => row.Text(0), ""));
        }
        finally
        {
            Run("umount", "-l", disk);
        }
    }

    private static async Task<StoreUnavailableException> RefusedAsync(SqliteStore store, Action acknowledged)
    {
        for (int i = 0; i < 5000; i++)
        {
            try
            {
                await CommitAsync(store, Interlocked.Increment(ref s_next));
                acknowledged();
            }
            catch (StoreUnavailableException e)
            {
                return e;
            }
        }
        throw new InvalidOperationException("The disk took five thousand commits: it is not full.");
    }

    private static int s_next = 100_000;

    private static async Task AssertAllThereAsync(SqliteStore store, int acknowledged) =>
        Assert.Equal(acknowledged, await store.CountAsync(new ResourceQuery { Type = CircuitType }, CancellationToken.None));

    private static Task CommitAsync(SqliteStore store, int number) => CommitAsync(store, Create($"c{number}", number));

    private static async Task CommitAsync(SqliteStore store, Changes changes) =>
        Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(changes, CancellationToken.None));

    private static void Fill(string path)
    {
        using FileStream file = File.Create(path);
        byte[] some = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(some);
                file.Flush();
            }
        }
        catch (IOException) { }
    }

    private static void Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task While_another_program_holds_the_write_lock_writers_hear_that_it_is_busy_and_afterwards_go_on()
    {
        await using SqliteStore store = await OpenAsync(Database);
        await CommitAsync(store, 1);
        using (var other = new SqliteDatabase(Database, 64))
        {
            other.Execute("BEGIN IMMEDIATE");
            StoreUnavailableException busy = await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(store, 2));
            Assert.Equal((StoreProblem.Busy, "StoreBusy"), (busy.Problem, busy.Code));
            Assert.NotNull(await store.GetAsync(Circuit("c1"), CancellationToken.None));
            other.Execute("ROLLBACK");
        }
        await CommitAsync(store, 2);
    }

    [Fact]
    public async Task A_log_that_a_reader_holds_ends_at_its_bound_and_is_short_again_when_the_reader_is_gone()
    {
        const int Most = 2000; // frames: 8 MB
        string path = Path.Combine(_folder, "log.db");
        await using var writer = new SqliteWriter(path, 1024, static () => { }, Most);
        await WriteAsync(static db => db.Execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)"));
        var reader = new SqliteDatabase(path, 64);
        reader.Execute("BEGIN");
        Assert.Equal(0, reader.Prepared("SELECT count(*) FROM t").First(static row => row.Int64(0), -1));
        StoreUnavailableException? full = null;
        for (int i = 0; full is null && i < 20_000; i++)
        {
            try
            {
                await WriteAsync(db => db.Prepared("INSERT INTO t (text) VALUES (?1)").Bind(1, new string('x', 3000)).Execute());
            }
            catch (StoreUnavailableException e)
            {
                full = e;
            }
        }
        long held = new FileInfo(path + "-wal").Length;
        Assert.Equal(StoreProblem.Busy, full?.Problem);
        Assert.Contains("reading", full!.Message, StringComparison.Ordinal);
        Assert.InRange(held, 1, (Most + 100) * 4200L);
        reader.Execute("ROLLBACK");
        reader.Dispose();
        await WriteAsync(db => db.Prepared("INSERT INTO t (text) VALUES (?1)").Bind(1, "y").Execute());
        long after = new FileInfo(path + "-wal").Length;
        TestContext.Current.TestOutputHelper!.WriteLine($"log under an open reader: {held >> 10} KiB, after it: {after >> 10} KiB");
        Assert.InRange(after, 0, 64 << 10);

        Task WriteAsync(Action<SqliteDatabase> work) =>
            writer.WriteAsync(
                db =>
                {
                    work(db);
                    return true;
                },
                static _ => true,
                wakes: false
            );
    }

    private static Task<IReadOnlyList<LeasedEffect>> LeaseAsync(SqliteStore store) =>
        store.LeaseEffectsAsync(new EffectsWanted("me", [new KindWanted("k", 10, TimeSpan.FromDays(1))]), CancellationToken.None);

    [Fact]
    public async Task A_start_that_shares_a_transaction_with_what_is_taken_back_takes_the_leases_back_all_the_same()
    {
        SqliteStore before = await OpenAsync(Database);
        await CommitAsync(before, Create("holder", 1) with { Effects = [new Effect("e", "k", Circuit("holder"), default, Start)] });
        Assert.Single(await LeaseAsync(before));
        await before.DisposeAsync();

        await using var store = new SqliteStore(Database, TimeProvider.System);
        Task<CommitOutcome> first,
            refused;
        Task migrated;
        using (var other = new SqliteDatabase(Database, 64))
        {
            other.Execute("BEGIN IMMEDIATE"); // so that what comes now forms one group
            first = store.CommitAsync(Create("a", 2), CancellationToken.None);
            Changes thief = Create("b", 3);
            refused = store.CommitAsync(
                thief with
                {
                    Claims = [new ClaimChange.Take("stag/ams-1/1", Circuit("b"))],
                },
                CancellationToken.None
            );
            migrated = store.MigrateAsync(CancellationToken.None);
            other.Execute("ROLLBACK");
        }
        Assert.IsType<CommitOutcome.Committed>(await first);
        Assert.IsType<CommitOutcome.ClaimTaken>(await refused);
        await migrated;
        Assert.Contains("e", (await LeaseAsync(store)).Select(e => e.Effect.Name));
    }

    /// <summary>SQLite is told to refuse the word ROLLBACK, as it may on a disk that fails: the thread goes on, and nothing of the group is kept.</summary>
    [Fact]
    public async Task When_rolling_back_fails_too_the_writer_lives_and_nothing_is_kept()
    {
        string path = Path.Combine(_folder, "rollback.db");
        await using var writer = new SqliteWriter(path, 1024, static () => { });
        await WriteAsync(static db => db.Execute("CREATE TABLE t (n INTEGER PRIMARY KEY)"));
        await Assert.ThrowsAnyAsync<Exception>(() =>
            WriteAsync(static db =>
            {
                db.Execute("INSERT INTO t VALUES (1)");
                Refuse(db, true);
                throw new InvalidOperationException("a mistake after writing");
            })
        );
        await Assert.ThrowsAnyAsync<Exception>(() => WriteAsync(static db => db.Execute("INSERT INTO t VALUES (2)"))); // still refused
        s_refuses = false;
        await WriteAsync(static db => db.Execute("INSERT INTO t VALUES (3)"));
        Assert.Equal(
            3,
            await writer.WriteAsync(
                static db => db.Prepared("SELECT sum(n) FROM t").First(static row => row.Int64(0), 0),
                static _ => true,
                false
            )
        );

        Task WriteAsync(Action<SqliteDatabase> work) =>
            writer.WriteAsync(
                db =>
                {
                    work(db);
                    return true;
                },
                static _ => true,
                wakes: false
            );
    }

    private static volatile bool s_refuses;

    private static unsafe void Refuse(SqliteDatabase db, bool refuses)
    {
        s_refuses = refuses;
        _ = sqlite3_set_authorizer(db.Handle.DangerousGetHandle(), &Judge, 0);
    }

    /// <summary>Denies (1) what begins with ROLLBACK, action 22 (a transaction); prepared statements are judged anew once an authorizer is set.</summary>
    [UnmanagedCallersOnly]
    private static unsafe int Judge(nint context, int action, byte* what, byte* with, byte* schema, byte* trigger) =>
        s_refuses && action == 22 && Marshal.PtrToStringUTF8((nint)what) == "ROLLBACK" ? 1 : 0;

    [LibraryImport("e_sqlite3")]
    private static unsafe partial int sqlite3_set_authorizer(
        nint db,
        delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, int> judge,
        nint context
    );

    [Fact]
    public void What_is_no_database_leaves_no_file_open()
    {
        string path = Path.Combine(_folder, "none.db");
        File.WriteAllText(path, new string('x', 8192));
        for (int i = 0; i < 20; i++)
            Assert.Throws<SqliteException>(() => new SqliteDatabase(path, 64));
        string real = Path.GetFullPath(path);
        Assert.DoesNotContain(
            Directory.GetFiles("/proc/self/fd").Select(TargetOf),
            target => target is not null && target.StartsWith(real, StringComparison.Ordinal)
        );

        // What another test has closed meanwhile is open no more.
        static string? TargetOf(string fd)
        {
            try
            {
                return File.ResolveLinkTarget(fd, returnFinalTarget: false)?.FullName;
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }
    }
}
