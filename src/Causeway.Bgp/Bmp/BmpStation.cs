using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Bgp.Bmp;

/// <summary>
/// A BMP monitoring station (RFC 7854 §3): routers connect, report, and are believed until their connection ends; then all that they said is forgotten.
/// </summary>
public sealed class BmpStation : IAsyncDisposable
{
    private const int FirstBuffer = 64 * 1024;

    private readonly TimeProvider _clock;
    private readonly int _mostRouters;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<BmpRouter, Task> _routers = [];
    private readonly Task _accepting;

    /// <summary>Starts listening at once.</summary>
    /// <param name="listen">Port 0 takes a free one.</param>
    /// <param name="mostRouters">Connections beyond this many are closed at once.</param>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public BmpStation(IPEndPoint listen, TimeProvider clock, int mostRouters = 256)
    {
        _clock = clock;
        _mostRouters = mostRouters;
        _listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(listen);
            _listener.Listen(128);
        }
        catch (SocketException e)
        {
            _listener.Dispose();
            throw new IOException($"Cannot listen for BMP on {listen}: {e.Message}.", e);
        }
        Local = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = Task.Run(AcceptAsync);
    }

    public IPEndPoint Local { get; }

    /// <summary>Connections turned away because there were too many.</summary>
    public int TurnedAway { get; private set; }

    /// <summary>The routers that are connected now.</summary>
    public IReadOnlyList<BmpRouter> Routers
    {
        get
        {
            lock (_gate)
                return [.. _routers.Keys];
        }
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_end.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // One connection that broke before it was taken is no reason to stop.
                continue;
            }
            lock (_gate)
            {
                if (_routers.Count >= _mostRouters)
                {
                    TurnedAway++;
                    socket.Dispose();
                    continue;
                }
                var router = new BmpRouter((IPEndPoint)socket.RemoteEndPoint!, _clock);
                _routers[router] = Task.Run(() => ServeAsync(router, socket));
            }
        }
    }

    private async Task ServeAsync(BmpRouter router, Socket socket)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        int held = 0;
        try
        {
            while (true)
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(held), _end.Token);
                if (count == 0)
                    break;
                held += count;
                int taken = TakeAll(router, buffer.AsSpan(0, held));
                if (taken < 0)
                    break;
                buffer.AsSpan(taken, held - taken).CopyTo(buffer);
                held -= taken;
                if (held == buffer.Length)
                    buffer = Grow(buffer, held);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is gone, and with it the router, whatever the reason.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            socket.Dispose();
            lock (_gate)
                _routers.Remove(router);
        }
    }

    /// <returns>Octets taken; -1 when the stream is not BMP, or the router has said good-bye.</returns>
    private static int TakeAll(BmpRouter router, ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        while (true)
        {
            if (BmpParser.Frame(bytes[taken..], out int length) is not null)
                return -1;
            if (length == 0)
                return taken;
            router.Take(bytes.Slice(taken, length));
            taken += length;
            // Nothing follows a Termination, and the station closes (RFC 7854 §4.5).
            if (router.Terminated)
                return -1;
        }
    }

    // The parser admits no message longer than its limit, so a buffer of twice that is never full.
    private static byte[] Grow(byte[] buffer, int held)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, held).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] serving;
        lock (_gate)
            serving = [.. _routers.Values];
        await Task.WhenAll(serving);
        _end.Dispose();
    }
}
