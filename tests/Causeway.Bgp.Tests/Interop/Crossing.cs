using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>
/// Stands between us and a daemon and lets each connect to the other through it, but passes nothing on before both have, and nothing after the OPENs before all
/// four of them have been answered: so no side is Established before it has compared, and the collision of RFC 4271 §6.8 happens every time. When one ends
/// either of the two, the other goes on; later connections pass at once.
/// </summary>
internal sealed class Crossing : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _forUs;
    private readonly TcpListener _forDaemon;
    private readonly TaskCompletionSource _weCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _daemonCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opensSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answers;
    private int _standing;

    public Crossing(LabPlan plan)
    {
        // Each sees the other's address as the source, as if nothing stood between.
        _forUs = new TcpListener(plan.DaemonAddress, 0);
        _forDaemon = new TcpListener(plan.OurAddress, plan.PortForDaemon);
        _forUs.Start();
        _forDaemon.Start();
        _ = AcceptAsync(_forUs, _weCame, plan.OurAddress, new IPEndPoint(plan.DaemonAddress, plan.DaemonPort));
        _ = AcceptAsync(_forDaemon, _daemonCame, plan.DaemonAddress, new IPEndPoint(plan.OurAddress, plan.OurPort));
    }

    public int PortForUs => ((IPEndPoint)_forUs.LocalEndpoint).Port;

    /// <summary>Completes when each has connected.</summary>
    public Task BothOpen => Task.WhenAll(_weCame.Task, _daemonCame.Task).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

    /// <summary>Connections that go through it now: neither end has closed them.</summary>
    public int Standing => Volatile.Read(ref _standing);

    private async Task AcceptAsync(TcpListener listener, TaskCompletionSource came, IPAddress from, IPEndPoint to)
    {
        try
        {
            while (true)
            {
                Socket near = await listener.AcceptSocketAsync(_end.Token);
                came.TrySetResult();
                _ = PassAsync(near, from, to);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket near, IPAddress from, IPEndPoint to)
    {
        using Socket one = near;
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        Interlocked.Increment(ref _standing);
        try
        {
            await BothOpen;
            other.Bind(new IPEndPoint(from, 0));
            await other.ConnectAsync(to, _end.Token);
            await Task.WhenAll(CopyAsync(one, other), CopyAsync(other, one));
        }
        catch (Exception e)
            when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException or TimeoutException)
        {
            // One of the two has gone; both ends see that.
        }
        finally
        {
            Interlocked.Decrement(ref _standing);
            _opensSeen.TrySetResult();
        }
    }

    private async Task CopyAsync(Socket source, Socket target)
    {
        try
        {
            using var from = new NetworkStream(source);
            using var to = new NetworkStream(target);
            await PassOpenAsync(from, to);
            await from.CopyToAsync(to, _end.Token);
        }
        finally
        {
            // A daemon that closes one of the two at once never sends its OPEN there.
            _opensSeen.TrySetResult();
            target.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>The first message of a connection, and no octet more until each has answered both OPENs with something, and so has seen them.</summary>
    private async Task PassOpenAsync(NetworkStream from, NetworkStream to)
    {
        var message = new byte[4096];
        await from.ReadExactlyAsync(message.AsMemory(0, 19), _end.Token);
        int length = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(16));
        await from.ReadExactlyAsync(message.AsMemory(19, length - 19), _end.Token);
        await to.WriteAsync(message.AsMemory(0, length), _end.Token);
        await from.ReadExactlyAsync(message.AsMemory(0, 1), _end.Token);
        if (Interlocked.Increment(ref _answers) == 4)
            _opensSeen.TrySetResult();
        await _opensSeen.Task.WaitAsync(_end.Token);
        await to.WriteAsync(message.AsMemory(0, 1), _end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _forUs.Stop();
        _forDaemon.Stop();
        _end.Dispose();
    }
}
