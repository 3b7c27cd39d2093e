using Causeway.Primitives;

namespace Causeway.Registries.Serving.Whois;

/// <summary>
/// Whose query is worked on next: clients take turns, however many connections each of them has open, and none of them has every turn at once where there is
/// more than one. So who asks one question waits for one of each other client's, and not for a thousand of one.
/// </summary>
/// <param name="running">Queries worked on at the same time.</param>
internal sealed class WhoisTurns(int running)
{
    private readonly Lock _gate = new();
    private readonly int _each = Math.Max(1, running - 1);
    private readonly Dictionary<IpPrefix, Queue<TaskCompletionSource>> _waiting = [];
    private readonly Dictionary<IpPrefix, int> _active = [];
    private readonly Queue<IpPrefix> _round = new();
    private int _free = running;

    /// <summary>Completes when it is this client's turn; to be followed by <see cref="Leave"/>.</summary>
    public async Task EnterAsync(IpPrefix client, CancellationToken cancellation)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_waiting.TryGetValue(client, out Queue<TaskCompletionSource>? own))
            {
                _waiting[client] = own = new Queue<TaskCompletionSource>();
                _round.Enqueue(client);
            }
            own.Enqueue(turn);
            Give();
        }
        await using (cancellation.Register(() => turn.TrySetCanceled(cancellation)))
            await turn.Task;
    }

    public void Leave(IpPrefix client)
    {
        lock (_gate)
        {
            _free++;
            if (--_active[client] == 0)
                _active.Remove(client);
            Give();
        }
    }

    private void Give()
    {
        for (int looked = 0; _free > 0 && looked < _round.Count; looked++)
        {
            IpPrefix client = _round.Dequeue();
            Queue<TaskCompletionSource> own = _waiting[client];
            int active = _active.GetValueOrDefault(client);
            if (active < _each && Next(own))
            {
                _active[client] = active + 1;
                _free--;
                looked = -1;
            }
            if (own.Count > 0)
                _round.Enqueue(client);
            else
                _waiting.Remove(client);
        }
    }

    /// <summary>Gives the turn to the first that still wants it.</summary>
    private static bool Next(Queue<TaskCompletionSource> waiting)
    {
        while (waiting.TryDequeue(out TaskCompletionSource? turn))
            if (turn.TrySetResult())
                return true;
        return false;
    }
}
