using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>What pages look like, for who looks: kept in the folder that <c>CAUSEWAY_PICTURES</c> names, and nowhere without it.</summary>
internal static class Pictured
{
    public static async Task KeepAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CAUSEWAY_PICTURES") is { Length: > 0 } folder)
            await page.ScreenshotAsync(
                new PageScreenshotOptions
                {
                    Path = Path.Combine(folder, $"{name.Trim('/').Replace('/', '-').Split("expressRoute")[^1]}.png"),
                    FullPage = true,
                }
            );
    }
}
