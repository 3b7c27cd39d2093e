using System.Text;
using System.Text.Json;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Contracts.Operations;
using Causeway.Portal.Pages;
using Causeway.Portal.Sessions;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal;

/// <summary>The stream of server-sent events that a live page keeps open.</summary>
/// <param name="ending">Ends every stream: the server stops.</param>
internal sealed class EventStream(PortalSessions sessions, CancellationToken ending)
{
    /// <summary>How long one question for changes waits; a comment is sent after each, so that a connection which is gone is noticed.</summary>
    private const int WaitSeconds = 20;

    /// <summary>Has the page loaded again, which finds the sign-in.</summary>
    private const string Over = "event: over\ndata: {}\n\n";

    /// <summary>Says that it is over, to a browser that comes back with a session that has ended.</summary>
    public static Task EndedAsync(HttpContext http)
    {
        Begin(http);
        return http.Response.WriteAsync(Over, Encoding.UTF8, http.RequestAborted);
    }

    private static void Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>
    /// Server-sent events: which of the watched resources changed. What is watched comes from the page; whether the viewer may know of it, the API has judged.
    /// </summary>
    public async Task ServeAsync(HttpContext http, CausewayClient client)
    {
        string[] watched = [.. http.Request.Query["watch"].Select(w => w ?? "").Where(w => w.Length > 1).Take(100)];
        string? position =
            http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last
            : http.Request.Query["after"].ToString() is { Length: > 0 } after ? after
            : null;
        Begin(http);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, ending);
        await SendAsync(": here\n\n");
        // Who signs out in another window hears no more here.
        while (!either.IsCancellationRequested && sessions.Find(http.Request.Cookies[PortalSessions.Cookie]) is not null)
        {
            ChangesBody changes;
            try
            {
                changes = (await client.Operations.ChangesAsync(position, position is null ? 0 : WaitSeconds, either.Token)).Body;
            }
            catch (ArmException e) when (e.Status is 401 or 403)
            {
                // The browser is told to look again, and finds the sign-in.
                await SendAsync(Over);
                return;
            }
            catch (ClientException)
            {
                return; // The browser comes back.
            }
            if (sessions.Find(http.Request.Cookies[PortalSessions.Cookie]) is null)
                break;
            position = changes.Position;
            string[] mine = [.. changes.Changed.Where(id => watched.Any(w => Watch.Covers(w, id)))];
            if (mine.Length > 0 || changes.Missed)
                await SendAsync(
                    $"id: {position}\ndata: {JsonSerializer.Serialize(changes with { Changed = mine }, ChangesContract.Default.ChangesBody)}\n\n"
                );
            else
                await SendAsync(":\n\n");
        }
        if (!either.IsCancellationRequested)
            await SendAsync(Over);

        async Task SendAsync(string text)
        {
            await http.Response.WriteAsync(text, Encoding.UTF8, either.Token);
            await http.Response.Body.FlushAsync(either.Token);
        }
    }
}
