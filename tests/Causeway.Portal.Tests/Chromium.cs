using Causeway.Api.Tests;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>Debian's chromium, driven by Playwright; one for a class of tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = "/usr/bin/chromium",
                // Everything here is our own, and machines that build run as root in small containers.
                Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
            }
        );
    }

    /// <summary>A window of somebody's own, signed in by the link that the command line prints.</summary>
    public async Task<IPage> WindowAsync(
        ApiFixture api,
        string principal,
        string language = "en",
        int width = 1280,
        ColorScheme colours = ColorScheme.Light
    )
    {
        IPage page = await WindowAsync(api, language, width, colours);
        await page.GotoAsync(await Browser.LinkAsync(api, principal));
        await page.Locator("button.main").ClickAsync();
        // By what stands there, and not by what is told of its load, which may have been told already.
        await page.WaitForFunctionAsync("() => !location.pathname.includes('signin')");
        return page;
    }

    /// <summary>A window of nobody's yet.</summary>
    public async Task<IPage> WindowAsync(ApiFixture api) => await WindowAsync(api, "en", 1280, ColorScheme.Light);

    private async Task<IPage> WindowAsync(ApiFixture api, string language, int width, ColorScheme colours)
    {
        IBrowserContext context = await _browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = api.Server.Endpoint,
                IgnoreHTTPSErrors = true,
                Locale = language,
                ColorScheme = colours,
                ViewportSize = new ViewportSize { Width = width, Height = 900 },
            }
        );
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
