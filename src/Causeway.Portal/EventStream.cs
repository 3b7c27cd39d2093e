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
internal sealed class EventStream(PortalSessions sessions, TimeProvider clock, CancellationToken ending)
{
    /// <summary>How long one question for changes waits.</summary>
    private const int WaitSeconds = 20;

    /// <summary>How often a page is told that somebody is here; it takes three times as long for the end (<c>portal.js</c>).</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    /// <summary>An API that lets a question wait for longer answers nobody, and a page is not told that it is live.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(WaitSeconds + 5);

    /// <summary>Says that somebody is here. Comments would not do: browsers keep them from scripts.</summary>
    private const string Here = ":\nevent: here\ndata\n\n";

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
    public async Task ServeAsync(HttpContext http, CausewayClient client, PortalSession session)
    {
        string[] watched = [.. http.Request.Query["watch"].Select(w => w ?? "").Where(w => w.Length > 1).Take(100)];
        string? position =
            http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last
            : http.Request.Query["after"].ToString() is { Length: > 0 } after ? after
            : null;
        Begin(http);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, ending, session.Ended);
        await SendAsync(": here\n\n");
        HashSet<HeldRoleBody>? roles = null;
        // Who signs out in another window hears no more here.
        while (!either.IsCancellationRequested && sessions.Find(http.Request.Cookies[PortalSessions.Cookie]) is not null)
        {
            ChangesBody changes;
            try
            {
                roles ??= await RolesAsync();
                changes = await ChangesAsync();
                if (changes.Missed || changes.Changed.Count == 0)
                    if (!roles.SetEquals(await RolesAsync()))
                    {
                        // Whose roles are others sees other sides and pages.
                        session.Forget();
                        await SendAsync(Over);
                        return;
                    }
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
            catch (OperationCanceledException) when (session.Ended.IsCancellationRequested)
            {
                break;
            }
            position = changes.Position;
            string[] mine = [.. changes.Changed.Where(id => watched.Any(w => Watch.Covers(w, id)))];
            if (mine.Length > 0 || changes.Missed)
                await SendAsync(
                    $"id: {position}\ndata: {JsonSerializer.Serialize(changes with { Changed = mine }, ChangesContract.Default.ChangesBody)}\n\n"
                );
            else
                await SendAsync(Here);
        }
        if (!http.RequestAborted.IsCancellationRequested && !ending.IsCancellationRequested)
            await SendAsync(Over);

        async Task<HashSet<HeldRoleBody>> RolesAsync() => [.. (await client.Operations.MeAsync(either.Token)).Body.Roles];

        async Task<ChangesBody> ChangesAsync()
        {
            Task<Document<ChangesBody>> asked = client.Operations.ChangesAsync(position, position is null ? 0 : WaitSeconds, either.Token);
            for (long began = clock.GetTimestamp(); clock.GetElapsedTime(began) < Patience; )
                try
                {
                    return (await asked.WaitAsync(Beat, clock, either.Token)).Body;
                }
                catch (TimeoutException)
                {
                    await SendAsync(Here);
                }
            return (await asked).Body;
        }

        async Task SendAsync(string text)
        {
            await http.Response.WriteAsync(text, Encoding.UTF8, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }
}
