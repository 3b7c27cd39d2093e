using System.Collections.Immutable;
using System.Text;
using Causeway.Primitives;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Testing.Workflows;
using Causeway.Workflows.Documents;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Workflows.Tests;

/// <summary>What a delivery promises: decided on what is there at the commit, whole or not at all, refused for a reason or not refused.</summary>
public sealed class EngineTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-engine-").FullName;
    private SqliteStore _disk = null!;
    private Interrupted _store = null!;
    private Engine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _disk = new SqliteStore(Path.Combine(_folder, "store.db"), TimeProvider.System);
        await _disk.MigrateAsync(CancellationToken.None);
        _store = new Interrupted(_disk);
        _engine = new Engine(_store, [new NoteWorkflow()]);
    }

    public async ValueTask DisposeAsync()
    {
        await _disk.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Note Of(string name, string text = "text") => new(Note.IdOf(name).Text, text);

    private Task<SendOutcome> SendAsync(Note note, SendContext? context = null, DateTimeOffset? at = null, Engine? engine = null) =>
        (engine ?? _engine).SendAsync(
            note.Id,
            Note.ResourceType,
            new NoteSignal.Write(at ?? At, note),
            context ?? SendContext.Causeway,
            CancellationToken.None
        );

    private static async Task<Versioned<Note>> DoneAsync(Task<SendOutcome> sent) =>
        (Versioned<Note>)Assert.IsType<SendOutcome.Delivered>(await sent).Resources.Single().After!;

    private async Task<StoredResource?> RowAsync(string name) => await _disk.GetAsync(Note.IdOf(name), CancellationToken.None);

    private static async Task<Refusal> RefusedAsync(Task<SendOutcome> sent) => Assert.IsType<SendOutcome.Refused>(await sent).Refusal;

    /// <summary>Somebody else, in another process.</summary>
    private Task<SendOutcome> OtherAsync(Note note) => SendAsync(note, engine: new Engine(_disk, [new NoteWorkflow()]));

    [Fact]
    public async Task What_would_be_written_as_it_is_there_is_not_written()
    {
        Versioned<Note> first = await DoneAsync(SendAsync(Of("a")));
        int commits = _store.Commits;
        Versioned<Note> again = await DoneAsync(SendAsync(Of("a"), at: At.AddDays(1)));
        Assert.Equal((first.Revision, first.ETag, first.Changed), (again.Revision, again.ETag, again.Changed));
        Assert.Equal(commits, _store.Commits);
        Assert.Single(await _disk.JournalAsync(new JournalQuery(), CancellationToken.None));
        Assert.Equal(first.Revision + 1, (await DoneAsync(SendAsync(Of("a", "another text")))).Revision);
    }

    [Fact]
    public async Task A_condition_is_judged_anew_on_what_another_left_behind()
    {
        Versioned<Note> first = await DoneAsync(SendAsync(Of("a")));
        var seen = new List<long>();
        var context = new SendContext("me")
        {
            Precondition = row =>
            {
                seen.Add(row!.Revision);
                return row.ETag == first.ETag ? null : Refusal.Conflict("PreconditionFailed", "it has changed");
            },
        };
        _store.Before(_store.Commits + 1, () => OtherAsync(Of("a", "theirs")));
        Refusal no = await RefusedAsync(SendAsync(Of("a", "ours"), context));
        Assert.Equal("it has changed", no.Message);
        Assert.Equal([1L, 2L], seen);
        Assert.Equal("theirs", (await RowAsync("a"))!.State);
    }

    /// <summary>Of several resources the condition is about the first, which is what the request is for.</summary>
    [Fact]
    public async Task A_condition_is_about_the_first_of_several()
    {
        await DoneAsync(SendAsync(Of("b")));
        var judged = new List<Versioned?>();
        await _engine.SendAsync(
            [To(Of("a")), To(Of("b", "new"))],
            new SendContext("me")
            {
                Precondition = row =>
                {
                    judged.Add(row);
                    return null;
                },
            },
            CancellationToken.None
        );
        Assert.Null(Assert.Single(judged));
    }

    /// <summary>What is asked is made from what is there now, and what it brings along moves with it or not at all.</summary>
    [Fact]
    public async Task What_is_asked_is_made_from_what_is_there_and_brings_the_others_along()
    {
        await DoneAsync(SendAsync(Of("a", "1")));
        _store.Before(_store.Commits + 1, () => OtherAsync(Of("a", "2")));
        await AskAsync(Of("b"));
        Assert.Equal("2 and more", (await RowAsync("a"))!.State);
        Assert.NotNull(await RowAsync("b"));
        // The other one cannot be: neither is.
        await DoneAsync(SendAsync(Of("holder") with { Claims = ["name/x"] }));
        Assert.Contains(
            "name/x",
            (await RefusedAsync(AskAsync(Of("b", "new") with { Claims = ["name/x"] }))).Message,
            StringComparison.Ordinal
        );
        Assert.Equal("2 and more", (await RowAsync("a"))!.State);
        // What makes no sense for what is there is refused before it is decided on.
        Assert.Equal(
            "Senseless",
            (
                await RefusedAsync(
                    _engine.SendAsync(
                        [
                            new Addressed(
                                Note.IdOf("a"),
                                Note.ResourceType,
                                (_, _) => ValueTask.FromResult<Asked>(Refusal.Conflict("Senseless", "no"))
                            ),
                        ],
                        SendContext.Causeway,
                        CancellationToken.None
                    )
                )
            ).Code
        );

        Task<SendOutcome> AskAsync(Note also) =>
            _engine.SendAsync(
                [
                    new Addressed(
                        Note.IdOf("a"),
                        Note.ResourceType,
                        (before, _) =>
                            ValueTask.FromResult(
                                Asked.FromSignal(
                                    new NoteSignal.Write(At, Of("a", $"{((Versioned<Note>)before!).Resource.Text} and more"))
                                ) with
                                {
                                    Also = [To(also)],
                                }
                            )
                    ),
                ],
                SendContext.Causeway,
                CancellationToken.None
            );
    }

    [Fact]
    public async Task Writers_who_lose_many_races_take_turns_and_all_are_served()
    {
        await DoneAsync(SendAsync(Of("a", "0")));
        for (int i = 1; i <= 9; i++)
        {
            string theirs = $"theirs {i}";
            _store.Before(_store.Commits + i, () => OtherAsync(Of("a", theirs)));
        }
        Versioned<Note> mine = await DoneAsync(SendAsync(Of("a", "mine")));
        Assert.Equal((11L, "mine"), (mine.Revision, mine.Resource.Text));
        // The turn that was taken is given back: another one that loses gets it too.
        _store.Before(_store.Commits + 1, () => OtherAsync(Of("a", "theirs")));
        await DoneAsync(SendAsync(Of("a", "again")).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
        // And so do two who lose at once.
        int writers = 0;
        await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(() => DoneAsync(SendAsync(Of("a", $"{Interlocked.Increment(ref writers)}")))))
        );
        Assert.Equal(13 + 20, (await RowAsync("a"))!.Revision);
    }

    [Fact]
    public async Task What_goes_into_a_container_is_held_to_it_at_the_commit()
    {
        await DoneAsync(SendAsync(Of("box")));
        int judged = 0;
        var into = new SendContext("me")
        {
            Container = new Container(
                Note.IdOf("box"),
                row =>
                {
                    judged++;
                    return row?.State == "text" ? null : Refusal.NotFound("NoBox", "there is no such box, or it closes");
                }
            ),
        };
        _store.Before(_store.Commits + 1, () => OtherAsync(Of("box", "closing")));
        Assert.Equal("NoBox", (await RefusedAsync(SendAsync(Of("a"), into))).Code);
        Assert.Equal(2, judged);
        Assert.Null(await RowAsync("a"));
        await DoneAsync(SendAsync(Of("box")));
        await DoneAsync(SendAsync(Of("a"), into));
        // What is there already is not put there again.
        judged = 0;
        await DoneAsync(SendAsync(Of("a", "new"), into));
        Assert.Equal(0, judged);
    }

    [Fact]
    public async Task A_claim_that_another_has_refuses_what_was_asked_for_and_only_makes_what_was_chosen_anew()
    {
        await DoneAsync(SendAsync(Of("a") with { Claims = ["name/x", "chosen/1"] }));
        Refusal no = await RefusedAsync(SendAsync(Of("b") with { Claims = ["name/x"] }));
        Assert.Contains("name/x", no.Message, StringComparison.Ordinal);
        int tries = 0;
        SendOutcome outcome = await _engine.SendAsync(
            [
                new Addressed(
                    Note.IdOf("b"),
                    Note.ResourceType,
                    (_, _) => ValueTask.FromResult<Asked>(new NoteSignal.Write(At, Of("b") with { Claims = [$"chosen/{++tries}"] }))
                ),
            ],
            SendContext.Causeway,
            CancellationToken.None
        );
        Assert.IsType<SendOutcome.Delivered>(outcome);
        Assert.Equal(2, tries);
        // The difference is taken and given back, the rest kept.
        await DoneAsync(SendAsync(Of("a") with { Claims = ["name/x", "name/y"] }));
        Assert.Equal(["chosen/2", "name/x", "name/y"], [.. await _disk.ClaimsAsync("", CancellationToken.None)]);
    }

    [Fact]
    public async Task A_quota_is_kept_by_what_is_new_and_is_nothing_to_what_is_there()
    {
        foreach (string name in (string[])["a", "b", "c"])
            await DoneAsync(SendAsync(Of(name)));
        Assert.Equal("OperationNotAllowed", (await RefusedAsync(SendAsync(Of("d")))).Code);
        await DoneAsync(SendAsync(Of("a", "changed")));
    }

    [Fact]
    public async Task A_resource_keeps_the_time_it_was_made_and_its_journal_goes_on_to_its_end()
    {
        await DoneAsync(SendAsync(Of("a")));
        Versioned<Note> changed = await DoneAsync(SendAsync(Of("a", "new"), at: At.AddHours(1)));
        Assert.Equal((At, At.AddHours(1)), (changed.Created, changed.Changed));
        Assert.Null(Assert.IsType<SendOutcome.Delivered>(await EraseAsync()).Resources.Single().After);
        Assert.Equal(
            [(1L, "", "text"), (2L, "text", "new"), (3L, "new", "")],
            (await _disk.JournalAsync(new JournalQuery(), CancellationToken.None)).Select(e => (e.Revision, e.From, e.To))
        );
        // What is gone ends no second time.
        Assert.IsType<SendOutcome.Delivered>(await EraseAsync());
        Assert.Equal(3, (await _disk.JournalAsync(new JournalQuery(), CancellationToken.None)).Count);

        Task<SendOutcome> EraseAsync() =>
            _engine.SendAsync(Note.IdOf("a"), Note.ResourceType, new NoteSignal.Erase(At), SendContext.Causeway, CancellationToken.None);
    }

    [Fact]
    public async Task Wake_ups_are_set_when_they_change_and_taken_away_when_they_are_gone()
    {
        ImmutableSortedDictionary<string, DateTimeOffset> alarms = ImmutableSortedDictionary<string, DateTimeOffset>
            .Empty.Add("stays", At)
            .Add("moves", At)
            .Add("goes", At);
        await DoneAsync(SendAsync(Of("a") with { Alarms = alarms }));
        _store.Seen.Clear();
        await DoneAsync(SendAsync(Of("a") with { Alarms = alarms.SetItem("moves", At.AddHours(1)).Remove("goes") }));
        Assert.Equal(
            ["Remove goes", "Set moves"],
            Assert.Single(_store.Seen).WakeUps.Select(w => $"{w.GetType().Name} {w.Name}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(2, (await _disk.WakeUpsPendingAsync(CancellationToken.None)).Waiting);
    }

    [Fact]
    public async Task What_stays_starts_its_operation_and_brings_its_row()
    {
        await DoneAsync(SendAsync(Of("a")));
        Operation looked = NewOperation(),
            beside = NewOperation();
        SendOutcome outcome = await _engine.SendAsync(
            Note.IdOf("a"),
            Note.ResourceType,
            new NoteSignal.Look(At, looked),
            new SendContext("me") { Operations = [new OperationChange.Start(beside)] },
            CancellationToken.None
        );
        SendOutcome.Delivered delivered = Assert.IsType<SendOutcome.Delivered>(outcome);
        Assert.Equal(1, delivered.Resources.Single().After!.Revision);
        Assert.False(delivered.Resources.Single().IsNew);
        Assert.Equal(looked, delivered.Begun(looked.Id));
        foreach (Operation operation in (Operation[])[looked, beside])
            Assert.NotNull(await _disk.GetOperationAsync(operation.Id, CancellationToken.None));
    }

    /// <summary>Nothing to write is nothing to commit: a late answer costs a read.</summary>
    [Fact]
    public async Task What_changes_nothing_commits_nothing()
    {
        await DoneAsync(SendAsync(Of("a")));
        int before = _store.Commits;
        await DoneAsync(
            _engine.SendAsync(Note.IdOf("a"), Note.ResourceType, new WokenUp(At, "late"), SendContext.Causeway, CancellationToken.None)
        );
        Assert.Equal(before, _store.Commits);
    }

    /// <summary>A document that holds what this program does not know is read, and not written.</summary>
    [Fact]
    public async Task A_newer_document_is_left_alone()
    {
        await DoneAsync(SendAsync(Of("a")));
        StoredResource row = (await RowAsync("a"))!;
        string newer = Encoding
            .UTF8.GetString(row.Body.Span)
            .Replace("\"Text\":", "\"Colour\":\"red\",\"Text\":", StringComparison.Ordinal);
        await _disk.CommitAsync(
            new Changes { Writes = [new ResourceWrite.Put(row with { Revision = 2, Body = Encoding.UTF8.GetBytes(newer) }, 1)] },
            CancellationToken.None
        );
        await Assert.ThrowsAsync<NewerDocumentException>(() => SendAsync(Of("a", "new")));
        await Assert.ThrowsAsync<NewerDocumentException>(() =>
            _engine.SendAsync(Note.IdOf("a"), Note.ResourceType, new NoteSignal.Erase(At), SendContext.Causeway, CancellationToken.None)
        );
        await DoneAsync(
            _engine.SendAsync(Note.IdOf("a"), Note.ResourceType, new WokenUp(At, "late"), SendContext.Causeway, CancellationToken.None)
        );
        Assert.Equal(newer, Encoding.UTF8.GetString((await RowAsync("a"))!.Body.Span));
    }

    /// <summary>More than one batch goes; what has not finished, or not long enough ago, stays.</summary>
    [Fact]
    public async Task Retention_removes_what_finished_long_ago_and_nothing_else()
    {
        var time = new ManualTimeProvider();
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan keep = TimeSpan.FromDays(30);
        Operation running = NewOperation() with { Started = now.AddDays(-300) };
        Operation fresh = Finished(now - keep);
        await _disk.CommitAsync(
            new Changes
            {
                Operations =
                [
                    .. Enumerable.Range(0, 1001).Select(_ => new OperationChange.Start(Finished(now - keep - TimeSpan.FromTicks(1)))),
                    new OperationChange.Start(running),
                    new OperationChange.Start(fresh),
                ],
            },
            CancellationToken.None
        );
        var retention = new OperationRetention(_disk, keep, time, NullLogger<OperationRetention>.Instance);
        Assert.False(retention.IsNeeded);
        Assert.Equal("1001 operations removed", (await retention.TurnAsync(CancellationToken.None)).Says);
        Assert.Equal(0, await retention.SweepAsync(CancellationToken.None));
        Assert.NotNull(await _disk.GetOperationAsync(running.Id, CancellationToken.None));
        Assert.NotNull(await _disk.GetOperationAsync(fresh.Id, CancellationToken.None));

        static Operation Finished(DateTimeOffset at) =>
            NewOperation() with
            {
                Status = OperationStatus.Succeeded,
                Started = at,
                Finished = at,
            };
    }

    private static Operation NewOperation() => new(Guid.CreateVersion7(), Note.IdOf("a"), "LOOK", "me", OperationStatus.InProgress, At);

    private static Addressed To(Note note) => new(note.Id, Note.ResourceType, new NoteSignal.Write(At, note));

    /// <summary>Lets another writer in before the nth commit, and keeps what was committed.</summary>
    private sealed class Interrupted(IStore inner) : StoreDecorator(inner)
    {
        private readonly Dictionary<int, Func<Task>> _before = [];
        private int _commits;

        public int Commits => Volatile.Read(ref _commits);

        public List<Changes> Seen { get; } = [];

        /// <param name="commit">Its number, from 1.</param>
        public void Before(int commit, Func<Task> other) => _before[commit] = other;

        public override async Task<CommitOutcome> CommitAsync(Changes changes, CancellationToken cancellation)
        {
            if (_before.Remove(Interlocked.Increment(ref _commits), out Func<Task>? first))
                await first();
            lock (Seen)
                Seen.Add(changes);
            return await base.CommitAsync(changes, cancellation);
        }
    }
}
