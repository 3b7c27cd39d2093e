using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A mail server of a test's own: it takes mail, or says that it is busy.</summary>
internal sealed class SmallMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Task _accepting;
    private readonly CancellationTokenSource _end = new();

    public SmallMailServer(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How many of the next are told to come again.</summary>
    public int Busy;

    /// <summary>How many were told so.</summary>
    public int Refused;

    /// <summary>Whole letters, heads and all, each with its recipients.</summary>
    public ConcurrentQueue<(string To, string Text)> Letters { get; } = [];

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            var to = new List<string>();
            await writer.WriteLineAsync("220 small ESMTP");
            while (await reader.ReadLineAsync() is { } line)
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "EHLO":
                        await writer.WriteLineAsync("250-small\r\n250 8BITMIME");
                        break;
                    case "MAIL" when Interlocked.Decrement(ref Busy) >= 0:
                        Interlocked.Increment(ref Refused);
                        await writer.WriteLineAsync("451 busy");
                        break;
                    case "RCPT":
                        to.Add(line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)]);
                        await writer.WriteLineAsync("250 ok");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var text = new StringBuilder();
                        while (await reader.ReadLineAsync() is { } part && part != ".")
                            text.AppendLine(part);
                        Letters.Enqueue((string.Join(',', to), text.ToString()));
                        await writer.WriteLineAsync("250 taken");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 ok");
                        break;
                }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }
}

/// <summary>A receiver of webhooks of a test's own: it takes events, or answers 500.</summary>
internal sealed class SmallReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public SmallReceiver(int port)
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>How many of the next are answered 500.</summary>
    public int Failing;

    /// <summary>Every request that came, answered well or not.</summary>
    public ConcurrentQueue<(string Id, string Stamp, string Signature, string Type, byte[] Body, bool Taken)> Events { get; } = [];

    private async Task ServeAsync()
    {
        while (true)
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                bool taken = Interlocked.Decrement(ref Failing) < 0;
                string Head(string name) => context.Request.Headers[name] ?? "";
                Events.Enqueue(
                    (Head("webhook-id"), Head("webhook-timestamp"), Head("webhook-signature"), Head("Content-Type"), body.ToArray(), taken)
                );
                context.Response.StatusCode = taken ? 204 : 500;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }
}
