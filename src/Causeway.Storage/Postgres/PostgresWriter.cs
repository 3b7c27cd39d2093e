using System.Threading.Channels;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Group commit towards PostgreSQL: one batch under way per node, and what arrives meanwhile forms the next.
///
/// Theory of operation. Journal positions must become visible in order, so commits wait for each other at the journal's head, from all nodes; a node
/// that sends many changesets per transaction pays that wait, the round trip and the flush once for all.
///
/// When changesets of a group are refused, the database rolls the group back and names them. They are taken out, the rest goes again at once, and beside
/// it each refused one is asked why (<see cref="PostgresRefusal"/>): that look is its answer. When the look finds that nothing stands in its way any more
/// it queues again, after a pause that grows. Those who share a quota are all named when it does not hold all of them; the ones whose look finds room go
/// alone then, so that as many pass as may.
///
/// Rows are locked in one order (<see cref="PostgresCommit"/>), so deadlocks between nodes are rare; they end with an error for one of them, which tries
/// again. Nothing here gives up after a number of tries: who is still refused without a reason after <see cref="Patience"/> hears that the store is busy.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    private const int MostInGroup = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly Task _running;
    private readonly Channel<Waiting> _arriving = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>So many look at once why they were refused; each needs a connection.</summary>
    private readonly SemaphoreSlim _looking = new(8);

    /// <summary>Changesets without an answer, and one for the writer itself until it is disposed. At 0 the writer ends.</summary>
    private int _open = 1;
    private int _disposed;

    public PostgresWriter(NpgsqlDataSource source, TimeProvider time)
    {
        (_source, _time) = (source, time);
        _running = Task.Run(RunAsync);
    }

    /// <exception cref="StoreUnavailableException">The server could not be reached or cannot write; whether the commit happened may be unknown.</exception>
    public Task<CommitOutcome> CommitAsync(Changes changes)
    {
        var waiting = new Waiting(changes, _time.GetTimestamp());
        Interlocked.Increment(ref _open);
        if (_disposed != 0 || !_arriving.Writer.TryWrite(waiting))
        {
            Close();
            throw new ObjectDisposedException(nameof(PostgresWriter));
        }
        return waiting.Answer.Task;
    }

    private async Task RunAsync()
    {
        var queue = new List<Waiting>();
        while (queue.Count > 0 || await _arriving.Reader.WaitToReadAsync())
        {
            while (queue.Count < MostInGroup && _arriving.Reader.TryRead(out Waiting? arrived))
                queue.Add(arrived);
            if (queue.Count == 0)
                continue;
            var together = new PostgresGroup();
            List<Waiting> group = queue[0].IsAlone ? [queue[0]] : queue.FindAll(w => !w.IsAlone && together.TryJoin(w.Changes));
            queue.RemoveAll(group.ToHashSet().Contains);
            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(List<Waiting> group)
    {
        for (int tries = 1; group.Count > 0; tries++)
        {
            try
            {
                HashSet<Changes> refused = await SendAsync(group);
                foreach (Waiting waiting in group)
                    if (!refused.Contains(waiting.Changes))
                    {
                        if (refused.Count == 0)
                            Done(waiting, new CommitOutcome.Committed());
                    }
                    else
                        _ = ExplainAsync(waiting);
                if (refused.Count == 0)
                    return;
                group = group.FindAll(w => !refused.Contains(w.Changes));
            }
            catch (PostgresException e) when (PostgresProblems.GaveWay(e) && _time.GetElapsedTime(group[0].Since) < Patience)
            {
                await Task.Delay(BackOff.After(tries), _time);
            }
            catch (PostgresException e) when (group.Count > 1 && PostgresProblems.Kind(e) is null)
            {
                // Somebody's row is one that the database cannot hold. It does not say whose: halve until it is alone.
                int half = group.Count / 2;
                await CommitAsync(group[..half]);
                await CommitAsync(group[half..]);
                return;
            }
            catch (Exception e) // whatever it is, those who wait must hear of it, and the writer must go on
            {
                if (PostgresProblems.SpoilsConnections(e))
                    _source.Clear();
                foreach (Waiting waiting in group)
                    Failed(waiting, e);
                return;
            }
        }
    }

    /// <returns>Who was refused, with nothing of the group stored; empty when all of it is.</returns>
    private async Task<HashSet<Changes>> SendAsync(List<Waiting> group)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await using var commit = new PostgresCommit(connection, group.ConvertAll(w => w.Changes));
        try
        {
            await commit.ExecuteAsync();
            return [];
        }
        catch (PostgresException e) when (e.SqlState == PostgresStatements.Refused)
        {
            return new HashSet<Changes>(commit.RefusedBy(e), ReferenceEqualityComparer.Instance);
        }
    }

    /// <summary>Answers one that was refused, or queues it again.</summary>
    private async Task ExplainAsync(Waiting waiting)
    {
        try
        {
            await _looking.WaitAsync();
            CommitOutcome? why;
            try
            {
                why = await PostgresRefusal.WhyAsync(_source, waiting.Changes);
            }
            finally
            {
                _looking.Release();
            }
            if (why is not null)
                Done(waiting, why);
            else if (_time.GetElapsedTime(waiting.Since) > Patience)
                Failed(waiting, StoreUnavailableException.Of(StoreProblem.Busy));
            else
            {
                waiting.IsAlone = !waiting.Changes.Quotas.IsEmpty;
                await Task.Delay(BackOff.After(++waiting.Refusals), _time);
                _arriving.Writer.TryWrite(waiting); // open until it is answered, so the channel is too
            }
        }
        catch (Exception e)
        {
            Failed(waiting, e);
        }
    }

    private void Done(Waiting waiting, CommitOutcome outcome)
    {
        waiting.Answer.SetResult(outcome);
        Close();
    }

    private void Failed(Waiting waiting, Exception e)
    {
        waiting.Answer.SetException(PostgresProblems.Of(e));
        Close();
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            _arriving.Writer.TryComplete();
    }

    /// <summary>Ends when everything queued is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Close();
        await _running;
    }

    private sealed class Waiting(Changes changes, long since)
    {
        public Changes Changes { get; } = changes;

        /// <summary>When it came, on the monotonic clock.</summary>
        public long Since { get; } = since;

        public int Refusals { get; set; }

        /// <summary>Shares no transaction.</summary>
        public bool IsAlone { get; set; }

        public TaskCompletionSource<CommitOutcome> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
