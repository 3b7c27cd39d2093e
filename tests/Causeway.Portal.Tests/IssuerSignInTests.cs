using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;
using Causeway.Api.Tests.Identity;
using Causeway.Identity;
using Causeway.Server.Configuration;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>A server at which one signs in by an issuer of the tests, where anna owns the customer's subscription.</summary>
public sealed class IssuerServer : SqliteApi, IAsyncLifetime
{
    private const string Secret = "s3cret+/&";

    public FakeIssuer Issuer { get; } = new() { Secret = Secret };

    protected override ServerSettings Configure(ServerSettings settings) =>
        base.Configure(settings) with
        {
            OidcIssuers = [new OidcIssuerOptions(Issuer.Address, FakeIssuer.Audience)],
            PortalSignIn = new CodeSignInOptions(Issuer.Address, FakeIssuer.Application, "openid profile", Secret),
        };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        (
            await Operator.Put(
                $"/subscriptions/{CustomerSubscription}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
                """{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635","principalId":"anna"}}"""
            )
        ).Is(201);
    }

    /// <summary>The issuer as it is at the beginning of each test.</summary>
    public void Reset() =>
        (Issuer.Person, Issuer.Secret, Issuer.OtherNonce, Issuer.IdAudience, Issuer.IdLasts, Issuer.IdIssuer) = (
            "anna",
            Secret,
            null,
            FakeIssuer.Application,
            TimeSpan.FromHours(1),
            null
        );
}

/// <summary>Signing in at an OpenID Connect issuer: the authorization code flow with PKCE.</summary>
public sealed class IssuerSignInTests(IssuerServer api, Chromium chromium) : IClassFixture<IssuerServer>, IClassFixture<Chromium>
{
    private const string SessionCookie = "__Host-causeway-portal";

    [Fact]
    public async Task Who_signs_in_at_the_issuer_is_who_they_are_there()
    {
        api.Reset();
        using Browser browser = Browser.Of(api);
        string page = await browser.PageAsync("/portal/customer/circuits", 401);
        Assert.Contains("href=\"/portal/signin/begin?to=%2Fportal%2Fcustomer%2Fcircuits\"", page, StringComparison.Ordinal);
        string back = await BackAsync(browser, "/portal/customer/circuits");
        using HttpResponseMessage signed = await browser.GetAsync(back);
        Assert.Equal(HttpStatusCode.OK, signed.StatusCode);
        Assert.Equal("0; url=/portal/customer/circuits", signed.Headers.GetValues("Refresh").Single());
        string cookie = signed.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith(SessionCookie, StringComparison.Ordinal));
        foreach (string trait in new[] { "secure", "httponly", "samesite=strict", "path=/" })
            Assert.Contains(trait, cookie, StringComparison.OrdinalIgnoreCase);
        await browser.PageAsync("/portal/customer/circuits");
        await browser.PageAsync("/portal/operator", 404);
        using HttpResponseMessage left = await browser.PostAsync("/portal/signout");
        Assert.Contains($"href=\"{api.Issuer.Address}/logout?", await left.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await browser.PageAsync("/portal/customer", 401);
    }

    /// <summary>An answer that somebody else was given, or that was used, signs nobody in: else what is done here would be theirs to see.</summary>
    [Fact]
    public async Task An_answer_counts_once_and_in_the_browser_that_asked()
    {
        api.Reset();
        using Browser asked = Browser.Of(api);
        string back = await BackAsync(asked);
        using Browser other = Browser.Of(api);
        await BackAsync(other);
        await other.PageAsync(back, 403);
        Assert.DoesNotContain(SessionCookie, other.Cookies.Keys);
        string attempt = asked.Cookies["__Host-causeway-signin"];
        await asked.PageAsync(back);
        await asked.PageAsync(back, 403);
        // Also when the browser keeps what it was told to forget, as a thief would.
        using Browser thief = Browser.Of(api);
        thief.Cookies["__Host-causeway-signin"] = attempt;
        await thief.PageAsync(back, 403);
        Assert.DoesNotContain(SessionCookie, thief.Cookies.Keys);
    }

    public static TheoryData<string, Action<FakeIssuer>> Wrongs =>
        new()
        {
            { "access_denied", i => i.Person = null },
            { "another attempt", i => i.OtherNonce = "another" },
            { "another application", i => i.IdAudience = "another" },
            { "invalid_grant", i => i.Secret = "another" },
            { "not valid now", i => i.IdLasts = TimeSpan.FromMinutes(-1) },
            { "no ID token of its own", i => i.IdIssuer = "https://elsewhere.example" },
        };

    [Theory]
    [MemberData(nameof(Wrongs), DisableDiscoveryEnumeration = true)]
    public async Task Whoever_the_issuer_does_not_vouch_for_is_not_signed_in(string why, Action<FakeIssuer> spoil)
    {
        api.Reset();
        using Browser browser = Browser.Of(api);
        spoil(api.Issuer);
        string page = await browser.PageAsync(await BackAsync(browser), 403);
        Assert.Contains(why, page, StringComparison.Ordinal);
        Assert.DoesNotContain(SessionCookie, browser.Cookies.Keys);
        await browser.PageAsync("/portal/customer", 401);
        api.Reset();
    }

    /// <summary>Who guesses a code, or gives another state than the one of their attempt, is not taken to the issuer for somebody.</summary>
    [Fact]
    public async Task A_guessed_code_and_a_guessed_state_sign_nobody_in()
    {
        api.Reset();
        using Browser browser = Browser.Of(api);
        string back = await BackAsync(browser);
        string state = back.Split("state=")[1];
        string page = await browser.PageAsync($"/portal/signin/back?code=guessed&state={state}", 403, "sv");
        Assert.Contains("Du kunde inte loggas in.", page, StringComparison.Ordinal);
        // What others say stands as they say it, and says in which language.
        Assert.Contains("<p lang=\"en\">the issuer refused the code: invalid_grant</p>", page, StringComparison.Ordinal);
        back = await BackAsync(browser);
        await browser.PageAsync($"{back}x", 403);
        await browser.PageAsync(back.Split("&state=")[0], 403);
        Assert.DoesNotContain(SessionCookie, browser.Cookies.Keys);
        // The attempt itself is none the worse.
        await browser.PageAsync(back);
    }

    [Fact]
    public async Task A_page_elsewhere_is_not_where_one_comes_back_to()
    {
        api.Reset();
        using Browser browser = Browser.Of(api);
        using HttpResponseMessage signed = await browser.GetAsync(await BackAsync(browser, "https://elsewhere.example/"));
        Assert.Equal("0; url=/portal/", signed.Headers.GetValues("Refresh").Single());
    }

    /// <summary>The session's cookie is strict, and the browser comes from another site: it has to be in after all.</summary>
    [Fact]
    public async Task A_real_browser_is_in_when_it_is_back()
    {
        api.Reset();
        IPage page = await chromium.WindowAsync(api);
        await page.GotoAsync("/portal/customer/circuits");
        await page.Locator("a.main").ClickAsync();
        await page.WaitForURLAsync(url => url.EndsWith("/portal/customer/circuits", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator("nav.sides")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>Under which object id the server knows somebody of a foreign issuer, nothing in their token says.</summary>
    [Fact]
    public async Task The_API_says_who_one_is()
    {
        using HttpClient client = api.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", api.Issuer.Token("anna"));
        JsonNode me = (await client.Get("/providers/Causeway.Operations/me?api-version=2026-11-01")).Is(200).Body!;
        Assert.Equal(new OidcIssuerOptions(api.Issuer.Address, FakeIssuer.Audience).ObjectIdOf("anna"), me["objectId"]!.ToString());
        Assert.Equal(api.Issuer.Address, me["issuer"]!.ToString());
        JsonNode role = Assert.Single(me["roles"]!.AsArray())!;
        Assert.Equal("Owner", role["roleName"]!.ToString());
        Assert.Equal($"/subscriptions/{api.CustomerSubscription}", role["scope"]!.ToString(), ignoreCase: true);
    }

    /// <summary>Begins, and lets the person before the browser consent.</summary>
    /// <returns>The address that the issuer sends the browser back to.</returns>
    private static async Task<string> BackAsync(Browser browser, string to = "/portal/")
    {
        using HttpResponseMessage begun = await browser.GetAsync($"/portal/signin/begin?to={Uri.EscapeDataString(to)}");
        Assert.Equal(HttpStatusCode.SeeOther, begun.StatusCode);
        using var straight = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using HttpResponseMessage consented = await straight.GetAsync(begun.Headers.Location);
        return consented.Headers.Location!.PathAndQuery;
    }
}
