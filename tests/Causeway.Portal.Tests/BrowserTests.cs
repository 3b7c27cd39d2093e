using Causeway.Api.Tests;
using Causeway.Language;
using Causeway.Portal.Pages;
using Causeway.Testing;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>The portal as people have it: in a real browser.</summary>
public sealed class BrowserTests(PortalServer api, Chromium chromium) : IClassFixture<PortalServer>, IClassFixture<Chromium>
{
    private static readonly (string Principal, string Side)[] s_viewers =
    [
        ("customer", "customer"),
        ("customer", "peer"),
        ("provider", "provider"),
        ("operator", "operator"),
    ];

    public static TheoryData<string, string, string> Everywhere
    {
        get
        {
            var all = new TheoryData<string, string, string>();
            foreach ((string principal, string side) in s_viewers)
            foreach (string language in Words.Languages)
                all.Add(principal, side, language);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Axe_finds_nothing_and_the_policy_refuses_nothing(string principal, string side, string language)
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, principal, language, colours: language == "sv" ? ColorScheme.Dark : ColorScheme.Light);
        var refused = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                refused.Add($"{message.Text} at {page.Url} ({message.Location})");
        };
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400)
                refused.Add($"{answer.Status} {answer.Url}");
        };
        foreach (string path in PortalPages.ListsOf(side).Select(l => $"/portal/{side}/{l}").Concat(api.PagesOf(side)))
        {
            await page.GotoAsync(path);
            AxeResult found = await page.RunAxe();
            Assert.True(
                found.Violations.Length == 0,
                $"{path}: {string.Join("; ", found.Violations.Select(v => $"{v.Id}: {v.Help} at {string.Join(", ", v.Nodes.Select(n => n.Target?.ToString() + " " + n.Html))}"))}"
            );
        }
        Assert.True(refused.Count == 0, string.Join('\n', refused));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_change_made_by_API_appears_in_anothers_open_page_within_a_second_and_a_lost_connection_is_said()
    {
        await api.SomethingAsync();
        await api.OrderAsync("watched");
        string circuit = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/watched";
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync($"/portal/r{circuit}");
        await Assertions.Expect(page.Locator("[data-live]")).ToHaveTextAsync("Live");
        // The first change shows that the page listens.
        await api.ProviderMovesAsync("watched", "Provisioning");
        await Assertions.Expect(page.Locator("section[data-fragment=facts]")).ToContainTextAsync("Provisioning");
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        await api.ProviderMovesAsync("watched", "Provisioned");
        await Assertions.Expect(page.Locator("section[data-fragment=facts]")).ToContainTextAsync("Provisioned", new() { Timeout = 5000 });
        TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(began);
        Assert.True(took < TimeSpan.FromSeconds(2), $"It took {took.TotalMilliseconds:0} ms.");
        await page.Context.SetOfflineAsync(true);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_list_filters_as_one_types()
    {
        await api.SomethingAsync();
        for (int i = 0; i < 10; i++)
            await api.OrderAsync($"many{i}");
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync("/portal/customer/circuits");
        await page.Locator("[data-filter]").FillAsync("many7");
        await Assertions.Expect(page.Locator("tbody tr:visible")).ToHaveCountAsync(1);
        await page.Context.CloseAsync();
    }

    /// <summary>What is not on the page is found all the same, without waiting; and what is scrolled to comes.</summary>
    [Fact]
    public async Task A_long_list_filters_and_scrolls_as_one_whole()
    {
        await api.SomethingAsync();
        await Parallel.ForEachAsync(
            Enumerable.Range(64600, 250),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (asn, _) =>
                (
                    await api.OtherCustomer.Put(
                        $"/subscriptions/{api.OtherSubscription}/providers/Microsoft.Peering/peerAsns/n{asn}?api-version=2022-10-01",
                        $$$"""{"properties":{"peerAsn":{{{asn}}},"peerName":"N","peerContactDetail":[{"role":"Noc","email":"noc@n.example"}]}}"""
                    )
                ).Is(201)
        );
        IPage page = await chromium.WindowAsync(api, "otherCustomer");
        await page.GotoAsync("/portal/peer/asns");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(200);
        await page.Locator("[data-filter]").FillAsync("n64849");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("[data-count]")).ToHaveTextAsync("1 / 250");
        await page.Locator("[data-filter]").FillAsync("");
        await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(250);
        await page.Context.CloseAsync();
    }

    /// <summary>Who works with the keyboard is where they were when the part of the page around them is renewed.</summary>
    [Fact]
    public async Task A_renewal_keeps_the_focus()
    {
        await api.SomethingAsync();
        await api.OrderAsync("focused");
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync("/portal/customer/circuits");
        await Assertions.Expect(page.Locator("[data-live]")).ToHaveTextAsync("Live");
        ILocator link = page.Locator("a", new PageLocatorOptions { HasTextString = "focused" });
        await link.FocusAsync();
        await page.EvaluateAsync("document.activeElement.marked = true");
        await api.ProviderMovesAsync("focused", "Provisioning");
        await Assertions
            .Expect(page.Locator("tr", new PageLocatorOptions { HasTextString = "focused" }))
            .ToContainTextAsync("Provisioning");
        await Assertions.Expect(link).ToBeFocusedAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement.marked === undefined"), "It was not renewed.");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_circuit_is_ordered_by_a_form_that_offers_only_what_fits()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync("/portal/do/order");
        await page.Locator("[name=name]").FillAsync("by form");
        await Assertions.Expect(page.Locator("[data-wrong=name]")).Not.ToBeEmptyAsync();
        await page.Locator("[name=name]").FillAsync("by-form");
        await Assertions.Expect(page.Locator("[data-wrong=name]")).ToBeEmptyAsync();
        await page.Locator("[name=provider]").SelectOptionAsync("Equinix");
        await Assertions.Expect(page.Locator("[data-request]").First).ToContainTextAsync("expressRouteCircuits/by-form");
        await page.Locator("button.main").ClickAsync();
        await page.WaitForURLAsync(url => url.EndsWith("/by-form", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("by-form");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(390)]
    [InlineData(820)]
    [InlineData(1280)]
    public async Task No_page_is_wider_than_its_window(int width)
    {
        await api.SomethingAsync();
        foreach ((string principal, string side) in s_viewers)
        {
            IPage page = await chromium.WindowAsync(api, principal, width: width);
            foreach (string path in PortalPages.ListsOf(side).Select(l => $"/portal/{side}/{l}").Concat(api.PagesOf(side)))
            {
                await page.GotoAsync(path);
                int wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
                Assert.True(
                    wide <= width,
                    $"{path} is {wide} wide at {width}: {await page.EvaluateAsync<string>("w => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w && !e.closest('.frame')).slice(0, 5).map(e => e.outerHTML.slice(0, 200)).join('\\n')", width)}"
                );
                await Pictured.KeepAsync(page, $"{path}-{width}");
            }
            await page.Context.CloseAsync();
        }
    }

    /// <summary>Sessions are measured when they come; what is drawn of it can be kept, as a picture and as numbers.</summary>
    [Fact]
    public async Task A_graph_is_kept_as_a_picture_and_as_numbers()
    {
        await api.SomethingAsync();
        string circuit = $"/portal/r{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";
        using Browser reader = await Browser.SignedInAsync(api, "customer");
        await Eventually.Get(
            async () => await reader.PageAsync($"{circuit}?fragment=graphs"),
            html => html.Contains("<svg", StringComparison.Ordinal),
            "the first samples are written",
            TimeSpan.FromSeconds(60)
        );
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync(circuit);
        IDownload picture = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-png]").First.ClickAsync());
        Assert.EndsWith(".png", picture.SuggestedFilename, StringComparison.Ordinal);
        byte[] content = await File.ReadAllBytesAsync(await picture.PathAsync());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], content[..4]);
        Assert.True(content.Length > 2000, $"{content.Length} bytes are no picture of anything.");
        string numbers = await reader.PageAsync($"{circuit}?fragment=graphs&form=csv&days=30");
        Assert.Contains("192.168.15.17", numbers, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    /// <summary>However long a list is, what is drawn of it stays short, down to its end, back by a key, and when it is renewed meanwhile.</summary>
    [Fact]
    public async Task Ten_thousand_rows_are_scrolled_through_without_drawing_them_all()
    {
        await api.SomethingAsync();
        await api.OrderAsync("scrolled");
        IPage page = await chromium.WindowAsync(api, "customer");
        await ManyAsync(page, 10_000);
        int most = 0;
        while (await page.Locator("tbody tr", new() { HasTextString = "circuit-9999" }).CountAsync() == 0)
        {
            await page.EvaluateAsync("scrollBy(0, 4 * innerHeight); new Promise(requestAnimationFrame)");
            most = Math.Max(most, await page.Locator("tbody tr").CountAsync());
        }
        Assert.InRange(most, 400, 800);
        await page.Locator("tbody tr", new() { HasTextString = "circuit-9990" }).ScrollIntoViewIfNeededAsync();
        Assert.Equal("9992", await page.Locator("tbody tr", new() { HasTextString = "circuit-9990" }).GetAttributeAsync("aria-rowindex"));
        // The page is told of a change; who reads at the end stays there.
        double before = await page.EvaluateAsync<double>("document.querySelector('.frame').marked = true, scrollY");
        await api.ProviderMovesAsync("scrolled", "Provisioning");
        await page.WaitForFunctionAsync("() => !document.querySelector('.frame').marked");
        await Assertions.Expect(page.Locator("tbody tr", new() { HasTextString = "circuit-9990" })).ToBeInViewportAsync();
        Assert.InRange(await page.EvaluateAsync<double>("scrollY"), before - 100, before + 100);
        await page.EvaluateAsync("scrollTo(0, 0)");
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("circuit-0");
        await Assertions.Expect(page.Locator("tbody tr").First).ToBeInViewportAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>The list of circuits, as if there were so many.</summary>
    private static async Task ManyAsync(IPage page, int count)
    {
        string rows = System.Text.Json.JsonSerializer.Serialize(
            Enumerable.Range(0, count).Select(i => new[] { $"circuit-{i}", "Provisioned", "Enabled", "Equinix", "Amsterdam", "200" })
        );
        await page.RouteAsync("**/portal/many", r => r.FulfillAsync(new() { Body = rows, ContentType = "application/json" }));
        // The server's own answers, of a list that is long.
        await page.RouteAsync(
            url => url.Contains("/portal/customer/circuits", StringComparison.Ordinal),
            async r =>
            {
                IAPIResponse answer = await r.FetchAsync();
                string html = await answer.TextAsync();
                await r.FulfillAsync(
                    new()
                    {
                        Response = answer,
                        Body = html.Replace(
                            "<div class=\"frame\"",
                            "<div class=\"frame\" data-whole=\"/portal/many\"",
                            StringComparison.Ordinal
                        ),
                    }
                );
            }
        );
        await page.GotoAsync("/portal/customer/circuits");
        await Assertions.Expect(page.Locator("[data-live]")).ToHaveTextAsync("Live", new() { Timeout = 30_000 });
        // Its first part is drawn as the script draws it.
        await page.EvaluateAsync(
            """
            () => {
              const input = document.createElement("input");
              input.dataset.filter = "";
              document.querySelector("section .frame").before(input);
              input.dispatchEvent(new Event("input", { bubbles: true }));
            }
            """
        );
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(50);
    }

    /// <summary>The browser's part of a long list, with rows that no server had to make. How fast it is, <c>bench portal</c> measures.</summary>
    [Fact]
    public async Task Ten_thousand_rows_are_filtered_whole()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        string[][] rows =
        [
            .. Enumerable.Range(0, 10_000).Select(i => new[] { $"circuit-{i}", "Provisioned", "Enabled", "Equinix", "Amsterdam", "200" }),
        ];
        string[] typed = ["1", "99", "circuit-7", "amsterdam", "nothing", "9999", "provisioned 12", ""];
        string body = System.Text.Json.JsonSerializer.Serialize(rows);
        await page.RouteAsync("**/portal/many", r => r.FulfillAsync(new() { Body = body, ContentType = "application/json" }));
        await page.GotoAsync("/portal/customer/circuits");
        string[] counts = await page.EvaluateAsync<string[]>(
            """
            async (typed) => {
              const frame = document.querySelector(".frame");
              frame.dataset.whole = "/portal/many";
              let input = document.querySelector("[data-filter]");
              if (!input) {
                input = document.createElement("input");
                input.dataset.filter = "";
                frame.before(input);
              }
              const counts = [];
              for (const text of typed) {
                input.value = text;
                const drawn = new Promise((done) => new MutationObserver((_, seen) => (seen.disconnect(), requestAnimationFrame(() => done()))).observe(frame.querySelector("tbody"), { childList: true }));
                input.dispatchEvent(new Event("input", { bubbles: true }));
                await drawn;
                counts.push(frame.count);
              }
              return counts;
            }
            """,
            typed
        );
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(50);
        Assert.Equal(
            typed.Select(t =>
                rows.Count(r => t.Split(' ').All(w => string.Join(' ', r).Contains(w, StringComparison.OrdinalIgnoreCase)))
                    is var fit
                        and < 10_000
                    ? $"{fit} / 10000"
                    : "10000"
            ),
            counts
        );
        await page.Context.CloseAsync();
    }
}
