using System.Net;
using Causeway.Api.Tests;
using Causeway.Contracts.Operations;
using Causeway.Portal.Sessions;
using Causeway.Testing;

namespace Causeway.Portal.Tests;

/// <summary>Who gets in, and who is out.</summary>
public sealed class SignInTests(PortalServer api) : IClassFixture<PortalServer>
{
    [Fact]
    public async Task Nobody_sees_anything_but_how_to_sign_in()
    {
        using Browser browser = Browser.Of(api);
        foreach (
            string path in new[] { "/portal", "/portal/", "/portal/customer/circuits", "/portal/operator", "/portal/r/subscriptions/x" }
        )
        {
            string page = await browser.PageAsync(path, 401);
            Assert.Contains("causeway portal", page, StringComparison.Ordinal);
        }
        // A page that is still open hears that it is over, and nothing else.
        using HttpResponseMessage events = await browser.GetAsync("/portal/events?watch=*/x/");
        Assert.Equal("event: over\ndata: {}\n\n", await events.Content.ReadAsStringAsync());
    }

    /// <summary>A link that somebody else sends makes nobody them: it asks first, and only a page of ours can answer.</summary>
    [Fact]
    public async Task A_link_asks_and_signs_in_once()
    {
        string link = await Browser.LinkAsync(api, "customer");
        using Browser first = Browser.Of(api);
        string page = await first.PageAsync(link);
        Assert.Contains("Sign in as ", page, StringComparison.Ordinal);
        // Names are given by people; which one it is says what nobody chooses.
        Assert.Contains(await ObjectIdAsync("customer"), page, StringComparison.Ordinal);
        Assert.Contains($"/subscriptions/{api.CustomerSubscription}", page, StringComparison.Ordinal);
        Assert.Empty(first.Cookies);
        await first.PageAsync("/portal/customer", 401);
        using HttpResponseMessage foreign = await first.SignInAsync(link, "cross-site");
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Empty(first.Cookies);
        using HttpResponseMessage signed = await first.SignInAsync(link);
        Assert.Equal("/portal/", signed.Headers.Location!.ToString());
        await first.PageAsync("/portal/customer");
        using Browser second = Browser.Of(api);
        await second.PageAsync(link, 403);
        using HttpResponseMessage again = await second.SignInAsync(link);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        await second.PageAsync("/portal/customer", 401);
    }

    private async Task<string> ObjectIdAsync(string principal)
    {
        using HttpClient client = await api.SignedInAsync(principal);
        return (await client.Get("/providers/Causeway.Operations/me?api-version=2026-11-01")).Is(200).Body!["objectId"]!.ToString();
    }

    [Fact]
    public async Task Who_signs_in_again_has_left_the_session_before()
    {
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        var before = new Dictionary<string, string>(browser.Cookies);
        using HttpResponseMessage signed = await browser.SignInAsync(await Browser.LinkAsync(api, "provider"));
        await browser.PageAsync("/portal/provider");
        using Browser old = Browser.Of(api);
        foreach ((string name, string value) in before)
            old.Cookies[name] = value;
        await old.PageAsync("/portal/customer", 401);
    }

    [Fact]
    public async Task A_cookie_says_nothing_and_is_kept_from_scripts_and_other_sites()
    {
        using Browser browser = Browser.Of(api);
        using HttpResponseMessage opened = await browser.SignInAsync(await Browser.LinkAsync(api, "customer"));
        string cookie = Assert.Single(opened.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
        foreach (string trait in new[] { "secure", "httponly", "samesite=strict", "path=/" })
            Assert.Contains(trait, cookie, StringComparison.OrdinalIgnoreCase);
        string token = await api.TokenAsync("customer");
        Assert.DoesNotContain(token[..20], cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(token[..20], await browser.PageAsync("/portal/customer"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer x.y.z")]
    [InlineData("Basic dTpw")]
    [InlineData(null)]
    public async Task Without_a_token_of_ours_there_is_no_link(string? header)
    {
        using HttpClient client = api.NewClient();
        if (header is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        Assert.Equal(401, (await client.Post("/portal/codes")).Code);
    }

    [Fact]
    public async Task Sign_out_ends_the_session_for_whoever_has_its_cookie()
    {
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        await browser.PageAsync("/portal/customer");
        var stolen = new Dictionary<string, string>(browser.Cookies);
        using HttpResponseMessage left = await browser.PostAsync("/portal/signout");
        Assert.Equal(HttpStatusCode.SeeOther, left.StatusCode);
        await browser.PageAsync("/portal/customer", 401);
        using Browser thief = Browser.Of(api);
        foreach ((string name, string value) in stolen)
            thief.Cookies[name] = value;
        await thief.PageAsync("/portal/customer", 401);
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    [InlineData(null)]
    public async Task A_form_of_another_site_does_nothing(string? site)
    {
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        using HttpResponseMessage refused = await browser.PostAsync("/portal/signout", site);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await browser.PageAsync("/portal/customer");
    }

    /// <summary>Somebody who signs in again and again signs nobody else out.</summary>
    [Fact]
    public void One_principal_makes_place_for_itself_only()
    {
        var clock = new ManualTimeProvider();
        var sessions = new PortalSessions(clock);
        DateTimeOffset end = clock.GetUtcNow() + TimeSpan.FromMinutes(10);
        string other = sessions.Redeem(sessions.NewCode(SessionOf("other", end)))!;
        string waiting = sessions.NewCode(SessionOf("other", end));
        string[] mine = [.. Enumerable.Range(0, 100).Select(i => sessions.Redeem(sessions.NewCode(SessionOf("me", end.AddSeconds(i))))!)];
        Assert.Equal(20, mine.Count(m => sessions.Find(m) is not null));
        Assert.NotNull(sessions.Find(mine[^1]));
        Assert.NotNull(sessions.Find(other));
        Assert.NotNull(sessions.Redeem(waiting));
    }

    [Fact]
    public void A_code_lasts_a_minute_and_a_session_as_long_as_its_token()
    {
        var clock = new ManualTimeProvider();
        var sessions = new PortalSessions(clock);
        var session = SessionOf("o", clock.GetUtcNow() + TimeSpan.FromMinutes(10));
        string late = sessions.NewCode(session);
        clock.Advance(PortalSessions.CodeLasts);
        Assert.Null(sessions.Redeem(late));
        string secret = sessions.Redeem(sessions.NewCode(session))!;
        Assert.Same(session, sessions.Find(secret));
        Assert.Null(sessions.Find("other"));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(sessions.Find(secret));
    }

    private static PortalSession SessionOf(string who, DateTimeOffset end) => new("t", new MeBody(who, who, "here", []), end);
}
