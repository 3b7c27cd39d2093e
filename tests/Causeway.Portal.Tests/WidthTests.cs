using Causeway.Api.Tests;
using Causeway.Testing;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>Tables are tables where there is room for one: who compares sessions or circuits sees them under each other.</summary>
public sealed class WidthTests(SessionServer api, Chromium chromium) : IClassFixture<SessionServer>, IClassFixture<Chromium>
{
    [Fact]
    public async Task Tables_are_tables_where_there_is_room()
    {
        await api.WorldAsync();
        // A domain whose routers nobody answers from: what they say of it is the longest of what tables hold.
        (
            await api.Customer.Put(
                $"{api.Circuit("ams-leased")}/peerings/AzurePrivatePeering?api-version=2024-01-01",
                """{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65073,"vlanId":102,"primaryPeerAddressPrefix":"127.73.0.0/30","secondaryPeerAddressPrefix":"127.73.0.4/30"}}"""
            )
        ).Is(201);
        await Eventually.Get(
            async () =>
                (
                    await api.Customer.Get($"{api.Circuit("ams-leased")}/peerings/AzurePrivatePeering/sessions?api-version=2024-01-01")
                ).Body?.ToJsonString() ?? "",
            seen => seen.Split("\"lastProblem\":\"").Length == 3,
            "its routers say why its sessions are not up"
        );
        (string Path, string Fragment, int Width)[] all =
        [
            ("/portal/customer/circuits", "circuits", 820),
            ("/portal/customer/circuits", "circuits", 1280),
            ($"/portal/r{api.Circuit("ams-internet")}", "peerings", 1280),
            ($"/portal/r{api.Circuit("ams-internet")}", "sessions", 1280),
            // With what its routers say of why they are not up.
            ($"/portal/r{api.Circuit("ams-leased")}", "peerings", 1280),
            ($"/portal/r{api.Circuit("ams-leased")}", "sessions", 1280),
            ($"/portal/r{api.Circuit("ams-leased")}", "router", 1280),
        ];
        var wrong = new List<string>();
        foreach (string language in Language.Words.Languages)
        foreach (IGrouping<int, (string Path, string Fragment, int Width)> width in all.GroupBy(a => a.Width))
        {
            IPage page = await chromium.WindowAsync(api, "customer", language, width.Key);
            foreach (IGrouping<string, (string Path, string Fragment, int Width)> path in width.GroupBy(a => a.Path))
            {
                await page.GotoAsync(path.Key);
                await Pictured.KeepAsync(page, $"{path.Key}-{language}-{width.Key}");
                foreach ((_, string fragment, _) in path)
                    wrong.AddRange(
                        await page.Locator($"section[data-fragment={fragment}] .frame.cards")
                            .EvaluateAllAsync<string[]>(
                                """
                                (frames, where) => frames.map((f) => {
                                  f.classList.remove("cards");
                                  const wide = [...f.querySelectorAll("thead th")].map((h) => `${h.textContent} ${Math.round(h.offsetWidth)}`);
                                  return `${where}: wants ${f.scrollWidth} of ${f.clientWidth}: ${wide.join(", ")}`;
                                })
                                """,
                                $"{path.Key} {fragment} at {width.Key} in {language}"
                            )
                    );
            }
            await page.Context.CloseAsync();
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>The narrowest telephones show numbers whole, without being moved sideways.</summary>
    [Fact]
    public async Task Usage_fits_a_narrow_telephone()
    {
        IPage page = await chromium.WindowAsync(api, "customer", width: 320);
        await page.GotoAsync("/portal/customer/usage");
        await Pictured.KeepAsync(page, "usage-320");
        string[] beyond = await page.EvaluateAsync<string[]>(
            """
            () => document.documentElement.scrollWidth <= 320 ? [] :
              [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > 320 && !e.closest(".frame")).map((e) => e.outerHTML.slice(0, 200))
            """
        );
        Assert.Empty(beyond);
        await page.Context.CloseAsync();
    }

    /// <summary>On paper nothing can be pressed.</summary>
    [Fact]
    public async Task What_is_printed_has_no_buttons()
    {
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        foreach (string path in (string[])["/portal/customer/circuits", "/portal/customer/usage", "/portal/customer/groups"])
        {
            await page.GotoAsync(path);
            await Assertions.Expect(page.Locator("main button:visible, .acts:visible, a[download]:visible")).ToHaveCountAsync(0);
        }
        await page.Context.CloseAsync();
    }
}
