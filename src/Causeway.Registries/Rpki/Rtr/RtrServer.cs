using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Causeway.Primitives;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>
/// The cache side of RTR (RFC 8210, RFC 6810): gives routers the VRPs in use here, so that they need no other cache.
/// </summary>
/// <remarks>
/// Theory of operation. There is one immutable <see cref="Edition"/> (serial, table, the deltas that led to it), swapped whole by <see cref="Publish"/>. Each
/// session is one loop that waits for a query or for a new edition. Answers are encoded into 64 KiB at a time from the edition's table while the router
/// reads, so a session costs one buffer, however large the table and however slow the router; a router that stops reading is dropped.
/// </remarks>
public sealed class RtrServer : IAsyncDisposable
{
    private readonly RtrServerOptions _options;
    private readonly TimeProvider _clock;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<RtrServerSession, Task> _sessions = [];
    private readonly Lock _publishing = new();
    private readonly ushort _session = (ushort)RandomNumberGenerator.GetInt32(1, 65536);
    private readonly Task _accepting;
    private Edition? _edition;
    private TaskCompletionSource _newEdition = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _refused,
        _dropped;

    /// <summary>What is served: a table, its serial, and the deltas of the serials before it, oldest first.</summary>
    internal sealed record Edition(uint Serial, VrpTable Table, IReadOnlyList<VrpDelta> History);

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public RtrServer(IPEndPoint listen, RtrServerOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(listen);
            _listener.Listen(64);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens; the port is the real one when 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public RtrServerStatus Status =>
        new(
            _session,
            Volatile.Read(ref _edition)?.Serial,
            Volatile.Read(ref _edition)?.Table.Count ?? 0,
            _sessions.Count,
            Interlocked.Read(ref _refused),
            Interlocked.Read(ref _dropped)
        );

    internal RtrServerOptions Options => _options;
    internal TimeProvider Clock => _clock;
    internal ushort SessionId => _session;
    internal Edition? Current => Volatile.Read(ref _edition);

    /// <summary>Completes when the edition that is current now has been replaced.</summary>
    internal Task NewEdition => Volatile.Read(ref _newEdition).Task;

    /// <summary>Serves another table from now on; routers are notified. A table that differs in nothing changes nothing.</summary>
    public void Publish(VrpTable table)
    {
        lock (_publishing)
        {
            if (_edition is null)
            {
                _edition = new Edition(_options.FirstSerial, table, []);
            }
            else
            {
                var delta = VrpDelta.Between(_edition.Table, table);
                if (delta.IsEmpty)
                    return;
                // Deltas that together exceed the table are no shortcut any more.
                var history = _edition.History.Append(delta).TakeLast(_options.History).ToList();
                while (history.Count > 0 && history.Sum(d => (long)d.Count) > table.Count)
                    history.RemoveAt(0);
                _edition = new Edition(unchecked(_edition.Serial + 1), table, history);
            }
            TaskCompletionSource replaced = _newEdition;
            _newEdition = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            replaced.SetResult();
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stop.Token);
            }
            catch (SocketException)
            {
                continue; // A router that gave up while in the queue.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            if (_sessions.Count >= _options.MaxClients)
            {
                Interlocked.Increment(ref _refused);
                socket.Dispose();
                continue;
            }
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            var session = new RtrServerSession(this, new RtrConnection(new NetworkStream(socket, ownsSocket: true)));
            var registered = new TaskCompletionSource();
            _sessions[session] = RunAsync(session, registered.Task);
            registered.SetResult();
        }
    }

    private async Task RunAsync(RtrServerSession session, Task registered)
    {
        await registered;
        try
        {
            if (!await session.RunAsync(_stop.Token))
                Interlocked.Increment(ref _dropped);
        }
        finally
        {
            _sessions.TryRemove(session, out _);
        }
    }

    /// <summary>Stops listening and ends every session; a second call does nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions.Values);
    }
}
