using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;

namespace Causeway.Registries.Serving.Rtr;

/// <summary>
/// The cache side of RTR (RFC 8210, RFC 6810): gives routers the VRPs in use here, so that they need no other cache.
/// </summary>
/// <remarks>
/// <para>Theory of operation. There is one immutable <see cref="Edition"/> (serial, table, the deltas that led to it), swapped whole by <see cref="Publish"/>. Each
/// session is one loop that waits for a query or for a new edition. Answers are encoded into 64 KiB at a time from the edition's table while the router
/// reads, so a session costs one buffer, however large the table and however slow the router; a router that stops reading is dropped.</para>
/// <para>Seats. There are so many sessions at once, and so many from one address; whoever has not asked for longer than any router waits is dropped. When all
/// seats are taken, a router that the operator named takes that of a stranger, from the address that has most of them.</para>
/// </remarks>
public sealed class RtrServer : IAsyncDisposable
{
    /// <summary>Of version 2 there is nothing to serve: no router that is served here asks for ASPAs.</summary>
    internal const byte HighestVersion = 1;

    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly RtrServerOptions _options;
    private readonly TimeProvider _clock;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _seating = new();
    private readonly Dictionary<RtrServerSession, Seat> _seats = [];
    private readonly Lock _publishing = new();
    private readonly ushort _session = (ushort)RandomNumberGenerator.GetInt32(1, 65536);
    private readonly Supervisor _supervisor;
    private readonly RegistryLoop _accepting;
    private Edition? _edition;
    private TaskCompletionSource _newEdition = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _refused,
        _dropped;

    /// <summary>What is served: a table, its serial, and the deltas of the serials before it, oldest first.</summary>
    internal sealed record Edition(uint Serial, VrpTable Table, IReadOnlyList<VrpDelta> History);

    /// <summary>A session's place among the others.</summary>
    private sealed record Seat(IpPrefix Origin, bool IsKnown, CancellationTokenSource Eviction)
    {
        public Task Serving { get; set; } = Task.CompletedTask;
    }

    /// <param name="supervisor">Turns the loop that accepts routers, until this is disposed.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public RtrServer(IPEndPoint listen, RtrServerOptions options, TimeProvider clock, Supervisor supervisor)
    {
        _options = options;
        _clock = clock;
        _supervisor = supervisor;
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
        _accepting = new RegistryLoop($"rtr on {EndPoint}", Timeout.InfiniteTimeSpan, AcceptAllAsync);
        supervisor.Start(_accepting);
    }

    /// <summary>Where it listens; the port is the real one when 0 was asked for.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public RtrServerStatus Status
    {
        get
        {
            Edition? edition = Current;
            lock (_seating)
                return new(SessionOf(HighestVersion), edition?.Serial, edition?.Table.Count ?? 0, _seats.Count, _refused, _dropped);
        }
    }

    internal RtrServerOptions Options => _options;
    internal TimeProvider Clock => _clock;
    internal Edition? Current => Volatile.Read(ref _edition);

    /// <summary>The session id, another one in each protocol version (RFC 8210 §5.1).</summary>
    internal ushort SessionOf(byte version) => unchecked((ushort)(_session + version));

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
            socket = await _listener.AcceptAsync(cancellation);
        }
        catch (SocketException)
        {
            // A router that gave up while in the queue, or no descriptors left: neither ends the service, but do not spin on it.
            await Task.Delay(TimeSpan.FromMilliseconds(20), _clock, cancellation);
            return;
        }
        try
        {
            Admit(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Admit(Socket socket)
    {
        if (ClientOrigin.AddressOf(socket) is not { } address)
        {
            socket.Dispose();
            return;
        }
        IpPrefix origin = ClientOrigin.Of(address);
        bool known = _options.KnownRouters.Any(r => r.Contains(address));
        lock (_seating)
        {
            if (_seats.Values.Count(s => s.Origin == origin) >= _options.MaxClientsPerAddress || !HasRoom(known))
            {
                _refused++;
                socket.Dispose();
                return;
            }
            socket.NoDelay = true;
            KeepAlive(socket);
            var session = new RtrServerSession(this, new RtrConnection(new NetworkStream(socket, ownsSocket: true)));
            var seat = new Seat(origin, known, CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
            _seats.Add(session, seat);
            seat.Serving = Task.Run(() => ServeAsync(session, seat));
        }
    }

    /// <summary>Whether there is a seat, if need be by taking a stranger's.</summary>
    private bool HasRoom(bool known)
    {
        if (_seats.Count < _options.MaxClients)
            return true;
        if (!known)
            return false;
        RtrServerSession? stranger = _seats.Where(s => !s.Value.IsKnown).GroupBy(s => s.Value.Origin).MaxBy(g => g.Count())?.Last().Key;
        if (stranger is null || !_seats.Remove(stranger, out Seat? seat))
            return false;
        _dropped++;
        _ = seat.Eviction.CancelAsync();
        return true;
    }

    /// <summary>A router that lost its power is found out within two minutes, so that its seat is there when it is back.</summary>
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
    }

    private async Task ServeAsync(RtrServerSession session, Seat seat)
    {
        bool left = await session.RunAsync(seat.Eviction.Token);
        lock (_seating)
            if (_seats.Remove(session) && !left)
                _dropped++;
        seat.Eviction.Dispose();
    }

    /// <summary>Stops listening and ends every session; a second call does nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _supervisor.StopAsync([_accepting], StopWithin);
        _listener.Dispose();
        Task[] serving;
        lock (_seating)
            serving = [.. _seats.Values.Select(s => s.Serving)];
        await Task.WhenAll(serving);
    }
}
