using System.Net.Sockets;
using Causeway.Client;

namespace Causeway.Api.Tests.Cli;

/// <summary>A server that goes away is one that cannot be reached, in whatever way the platform says so.</summary>
public sealed class ArmClientTests
{
    [Fact]
    public async Task A_connection_that_ends_at_once_is_a_server_that_cannot_be_reached()
    {
        using var http = new HttpClient(new Ending()) { BaseAddress = new Uri("https://localhost") };
        using var client = new ArmClient(http, "token", TimeProvider.System);
        ClientException e = await Assert.ThrowsAsync<ClientException>(async () =>
            await client.FindAsync("/subscriptions", ArmClient.ResourcesVersion, TestContext.Current.CancellationToken)
        );
        Assert.Equal(ClientProblem.Unreachable, e.Problem);
    }

    /// <summary>As a pool of connections does that asks a socket for its peer after the peer was killed.</summary>
    private sealed class Ending : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
            throw new SocketException((int)SocketError.NotConnected);
    }
}
