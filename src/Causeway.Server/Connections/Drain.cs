using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Causeway.Server.Connections;

/// <summary>
/// Theory of operation. A server that stops must not take a request that it will not answer: the client could not know whether it was done. Kestrel by itself
/// loses some: connections that the system has accepted and Kestrel not yet, connections on which the next request is just being sent, handshakes. So the end
/// is drawn out, in this order:
/// (1) New connections are no longer begun: the listening sockets drop the first segment (SYN) of each, and what has been begun before is still accepted. A
///     client that knocks now is refused when its system asks again, which is after the socket is gone, and a refused connection was never taken.
/// (2) Every answer from now on says that its connection ends with it (HTTP/1.1 <c>Connection: close</c>, HTTP/2 GOAWAY), so that no client sends another
///     request on it. A connection that was made and has not asked yet is waited for.
/// (3) When every connection that is left has been silent for a moment, or the time is over, the rest is Kestrel's usual end.
/// </summary>
internal sealed class Drain : IConnectionListenerFactory
{
    /// <summary>How long handshakes that have begun have to arrive; a round trip around the world.</summary>
    private static readonly TimeSpan Arriving = TimeSpan.FromMilliseconds(300);

    /// <summary>A connection that is silent for so long is one that a client keeps for later.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a new connection may take to ask for something.</summary>
    private static readonly TimeSpan FirstRequest = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<Held, bool> _connections = [];
    private readonly ConcurrentBag<IConnectionListener> _listeners = [];
    private readonly ConcurrentBag<Socket> _sockets = [];
    private volatile bool _draining;

    private readonly SocketTransportFactory _transport;

    public Drain(IOptions<SocketTransportOptions> options, ILoggerFactory logs)
    {
        Func<EndPoint, Socket> create = options.Value.CreateBoundListenSocket;
        options.Value.CreateBoundListenSocket = at =>
        {
            Socket socket = create(at);
            _sockets.Add(socket);
            return socket;
        };
        _transport = new SocketTransportFactory(options, logs);
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        IConnectionListener listener = await _transport.BindAsync(endpoint, cancellationToken);
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Connections are known from their first moment, before TLS.</summary>
    public void Watch(ListenOptions listen) =>
        listen.Use(next =>
            async connection =>
            {
                var held = new Held();
                _connections[held] = true;
                connection.Features.Set(held);
                try
                {
                    await next(connection);
                }
                finally
                {
                    _connections.TryRemove(held, out _);
                }
            }
        );

    /// <summary>Middleware; the outermost.</summary>
    public async Task ServeAsync(HttpContext http, RequestDelegate next)
    {
        Held? held = http.Features.Get<Held>();
        held?.Begin();
        try
        {
            if (_draining)
                End(http);
            await next(http);
        }
        finally
        {
            held?.Finish();
        }
    }

    private static void End(HttpContext http)
    {
        if (HttpProtocol.IsHttp2(http.Request.Protocol))
            http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        else
            http.Response.Headers.Connection = "close";
    }

    /// <summary>Takes no new connection, and returns when what was taken is answered or the time is over.</summary>
    public async Task RunAsync(TimeSpan within)
    {
        long began = TimeProvider.System.GetTimestamp();
        _draining = true;
        if (!_connections.IsEmpty)
        {
            foreach (Socket socket in _sockets)
                DropNewConnections(socket);
            await Task.Delay(Arriving, TimeProvider.System, CancellationToken.None);
        }
        foreach (IConnectionListener listener in _listeners)
            await listener.UnbindAsync(CancellationToken.None);
        while (_connections.Keys.Any(c => c.IsBusy) && TimeProvider.System.GetElapsedTime(began) < within)
            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>A classic BPF program on the listening socket: segments with SYN and without ACK are dropped, all others pass.</summary>
    private static void DropNewConnections(Socket socket)
    {
        const int SolSocket = 1,
            SoAttachFilter = 26;
        // ldb [13] (TCP's flags); and #0x12 (SYN, ACK); jeq #0x02, 0, 1; ret #0; ret #0xffffffff: code, jt, jf, k of each.
        (ushort Code, byte True, byte False, uint Value)[] program =
        [
            (0x30, 0, 0, 13),
            (0x54, 0, 0, 0x12),
            (0x15, 0, 1, 0x02),
            (0x06, 0, 0, 0),
            (0x06, 0, 0, uint.MaxValue),
        ];
        nint instructions = Marshal.AllocHGlobal(8 * program.Length);
        try
        {
            for (int i = 0; i < program.Length; i++)
            {
                Marshal.WriteInt16(instructions, 8 * i, (short)program[i].Code);
                Marshal.WriteByte(instructions, 8 * i + 2, program[i].True);
                Marshal.WriteByte(instructions, 8 * i + 3, program[i].False);
                Marshal.WriteInt32(instructions, 8 * i + 4, (int)program[i].Value);
            }
            // struct sock_fprog: a short, padded to a pointer, and the pointer.
            byte[] filter = new byte[2 * nint.Size];
            BitConverter.TryWriteBytes(filter, (ushort)program.Length);
            BitConverter.TryWriteBytes(filter.AsSpan(nint.Size), instructions);
            socket.SetRawSocketOption(SolSocket, SoAttachFilter, filter);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or PlatformNotSupportedException)
        {
            // Without it a connection that is made in the last instant may be cut; everything else goes as said.
        }
        finally
        {
            Marshal.FreeHGlobal(instructions);
        }
    }

    /// <summary>One connection.</summary>
    private sealed class Held
    {
        private readonly long _made = TimeProvider.System.GetTimestamp();
        private int _running;
        private long _silentSince;

        /// <summary>Whether a request runs on it, has just ended on it, or may be under way as its first.</summary>
        public bool IsBusy
        {
            get
            {
                long since = Volatile.Read(ref _silentSince);
                return since == 0
                    ? Volatile.Read(ref _running) > 0 || TimeProvider.System.GetElapsedTime(_made) < FirstRequest
                    : Volatile.Read(ref _running) > 0 || TimeProvider.System.GetElapsedTime(since) < Silent;
            }
        }

        public void Begin() => Interlocked.Increment(ref _running);

        public void Finish()
        {
            Volatile.Write(ref _silentSince, TimeProvider.System.GetTimestamp());
            Interlocked.Decrement(ref _running);
        }
    }
}
