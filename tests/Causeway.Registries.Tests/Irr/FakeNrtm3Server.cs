using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Registries.Tests.Irr;

/// <summary>A server that answers each connection's one line with what the test wants, and closes.</summary>
internal sealed class FakeNrtm3Server : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FakeNrtm3Server()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    public ConcurrentQueue<string> Queries { get; } = new();

    public Func<string, string> Answer { get; set; } = _ => "";

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                string query = await reader.ReadLineAsync(_stop.Token) ?? "";
                Queries.Enqueue(query);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(Answer(query)), _stop.Token);
            }
        }
        catch (OperationCanceledException) { }
    }

    public async ValueTask DisposeAsync()
    {
        if (_serving.IsCompleted)
            return;
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }
}
