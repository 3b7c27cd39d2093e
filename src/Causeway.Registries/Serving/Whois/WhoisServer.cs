using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Irr;

namespace Causeway.Registries.Serving.Whois;

/// <summary>
/// The whois port: IRRd's protocol over TCP, as bgpq4 and its like speak it. Each connection is read, answered and written in turn, so a client that sends
/// many queries ahead waits in its own queue, and one that does not read is closed after <see cref="WhoisOptions.WriteTimeout"/>. Clients take turns at what is
/// costly (<see cref="WhoisTurns"/>), and each has its own share of the memory in which answers wait.
/// </summary>
public sealed class WhoisServer : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly Func<IrrDatabase> _database;
    private readonly WhoisOptions _options;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly WhoisTurns _turns;
    private readonly WhoisPending _pending;
    private readonly Dictionary<IpPrefix, Client> _clients = [];
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Supervisor _supervisor;
    private readonly RegistryLoop _accepting;
    private long _queries;
    private long _refused;
    private long _sent;

    /// <param name="database">Asked anew for each query, so that answers follow the registries.</param>
    /// <param name="supervisor">Turns the loop that accepts clients, until this is disposed.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public WhoisServer(Func<IrrDatabase> database, WhoisOptions options, TimeProvider time, Supervisor supervisor)
    {
        _database = database;
        _options = options;
        _time = time;
        _supervisor = supervisor;
        _turns = new WhoisTurns(options.MaxRunning);
        _pending = new WhoisPending(options.MaxPending);
        _listener = new TcpListener(options.Listen);
        _listener.Start(backlog: 512);
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = new RegistryLoop($"whois on {EndPoint}", Timeout.InfiniteTimeSpan, AcceptAllAsync);
        supervisor.Start(_accepting);
    }

    /// <summary>Who asks: see <see cref="ClientOrigin"/>.</summary>
    private sealed class Client(WhoisPending pending)
    {
        public WhoisPending Pending => pending;

        /// <summary>Guarded by the list of clients.</summary>
        public int Connections { get; set; }
    }

    /// <summary>Where it listens; the port is the real one when 0 was asked for.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Queries answered so far.</summary>
    public long Queries => Interlocked.Read(ref _queries);

    /// <summary>Connections refused so far because there were too many.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Bytes of answers that went out so far.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    public int Connections => _connections.Count;

    /// <summary>Accepts without end.</summary>
    private async Task<TurnResult> AcceptAllAsync(CancellationToken cancellation)
    {
        while (true)
            await AcceptAsync(cancellation);
    }

    private async Task AcceptAsync(CancellationToken cancellation)
    {
        Socket socket;
        try
        {
            socket = await _listener.AcceptSocketAsync(cancellation);
        }
        catch (SocketException)
        {
            // The client left before it was accepted, or descriptors ran out: neither ends the service, but do not spin on it.
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellation);
            return;
        }
        Task connection = Task.Run(() => ServeAsync(socket), CancellationToken.None);
        _connections[connection] = true;
        _ = connection.ContinueWith(t => _connections.TryRemove(t, out _), TaskScheduler.Default);
    }

    [SuppressMessage("Design", "CA1031", Justification = "The edge of a connection: nothing that a client causes may reach further.")]
    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            if (ClientOrigin.AddressOf(socket) is not { } address)
                return;
            IpPrefix origin = ClientOrigin.Of(address);
            (Client client, bool welcome) = Arrive(origin);
            try
            {
                socket.NoDelay = true;
                if (_connections.Count > _options.MaxConnections || !welcome)
                {
                    Interlocked.Increment(ref _refused);
                    using var outbox = new WhoisOutbox(socket, _options, n => Interlocked.Add(ref _sent, n), _time, _stop.Token);
                    outbox.Begin();
                    await outbox.AddAsync("%% Too many connections; try again later\n\n\n"u8.ToArray());
                    await outbox.FlushAsync();
                    return;
                }
                await ConverseAsync(socket, origin, client);
            }
            catch (Exception)
            {
                // A broken connection, a client too slow, or a fault in a query: the connection ends, the service goes on.
            }
            finally
            {
                lock (_clients)
                    if (--client.Connections == 0)
                        _clients.Remove(origin);
            }
        }
    }

    private (Client Client, bool Welcome) Arrive(IpPrefix origin)
    {
        lock (_clients)
        {
            if (!_clients.TryGetValue(origin, out Client? client))
                _clients[origin] = client = new Client(new WhoisPending(_options.MaxPendingPerClient, _pending));
            return (client, ++client.Connections <= _options.MaxConnectionsPerAddress);
        }
    }

    private async Task ConverseAsync(Socket socket, IpPrefix origin, Client client)
    {
        using var session = new WhoisSession(_database, _options, client.Pending, _time);
        using var outbox = new WhoisOutbox(socket, _options, n => Interlocked.Add(ref _sent, n), _time, _stop.Token);
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
                        await AnswerAsync(origin, outbox, session, line);
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
                    outbox.Begin();
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

    private async Task AnswerAsync(IpPrefix origin, WhoisOutbox outbox, WhoisSession session, ReadOnlyMemory<byte> line)
    {
        WhoisReply reply;
        await _turns.EnterAsync(origin, _stop.Token);
        try
        {
            reply = session.Answer(line.Span);
        }
        finally
        {
            _turns.Leave(origin);
        }
        Interlocked.Increment(ref _queries);
        outbox.Begin();
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
        await _supervisor.StopAsync([_accepting], StopWithin);
        _listener.Stop();
        await Task.WhenAll(_connections.Keys);
        _listener.Dispose();
        _stop.Dispose();
    }
}
