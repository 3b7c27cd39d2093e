using System.Net;
using Causeway.Api.Tests;
using Causeway.Portal.Pages;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>Forms offer what there is, questions lose nothing, and what is said in English is marked as that.</summary>
public sealed class HelpTests(PortalServer api, Chromium chromium) : IClassFixture<PortalServer>, IClassFixture<Chromium>
{
    [Fact]
    public async Task A_line_that_is_no_prefix_is_named_and_the_others_are_looked_up()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string page = WebUtility.HtmlDecode(
            await customer.PageAsync(
                $"/portal/customer/whatif?prefixes={Uri.EscapeDataString("193.0.0.0/21\n193.0.0.1/21 x\n\n2001:db8::/32")}&asn=3333"
            )
        );
        Assert.Contains("Line 2: 193.0.0.1/21 is no prefix", page, StringComparison.Ordinal);
        Assert.Contains("Line 2: x is no prefix", page, StringComparison.Ordinal);
        string answer = page.Split("data-fragment=\"answer\"")[1];
        Assert.Contains("<code>193.0.0.0/21</code>", answer, StringComparison.Ordinal);
        Assert.Contains("<code>2001:db8::/32</code>", answer, StringComparison.Ordinal);
        // All that was typed is there to be mended.
        Assert.Contains("193.0.0.1/21 x", page.Split("<textarea")[1].Split("</textarea>")[0], StringComparison.Ordinal);
        Assert.Contains(
            "from 1 to 4294967294",
            await customer.PageAsync("/portal/customer/whatif?prefixes=193.0.0.0%2F21&asn=0"),
            StringComparison.Ordinal
        );
    }

    /// <summary>What registries say is English, and is marked so in a page of another language.</summary>
    [Fact]
    public async Task The_proof_of_a_prefix_is_marked_as_English()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        const string Path = "/portal/customer/whatif?prefixes=193.0.0.0%2F21&asn=3333&fragment=answer";
        string summary = (await customer.PageAsync(Path, language: "sv")).Split("<summary>")[1].Split("</summary>")[0];
        Assert.Matches("<span lang=\"en\">[^<]+</span>", summary);
        Assert.DoesNotContain("lang=", await customer.PageAsync(Path), StringComparison.Ordinal);
    }

    /// <summary>VLANs that no other routing domain of the circuit has are offered, the first of them at once; services are ticked.</summary>
    [Fact]
    public async Task What_is_free_and_what_there_is_are_offered()
    {
        await api.SomethingAsync();
        await api.OrderAsync("vlans");
        await api.ProviderMovesAsync("vlans", "Provisioned");
        string circuit = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/vlans";
        (
            await api.Customer.Put(
                $"{circuit}/peerings/AzurePrivatePeering?api-version=2024-01-01",
                """{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"192.168.17.16/30","secondaryPeerAddressPrefix":"192.168.17.20/30"}}"""
            )
        ).Is(201);
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync($"/portal/do/configure-public?on={Uri.EscapeDataString(circuit)}");
        await Assertions.Expect(page.Locator("[name=vlan]")).ToHaveValueAsync("101");
        Assert.Equal("101", await page.Locator("#suggested-vlan option").First.GetAttributeAsync("value"));
        Assert.DoesNotContain(
            "100",
            await page.Locator("#suggested-vlan option").EvaluateAllAsync<string[]>("all => all.map(o => o.value)")
        );
        await Assertions.Expect(page.Locator("#help-key")).ToContainTextAsync("At most 25 letters and digits");

        await page.GotoAsync("/portal/do/filter");
        await page.Locator("[name=name]").FillAsync("ticked");
        await page.Locator("[name=communities][value='12076:5010']").CheckAsync();
        await page.Locator("[name=communities][value='12076:5020']").CheckAsync();
        await Assertions.Expect(page.Locator("[data-body]")).ToContainTextAsync("\"12076:5020\"");
        // What is ticked outlives another language, as what is typed does.
        await page.Locator("[name=language]").SelectOptionAsync("nl");
        await page.Locator("form.look button").ClickAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "nl");
        await Assertions.Expect(page.Locator("[name=communities][value='12076:5020']")).ToBeCheckedAsync();
        await page.Locator("form[data-act] button.main").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/do/", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });
        string filter = $"{api.Group}/providers/Microsoft.Network/routeFilters/ticked";
        Assert.Contains("12076:5020", (await api.Customer.Get($"{filter}?api-version=2024-01-01")).Is(200).Text, StringComparison.Ordinal);

        await page.GotoAsync($"/portal/do/rule?on={Uri.EscapeDataString(filter)}");
        await page.Locator("[name=communities][value='12076:5010']").UncheckAsync();
        await page.Locator("form[data-act] button.main").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/do/", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });
        string left = (await api.Customer.Get($"{filter}?api-version=2024-01-01")).Is(200).Text;
        Assert.Contains("12076:5020", left, StringComparison.Ordinal);
        Assert.DoesNotContain("12076:5010", left, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_is_said_in_English_is_marked_on_a_page_of_another_language()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string path = $"/portal/r{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}?fragment=journal";
        string journal = await customer.PageAsync(path, language: "sv");
        string why = journal.Split("service key issued")[0].Split("<td")[^1];
        Assert.Contains("<span lang=\"en\">", why, StringComparison.Ordinal);
        Assert.DoesNotContain("lang=\"en\"", await customer.PageAsync(path), StringComparison.Ordinal);
    }

    /// <summary>A connection is linked or not there; how it does is no state of that machine, which is not drawn.</summary>
    [Fact]
    public async Task What_has_one_state_has_no_picture_of_states()
    {
        await api.SomethingAsync();
        await api.NetworkWithGatewayAsync("stateless");
        string connection = $"{api.Group}/providers/Microsoft.Network/connections/stateless";
        (
            await api.Customer.Put(
                $"{connection}?api-version=2024-01-01",
                $$$$"""
                {"location":"westeurope","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{{{{api.Gateway(
                    "stateless"
                )}}}}"},
                 "peer":{"id":"{{{{api.Group}}}}/providers/Microsoft.Network/expressRouteCircuits/{{{{PortalServer.Long}}}}"}}}
                """
            )
        ).Is(201);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        Assert.DoesNotContain("class=\"machine\"", await customer.PageAsync($"/portal/r{connection}"), StringComparison.Ordinal);
        Assert.Empty(
            States.NowOf(
                System.Text.Json.Nodes.JsonNode.Parse("""{"properties":{"connectionStatus":"NotConnected"}}""")!,
                ["absent", "Linked"]
            )
        );
    }
}
