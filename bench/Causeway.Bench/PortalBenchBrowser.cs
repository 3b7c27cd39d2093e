using System.Globalization;
using Microsoft.Playwright;

namespace Causeway.Bench;

/// <summary>What a browser makes of the portal's pages: when it first paints them, and how it filters and scrolls a long list.</summary>
internal static class PortalBenchBrowser
{
    private const string Chromium = "/usr/bin/chromium";
    private const int Times = 11;

    /// <param name="endpoint">Of the server.</param>
    /// <param name="cookie">Of a session: name and value.</param>
    /// <param name="circuit">The path of a circuit's page.</param>
    /// <param name="circuits">How many the list has.</param>
    public static async Task RunAsync(string endpoint, string cookie, string circuit, int circuits)
    {
        if (!File.Exists(Chromium))
        {
            Console.WriteLine($"no browser at {Chromium}: what it paints is not measured");
            return;
        }
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] }
        );
        IBrowserContext context = await browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = endpoint,
                IgnoreHTTPSErrors = true,
                ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
            }
        );
        string[] pair = cookie.Split('=', 2);
        await context.AddCookiesAsync([
            new Cookie
            {
                Name = pair[0],
                Value = pair[1],
                Url = endpoint,
                Secure = true,
                HttpOnly = true,
            },
        ]);
        IPage page = await context.NewPageAsync();
        await PaintAsync(page, "list of circuits", "/portal/customer/circuits");
        await PaintAsync(page, "a circuit", circuit);
        await FilterAsync(page, circuits);
        await ScrollAsync(page);
    }

    private static async Task PaintAsync(IPage page, string what, string path)
    {
        var took = new List<double>();
        for (int i = 0; i < Times; i++)
        {
            await page.GotoAsync(path);
            took.Add(
                await page.EvaluateAsync<double>(
                    "async () => { for (;;) { const [paint] = performance.getEntriesByName('first-contentful-paint'); if (paint) return paint.startTime; await new Promise(requestAnimationFrame); } }"
                )
            );
        }
        Say($"first contentful paint, {what}", took);
    }

    /// <summary>From the key to the rows on the screen; the first after the time that it takes a hand to come from the field's focus to a key.</summary>
    private static async Task FilterAsync(IPage page, int circuits)
    {
        await page.GotoAsync("/portal/customer/circuits");
        await page.Locator("[data-filter]").FocusAsync();
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        await page.WaitForResponseAsync(r => r.Url.Contains("form=json", StringComparison.Ordinal));
        double fetched = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        double[] took = await page.EvaluateAsync<double[]>(
            """
            async () => {
              const input = document.querySelector("[data-filter]");
              const body = document.querySelector("tbody");
              const took = [];
              for (const text of ["b", "be", "bench-1", "bench-99", "amsterdam", "nothing", "9999", "equinix 12", ""]) {
                input.value = text;
                const drawn = new Promise((done) => new MutationObserver((_, seen) => (seen.disconnect(), requestAnimationFrame(() => setTimeout(done)))).observe(body, { childList: true }));
                const began = performance.now();
                input.dispatchEvent(new Event("input", { bubbles: true }));
                await drawn;
                took.push(performance.now() - began);
              }
              return took;
            }
            """
        );
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"all {circuits:N0} rows fetched when the filter is entered: {fetched:N0} ms")
        );
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"filter of {circuits:N0} rows, the first key: {took[0]:N0} ms"));
        Say($"filter of {circuits.ToString("N0", CultureInfo.InvariantCulture)} rows, each further key", [.. took.Skip(1)]);
    }

    /// <summary>Down to the end of the list, a screen a frame; a hitch is a frame that takes long.</summary>
    private static async Task ScrollAsync(IPage page)
    {
        double[] frames = await page.EvaluateAsync<double[]>(
            """
            async () => {
              const frames = [];
              let before = performance.now();
              for (let still = 0; still < 30; ) {
                const height = document.body.scrollHeight;
                scrollBy(0, innerHeight);
                await new Promise(requestAnimationFrame);
                const now = performance.now();
                frames.push(now - before);
                before = now;
                still = document.body.scrollHeight === height && scrollY + innerHeight >= height - 2 ? still + 1 : 0;
              }
              return frames;
            }
            """
        );
        int rows = await page.Locator("tbody tr").CountAsync();
        Say($"scrolled to the end, {rows.ToString("N0", CultureInfo.InvariantCulture)} rows drawn, each frame", [.. frames]);
    }

    private static void Say(string what, List<double> took)
    {
        took.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: p50 {took[took.Count / 2]:N0} ms, p99 {took[(int)(took.Count * 0.99)]:N0} ms, most {took[^1]:N0} ms"
            )
        );
    }
}
