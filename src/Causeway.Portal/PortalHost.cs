using Causeway.Client;
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
public sealed partial class PortalHost : IDisposable
{
    private readonly HttpMessageHandler _handler;
    private readonly IIssuer? _issuer;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ending = new();
    private readonly PortalApi _api;
    private readonly PortalSessions _sessions;
    private readonly PageWriter _writer;
    private readonly SignInPages _signIn;
    private readonly SharedPages _shared;
    private readonly EventStream _events;

    /// <param name="api">Reaches the API; the portal's own from now on.</param>
    /// <param name="issuer">At which people sign in; null for nowhere but by a link.</param>
    /// <param name="endpoint">The address that clients use, without trailing slash; null where each uses that by which it comes.</param>
    public PortalHost(HttpMessageHandler api, string? endpoint, IIssuer? issuer, TimeProvider clock, ILoggerFactory logs)
    {
        (_handler, _issuer, _clock, _log) = (api, issuer, clock, logs.CreateLogger<PortalHost>());
        (_api, _sessions, _writer) = (new PortalApi(api, endpoint, clock), new PortalSessions(clock), new PageWriter(logs));
        _signIn = new SignInPages(_api, _sessions, _writer, issuer, clock);
        _shared = new SharedPages(_api, _sessions, _writer, clock);
        _events = new EventStream(_sessions, clock, _ending.Token);
    }

    /// <summary>Whoever listens is let go: the server stops.</summary>
    public void End() => _ending.Cancel();

    /// <summary>Answers a request under <c>/portal</c>. The request edge of the portal: what is not expected becomes a page that says so, and a log entry.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        SafetyHeaders.Write(http);
        try
        {
            if (!_api.IsSound(http))
            {
                await OddAddressAsync(http);
                return;
            }
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
        _handler.Dispose();
    }

    private Task RouteAsync(HttpContext http)
    {
        string path = (http.Request.Path.Value ?? "")["/portal".Length..].Trim('/');
        string first = path.Split('/')[0];
        bool post = HttpMethods.IsPost(http.Request.Method);
        return (first, post) switch
        {
            ("assets", false) => AssetFiles.WriteAsync(http, path["assets".Length..].TrimStart('/')),
            ("codes", true) => _signIn.CodeAsync(http),
            (_, true) when !_api.IsFromHere(http.Request) || !http.Request.HasFormContentType => RefuseAsync(http),
            ("look", true) => ChooseAsync(http),
            ("signout", true) => _signIn.SignOutAsync(http),
            ("signin", true) => _signIn.RedeemAsync(http),
            ("signin", false) => path switch
            {
                "signin/begin" => _signIn.BeginAsync(http),
                "signin/back" => _signIn.BackAsync(http),
                _ => _signIn.SignInAsync(http),
            },
            ("shared", false) => _shared.SharedAsync(http, path["shared".Length..].Trim('/')),
            _ => WithSessionAsync(http, path, post),
        };
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
        PortalSession? session = _sessions.Find(http.Request.Cookies[PortalSessions.Cookie]);
        Look look = Look.Of(http, session);
        if (session is null)
        {
            if (path == "events")
            {
                // A browser that comes back with a session that is over is told so, and finds the sign-in.
                await EventStream.EndedAsync(http);
                return;
            }
            http.Response.StatusCode = 401;
            await _writer.WriteAsync(http, look, Notices.SignIn(look, null, _issuer?.Name));
            return;
        }
        using CausewayClient client = _api.Client(http, session.Token);
        if (path == "events")
        {
            await _events.ServeAsync(http, client, session);
            return;
        }
        Viewer viewer;
        try
        {
            viewer = await session.RememberedAsync(_clock, () => Viewer.OfAsync(client, http.RequestAborted));
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
        var asked = new Asked(look, client, viewer, http, _clock, http.RequestAborted);
        if (path == "share" && Template.IsId(http.Request.Query["on"].ToString()) && SharePage.IsFor(http.Request.Query["on"].ToString()))
        {
            await _shared.ShareAsync(asked, session, http.Request.Query["on"].ToString(), post);
            return;
        }
        if (path == TicketFiles.Path && !post && await TicketFiles.WriteAsync(asked))
            return;
        if (path.StartsWith("do/", StringComparison.Ordinal))
        {
            (Page? form, string? done, int status) = await AllActs.RunAsync(asked, path["do/".Length..], post);
            if (done is not null)
            {
                await SeeOther(http, done);
                return;
            }
            if (form is not null)
            {
                http.Response.StatusCode = status;
                await _writer.ShowAsync(asked, form);
                return;
            }
        }
        Page? page = post ? null : PortalPages.Find(asked, path);
        if (page is null)
            http.Response.StatusCode = 404;
        page ??= Notices.Page(look.Words["portal not found"], look.Words["portal not found text"]);
        await _writer.ShowAsync(asked, page);
    }

    private async Task OddAddressAsync(HttpContext http)
    {
        Look look = Look.Of(http, null);
        http.Response.StatusCode = 400;
        await _writer.WriteAsync(http, look, Notices.Page(look.Words["portal odd address"], look.Words["portal odd address text"]));
    }

    private async Task RefuseAsync(HttpContext http)
    {
        Look look = Look.Of(http, null);
        http.Response.StatusCode = 403;
        await _writer.WriteAsync(http, look, Notices.Page(look.Words["portal foreign form"], look.Words["portal foreign form text"]));
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
