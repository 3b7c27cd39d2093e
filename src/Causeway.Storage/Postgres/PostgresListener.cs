using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Hears, on a connection of its own, that some node has enqueued effects. A broken connection is made anew (after a failover, to the new primary);
/// as a notification may have been missed meanwhile, every new connection counts as one.
/// </summary>
internal sealed class PostgresListener : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private readonly Action _wake;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    public PostgresListener(NpgsqlDataSource source, TimeProvider time, Action wake)
    {
        _source = source;
        _time = time;
        _wake = wake;
        _running = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await ListenAsync();
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested) { }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException)
            {
                // The server is away; whoever commits meanwhile is told by an exception of their own.
                await Task.Delay(Pause, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(_ending.Token);
        connection.Notification += (_, _) => _wake();
        await using (var listen = new NpgsqlCommand($"LISTEN {PostgresStatements.EffectsChannel}", connection))
            await listen.ExecuteNonQueryAsync(_ending.Token);
        _wake();
        while (true)
            await connection.WaitAsync(_ending.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        _ending.Dispose();
    }
}
