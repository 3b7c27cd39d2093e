using System.Text.Json;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Client.Resources;
using Causeway.Contracts.Operations;
using Causeway.Portal.Pages;
using Causeway.Portal.Sessions;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal;

/// <summary>How one gets in, by a link or at the issuer, and out.</summary>
/// <param name="issuer">At which people sign in; null for nowhere but by a link.</param>
internal sealed class SignInPages(PortalApi api, PortalSessions sessions, PageWriter writer, IIssuer? issuer, TimeProvider clock)
{
    /// <summary>Of an attempt to sign in at the issuer; it is sent along when the browser comes back from there, so it cannot be strict.</summary>
    private const string AttemptCookie = "__Host-causeway-signin";

    /// <summary>How long one may take at the issuer.</summary>
    private static readonly TimeSpan AttemptLasts = TimeSpan.FromMinutes(15);

    /// <summary><c>POST /portal/codes</c> with a bearer token: a link that signs its bearer in, once.</summary>
    public async Task CodeAsync(HttpContext http)
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
        string code = sessions.NewCode(new PortalSession(token, who, end));
        http.Response.ContentType = "application/json; charset=utf-8";
        await http.Response.WriteAsync(
            JsonSerializer.Serialize(
                new PortalLinkBody($"{api.BaseOf(http)}/portal/signin?code={code}", clock.GetUtcNow() + PortalSessions.CodeLasts),
                PortalContract.Default.PortalLinkBody
            ),
            http.RequestAborted
        );
    }

    /// <summary>
    /// A link signs nobody in by being followed: the page that it opens says as whom, and asks. Otherwise a link that somebody else sends would make what is
    /// done here theirs to see.
    /// </summary>
    public async Task SignInAsync(HttpContext http)
    {
        Look look = Look.Of(http, null);
        string code = http.Request.Query["code"].ToString();
        if (code.Length == 0)
            await writer.WriteAsync(http, look, Notices.SignIn(look, null, issuer?.Name));
        else if (sessions.Waiting(code) is { } waiting)
            await writer.WriteAsync(http, look, Notices.SignInAs(look, waiting.Who, code, await PlacesAsync(http, look, waiting)));
        else
            await NotSignedInAsync(http, look.Words["portal link used"]);
    }

    /// <summary>What people call the places where somebody's roles count, by scope; none where that cannot be read now.</summary>
    private async Task<IReadOnlyDictionary<string, string>> PlacesAsync(HttpContext http, Look look, PortalSession waiting)
    {
        try
        {
            using CausewayClient client = api.Client(http, waiting.Token);
            Viewer viewer = await Viewer.OfAsync(client, http.RequestAborted);
            return waiting.Who.Roles.Select(r => r.Scope).Distinct().ToDictionary(s => s, s => viewer.Where(look.Words, s));
        }
        catch (ClientException)
        {
            return new Dictionary<string, string>();
        }
    }

    /// <param name="reason">What the issuer, or the server, says of it, in English; null for nothing.</param>
    private Task NotSignedInAsync(HttpContext http, string why, string? reason = null)
    {
        Look look = Look.Of(http, null);
        http.Response.StatusCode = 403;
        return writer.WriteAsync(http, look, Notices.SignIn(look, why, issuer?.Name, reason: reason));
    }

    /// <summary>
    /// Sends the browser to the issuer. A link and no form: it changes nothing here, and the policy of our pages lets forms lead nowhere else. Who is led here by
    /// somebody else becomes nobody but who they are at the issuer.
    /// </summary>
    public async Task BeginAsync(HttpContext http)
    {
        SignInAttempt attempt = SignInAttempt.New(Look.Within(http.Request.Query["to"].ToString()));
        if (issuer is null)
        {
            await NotSignedInAsync(http, Look.Of(http, null).Words["portal no issuer"]);
            return;
        }
        if (await issuer.AddressAsync(BackOf(http), attempt, http.RequestAborted) is not { } address)
        {
            await NotSignedInAsync(http, Look.Of(http, null).Words["portal issuer failed"], "the issuer does not answer");
            return;
        }
        http.Response.Cookies.Append(AttemptCookie, attempt.Cookie, OfAttempt);
        await PortalHost.SeeOther(http, address);
    }

    /// <summary>The browser is back from the issuer, with a code or with why there is none.</summary>
    public async Task BackAsync(HttpContext http)
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
            await NotSignedInAsync(http, look.Words["portal issuer failed"], error.Length <= 100 ? error : error[..100]);
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
                Open(http, sessions.Open(new PortalSession(token, who, end) { IsByIssuer = true }));
                // The cookie is strict: it is not sent along where another site led, but where a page of ours does.
                string to = Look.Within(attempt.To);
                http.Response.Headers["Refresh"] = $"0; url={to}";
                await writer.WriteAsync(http, look, Notices.SignedIn(look, who, to));
                return;
            }
            catch (ArmException e)
            {
                why ??= e.Message;
            }
        await NotSignedInAsync(http, look.Words["portal issuer failed"], why ?? "the issuer gave no token that this server takes");
    }

    private string BackOf(HttpContext http) => $"{api.BaseOf(http)}/portal/signin/back";

    private async Task<MeBody> WhoAsync(HttpContext http, string token)
    {
        using CausewayClient client = api.Client(http, token);
        return (await client.Operations.MeAsync(http.RequestAborted)).Body;
    }

    public async Task RedeemAsync(HttpContext http)
    {
        string code = (await http.Request.ReadFormAsync(http.RequestAborted))["code"].ToString();
        if (sessions.Redeem(code) is not { } secret)
        {
            await NotSignedInAsync(http, Look.Of(http, null).Words["portal link used"]);
            return;
        }
        Open(http, secret);
        await PortalHost.SeeOther(http, "/portal/");
    }

    /// <summary>Gives the browser its session; the one that it had is over.</summary>
    private void Open(HttpContext http, string secret)
    {
        if (http.Request.Cookies[PortalSessions.Cookie] is { } before)
            sessions.Close(before);
        http.Response.Cookies.Append(PortalSessions.Cookie, secret, Kept);
    }

    /// <summary>Ends the session here. Who signed in at an issuer is still signed in there, and is told where that ends.</summary>
    public async Task SignOutAsync(HttpContext http)
    {
        PortalSession? session = sessions.Find(http.Request.Cookies[PortalSessions.Cookie]);
        if (http.Request.Cookies[PortalSessions.Cookie] is { } secret)
            sessions.Close(secret);
        http.Response.Cookies.Delete(PortalSessions.Cookie, Kept);
        // Pages that the browser kept go. What is typed in other windows stays there for who typed it, and goes when somebody else signs in there (forms.js).
        http.Response.Headers["Clear-Site-Data"] = "\"cache\"";
        if (issuer is not null && session is { IsByIssuer: true })
        {
            Look look = Look.Of(http, null);
            string? leave = await issuer.LeaveAsync($"{api.BaseOf(http)}/portal/signin", http.RequestAborted);
            await writer.WriteAsync(http, look with { Here = "/portal/signin" }, Notices.SignIn(look, null, issuer.Name, leave));
            return;
        }
        await PortalHost.SeeOther(http, "/portal/signin");
    }

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
}
