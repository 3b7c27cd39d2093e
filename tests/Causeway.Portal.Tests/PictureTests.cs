using System.Runtime.CompilerServices;
using Causeway.Api.Tests;
using Causeway.Testing;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>
/// The pictures in <c>docs/portal</c>: taken anew of a server with real sessions by <c>CAUSEWAY_RECORD=1</c>, and looked at by whoever does that. Without it, pages are
/// shown to a browser all the same, each at three widths, and have to hold what the pictures are of.
/// </summary>
public sealed class PictureTests(SessionServer api, Chromium chromium) : IClassFixture<SessionServer>, IClassFixture<Chromium>
{
    private const int MostBytes = 180_000;

    private static readonly int[] s_widths = [390, 820, 1280];

    /// <param name="Name">Of the files.</param>
    /// <param name="At">What is at the top of the picture; null for the top of the page.</param>
    /// <param name="Shows">What has to be on it.</param>
    private sealed record Picture(
        string Name,
        string Principal,
        string Path,
        string Shows,
        string? At = null,
        string Language = "en",
        bool IsDark = false
    );

    private Picture[] All =>
        [
            new("circuit", "customer", $"/portal/r{api.Circuit("ams-office")}", "Established"),
            new(
                "refused",
                "customer",
                $"/portal/r{api.Circuit("ams-internet")}?routes=refused",
                "194.9.0.0/20",
                At: "section[data-fragment=routes]"
            ),
            new("order", "customer", "/portal/do/order", "expressRouteCircuits"),
            new("orders", "provider", "/portal/provider/orders", "Stockholm", Language: "sv"),
            new("peering", "customer", $"/portal/r{api.Peering}", "Established"),
            new("routers", "operator", "/portal/operator/routers", "ams", IsDark: true),
        ];

    [Fact]
    public async Task Pages_are_as_pictured()
    {
        await api.WorldAsync();
        string? folder = Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1" ? Directory.CreateDirectory(Folder()).FullName : null;
        await Eventually.Get(
            async () => (await api.Customer.Get($"{api.Peering}/sessions?api-version=2022-10-01")).Body?.ToJsonString() ?? "",
            seen => seen.Split("Established").Length == 3,
            "the sessions at the exchange are up"
        );
        foreach (Picture picture in All)
        foreach (int width in s_widths)
        {
            IPage page = await chromium.WindowAsync(
                api,
                picture.Principal,
                picture.Language,
                width,
                picture.IsDark ? ColorScheme.Dark : ColorScheme.Light
            );
            await page.GotoAsync(picture.Path);
            if (picture.Name == "order")
                await FillAsync(page);
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync(picture.Shows, new() { Timeout = 20_000 });
            if (picture.At is { } at)
                await page.Locator(at).EvaluateAsync("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 12)");
            byte[] content = await page.ScreenshotAsync();
            Assert.True(content.Length < MostBytes, $"{picture.Name} at {width} has {content.Length} bytes.");
            if (folder is not null)
                await File.WriteAllBytesAsync(Path.Combine(folder, $"{picture.Name}-{width}.png"), content);
            await page.Context.CloseAsync();
        }
    }

    /// <summary>Every picture is one that is taken, and every one that is taken is there.</summary>
    [Fact]
    public void The_pictures_are_there() =>
        Assert.Equal(
            All.SelectMany(p => s_widths.Select(w => $"{p.Name}-{w}.png")).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Folder()).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../docs/portal"));

    private static async Task FillAsync(IPage page)
    {
        await page.Locator("[name=name]").FillAsync("ams-second");
        await page.Locator("[name=provider]").SelectOptionAsync("Equinix");
        await page.EvaluateAsync("scrollTo(0, 0)");
    }
}
