using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Server;

/// <summary>A line for each request at level information: what was asked, what was answered, how long it took. Never its query, which may hold a secret.</summary>
internal sealed partial class RequestLog(ILogger<RequestLog> log)
{
    public async Task ServeAsync(HttpContext http, RequestDelegate next)
    {
        if (!log.IsEnabled(LogLevel.Information))
        {
            await next(http);
            return;
        }
        long began = TimeProvider.System.GetTimestamp();
        // As it came, encoded: what is decoded may hold line ends, and handlers change it.
        string path = http.Request.Path.ToUriComponent();
        try
        {
            await next(http);
        }
        finally
        {
            double milliseconds = Math.Round(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, 1);
            Answered(http.Request.Method, path, http.Response.StatusCode, milliseconds, http.Connection.RemoteIpAddress);
        }
    }

    [LoggerMessage(6001, LogLevel.Information, "{Method} {Path} {Status} in {Milliseconds} ms, from {From}")]
    private partial void Answered(string method, string path, int status, double milliseconds, System.Net.IPAddress? from);
}
