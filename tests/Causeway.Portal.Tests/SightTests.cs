using Causeway.Api.Tests;
using Causeway.Portal.Pages;
using Causeway.Testing;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>What is seen at first sight, at each width.</summary>
public sealed class SightTests(PortalServer api, Chromium chromium) : IClassFixture<PortalServer>, IClassFixture<Chromium>
{
    private string Circuit => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";

    private static readonly (string Principal, string Side)[] s_viewers =
    [
        ("customer", "customer"),
        ("customer", "peer"),
        ("provider", "provider"),
        ("operator", "operator"),
    ];

    /// <summary>Columns that one would have to scroll to, and words of letters that are broken over two lines.</summary>
    private const string Unseen = """
        () => {
          const found = [];
          for (const table of document.querySelectorAll(".frame > table"))
            if (table.parentElement.scrollWidth > table.parentElement.clientWidth + 1) found.push("cut: " + table.caption.textContent);
          const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const node = walk.currentNode;
            if (!node.parentElement.closest("th, td, .path, .acts, h2, dt") || node.parentElement.closest("code, caption, .unseen, thead") || !node.parentElement.getClientRects().length) continue;
            for (const word of node.textContent.matchAll(/(?<![^\s])\p{L}{2,24}(?![^\s])/gu)) {
              const range = document.createRange();
              range.setStart(node, word.index);
              range.setEnd(node, word.index + word[0].length);
              if (new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size > 1) found.push("broken: " + word[0]);
            }
          }
          return found;
        }
        """;

    [Theory]
    [InlineData(390, "nl")]
    [InlineData(768, "sv")]
    [InlineData(820, "en")]
    [InlineData(1280, "sv")]
    public async Task No_column_is_out_of_sight_and_no_word_is_broken(int width, string language)
    {
        await api.SomethingAsync();
        var unseen = new List<string>();
        foreach ((string principal, string side) in s_viewers)
        {
            IPage page = await chromium.WindowAsync(api, principal, language, width);
            foreach (string path in PortalPages.ListsOf(side).Select(l => $"/portal/{side}/{l}").Concat(api.PagesOf(side)))
            {
                await page.GotoAsync(path);
                unseen.AddRange((await page.EvaluateAsync<string[]>(Unseen)).Distinct().Select(f => $"{path}: {f}"));
            }
            await page.Context.CloseAsync();
        }
        Assert.True(unseen.Count == 0, string.Join('\n', unseen));
    }

    /// <summary>A graph that is wider than a telephone shows its newest end at first.</summary>
    [Fact]
    public async Task A_graph_shows_now_first()
    {
        await api.SomethingAsync();
        using Browser reader = await Browser.SignedInAsync(api, "customer");
        await Eventually.Get(
            async () => await reader.PageAsync($"/portal/r{Circuit}?fragment=graphs"),
            html => html.Contains("<svg", StringComparison.Ordinal),
            "the first samples are written",
            TimeSpan.FromSeconds(60)
        );
        IPage page = await chromium.WindowAsync(api, "customer", width: 390);
        var missed = new System.Collections.Concurrent.ConcurrentBag<string>();
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400)
                missed.Add($"{answer.Status} {answer.Url}");
        };
        await page.GotoAsync($"/portal/r{Circuit}");
        // What a graph is kept as is no list to fetch, at whatever place of the page one is.
        await page.EvaluateAsync(
            "async () => { for (let y = 0; y < document.body.scrollHeight; y += 400) { scrollTo(0, y); await new Promise(requestAnimationFrame); } }"
        );
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle, new() { Timeout = 2_000 })
            .ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.Empty(missed);
        double[] ends = await page.EvaluateAsync<double[]>(
            "() => { const f = document.querySelector('.chart > .frame'); return [f.scrollWidth - f.clientWidth, f.querySelector('svg').getBoundingClientRect().right, f.getBoundingClientRect().right]; }"
        );
        Assert.True(ends[0] > 50, $"It is all seen: {ends[0]}");
        Assert.InRange(ends[1], ends[2] - 1, ends[2] + 1);
        await page.Context.CloseAsync();
    }

    /// <summary>On the page of a thing its name is not on every button; a screen reader still says it.</summary>
    [Fact]
    public async Task Buttons_are_short_and_are_called_by_their_whole_name()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync($"/portal/r{Circuit}");
        ILocator button = page.GetByRole(AriaRole.Link, new() { Name = $"Change private peering of {PortalServer.Long}", Exact = true });
        await Assertions.Expect(button).ToBeVisibleAsync();
        Assert.InRange((await button.BoundingBoxAsync())!.Width, 100, 300);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_path_of_a_circuit_ends_at_its_networks()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync($"/portal/r{Circuit}");
        ILocator path = page.Locator("section[data-fragment=path]");
        await Assertions.Expect(path).ToContainTextAsync("No network is connected yet.");
        const string V = "?api-version=2024-01-01";
        string network = $"{api.Group}/providers/Microsoft.Network";
        (
            await api.Customer.Put(
                $"{network}/virtualNetworks/offices{V}",
                """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.77.0.0/16"]},"subnets":[{"name":"GatewaySubnet","properties":{"addressPrefix":"10.77.255.0/27"}}]}}"""
            )
        ).Is(201);
        (
            await api.Customer.Put(
                $"{network}/virtualNetworkGateways/gw{V}",
                $$$$"""{"location":"westeurope","properties":{"gatewayType":"ExpressRoute","sku":{"name":"Standard","tier":"Standard"},"ipConfigurations":[{"name":"default","properties":{"subnet":{"id":"{{{{network}}}}/virtualNetworks/offices/subnets/GatewaySubnet"}}}]}}"""
            )
        ).Is(201);
        await Eventually.Get(
            async () =>
                (await api.Customer.Get($"{network}/virtualNetworkGateways/gw{V}")).Body?["properties"]?["provisioningState"]?.ToString()
                ?? "",
            state => state == "Succeeded",
            "the gateway is there"
        );
        (
            await api.Customer.Put(
                $"{network}/connections/link{V}",
                $$$$"""{"location":"westeurope","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{{{{network}}}}/virtualNetworkGateways/gw"},"peer":{"id":"{{{{Circuit}}}}"}}}"""
            )
        ).Is(201);
        // It comes by itself.
        await Assertions.Expect(path).ToContainTextAsync("offices");
        await page.Context.CloseAsync();
    }

    /// <summary>What is said by others stands as they say it, and says in which language.</summary>
    [Fact]
    public async Task What_the_API_says_is_marked_as_English()
    {
        await api.SomethingAsync();
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        string html = await browser.PageAsync($"/portal/r{api.Group}/providers/Microsoft.Network/expressRouteCircuits/none", 404, "sv");
        Assert.Contains("<p lang=\"en\">", html, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "<p lang=\"en\">",
            await browser.PageAsync($"/portal/r{api.Group}/providers/Microsoft.Network/expressRouteCircuits/none", 404, "en"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("move")]
    [InlineData("ready")]
    public async Task An_act_on_something_else_says_so_in_words(string act)
    {
        await api.SomethingAsync();
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        string html = await browser.PageAsync($"/portal/do/{act}?on={Uri.EscapeDataString(Circuit)}", 404, "nl");
        Assert.Contains("Dat kan hiermee niet", html, StringComparison.Ordinal);
        Assert.DoesNotContain("JSON", html, StringComparison.Ordinal);
        await browser.PageAsync($"/portal/do/configure?on={Uri.EscapeDataString(Circuit)}");
    }
}
