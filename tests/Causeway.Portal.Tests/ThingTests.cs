using System.Net;
using System.Text.RegularExpressions;
using Causeway.Api.Tests;
using Causeway.Portal.Pages;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>What pages of single things say: what matters of each, where it leads, and nothing that only tests or programs call so.</summary>
public sealed partial class ThingTests(PortalServer api, Chromium chromium) : IClassFixture<PortalServer>, IClassFixture<Chromium>
{
    private string Circuit => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";

    [Theory]
    [InlineData("short", "short")]
    [InlineData("a-name-that-is-longer-than-that", "a-|name-|that-|is-|longer-|than-|that")]
    [InlineData("words of people that are many stay as they are", "words of people that are many stay as they are")]
    [InlineData("see expressRouteCrossConnections", "see express|Route|Cross|Connections")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaa|aaaaaaaa")]
    public void A_long_name_is_broken_at_its_joints(string text, string parts) => Assert.Equal(parts, string.Join('|', Breaks.Of(text)));

    /// <summary>At a desk the journal is a table, whatever things are called, and is taken as CSV; what the server keeps for itself has no page.</summary>
    [Fact]
    public async Task The_journal_is_a_table_at_a_desk()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "operator");
        await page.GotoAsync("/portal/operator/journal");
        ILocator section = page.Locator("section[data-fragment=journal]");
        await Assertions.Expect(section.Locator("tbody tr").First).ToBeVisibleAsync();
        await Assertions.Expect(section.Locator(".cards")).ToHaveCountAsync(0);
        await Assertions.Expect(section.Locator("a[href*='portLoads']")).ToHaveCountAsync(0);
        Assert.NotEmpty(await section.GetByText(PortalServer.Long).AllAsync());
        string rows = await section.Locator("tbody").InnerTextAsync();
        Assert.DoesNotContain("Approved → Approved", rows, StringComparison.Ordinal);
        // What was made, and what was changed of it; of what has many differences the first, and the others for who asks.
        Assert.Contains("+ order.bandwidth", await section.Locator("tbody").TextContentAsync() ?? "", StringComparison.Ordinal);
        Assert.NotEqual(0, await section.Locator("details:not([open]) ul.lines").CountAsync());
        await page.Context.CloseAsync();
        using Browser browser = await Browser.SignedInAsync(api, "operator");
        string csv = await browser.PageAsync("/portal/operator/journal?fragment=journal&form=csv");
        Assert.Contains(PortalServer.Long, csv, StringComparison.Ordinal);
        Assert.Contains("+ order.bandwidth: ", csv, StringComparison.Ordinal);
        // Of secrets that they were set, never what they are.
        Assert.All(Secret().Matches(csv), m => Assert.Equal("(secret)", m.Groups[1].Value));
        Assert.Matches(Secret(), csv);
        Assert.False(PortalPages.HasPage("/providers/Causeway.Operations/portLoads/ams-1"));
    }

    /// <summary>A group is found in its list and from what is in it, and shows that.</summary>
    [Fact]
    public async Task A_group_is_found_and_shows_what_is_in_it()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string path = Cell.PathOf(api.Group);
        Assert.Contains(path, await customer.PageAsync("/portal/customer/groups"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(path, await customer.PageAsync(Cell.PathOf(Circuit)), StringComparison.OrdinalIgnoreCase);
        string group = await customer.PageAsync(path);
        Assert.Contains(Cell.PathOf(Circuit), group, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("expressRouteCircuits", WebUtility.HtmlDecode(group), StringComparison.Ordinal);
        Assert.Contains("/portal/do/delete?on=", group, StringComparison.Ordinal);
    }

    /// <summary>Who is told that somebody was faster opens the form anew, finds what was typed, and can send it.</summary>
    [Fact]
    public async Task A_form_that_somebody_overtook_is_opened_anew_and_sent()
    {
        await api.OrderAsync("overtaken");
        string form =
            $"/portal/do/resize?on={Uri.EscapeDataString($"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/overtaken")}";
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync(form);
        await page.Locator("[name=bandwidth]").SelectOptionAsync("200");
        (await api.Customer.Patch(api.Circuit("overtaken"), """{"tags":{"a":"1"}}""")).Is(200);
        await page.Locator("form[data-act] button.main").ClickAsync();
        await Assertions.Expect(page.Locator("[data-answered]")).ToHaveCountAsync(1);
        await page.GotoAsync(form);
        await Assertions.Expect(page.Locator("[name=bandwidth]")).ToHaveValueAsync("200");
        await page.Locator("form[data-act] button.main").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/portal/r/"));
        var made = (await api.Customer.Get(api.Circuit("overtaken"))).Is(200).Body!["properties"]!["serviceProviderProperties"]!;
        Assert.Equal(200, made["bandwidthInMbps"]!.GetValue<int>());
        await page.Context.CloseAsync();
    }

    /// <summary>The types whose resources call their states.</summary>
    [Theory]
    [InlineData("Microsoft.Network/expressRouteCircuits")]
    [InlineData("Microsoft.Peering/peerings")]
    [InlineData("Microsoft.Peering/peerAsns")]
    [InlineData("Microsoft.Support/supportTickets")]
    [InlineData("Microsoft.Resources/deployments")]
    public async Task What_leads_from_state_to_state_is_said_in_words(string type)
    {
        var table = (await api.Customer.Get($"/providers/Causeway.Operations/stateTables?type={type}&api-version=2026-11-01"))
            .Is(200)
            .Body!;
        (string From, string To)[] ways =
        [
            .. table["moves"]!
                .AsArray()
                .Select(m => (m!["from"]!.ToString(), m["to"]!.ToString()))
                .Where(w => w is not ("absent", _) and not (_, "absent")),
        ];
        Assert.NotEmpty(ways);
        foreach (string language in Language.Words.Languages)
            Assert.DoesNotContain(ways, w => States.LeadsTo(Look.WordsIn(language), type, w.From, w.To) is null);
    }

    [Fact]
    public async Task A_picture_of_states_promises_what_can_be_done_now()
    {
        await api.SomethingAsync();
        await api.NetworkAsync("pictured");
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string states = WebUtility.HtmlDecode(await customer.PageAsync($"/portal/r{Circuit}?fragment=states"));
        Assert.Contains("→ <strong>Deprovisioning</strong>: the provider begins to take its side down", states, StringComparison.Ordinal);
        Assert.DoesNotContain("→ <strong>Deleting</strong>", states, StringComparison.Ordinal);
        // A network calls itself nothing that its table does: it has no picture.
        Assert.DoesNotContain(
            "class=\"machine\"",
            await customer.PageAsync($"/portal/r{api.Network("pictured")}"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_circuit_says_what_to_put_on_ones_routers_and_what_is_connected()
    {
        await api.SomethingAsync();
        await api.NetworkWithGatewayAsync("joined");
        string link = $"{api.Group}/providers/Microsoft.Network/connections/joined-link";
        (
            await api.Customer.Put(
                $"{link}?api-version=2024-01-01",
                $$$$"""
                {"location":"westeurope","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{{{{api.Gateway(
                    "joined"
                )}}}}"},"peer":{"id":"{{{{Circuit}}}}"}}}
                """
            )
        ).Is(201);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string routers = await customer.PageAsync($"/portal/r{Circuit}?fragment=router");
        foreach (string said in (string[])["192.168.15.17/30", "192.168.15.18", "192.168.15.21/30", "65010", "64496"])
            Assert.Contains($"<code>{said}</code>", routers, StringComparison.Ordinal);
        string links = await customer.PageAsync($"/portal/r{Circuit}?fragment=links");
        Assert.Contains($"href=\"/portal/r{link}\"", links, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/r{api.Network("joined")}\"", links, StringComparison.Ordinal);

        // Each leads to the others, and none shows what it is not.
        string gateway = await customer.PageAsync($"/portal/r{api.Gateway("joined")}");
        Assert.Contains($"href=\"/portal/r{api.Network("joined")}\"", gateway, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/r{link}\"", gateway, StringComparison.Ordinal);
        Assert.DoesNotContain("VPN type", gateway, StringComparison.Ordinal);
        Assert.Contains("data-fragment=\"journal\"", gateway, StringComparison.Ordinal);
        await customer.PageAsync($"/portal/r{api.Gateway("joined")}?routes=learned");
        string connection = await customer.PageAsync($"/portal/r{link}");
        Assert.Contains($"href=\"/portal/r{Circuit}\"", connection, StringComparison.Ordinal);
        Assert.DoesNotContain("Dead peer timeout", connection, StringComparison.Ordinal);
        Assert.Contains("GatewaySubnet", await customer.PageAsync($"/portal/r{api.Network("joined")}"), StringComparison.Ordinal);

        string domain = await customer.PageAsync($"/portal/r{Circuit}/peerings/AzurePrivatePeering");
        Assert.Contains($"href=\"/portal/r{Circuit}\"", domain.Split("class=\"above\"")[1].Split("</nav>")[0], StringComparison.Ordinal);
        Assert.Contains("data-fragment=\"sessions\"", domain, StringComparison.Ordinal);
        Assert.Contains("data-fragment=\"journal\"", domain, StringComparison.Ordinal);
        Assert.DoesNotContain("notice bad", domain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_AS_number_says_whom_to_ask_and_what_comes_next()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string page = await customer.PageAsync(
            $"/portal/r/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/meeting"
        );
        Assert.Contains("noc@meeting.example", page, StringComparison.Ordinal);
        Assert.Contains("Name of the network", page, StringComparison.Ordinal);
        Assert.Contains("It is approved: peerings can be requested with it.", page, StringComparison.Ordinal);
        Assert.Contains("data-fragment=\"journal\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_says_who_acts_next_and_on_which_ports_it_is_delivered()
    {
        await api.SomethingAsync();
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        string page = WebUtility.HtmlDecode(await provider.PageAsync($"/portal/r{api.Order}"));
        Assert.Contains("<h1>Order: 100 Mbps at Amsterdam</h1>", page, StringComparison.Ordinal);
        Assert.Contains("class=\"machine\"", page, StringComparison.Ordinal);
        Assert.Contains("<td data-label=\"Primary port\"", page.Split("part-ports")[1], StringComparison.Ordinal);
        Assert.Contains("data-fragment=\"explain\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("notice bad", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_says_who_is_signed_in_and_where_one_is()
    {
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string page = await customer.PageAsync("/portal/customer");
        Assert.Contains("<strong>customer</strong>", page.Split("class=\"who\"")[1].Split("</p>")[0], StringComparison.Ordinal);
        Assert.Single(
            page.Split("class=\"lists\"")[1].Split("</nav>")[0].Split("aria-current=\"page\""),
            p => p.Contains("/portal/customer/circuits", StringComparison.Ordinal)
        );
        Assert.Contains("aria-current=\"page\"", page.Split("class=\"lists\"")[1].Split("</nav>")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_gone_under_an_open_page_is_said_to_be_gone_once()
    {
        await api.OrderAsync("short-lived");
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string path = $"/portal/r{api.Group}/providers/Microsoft.Network/expressRouteCircuits/short-lived";
        await customer.PageAsync(path);
        (await api.Customer.DeleteAsync(new Uri(api.Circuit("short-lived"), UriKind.Relative))).EnsureSuccessStatusCode();
        string parts = await Causeway.Testing.Eventually.Get(
            async () =>
                await (
                    await customer.GetAsync($"{path}?fragment=explain&fragment=acts&fragment=facts&fragment=sessions")
                ).Content.ReadAsStringAsync(),
            html => html.Contains("This is gone", StringComparison.Ordinal),
            "the circuit is gone"
        );
        Assert.Equal(2, parts.Split("class=\"notice").Length);
    }

    [Fact]
    public async Task A_peer_sees_the_policy_and_the_LANs()
    {
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        Assert.Contains("data-fragment=\"conditions\"", await customer.PageAsync("/portal/peer/policy"), StringComparison.Ordinal);
        Assert.Contains("127.80.0.", await customer.PageAsync("/portal/peer/locations"), StringComparison.Ordinal);
    }

    /// <summary>Who has a link sees nothing of tickets, and places by their names.</summary>
    [Fact]
    public async Task What_is_shared_names_no_ticket_and_places_by_name()
    {
        await api.SomethingAsync();
        (
            await api.Operator.Post(
                $"{api.Ticket}/accept?api-version=2024-04-01",
                $$"""{"prefixes":["193.10.0.0/20"],"expires":"2099-01-01T00:00:00Z","reason":"seen the letter of authority"}"""
            )
        ).Is(200);
        using Browser guest = Browser.Of(api);
        string circuit = await guest.PageAsync(await SharedAsync(Circuit));
        Assert.Contains("193.10.0.0/20", circuit, StringComparison.Ordinal);
        Assert.DoesNotContain("letter", circuit, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ticket", circuit, StringComparison.OrdinalIgnoreCase);
        string peering = await guest.PageAsync(await SharedAsync(api.Peering));
        Assert.Contains("AMS-IX", peering.Split("part-connections")[1].Split("</section>")[0], StringComparison.Ordinal);
    }

    private async Task<string> SharedAsync(string id)
    {
        string form = $"/portal/share?on={Uri.EscapeDataString(id)}";
        using Browser owner = await Browser.SignedInAsync(api, "customer");
        string key = (await owner.PageAsync(form)).Split("name=\"form-key\" value=\"")[1].Split('"')[0];
        using HttpResponseMessage made = await owner.PostAsync(form, form: [("form-key", key), ("lasts", "10")]);
        string html = await made.Content.ReadAsStringAsync();
        return "/portal/shared/" + html.Split("/portal/shared/")[1].Split(['<', '"', ' ', '\n'])[0];
    }

    [GeneratedRegex(@"(?:secret|key|password): ([^""\r\n]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
