using System.Threading.Channels;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Group commit towards PostgreSQL: one batch under way per node, and what arrives meanwhile forms the next.
///
/// Theory of operation. Journal positions must become visible in order, so commits wait for each other at the journal's head, from all nodes; a node
/// that sends many changesets per transaction pays that wait, the round trip and the flush once for all. When a changeset of a group is refused, the
/// database rolls the group back; then each changeset goes alone, and the one refused is asked why (<see cref="PostgresRefusal"/>). Deadlocks between
/// nodes end with an error for one of them, which tries again.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    private const int MostInGroup = 256;
    private const int MostTries = 20;

    private readonly NpgsqlDataSource _source;
    private readonly Task _running;
    private readonly Channel<Waiting> _arriving = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });

    public PostgresWriter(NpgsqlDataSource source)
    {
        _source = source;
        _running = Task.Run(RunAsync);
    }

    /// <exception cref="NpgsqlException">The server could not be reached or failed; whether the commit happened may be unknown.</exception>
    public Task<CommitOutcome> CommitAsync(Changes changes)
    {
        var waiting = new Waiting(changes);
        ObjectDisposedException.ThrowIf(!_arriving.Writer.TryWrite(waiting), this);
        return waiting.Answer.Task;
    }

    private async Task RunAsync()
    {
        var queue = new List<Waiting>();
        while (queue.Count > 0 || await _arriving.Reader.WaitToReadAsync())
        {
            while (queue.Count < MostInGroup && _arriving.Reader.TryRead(out Waiting? arrived))
                queue.Add(arrived);
            var together = new PostgresGroup();
            ILookup<bool, Waiting> joined = queue.ToLookup(w => together.TryJoin(w.Changes));
            List<Waiting> group = [.. joined[true]];
            queue = [.. joined[false]];
            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(List<Waiting> group)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                await SendAsync(group);
                foreach (Waiting waiting in group)
                    waiting.Answer.SetResult(new CommitOutcome.Committed());
                return;
            }
            catch (PostgresException e) when (IsRefusal(e) && group.Count > 1)
            {
                foreach (Waiting waiting in group)
                    await CommitAsync([waiting]);
                return;
            }
            catch (PostgresException e) when (IsRefusal(e) && tries < MostTries)
            {
                if (await TryExplainAsync(group[0]))
                    return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected && tries < MostTries) { }
            catch (Exception e) // whatever it is, those who wait must hear of it, and the writer must go on
            {
                foreach (Waiting waiting in group)
                    waiting.Answer.SetException(e);
                return;
            }
        }
    }

    private async Task SendAsync(List<Waiting> group)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await using NpgsqlBatch batch = PostgresCommit.Batch(connection, group.ConvertAll(w => w.Changes));
        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync();
    }

    /// <summary>False when what stood in the way is gone by now, so that trying again is right.</summary>
    private async Task<bool> TryExplainAsync(Waiting waiting)
    {
        try
        {
            CommitOutcome? why = await PostgresRefusal.WhyAsync(_source, waiting.Changes);
            if (why is not null)
                waiting.Answer.SetResult(why);
            return why is not null;
        }
        catch (Exception e)
        {
            waiting.Answer.SetException(e);
            return true;
        }
    }

    private static bool IsRefusal(PostgresException e) =>
        e.SqlState == PostgresStatements.Refused
        || (e.SqlState == PostgresErrorCodes.UniqueViolation && e.ConstraintName == "resources_key");

    /// <summary>Ends when everything queued is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        _arriving.Writer.TryComplete();
        await _running;
    }

    private sealed class Waiting(Changes changes)
    {
        public Changes Changes { get; } = changes;

        public TaskCompletionSource<CommitOutcome> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
