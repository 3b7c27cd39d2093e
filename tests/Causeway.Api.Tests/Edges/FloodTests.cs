using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Causeway.Testing;

namespace Causeway.Api.Tests.Edges;

/// <summary>Connections that strangers hold, against the real process with few descriptors.</summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int Descriptors = 400;

    /// <summary>More idle connections than there are descriptors: the process goes on, and others are served while they stand.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Idle_connections_neither_end_the_process_nor_shut_others_out(bool handshake)
    {
        await using var server = new ServerProcess([], descriptors: Descriptors);
        await server.StartAsync();
        IPEndPoint at = IPEndPoint.Parse(server.Listen);
        var held = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 3 * Descriptors; i++)
            {
                var client = new TcpClient();
                held.Add(client);
                try
                {
                    await client.ConnectAsync(at).WaitAsync(TimeSpan.FromSeconds(20));
                    if (handshake)
                        _ = ShakeHandsAsync(client);
                }
                catch (Exception e) when (e is SocketException or TimeoutException)
                {
                    // Refused or waiting in the queue: both are fine.
                }
                if (i % Descriptors == Descriptors - 1)
                    await ServesAsync(server, $"with {held.Count} idle connections");
            }
            Assert.True(server.IsRunning, server.Output);
            int open = Directory.GetFileSystemEntries($"/proc/{server.Id}/fd").Length;
            output.WriteLine($"{held.Count} idle connections: {open} of {Descriptors} descriptors open");
            Assert.InRange(open, 1, Descriptors - 10);
        }
        finally
        {
            held.ForEach(c => c.Dispose());
        }
        await ServesAsync(server, "after the flood");
    }

    /// <summary>Who says nothing has seconds, before the handshake and after it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_without_a_request_ends_within_seconds(bool handshake)
    {
        await using var server = new ServerProcess([]);
        await server.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(server.Listen));
        Stream stream = client.GetStream();
        if (handshake)
        {
            var tls = new SslStream(stream, false, (_, shown, _, _) => shown is not null);
            await tls.AuthenticateAsClientAsync("localhost");
            stream = tls;
        }
        long began = TimeProvider.System.GetTimestamp();
        byte[] buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(60)) > 0) { }
        }
        catch (IOException)
        {
            // Reset instead of closed.
        }
        TimeSpan lasted = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"handshake {handshake}: ended after {lasted.TotalSeconds:0.0} s");
        Assert.InRange(lasted.TotalSeconds, 0, 40);
    }

    private static async Task ShakeHandsAsync(TcpClient client)
    {
        try
        {
            var tls = new SslStream(client.GetStream(), false, (_, shown, _, _) => shown is not null);
            await tls.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (Exception e)
            when (e
                    is IOException
                        or TimeoutException
                        or ObjectDisposedException
                        or InvalidOperationException
                        or System.Security.Authentication.AuthenticationException
            )
        {
            // The server made room for others.
        }
    }

    /// <summary>A stranger may be made room of at once, too: whoever comes again is served.</summary>
    private static async Task ServesAsync(ServerProcess server, string when)
    {
        using var client = new HttpClient(
            new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                },
            }
        );
        await Eventually.Get(
            async () =>
            {
                Assert.True(server.IsRunning, $"the process ended {when}:\n{server.Output}");
                try
                {
                    return await client.GetStringAsync($"{server.Endpoint}/healthz");
                }
                catch (HttpRequestException e)
                {
                    return e.Message;
                }
            },
            answer => answer.StartsWith("ok", StringComparison.Ordinal),
            $"the server answers {when}"
        );
    }
}
