using System.Text;
using System.Text.Json;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Client.Resources;
using Causeway.Contracts.Operations;
using Causeway.Language;
using Causeway.Portal.Pages;
using Causeway.Portal.Pages.Acts;
using Causeway.Portal.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Portal;

/// <summary>
/// The portal, as one request handler for everything under <c>/portal</c>. It knows who is signed in and how pages look; what they show, and everything they do, it
/// asks the API as the viewer, through the same client as everybody.
/// </summary>
/// <param name="api">Reaches the API; the portal's own from now on.</param>
/// <param name="issuer">At which people sign in; null for nowhere but by a link.</param>
public sealed partial class PortalHost(HttpMessageHandler api, IIssuer? issuer, TimeProvider clock, ILoggerFactory logs) : IDisposable
{
    /// <summary>How long one question for changes waits; a comment is sent after each, so that a connection which is gone is noticed.</summary>
    private const int WaitSeconds = 20;

    private const string Cookie = "__Host-causeway-portal";

    /// <summary>Of an attempt to sign in at the issuer; it is sent along when the browser comes back from there, so it cannot be strict.</summary>
    private const string AttemptCookie = "__Host-causeway-signin";

    /// <summary>How long one may take at the issuer.</summary>
    private static readonly TimeSpan AttemptLasts = TimeSpan.FromMinutes(15);

    private readonly PortalSessions _sessions = new(clock);
    private readonly PageWriter _writer = new(logs);
    private readonly ILogger _log = logs.CreateLogger<PortalHost>();
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Whoever listens is let go: the server stops.</summary>
    public void End() => _ending.Cancel();

    /// <summary>Answers a request under <c>/portal</c>. The request edge of the portal: what is not expected becomes a page that says so, and a log entry.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        SafetyHeaders.Write(http);
        try
        {
            await RouteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested || _ending.IsCancellationRequested)
        {
            // Nobody is listening any more.
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException && !http.Response.HasStarted)
        {
            // A form that cannot be read is no fault of ours.
            await RefuseAsync(http);
        }
#pragma warning disable CA1031 // The request edge.
        catch (Exception e) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            LogFailed(_log, e, http.Request.Method, http.Request.Path.Value ?? "");
            Look look = Look.Of(http, null);
            http.Response.StatusCode = 500;
            await _writer.WriteAsync(http, look, Notices.Page(look.Words["portal broken"], look.Words["portal broken text"]));
        }
    }

    public void Dispose()
    {
        _ending.Dispose();
        _writer.Dispose();
        api.Dispose();
    }

    private Task RouteAsync(HttpContext http)
    {
        string path = (http.Request.Path.Value ?? "")["/portal".Length..].Trim('/');
        string first = path.Split('/')[0];
        bool post = HttpMethods.IsPost(http.Request.Method);
        return (first, post) switch
        {
            ("assets", false) => AssetFiles.WriteAsync(http, path["assets".Length..].TrimStart('/')),
            ("codes", true) => CodeAsync(http),
            (_, true) when !SafetyHeaders.IsFromHere(http.Request) || !http.Request.HasFormContentType => RefuseAsync(http),
            ("look", true) => ChooseAsync(http),
            ("signout", true) => SignOutAsync(http),
            ("signin", true) => RedeemAsync(http),
            ("signin", false) => path switch
            {
                "signin/begin" => BeginAsync(http),
                "signin/back" => BackAsync(http),
                _ => SignInAsync(http),
            },
            ("shared", false) => SharedAsync(http, path["shared".Length..].Trim('/')),
            _ => WithSessionAsync(http, path, post),
        };
    }

    /// <summary><c>POST /portal/codes</c> with a bearer token: a link that signs its bearer in, once.</summary>
    private async Task CodeAsync(HttpContext http)
    {
        string token =
            http.Request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
                ? header[7..].Trim()
                : "";
        if (TokenEnd.Of(token) is not { } end)
        {
            await ErrorAsync(http, 401, "AuthenticationFailed", "Send a bearer token of this server.");
            return;
        }
        MeBody who;
        try
        {
            // Whether it is good, the API says.
            who = await WhoAsync(http, token);
        }
        catch (ArmException e)
        {
            await ErrorAsync(http, e.Status, e.Code, e.Message);
            return;
        }
        string code = _sessions.NewCode(new PortalSession(token, who, end));
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync(
            JsonSerializer.Serialize(
                new PortalLinkBody($"{BaseOf(http)}/portal/signin?code={code}", clock.GetUtcNow() + PortalSessions.CodeLasts),
                PortalContract.Default.PortalLinkBody
            ),
            http.RequestAborted
        );
    }

    /// <summary>
    /// A link signs nobody in by being followed: the page that it opens says as whom, and asks. Otherwise a link that somebody else sends would make what is
    /// done here theirs to see.
    /// </summary>
    private Task SignInAsync(HttpContext http)
    {
        Look look = Look.Of(http, null);
        string code = http.Request.Query["code"].ToString();
        if (code.Length == 0)
            return _writer.WriteAsync(http, look, Notices.SignIn(look, null, issuer?.Name));
        if (_sessions.Waiting(code) is { } waiting)
            return _writer.WriteAsync(http, look, Notices.SignInAs(look, waiting.Who, code));
        return NotSignedInAsync(http, look.Words["portal link used"]);
    }

    private Task NotSignedInAsync(HttpContext http, string why)
    {
        Look look = Look.Of(http, null);
        http.Response.StatusCode = 403;
        return _writer.WriteAsync(http, look, Notices.SignIn(look, why, issuer?.Name));
    }

    /// <summary>
    /// Sends the browser to the issuer. A link and no form: it changes nothing here, and the policy of our pages lets forms lead nowhere else. Who is led here by
    /// somebody else becomes nobody but who they are at the issuer.
    /// </summary>
    private async Task BeginAsync(HttpContext http)
    {
        SignInAttempt attempt = SignInAttempt.New(Look.Within(http.Request.Query["to"].ToString()));
        if (issuer is null)
        {
            await NotSignedInAsync(http, Look.Of(http, null).Words["portal no issuer"]);
            return;
        }
        if (await issuer.AddressAsync(BackOf(http), attempt, http.RequestAborted) is not { } address)
        {
            await NotSignedInAsync(http, Look.Of(http, null).Words["portal issuer failed", "the issuer does not answer"]);
            return;
        }
        http.Response.Cookies.Append(AttemptCookie, attempt.Cookie, OfAttempt);
        await SeeOther(http, address);
    }

    /// <summary>The browser is back from the issuer, with a code or with why there is none.</summary>
    private async Task BackAsync(HttpContext http)
    {
        Look look = Look.Of(http, null);
        IQueryCollection query = http.Request.Query;
        if (
            issuer is null
            || SignInAttempt.Of(http.Request.Cookies[AttemptCookie]) is not { } attempt
            || !attempt.IsAnsweredBy(query["state"].ToString())
        )
        {
            await NotSignedInAsync(http, look.Words["portal issuer stray"]);
            return;
        }
        // Good once, whatever comes of it.
        http.Response.Cookies.Delete(AttemptCookie, OfAttempt);
        if (query["error"].ToString() is { Length: > 0 } error)
        {
            await NotSignedInAsync(http, look.Words["portal issuer failed", error.Length <= 100 ? error : error[..100]]);
            return;
        }
        (IReadOnlyList<string> tokens, string? why) = await issuer.RedeemAsync(
            query["code"].ToString(),
            BackOf(http),
            attempt,
            http.RequestAborted
        );
        foreach (string token in tokens)
            try
            {
                if (TokenEnd.Of(token) is not { } end)
                    continue;
                MeBody who = await WhoAsync(http, token);
                Open(http, _sessions.Open(new PortalSession(token, who, end) { IsByIssuer = true }));
                // The cookie is strict: it is not sent along where another site led, but where a page of ours does.
                string to = Look.Within(attempt.To);
                http.Response.Headers["Refresh"] = $"0; url={to}";
                await _writer.WriteAsync(http, look, Notices.SignedIn(look, who, to));
                return;
            }
            catch (ArmException e)
            {
                why ??= e.Message;
            }
        await NotSignedInAsync(http, look.Words["portal issuer failed", why ?? "the issuer gave no token that this server takes"]);
    }

    private static string BackOf(HttpContext http) => $"{BaseOf(http)}/portal/signin/back";

    private async Task<MeBody> WhoAsync(HttpContext http, string token)
    {
        using CausewayClient client = Client(http, token);
        return (await client.Operations.MeAsync(http.RequestAborted)).Body;
    }

    private async Task RedeemAsync(HttpContext http)
    {
        string code = (await http.Request.ReadFormAsync(http.RequestAborted))["code"].ToString();
        if (_sessions.Redeem(code) is not { } secret)
        {
            await NotSignedInAsync(http, Look.Of(http, null).Words["portal link used"]);
            return;
        }
        Open(http, secret);
        await SeeOther(http, "/portal/");
    }

    /// <summary>Gives the browser its session; the one that it had is over.</summary>
    private void Open(HttpContext http, string secret)
    {
        if (http.Request.Cookies[Cookie] is { } before)
            _sessions.Close(before);
        http.Response.Cookies.Append(Cookie, secret, Kept);
    }

    /// <summary>Ends the session here. Who signed in at an issuer is still signed in there, and is told where that ends.</summary>
    private async Task SignOutAsync(HttpContext http)
    {
        PortalSession? session = _sessions.Find(http.Request.Cookies[Cookie]);
        if (http.Request.Cookies[Cookie] is { } secret)
            _sessions.Close(secret);
        http.Response.Cookies.Delete(Cookie, Kept);
        http.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        if (issuer is not null && session is { IsByIssuer: true })
        {
            Look look = Look.Of(http, null);
            string? leave = await issuer.LeaveAsync($"{BaseOf(http)}/portal/signin", http.RequestAborted);
            await _writer.WriteAsync(http, look with { Here = "/portal/signin" }, Notices.SignIn(look, null, issuer.Name, leave));
            return;
        }
        await SeeOther(http, "/portal/signin");
    }

    /// <summary>Language and colours, kept in the browser: they say nothing of the viewer.</summary>
    private static async Task ChooseAsync(HttpContext http)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        var kept = new CookieOptions
        {
            HttpOnly = true,
            Secure = true,
            SameSite = SameSiteMode.Strict,
            MaxAge = TimeSpan.FromDays(365),
            Path = "/portal",
        };
        if (Words.Languages.FirstOrDefault(l => l == form["language"].ToString()) is { } language)
            http.Response.Cookies.Append(Look.LanguageCookie, language, kept);
        if (Look.Themes.FirstOrDefault(t => t == form["theme"].ToString()) is { } theme)
            http.Response.Cookies.Append(Look.ThemeCookie, theme, kept);
        await SeeOther(http, Look.Within(form["back"].ToString()));
    }

    private async Task WithSessionAsync(HttpContext http, string path, bool post)
    {
        PortalSession? session = _sessions.Find(http.Request.Cookies[Cookie]);
        Look look = Look.Of(http, session);
        if (session is null)
        {
            if (path == "events")
            {
                // A browser that comes back with a session that is over is told so, and finds the sign-in.
                http.Response.ContentType = "text/event-stream; charset=utf-8";
                http.Response.Headers.CacheControl = "no-store";
                await http.Response.WriteAsync(Over, Encoding.UTF8, http.RequestAborted);
                return;
            }
            http.Response.StatusCode = 401;
            await _writer.WriteAsync(http, look, Notices.SignIn(look, null, issuer?.Name));
            return;
        }
        using CausewayClient client = Client(http, session.Token);
        if (path == "events")
        {
            await EventsAsync(http, client);
            return;
        }
        Viewer viewer;
        try
        {
            viewer = await session.RememberedAsync(clock, () => Viewer.OfAsync(client, http.RequestAborted));
        }
        catch (ClientException e)
        {
            http.Response.StatusCode = e is ArmException refused ? refused.Status : 503;
            await _writer.WriteAsync(http, look, Notices.Problem(look, e));
            return;
        }
        look = look with { Viewer = viewer };
        if (path.Length == 0)
        {
            await SeeOther(http, viewer.Sides is [var side, ..] ? $"/portal/{side.Key}" : "/portal/nothing");
            return;
        }
        if (post && !await TicketFiles.TakesAsync(http, path))
        {
            http.Response.StatusCode = 413;
            await _writer.WriteAsync(http, look, Notices.Page(look.Words["portal problem"], look.Words["portal file too large"]));
            return;
        }
        if (post && !session.IsForm((await http.Request.ReadFormAsync(http.RequestAborted))["form-key"]))
        {
            await RefuseAsync(http);
            return;
        }
        var asked = new Asked(look, client, viewer, http, clock, http.RequestAborted);
        if (path == "share" && Template.IsId(http.Request.Query["on"].ToString()) && SharePage.IsFor(http.Request.Query["on"].ToString()))
        {
            await ShareAsync(asked, session, http.Request.Query["on"].ToString(), post);
            return;
        }
        if (path == TicketFiles.Path && !post && await TicketFiles.WriteAsync(asked))
            return;
        if (path.StartsWith("do/", StringComparison.Ordinal))
        {
            (Page? form, string? done) = await AllActs.RunAsync(asked, path["do/".Length..], post);
            if (done is not null)
            {
                await SeeOther(http, done);
                return;
            }
            if (form is not null)
            {
                // A form that comes back says why it was not taken.
                if (post)
                    http.Response.StatusCode = 400;
                await ShowAsync(asked, form);
                return;
            }
        }
        Page? page = post ? null : PortalPages.Find(asked, path);
        if (page is null)
            http.Response.StatusCode = 404;
        page ??= Notices.Page(look.Words["portal not found"], look.Words["portal not found text"]);
        await ShowAsync(asked, page);
    }

    /// <summary>Makes a link to one resource's diagnostics. Who may not see the resource shares nothing: it is asked for as the one who shares it.</summary>
    private async Task ShareAsync(Asked asked, PortalSession session, string id, bool isPost)
    {
        (string, DateTimeOffset)? link = null;
        if (isPost && SharePage.LastsOf((await asked.Http.Request.ReadFormAsync(asked.Cancellation))["lasts"].ToString()) is { } lasts)
        {
            string code = _sessions.Share(session, id, clock.GetUtcNow() + lasts);
            link = ($"{BaseOf(asked.Http)}/portal/shared/{code}", _sessions.FindShared(code)!.Until);
        }
        await ShowAsync(asked, SharePage.Of(asked, id, link));
    }

    /// <summary>What somebody shared, to whoever has the link.</summary>
    private async Task SharedAsync(HttpContext http, string code)
    {
        Look look = Look.Of(http, null);
        if (_sessions.FindShared(code) is not { } shared)
        {
            http.Response.StatusCode = 404;
            await _writer.WriteAsync(http, look, Notices.Page(look.Words["portal not found"], look.Words["portal shared over"]));
            return;
        }
        // Every question is one of its maker's, who has only so many.
        if (!shared.MayAsk(clock.GetUtcNow()))
        {
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = "60";
            await _writer.WriteAsync(http, look, Notices.Page(look.Words["portal shared often"], look.Words["portal shared often text"]));
            return;
        }
        using CausewayClient client = Client(http, shared.By.Token);
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
            await _writer.WriteAsync(http, look, Notices.Problem(look, e));
            return;
        }
        // What it leads on to is for those who are signed in; nobody's sides are shown.
        var asked = new Asked(look, client, new Viewer([], []), http, clock, http.RequestAborted);
        if (SharePage.OfShared(asked, shared) is { } page)
            await ShowAsync(asked, page);
    }

    /// <summary>The page with everything on it; or, asked for by name, some fragments of it, as a live page does when something changed.</summary>
    private async Task ShowAsync(Asked asked, Page page)
    {
        HttpContext http = asked.Http;
        string[] names = [.. http.Request.Query["fragment"].Where(n => n is { Length: > 0 }).Select(n => n!).Distinct()];
        if (names.Length > 0)
        {
            Fragment[] some = [.. page.Fragments.Where(f => names.Contains(f.Name))];
            if (some.Length < names.Length)
            {
                http.Response.StatusCode = 404;
                return;
            }
            if (http.Request.Query["form"].ToString() is { Length: > 0 } form)
            {
                await WholeAsync(http, some[0], form);
                return;
            }
            // Together they ask the API once for what they share.
            Loaded[] parts = await Task.WhenAll(some.Select(f => f.LoadAsync(asked.Look)));
            // Each section says its own; the whole failed where all of it did.
            http.Response.StatusCode = parts.All(p => p.Status is not null) ? parts.Max(p => p.Status)!.Value : StatusCodes.Status200OK;
            await _writer.WriteFragmentsAsync(http, asked.Look, parts);
            return;
        }
        // What changes from here on is told to the page; what is read below is at least as new.
        string? position = null;
        if (page.Fragments.Any(f => f.Watches.Count > 0))
            try
            {
                position = (await asked.Client.Operations.ChangesAsync(null, 0, asked.Cancellation)).Body.Position;
            }
            catch (ClientException)
            {
                // A page that is not live is better than none; it says so.
            }
        Loaded[] loaded = await Task.WhenAll(page.Fragments.Select(f => f.LoadAsync(asked.Look)));
        if (loaded.FirstOrDefault(l => l.Fragment.Name != "acts") is { Status: { } status } refused)
        {
            // What is said of the whole is enough; its parts would say the same again.
            http.Response.StatusCode = status;
            loaded = [refused];
        }
        await _writer.WriteAsync(http, asked.Look with { Position = position }, page, loaded);
    }

    /// <summary>All of a fragment's table: <c>csv</c> to keep, or <c>json</c> for the page's script.</summary>
    private static async Task WholeAsync(HttpContext http, Fragment fragment, string form)
    {
        if (fragment.Whole is not { } read || form is not ("csv" or "json"))
        {
            http.Response.StatusCode = 404;
            return;
        }
        byte[] content;
        try
        {
            Table table = await read();
            content = form == "csv" ? TableForms.Csv(table) : TableForms.Json(table);
        }
        catch (ClientException e)
        {
            http.Response.StatusCode = e is ArmException refused ? refused.Status : 503;
            return;
        }
        http.Response.ContentType = form == "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{fragment.Name}.{form}\"";
        await http.Response.Body.WriteAsync(content, http.RequestAborted);
    }

    /// <summary>Has the page loaded again, which finds the sign-in.</summary>
    private const string Over = "event: over\ndata: {}\n\n";

    /// <summary>
    /// Server-sent events: which of the watched resources changed. What is watched comes from the page; whether the viewer may know of it, the API has judged.
    /// </summary>
    private async Task EventsAsync(HttpContext http, CausewayClient client)
    {
        string[] watched = [.. http.Request.Query["watch"].Select(w => w ?? "").Where(w => w.Length > 1).Take(100)];
        string? position =
            http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last
            : http.Request.Query["after"].ToString() is { Length: > 0 } after ? after
            : null;
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _ending.Token);
        await SendAsync(": here\n\n");
        // Who signs out in another window hears no more here.
        while (!either.IsCancellationRequested && _sessions.Find(http.Request.Cookies[Cookie]) is not null)
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
            if (_sessions.Find(http.Request.Cookies[Cookie]) is null)
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

    private CausewayClient Client(HttpContext http, string token) =>
        new(new ArmClient(new HttpClient(api, disposeHandler: false) { BaseAddress = new Uri(BaseOf(http)) }, token, clock));

    private static string BaseOf(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";

    private static CookieOptions Kept =>
        new()
        {
            HttpOnly = true,
            Secure = true,
            SameSite = SameSiteMode.Strict,
            Path = "/",
        };

    private static CookieOptions OfAttempt =>
        new()
        {
            HttpOnly = true,
            Secure = true,
            SameSite = SameSiteMode.Lax,
            MaxAge = AttemptLasts,
            Path = "/",
        };

    private async Task RefuseAsync(HttpContext http)
    {
        Look look = Look.Of(http, null);
        http.Response.StatusCode = 403;
        await _writer.WriteAsync(http, look, Notices.Page(look.Words["portal foreign form"], look.Words["portal foreign form text"]));
    }

    private static Task ErrorAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(
            JsonSerializer.Serialize(
                new Contracts.Resources.ErrorResponse(new Contracts.Resources.ErrorDetail { Code = code, Message = message }),
                Contracts.Resources.ResourcesContract.Default.ErrorResponse
            ),
            http.RequestAborted
        );
    }

    internal static Task SeeOther(HttpContext http, string path)
    {
        http.Response.StatusCode = 303;
        http.Response.Headers.Location = path;
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The portal failed at {Method} {Path}")]
    private static partial void LogFailed(ILogger log, Exception e, string method, string path);
}
