using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Causeway.Registries.Irr;

namespace Causeway.Registries.Whois;

/// <summary>
/// The whois port: IRRd's protocol over TCP, as bgpq4 and its like speak it. Each connection is read, answered and written in turn, so a client that sends
/// many queries ahead waits in its own queue, and one that does not read is closed after <see cref="WhoisOptions.WriteTimeout"/>.
/// </summary>
public sealed class WhoisServer : IAsyncDisposable
{
    private readonly Func<IrrDatabase> _database;
    private readonly WhoisOptions _options;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _running;
    private readonly WhoisPending _pending;
    private readonly ConcurrentDictionary<IPAddress, int> _perAddress = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;
    private long _queries;
    private long _refused;

    /// <param name="database">Asked anew for each query, so that answers follow the registries.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public WhoisServer(Func<IrrDatabase> database, WhoisOptions options, TimeProvider time)
    {
        _database = database;
        _options = options;
        _time = time;
        _running = new SemaphoreSlim(options.MaxRunning);
        _pending = new WhoisPending(options.MaxPending);
        _listener = new TcpListener(options.Listen);
        _listener.Start(backlog: 512);
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens; the port is the real one when 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Queries answered so far.</summary>
    public long Queries => Interlocked.Read(ref _queries);

    /// <summary>Connections refused so far because there were too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public int Connections => _connections.Count;

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (SocketException)
            {
                // The client left before it was accepted, or descriptors ran out: neither ends the service, but do not spin on it.
                await Task.Delay(TimeSpan.FromMilliseconds(20), _time, CancellationToken.None);
                continue;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            Task connection = Task.Run(() => ServeAsync(socket));
            _connections[connection] = true;
            _ = connection.ContinueWith(t => _connections.TryRemove(t, out _), TaskScheduler.Default);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The edge of a connection: nothing that a client causes may reach further.")]
    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            IPAddress address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            int here = _perAddress.AddOrUpdate(address, 1, (_, n) => n + 1);
            try
            {
                socket.NoDelay = true;
                if (_connections.Count > _options.MaxConnections || here > _options.MaxConnectionsPerAddress)
                {
                    Interlocked.Increment(ref _refused);
                    using var outbox = new WhoisOutbox(socket, _options.WriteTimeout, _time, _stop.Token);
                    await outbox.AddAsync("%% Too many connections; try again later\n\n\n"u8.ToArray());
                    await outbox.FlushAsync();
                    return;
                }
                await ConverseAsync(socket);
            }
            catch (Exception)
            {
                // A broken connection, a client too slow, or a fault in a query: the connection ends, the service goes on.
            }
            finally
            {
                if (_perAddress.AddOrUpdate(address, 0, (_, n) => n - 1) <= 0)
                    _perAddress.TryRemove(new KeyValuePair<IPAddress, int>(address, 0));
            }
        }
    }

    private async Task ConverseAsync(Socket socket)
    {
        using var session = new WhoisSession(_database, _options, _pending);
        using var outbox = new WhoisOutbox(socket, _options.WriteTimeout, _time, _stop.Token);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(_options.MaxQuery + 1);
        try
        {
            int filled = 0;
            while (true)
            {
                int used = 0;
                while (buffer.AsSpan(used, filled - used).IndexOf((byte)'\n') is >= 0 and int length)
                {
                    ReadOnlyMemory<byte> line = buffer.AsMemory(used, length).TrimEnd("\r "u8);
                    used += length + 1;
                    // An empty line asks nothing, but ends a conversation that is not kept open.
                    if (line.Length > 0)
                        await AnswerAsync(outbox, session, line);
                    if (session.IsOver || !session.StaysOpen)
                    {
                        await outbox.FlushAsync();
                        return;
                    }
                }
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
                if (filled >= _options.MaxQuery)
                {
                    await outbox.AddAsync("F Query too long\n"u8.ToArray());
                    await outbox.FlushAsync();
                    return;
                }
                await outbox.FlushAsync();
                int n = await ReceiveAsync(socket, buffer.AsMemory(filled, _options.MaxQuery - filled), session.IdleTimeout);
                if (n == 0)
                    return;
                filled += n;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task AnswerAsync(WhoisOutbox outbox, WhoisSession session, ReadOnlyMemory<byte> line)
    {
        WhoisReply reply;
        await _running.WaitAsync(_stop.Token);
        try
        {
            reply = session.Answer(line.Span);
        }
        finally
        {
            _running.Release();
        }
        Interlocked.Increment(ref _queries);
        using (reply)
            foreach (ReadOnlyMemory<byte> piece in reply.Pieces())
                await outbox.AddAsync(piece);
    }

    private async Task<int> ReceiveAsync(Socket socket, Memory<byte> buffer, TimeSpan idle)
    {
        using var deadline = new CancellationTokenSource(idle, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        return await socket.ReceiveAsync(buffer, either.Token);
    }

    /// <summary>Stops listening and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _listener.Dispose();
        _stop.Dispose();
        _running.Dispose();
    }
}
