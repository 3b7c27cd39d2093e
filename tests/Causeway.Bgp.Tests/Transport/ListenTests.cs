using System.Net;
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
        await using IConnection client = await transport.ConnectAsync(
            new ConnectionRequest(IPAddress.Loopback, first.Local, PeerSecurity.None),
            CancellationToken.None
        );
        await (await accepting).DisposeAsync();
        await first.DisposeAsync();
        await using IListener second = transport.Listen(first.Local);
    }
}
