using System.Net;
using System.Net.Sockets;

namespace Causeway.Bgp.Tests.Interop;

/// <summary>
/// Stands between a daemon and us. What the daemon opens is passed on, but its end is not: where the daemon goes, our side sees a connection that says nothing any
/// more, as when a router loses its power.
/// </summary>
internal sealed class DeadLine : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener;
    private readonly LabPlan _plan;

    public DeadLine(LabPlan plan)
    {
        _plan = plan;
        _listener = new TcpListener(plan.OurAddress, plan.PortForDaemon);
        _listener.Start();
        _ = AcceptAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await _listener.AcceptSocketAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(Socket daemon)
    {
        using Socket there = daemon;
        using var here = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // We see the daemon's address as the source.
            here.Bind(new IPEndPoint(_plan.DaemonAddress, 0));
            await here.ConnectAsync(new IPEndPoint(_plan.OurAddress, _plan.OurPort), _end.Token);
            _ = FromDaemonAsync(there, here);
            await ToDaemonAsync(here, there);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over, or our speaker does not listen or has closed.
        }
    }

    private async Task FromDaemonAsync(Socket daemon, Socket us)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await daemon.ReceiveAsync(buffer, _end.Token) is > 0 and int count)
                await us.SendAsync(buffer.AsMemory(0, count), _end.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whatever became of the daemon, we hear nothing of it.
        }
    }

    private async Task ToDaemonAsync(Socket us, Socket daemon)
    {
        byte[] buffer = new byte[64 * 1024];
        while (await us.ReceiveAsync(buffer, _end.Token) is > 0 and int count)
            try
            {
                await daemon.SendAsync(buffer.AsMemory(0, count), _end.Token);
            }
            catch (SocketException)
            {
                // Lost, as on a dead line.
            }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        _end.Dispose();
    }
}
