using System.Collections.Immutable;
using Causeway.Storage.Sqlite;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Testing.Workflows;

/// <summary>
/// One story of a workflow: requests in order, with the handlers that do its effects. The kit tells it again and again with everything going wrong
/// that can, and each time it has to end the same.
/// </summary>
public sealed record WorkflowStory
{
    public required IReadOnlyList<IWorkflow> Workflows { get; init; }

    /// <summary>The handlers, made anew for each process that runs the story.</summary>
    public required Func<Engine, TimeProvider, IReadOnlyList<IEffectHandler>> Handlers { get; init; }

    /// <summary>What goes on beside the effects, such as routers that follow; true when it did something. Null for nothing.</summary>
    public Func<Engine, TimeProvider, Task<bool>>? Meanwhile { get; init; }

    /// <summary>
    /// The requests. A request whose answer was lost is sent again, as a client would, and must then be harmless. Effects run after each.
    /// </summary>
    public required IReadOnlyList<Func<Engine, TimeProvider, Task>> Requests { get; init; }

    /// <summary>The end in words, without what may differ from run to run (revisions, generations, times).</summary>
    public required Func<IStore, Task<string>> End { get; init; }
}

/// <summary>
/// The stock tests of every workflow: each effect run twice changes nothing; a crash before or after any commit recovers to the same end; a failure
/// at any run of an effect is overcome. All on a real SQLite store.
/// </summary>
public static class WorkflowKit
{
    /// <summary>Tells the story once, with nothing going wrong.</summary>
    /// <returns>Whom it was about: the types of the resources that moved, and the kinds of the effects that ran.</returns>
    public static async Task<IReadOnlySet<string>> TellAsync(WorkflowStory story)
    {
        var plain = new Mishaps();
        await RunAsync(story, plain);
        return plain.Cast;
    }

    /// <summary>Runs all of it and returns how many runs there were.</summary>
    /// <exception cref="InvalidOperationException">A run ended differently; the message says which, and both ends.</exception>
    public static async Task<int> VerifyAsync(WorkflowStory story)
    {
        var plain = new Mishaps();
        string expected = await RunAsync(story, plain);
        int runs = 1;
        await SameAsync(new Mishaps { EveryEffectTwice = true }, "every effect twice");
        for (int i = 1; i <= plain.Commits; i++)
        {
            await SameAsync(new Mishaps { CrashBeforeCommit = i }, $"a crash before commit {i}");
            await SameAsync(new Mishaps { CrashAfterCommit = i }, $"a crash after commit {i}");
        }
        for (int i = 1; i <= plain.EffectRuns; i++)
        {
            await SameAsync(new Mishaps { FailBeforeEffect = i }, $"a failure before effect run {i}");
            await SameAsync(new Mishaps { FailAfterEffect = i }, $"a failure after effect run {i} had done its work");
        }
        return runs;

        async Task SameAsync(Mishaps mishaps, string what)
        {
            runs++;
            string end = await RunAsync(story, mishaps);
            if (end != expected)
                throw new InvalidOperationException($"After {what} the story ends differently.\nexpected:\n{expected}\nended:\n{end}");
        }
    }

    private static async Task<string> RunAsync(WorkflowStory story, Mishaps mishaps)
    {
        string folder = Directory.CreateTempSubdirectory("causeway-kit-").FullName;
        var time = new ManualTimeProvider();
        try
        {
            await using var disk = new SqliteStore(Path.Combine(folder, "store.db"), time);
            await disk.MigrateAsync(CancellationToken.None);
            int next = 0;
            while (true)
            {
                try
                {
                    next = await LiveAsync(story, mishaps, disk, time, next);
                    foreach (JournalEntry entry in await disk.JournalAsync(new JournalQuery(), CancellationToken.None))
                        mishaps.Cast.Add(entry.Resource.Type);
                    return await story.End(disk);
                }
                catch (CrashException crash)
                {
                    // A new process: nothing in memory, leases of the dead one run out. The client sends what was not answered again.
                    next = crash.Request;
                    time.Advance(TimeSpan.FromMinutes(2));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> LiveAsync(WorkflowStory story, Mishaps mishaps, IStore disk, ManualTimeProvider time, int from)
    {
        int request = from;
        var store = new CrashingStore(disk, mishaps, () => request);
        var engine = new Engine(store, story.Workflows);
        IEnumerable<IEffectHandler> handlers = story.Handlers(engine, time).Select(h => new UnluckyHandler(h, engine, mishaps));
        using var runner = new EffectRunner(engine, handlers, time, NullLogger<EffectRunner>.Instance, Holder);
        await SettleAsync(story, engine, runner, time);
        while (request < story.Requests.Count)
        {
            await story.Requests[request](engine, time);
            // The answer is out: from here on a crash does not bring this request again.
            request++;
            await SettleAsync(story, engine, runner, time);
        }
        return request;
    }

    private const string Holder = "kit";

    /// <summary>Runs effects until none is left, moving the clock to the next due time.</summary>
    private static async Task SettleAsync(WorkflowStory story, Engine engine, EffectRunner runner, ManualTimeProvider time)
    {
        for (int i = 0; i < 1000; i++)
        {
            // This process drives every router.
            foreach (PendingEffect pending in await engine.Store.PendingEffectsAsync(null, 1000, CancellationToken.None))
                if (pending.Effect.Needs is { } needs)
                    await engine.Store.TryLeaseAsync(needs, Holder, TimeSpan.FromDays(1), CancellationToken.None);
            if (await runner.RunDueAsync(CancellationToken.None) > 0)
                continue;
            if (story.Meanwhile is { } meanwhile && await meanwhile(engine, time))
                continue;
            if (await runner.NextDueAsync(CancellationToken.None) is not { } rest)
                return;
            time.Advance(rest > TimeSpan.Zero ? rest : TimeSpan.FromSeconds(1));
        }
        throw new InvalidOperationException("Effects do not come to an end.");
    }

    /// <summary>What goes wrong, and how far a run has come.</summary>
    private sealed class Mishaps
    {
        public bool EveryEffectTwice { get; init; }
        public int CrashBeforeCommit { get; init; }
        public int CrashAfterCommit { get; init; }
        public int FailBeforeEffect { get; init; }
        public int FailAfterEffect { get; init; }
        public int Commits { get; set; }
        public HashSet<string> Cast { get; } = new(StringComparer.OrdinalIgnoreCase);
        public int EffectRuns { get; set; }
    }

    private sealed class CrashException(int request) : Exception("crashed")
    {
        public int Request => request;
    }

    private sealed class CrashingStore(IStore inner, Mishaps mishaps, Func<int> request) : StoreDecorator(inner)
    {
        private bool _dead;

        public override async Task<CommitOutcome> CommitAsync(Changes changes, CancellationToken cancellation)
        {
            int commit = ++mishaps.Commits;
            if (_dead || commit == mishaps.CrashBeforeCommit)
                throw Die();
            CommitOutcome outcome = await Inner.CommitAsync(changes, cancellation);
            return commit == mishaps.CrashAfterCommit ? throw Die() : outcome;
        }

        // A dead process does nothing more: the effect runner's own rescue must not reach the disk either.
        public override Task<bool> RetryEffectAsync(LeasedEffect effect, TimeSpan after, string why, CancellationToken cancellation) =>
            _dead ? throw Die() : base.RetryEffectAsync(effect, after, why, cancellation);

        public override Task<IReadOnlyList<LeasedEffect>> LeaseEffectsAsync(EffectsWanted wanted, CancellationToken cancellation) =>
            _dead ? throw Die() : base.LeaseEffectsAsync(wanted, cancellation);

        private CrashException Die()
        {
            _dead = true;
            return new CrashException(request());
        }
    }

    private sealed class UnluckyHandler(IEffectHandler inner, Engine engine, Mishaps mishaps) : IEffectHandler
    {
        public string Kind => inner.Kind;

        public EffectPolicy Policy => inner.Policy;

        public ImmutableArray<Addressed> GiveUp(Effect effect, string why) => inner.GiveUp(effect, why);

        public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
        {
            int run = ++mishaps.EffectRuns;
            mishaps.Cast.Add(Kind);
            if (run == mishaps.FailBeforeEffect)
                throw new IOException("the outside did not answer");
            EffectOutcome outcome = await inner.RunAsync(effect, cancellation);
            if (mishaps.EveryEffectTwice)
            {
                // As when a lease ran out under a slow run: the other run has delivered its signals already.
                if (outcome is EffectOutcome.Done done && !done.Signals.IsEmpty)
                    await engine.SendAsync(done.Signals, SendContext.Causeway, cancellation);
                outcome = await inner.RunAsync(effect, cancellation);
            }
            return run == mishaps.FailAfterEffect ? throw new IOException("the answer of the outside was lost") : outcome;
        }
    }
}
