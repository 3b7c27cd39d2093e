using System.Net;
using System.Text;
using Causeway.Client;

namespace Causeway.Api.Tests.Cli;

/// <summary>What a token endpoint answers, as who signs in is told of it.</summary>
public sealed class TokenSourceTests
{
    [Theory]
    [InlineData(401, ClientProblem.Login, "Login failed: the reason")]
    [InlineData(503, ClientProblem.Unreachable, "Nobody can sign in just now: the reason")]
    public async Task A_server_that_can_judge_nobody_has_refused_nobody(int status, ClientProblem problem, string says)
    {
        using var http = new HttpClient(new Answering((HttpStatusCode)status));
        var access = new AccessFile
        {
            Endpoint = "https://localhost",
            ActiveDirectory = "https://localhost/adfs",
            TenantId = "tenant",
            Subscriptions = [],
            Principals = [],
        };
        using var tokens = new TokenSource(http, access, new PrincipalSecret("id", "secret"), TimeProvider.System);
        ClientException e = await Assert.ThrowsAsync<ClientException>(async () =>
            await tokens.HeaderAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal((problem, says), (e.Problem, e.Message));
    }

    private sealed class Answering(HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
            Task.FromResult(
                new HttpResponseMessage(status)
                {
                    Content = new StringContent("""{"error":"any","error_description":"the reason"}""", Encoding.UTF8, "application/json"),
                }
            );
    }
}
