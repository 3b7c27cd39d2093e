using Causeway.Client;
using Causeway.Portal.Pages;
using Causeway.Portal.Sessions;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal;

/// <summary>Links to one resource's diagnostics: making them, and what they show.</summary>
internal sealed class SharedPages(PortalApi api, PortalSessions sessions, PageWriter writer, TimeProvider clock)
{
    /// <summary>Makes a link to one resource's diagnostics. Who may not see the resource shares nothing: it is asked for as the one who shares it.</summary>
    public async Task ShareAsync(Asked asked, PortalSession session, string id, bool isPost)
    {
        try
        {
            await asked.Client.Arm.GetAsync(id, AnyPage.VersionOf(id), asked.Cancellation);
        }
        catch (ClientException e)
        {
            asked.Http.Response.StatusCode = e is ArmException refused ? refused.Status : 503;
            await writer.WriteAsync(asked.Http, asked.Look, Notices.Problem(asked.Look, e));
            return;
        }
        (string, DateTimeOffset)? link = null;
        string? problem = null;
        if (isPost && SharePage.LastsOf((await asked.Http.Request.ReadFormAsync(asked.Cancellation))["lasts"].ToString()) is { } lasts)
        {
            string code = sessions.Share(session, id, clock.GetUtcNow() + lasts);
            link = ($"{api.BaseOf(asked.Http)}/portal/shared/{code}", sessions.FindShared(code)!.Until);
        }
        else if (isPost)
        {
            asked.Http.Response.StatusCode = 400;
            problem = asked.Words["portal share how long", string.Join(", ", SharePage.Lasts)];
        }
        await writer.ShowAsync(asked, SharePage.Of(asked, id, link, problem));
    }

    /// <summary>What somebody shared, to whoever has the link.</summary>
    public async Task SharedAsync(HttpContext http, string code)
    {
        Look look = Look.Of(http, null);
        if (sessions.FindShared(code) is not { } shared)
        {
            http.Response.StatusCode = 404;
            await writer.WriteAsync(http, look, Notices.Page(look.Words["portal not found"], look.Words["portal shared over"]));
            return;
        }
        // Every question is one of its maker's, who has only so many.
        if (!shared.MayAsk(clock.GetUtcNow()))
        {
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = "60";
            await writer.WriteAsync(http, look, Notices.Page(look.Words["portal shared often"], look.Words["portal shared often text"]));
            return;
        }
        using CausewayClient client = api.Client(http, shared.By.Token);
        look = look with { IsShared = true };
        try
        {
            // What has to be done next may name it.
            look = look with
            {
                Hidden = await SharePage.KeyOfAsync(client, shared.Resource, http.RequestAborted),
            };
        }
        catch (ClientException e)
        {
            http.Response.StatusCode = e is ArmException refused ? refused.Status : 503;
            await writer.WriteAsync(http, look, Notices.Problem(look, e));
            return;
        }
        // What it leads on to is for those who are signed in; nobody's sides are shown.
        var asked = new Asked(look, client, new Viewer([], []), http, clock, http.RequestAborted);
        if (SharePage.OfShared(asked, shared) is { } page)
            await writer.ShowAsync(asked, page);
    }
}
