using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Transport;

namespace Causeway.Bgp.Tests.Transport;

public sealed class ListenTests
{
    [Fact]
    public async Task A_port_in_use_is_refused_and_not_shared()
    {
        var transport = new TcpTransport();
        await using IListener first = transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        IOException taken = Assert.Throws<IOException>(() => transport.Listen(first.Local));
        Assert.Equal($"Cannot listen on {first.Local}: the address is in use.", taken.Message);
    }

    [Fact]
    public async Task A_port_just_given_up_can_be_taken_again()
    {
        var transport = new TcpTransport();
        IListener first = transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        ValueTask<IConnection> accepting = first.AcceptAsync(CancellationToken.None);
        // Our end closes first, so that the pair of addresses stays in TIME_WAIT.
        ConnectOutcome connected = await transport.ConnectAsync(
            new ConnectionRequest(IPAddress.Loopback, first.Local, PeerSecurity.None),
            CancellationToken.None
        );
        await using IConnection client = connected.Connection!;
        await (await accepting).DisposeAsync();
        await first.DisposeAsync();
        await using IListener second = transport.Listen(first.Local);
    }

    [Fact]
    public async Task A_peer_that_is_away_is_an_answer_in_words()
    {
        var transport = new TcpTransport();
        IListener gone = transport.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        await gone.DisposeAsync();
        async Task<string> Failure(IPAddress from)
        {
            ConnectOutcome outcome = await transport.ConnectAsync(new(from, gone.Local, PeerSecurity.None), CancellationToken.None);
            Assert.Null(outcome.Connection);
            return outcome.Failure;
        }
        Assert.Equal($"cannot connect to {gone.Local}: connection refused", await Failure(IPAddress.Loopback));
        Assert.Equal($"cannot connect to {gone.Local}: the address is not on this host", await Failure(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public async Task An_attempt_can_be_given_up()
    {
        using var cancel = new CancellationTokenSource();
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        // One call fills the queue of a listener that takes none; later ones wait for an answer that does not come.
        var transport = new TcpTransport();
        var request = new ConnectionRequest(IPAddress.Loopback, (IPEndPoint)full.LocalEndPoint!, PeerSecurity.None);
        Task<ConnectOutcome>[] attempts = [.. Enumerable.Range(0, 4).Select(_ => transport.ConnectAsync(request, cancel.Token).AsTask())];
        await cancel.CancelAsync();
        ConnectOutcome[] outcomes = await Task.WhenAll(attempts);
        Assert.Contains(outcomes, o => o.Connection is null);
        foreach (IConnection connection in outcomes.Select(o => o.Connection).OfType<IConnection>())
            await connection.DisposeAsync();
    }
}
