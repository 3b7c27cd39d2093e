using System.Net;
using System.Net.Sockets;

namespace Causeway.Bgp.Transport;

/// <summary>BGP over TCP, with MD5 signatures and GTSM where asked for (Linux).</summary>
public sealed class TcpTransport : ITransport
{
    public IListener Listen(IPEndPoint local)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(local);
            socket.Listen(1024);
            return new TcpListenerOfPeers(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on {local}: {Words(e)}.", e);
        }
    }

    public async ValueTask<ConnectOutcome> ConnectAsync(ConnectionRequest request, CancellationToken cancel)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(request.Remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            TcpSecurity.SetKey(socket, request.Remote.Address, request.Security.Md5Key);
            TcpSecurity.SetHops(socket, request.Security.TtlSecurityHops);
            socket.Bind(new IPEndPoint(request.Local, 0));
            SocketError error = await ConnectAsync(socket, request.Remote, cancel);
            if (error == SocketError.Success)
                return ConnectOutcome.Connected(new TcpConnection(socket));
            socket.Dispose();
            return ConnectOutcome.Failed($"cannot connect to {request.Remote}: {Words(error)}");
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return ConnectOutcome.Failed($"cannot connect to {request.Remote}: {Words(e.SocketErrorCode)}");
        }
        catch (IOException e)
        {
            socket?.Dispose();
            return ConnectOutcome.Failed(e.Message);
        }
    }

    /// <summary>Without the three exceptions that <see cref="Socket.ConnectAsync(EndPoint)"/> makes of a peer that is away: thousands may be.</summary>
    private static async Task<SocketError> ConnectAsync(Socket socket, IPEndPoint remote, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<SocketError>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var attempt = new SocketAsyncEventArgs { RemoteEndPoint = remote };
        attempt.Completed += (_, a) => done.SetResult(a.SocketError);
        if (!socket.ConnectAsync(attempt))
            return attempt.SocketError;
        await using (cancel.Register(() => Socket.CancelConnectAsync(attempt)))
            return await done.Task;
    }

    internal static string Words(SocketException e) => Words(e.SocketErrorCode);

    private static string Words(SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused => "connection refused",
            SocketError.TimedOut => "timed out",
            SocketError.HostUnreachable => "host unreachable",
            SocketError.NetworkUnreachable => "network unreachable",
            SocketError.ConnectionReset => "connection reset",
            SocketError.AddressNotAvailable => "the address is not on this host",
            SocketError.AddressAlreadyInUse => "the address is in use",
            SocketError.AccessDenied => "permission denied (ports below 1024 need CAP_NET_BIND_SERVICE)",
            _ => new SocketException((int)error).Message,
        };

    private sealed class TcpListenerOfPeers(Socket socket) : IListener
    {
        public IPEndPoint Local { get; } = (IPEndPoint)socket.LocalEndPoint!;

        public async ValueTask<IConnection> AcceptAsync(CancellationToken cancel)
        {
            try
            {
                Socket accepted = await socket.AcceptAsync(cancel);
                accepted.NoDelay = true;
                return new TcpConnection(accepted);
            }
            catch (SocketException e)
            {
                throw new IOException(Words(e), e);
            }
        }

        public void Protect(IPAddress peer, PeerSecurity security)
        {
            TcpSecurity.SetKey(socket, peer, security.Md5Key);
            // For the answers to all peers, since a listener has one hop limit; more does no harm to those that do not ask for it.
            if (security.TtlSecurityHops is not null)
                TcpSecurity.SendFarthest(socket);
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class TcpConnection(Socket socket) : IConnection
    {
        public IPEndPoint Local { get; } = (IPEndPoint)socket.LocalEndPoint!;
        public IPEndPoint Remote { get; } = (IPEndPoint)socket.RemoteEndPoint!;

        public void Protect(PeerSecurity security) => TcpSecurity.SetHops(socket, security.TtlSecurityHops);

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel)
        {
            try
            {
                return await socket.ReceiveAsync(buffer, cancel);
            }
            catch (SocketException e)
            {
                throw new IOException(Words(e), e);
            }
        }

        public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            try
            {
                while (!bytes.IsEmpty)
                    bytes = bytes[await socket.SendAsync(bytes, cancel)..];
            }
            catch (SocketException e)
            {
                throw new IOException(Words(e), e);
            }
        }

        public void FinishSending()
        {
            try
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // The peer was faster in closing; nothing is lost.
            }
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
