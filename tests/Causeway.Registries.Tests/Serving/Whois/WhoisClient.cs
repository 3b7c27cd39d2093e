using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Registries.Tests.Serving.Whois;

/// <summary>A plain TCP client that speaks whois line by line.</summary>
internal sealed class WhoisClient : IDisposable
{
    private readonly TcpClient _client;

    private WhoisClient(string from) => _client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));

    public NetworkStream Stream => _client.GetStream();

    public static async Task<WhoisClient> ConnectAsync(IPEndPoint server, string from = "127.0.0.1")
    {
        var client = new WhoisClient(from);
        await client._client.ConnectAsync(server, TestContext.Current.CancellationToken);
        return client;
    }

    public async Task SendAsync(string text) =>
        await Stream.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Everything up to the end of the connection.</summary>
    public async Task<string> RestAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var memory = new MemoryStream();
        await Stream.CopyToAsync(memory, deadline.Token);
        return Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <summary>One query on a connection of its own.</summary>
    public static async Task<string> AskAsync(IPEndPoint server, string query, string from = "127.0.0.1")
    {
        using WhoisClient client = await ConnectAsync(server, from);
        await client.SendAsync(query + "\n");
        return await client.RestAsync();
    }

    public void Dispose() => _client.Dispose();
}
