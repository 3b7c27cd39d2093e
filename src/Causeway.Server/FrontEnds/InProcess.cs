using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Server.FrontEnds;

/// <summary>
/// Sends requests down the server's own road (routing, then the endpoints with all that ARM's conventions ask: token, role, rate), without a connection. What a front
/// end asks so is answered exactly as if it had come from outside.
/// </summary>
/// <param name="road">What a request that came in goes through from routing on.</param>
internal sealed class InProcess(Func<RequestDelegate> road, IServiceProvider services) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri url = request.RequestUri!;
        var http = new DefaultHttpContext
        {
            RequestServices = services,
            RequestAborted = cancellationToken,
            User = new ClaimsPrincipal(),
        };
        http.Request.Protocol = HttpProtocol.Http2;
        http.Request.Method = request.Method.Method;
        http.Request.Scheme = url.Scheme;
        http.Request.Host = HostString.FromUriComponent(url);
        http.Request.Path = PathString.FromUriComponent(url);
        http.Request.QueryString = QueryString.FromUriComponent(url);
        foreach ((string name, IEnumerable<string> values) in request.Headers)
            http.Request.Headers[name] = values.ToArray();
        if (request.Content is { } content)
        {
            byte[] sent = await content.ReadAsByteArrayAsync(cancellationToken);
            http.Request.ContentType = content.Headers.ContentType?.ToString();
            http.Request.ContentLength = sent.Length;
            http.Request.Body = new MemoryStream(sent, writable: false);
            http.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody());
        }
        using var body = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));

        await road()(http);
        await http.Response.CompleteAsync();

        var response = new HttpResponseMessage((HttpStatusCode)http.Response.StatusCode)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(body.ToArray()),
        };
        foreach ((string name, var values) in http.Response.Headers)
            if (!response.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                response.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        return response;
    }

    private sealed class HasBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
